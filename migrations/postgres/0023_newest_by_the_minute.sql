-- Chapter 23: a turn moves no place in an index of its session.

-- The minute of the newest entry stands in the index, and within a minute rows are sorted: a conversation in full swing changes
-- its row in place.
alter table chat_sessions add column last_entry_minute timestamptz not null
    generated always as (date_trunc('minute', last_entry_at at time zone 'UTC') at time zone 'UTC') stored;
drop index chat_sessions_newest;
create index chat_sessions_newest on chat_sessions (last_entry_minute);
