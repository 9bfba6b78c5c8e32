-- Chapter 16: indexes that cost every turn and that nothing asks.

-- The newest among all sessions are mostly open.
drop index chat_sessions_open_newest;
-- A session's messages are read by their numbers.
drop index chat_messages_session_sent_at;
