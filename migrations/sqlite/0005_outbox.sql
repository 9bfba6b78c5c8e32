-- Chapter 5: what goes out to channels that must be called.

-- One message on its way: ready → sending → sent, failed, cancelled or unknown. Web and terminal messages have no row;
-- they are read from the history.
create table outbox (
    id blob not null primary key,
    session_id blob not null references chat_sessions (id),
    message_id blob not null references chat_messages (id),
    seq integer not null, -- the message's: rows of a session go out in this order
    platform text not null,
    account text not null,
    recipient text not null,
    state text not null constraint outbox_state
        check (state in ('ready', 'sending', 'sent', 'failed', 'cancelled', 'unknown')),
    control_epoch integer not null,
    attempts integer not null,
    next_at text not null,
    lease_boot blob,
    lease_n integer not null,
    provider_ref text,
    error text,
    created_at text not null,
    settled_at text
) strict;
create index outbox_due on outbox (platform, account, next_at, seq, id) where state = 'ready';
create index outbox_sending on outbox (platform, account) where state = 'sending';
create index outbox_of_session on outbox (session_id, state, seq);
create index outbox_of_message on outbox (message_id);

-- Who may do what only one process may: poll or send for a channel account.
create table leases (
    name text not null primary key,
    boot blob not null,
    n integer not null,
    until text not null
) strict;
