-- Chapter 17: room on each page for the next version of its rows, which then needs no new place in any index.

alter table chat_sessions set (fillfactor = 60);
alter table chat_messages set (fillfactor = 80);
alter table inbound set (fillfactor = 80);
alter table outbox set (fillfactor = 60);
alter table timers set (fillfactor = 70);
alter table candidates set (fillfactor = 70);
alter table applications set (fillfactor = 60);
