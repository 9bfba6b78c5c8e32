-- Chapter 21: what every turn paid for and nothing asks.

-- A turn writes under its session's lock, and whatever deletes a session, a message or an application holds that lock too:
-- the database looked up again, for each row, what the writer had just read. `chatbot db verify` finds rows without an owner.
alter table chat_messages drop constraint chat_messages_session_id_fkey;
alter table inbound drop constraint inbound_session_id_fkey;
alter table outbox drop constraint outbox_session_id_fkey;
alter table outbox drop constraint outbox_message_id_fkey;
alter table prescreen_answers drop constraint prescreen_answers_application_id_fkey;
alter table timers drop constraint timers_session_id_fkey;
-- Only the reference asked it.
drop index outbox_of_message;
-- Every second message is written again when it has been sent.
alter table chat_messages set (fillfactor = 60);
