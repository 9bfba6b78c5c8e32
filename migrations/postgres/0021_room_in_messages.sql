-- Chapter 21: every second message is written again when it has been sent, and finds room beside itself.

alter table chat_messages set (fillfactor = 60);
