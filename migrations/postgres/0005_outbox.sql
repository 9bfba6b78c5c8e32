-- Chapter 5: what goes out to channels that must be called.

-- One message on its way: ready → sending → sent, failed, cancelled or unknown. Web and terminal messages have no row;
-- they are read from the history.
create table outbox (
    id uuid primary key,
    session_id uuid not null references chat_sessions (id),
    message_id uuid not null references chat_messages (id),
    seq bigint not null, -- the message's: rows of a session go out in this order
    platform text not null,
    account text not null,
    recipient text not null,
    state text not null constraint outbox_state
        check (state in ('ready', 'sending', 'sent', 'failed', 'cancelled', 'unknown')),
    control_epoch bigint not null,
    attempts bigint not null,
    next_at timestamptz not null,
    lease_boot uuid,
    lease_n bigint not null,
    provider_ref text,
    error text,
    created_at timestamptz not null,
    settled_at timestamptz
);
create index outbox_due on outbox (platform, account, next_at, seq, id) where state = 'ready';
create index outbox_sending on outbox (platform, account) where state = 'sending';
create index outbox_of_session on outbox (session_id, state, seq);
create index outbox_of_message on outbox (message_id);

-- Who may do what only one process may: poll or send for a channel account.
create table leases (
    name text primary key,
    boot uuid not null,
    n bigint not null,
    until timestamptz not null
);
