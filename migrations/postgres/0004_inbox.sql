-- Chapter 4: what came in, once each.

-- Dedupe records. A second delivery finds the first's; after erasure only the hashes stay, so that a late retry does
-- not bring a person back.
create table seen (
    key_hash bytea primary key,
    body_hash bytea not null,
    session_id uuid,
    message_id uuid,
    seq bigint,
    created_at timestamptz not null
);
create index seen_of_session on seen (session_id) where session_id is not null;
create index seen_oldest on seen (created_at);

-- The inbox: everything that may make a session act, in the session's order. An entry is handled when the session's
-- last_handled has reached it; handled_upto says with which others it was read.
create table inbound (
    session_id uuid not null references chat_sessions (id),
    seq bigint not null,
    sender text not null constraint inbound_sender check (sender in ('candidate', 'bot', 'recruiter', 'system')),
    actor text,
    kind text not null constraint inbound_kind
        check (kind in ('start', 'text', 'button', 'file', 'edit', 'release', 'say')),
    content text not null,
    content_format text not null,
    metadata jsonb not null,
    accepted_at timestamptz not null,
    message_id uuid,
    handled_upto bigint,
    handled_at timestamptz,
    primary key (session_id, seq)
);
