-- Chapter 3: a conversation with one person on one channel account.

-- Who holds it, how far it is, and the fence: (lease_boot, lease_n, control_epoch, last_handled) as a worker claimed
-- them must still stand when its turn commits.
create table chat_sessions (
    id blob not null primary key,
    platform text not null,
    account text not null,
    platform_user_id text not null,
    candidate_id blob,
    application_id blob,
    context text not null,
    automation_enabled integer not null, -- false while a person has taken over
    control_epoch integer not null,
    control_seq integer not null,
    locale text not null,
    source text,
    token_hash blob, -- SHA-256 of the candidate's bearer token
    last_seq integer not null,
    last_inbound integer not null,
    last_handled integer not null,
    ready_at text, -- when it next has work; while claimed, the lease's end
    lease_boot blob,
    lease_n integer not null,
    claims integer not null,
    failures integer not null,
    successor_id blob,
    demo integer not null,
    opened_at text not null,
    last_entry_at text not null,
    closed_at text
) strict;
-- One open session per person and account: the second of two racing openers finds the first's.
create unique index chat_sessions_platform_account_platform_user_id
    on chat_sessions (platform, account, platform_user_id) where closed_at is null;
create index chat_sessions_person on chat_sessions (platform, platform_user_id, account, opened_at);
-- What the workers poll.
create index chat_sessions_ready on chat_sessions (ready_at) where ready_at is not null and closed_at is null;
create index chat_sessions_held on chat_sessions (lease_boot) where lease_boot is not null;
create unique index chat_sessions_token_hash on chat_sessions (token_hash) where token_hash is not null;
create index chat_sessions_of_candidate on chat_sessions (candidate_id) where candidate_id is not null;
create index chat_sessions_of_application on chat_sessions (application_id) where application_id is not null;
create index chat_sessions_successor on chat_sessions (successor_id) where successor_id is not null;
create index chat_sessions_newest on chat_sessions (last_entry_at, id);
create index chat_sessions_open_newest on chat_sessions (last_entry_at, id) where closed_at is null;
create index chat_sessions_demo on chat_sessions (id) where demo;

-- Every word said, by anyone. `seq` is one counter a session for all senders, in commit order.
create table chat_messages (
    id blob not null primary key,
    session_id blob not null references chat_sessions (id),
    seq integer not null,
    sender text not null constraint chat_messages_sender check (sender in ('candidate', 'bot', 'recruiter', 'system')),
    content text not null,
    content_format text not null,
    metadata text not null,
    sent_at text not null,
    delivery text not null constraint chat_messages_delivery
        check (delivery in ('ready', 'sending', 'sent', 'failed', 'cancelled', 'unknown')),
    turn_upto integer -- for what a turn said: the last inbox number it handled
) strict;
create unique index chat_messages_session_id_seq on chat_messages (session_id, seq);
create index chat_messages_session_sent_at on chat_messages (session_id, sent_at);
create index chat_messages_turn on chat_messages (session_id, turn_upto) where turn_upto is not null;

-- What shall happen later if nothing else does: reminders, submission, expiry. One of each kind a session.
create table timers (
    session_id blob not null references chat_sessions (id),
    kind text not null constraint timers_kind
        check (kind in ('reminder_1', 'reminder_2', 'auto_submit', 'expiry', 'purge')),
    due text not null,
    primary key (session_id, kind)
) strict;
