-- Chapter 14: a candidate waits for the person who took over; the timers learn two kinds.

create table timers_of_more_kinds (
    session_id blob not null references chat_sessions (id),
    kind text not null constraint timers_kind
        check (kind in ('reminder_1', 'reminder_2', 'auto_submit', 'expiry', 'purge', 'candidate_waiting', 'offer_bot')),
    due text not null,
    primary key (session_id, kind)
) strict;
insert into timers_of_more_kinds (session_id, kind, due) select session_id, kind, due from timers;
drop table timers;
alter table timers_of_more_kinds rename to timers;
