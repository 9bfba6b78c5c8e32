-- Chapter 16: indexes that cost every turn and that nothing asks.

-- Each version of a session's row stands in all of its indexes, and a turn writes two.
-- Leases of the dead end by themselves here (on SQLite they are looked for at start).
drop index chat_sessions_held;
-- The newest among all sessions are mostly open.
drop index chat_sessions_open_newest;
-- A session's messages are read by their numbers.
drop index chat_messages_session_sent_at;
