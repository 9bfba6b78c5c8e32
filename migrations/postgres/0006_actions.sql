-- Chapter 6: what needs a person, what happened, and who is told.

-- The action queue: each row waits for a person to deal with it.
create table action_queue (
    position bigint generated always as identity, -- orders actions of one instant
    id uuid primary key,
    type text not null constraint action_queue_type check (type in
        ('must_have_failed', 'human_requested', 'low_confidence', 'unread_answer', 'currency_mismatch',
         'delivery_failed', 'parked', 'candidate_waiting')),
    status text not null constraint action_queue_status check (status in ('open', 'resolved')),
    session_id uuid,
    application_id uuid,
    question_id uuid,
    payload jsonb not null,
    created_at timestamptz not null,
    resolved_at timestamptz,
    resolved_by text,
    resolution text
);
create index action_queue_newest on action_queue (created_at, position);
create index action_queue_status_newest on action_queue (status, created_at, position);
create index action_queue_of_session on action_queue (session_id, created_at, position) where session_id is not null;
create index action_queue_of_application on action_queue (application_id) where application_id is not null;
create index action_queue_open on action_queue (type) where status = 'open';

-- The activity log: what happened and who did it. Lines are appended; only erasure takes any away.
create table activity_logs (
    position bigint generated always as identity, -- orders lines of one instant
    id uuid primary key,
    type text not null,
    actor_type text not null,
    actor text,
    session_id uuid,
    application_id uuid,
    candidate_id uuid,
    detail jsonb not null,
    created_at timestamptz not null
);
create index activity_logs_newest on activity_logs (created_at, position);
create index activity_logs_type_newest on activity_logs (type, created_at, position);
create index activity_logs_of_session on activity_logs (session_id, created_at, position) where session_id is not null;
create index activity_logs_of_application on activity_logs (application_id, created_at, position)
    where application_id is not null;
create index activity_logs_of_candidate on activity_logs (candidate_id) where candidate_id is not null;

create function activity_logs_refuse_update() returns trigger language plpgsql as $$
begin
    raise exception 'activity_logs is append-only';
end
$$;
create trigger activity_logs_append_only before update on activity_logs
    for each statement execute function activity_logs_refuse_update();

-- Events for the systems around, kept until a sink took them: at least once, with a stable id.
create table events (
    position bigint generated always as identity, -- orders events of one instant
    id uuid primary key,
    type text not null constraint events_type check (type in ('CHAT_PRESCREEN_COMPLETED', 'CHAT_ESCALATION')),
    session_id uuid not null,
    application_id uuid,
    payload jsonb not null,
    created_at timestamptz not null,
    attempts bigint not null,
    next_at timestamptz, -- null: delivered, or given up
    delivered_at timestamptz
);
create index events_due on events (next_at, position) where next_at is not null;
create index events_of_session on events (session_id, created_at, position);
create index events_of_application on events (application_id) where application_id is not null;
