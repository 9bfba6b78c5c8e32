-- Chapter 23: the newest sessions are asked for by the minute of their newest entry first, as on PostgreSQL, where the minute alone is
-- in the index and a turn moves no place in it. Here an index that is written to is written to whatever changes.

alter table chat_sessions add column last_entry_minute text not null
    generated always as (substr(last_entry_at, 1, 16) || ':00.000000Z') virtual;
drop index chat_sessions_newest;
create index chat_sessions_newest on chat_sessions (last_entry_minute, last_entry_at, id);
