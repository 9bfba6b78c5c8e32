-- Chapter 6: what needs a person, what happened, and who is told.

-- The action queue: each row waits for a person to deal with it.
create table action_queue (
    position integer primary key, -- orders actions of one instant
    id blob not null unique,
    type text not null constraint action_queue_type check (type in
        ('must_have_failed', 'human_requested', 'low_confidence', 'unread_answer', 'currency_mismatch',
         'delivery_failed', 'parked', 'candidate_waiting')),
    status text not null constraint action_queue_status check (status in ('open', 'resolved')),
    session_id blob,
    application_id blob,
    question_id blob,
    payload text not null,
    created_at text not null,
    resolved_at text,
    resolved_by text,
    resolution text
) strict;
create index action_queue_newest on action_queue (created_at, position);
create index action_queue_status_newest on action_queue (status, created_at, position);
create index action_queue_of_session on action_queue (session_id, created_at, position) where session_id is not null;
create index action_queue_of_application on action_queue (application_id) where application_id is not null;
create index action_queue_open on action_queue (type) where status = 'open';

-- The activity log: what happened and who did it. Lines are appended; only erasure takes any away.
create table activity_logs (
    position integer primary key, -- orders lines of one instant
    id blob not null unique,
    type text not null,
    actor_type text not null,
    actor text,
    session_id blob,
    application_id blob,
    candidate_id blob,
    detail text not null,
    created_at text not null
) strict;
create index activity_logs_newest on activity_logs (created_at, position);
create index activity_logs_type_newest on activity_logs (type, created_at, position);
create index activity_logs_of_session on activity_logs (session_id, created_at, position) where session_id is not null;
create index activity_logs_of_application on activity_logs (application_id, created_at, position)
    where application_id is not null;
create index activity_logs_of_candidate on activity_logs (candidate_id) where candidate_id is not null;

create trigger activity_logs_append_only before update on activity_logs
begin
    select raise(abort, 'activity_logs is append-only');
end;

-- Events for the systems around, kept until a sink took them: at least once, with a stable id.
create table events (
    position integer primary key, -- orders events of one instant
    id blob not null unique,
    type text not null constraint events_type check (type in ('CHAT_PRESCREEN_COMPLETED', 'CHAT_ESCALATION')),
    session_id blob not null,
    application_id blob,
    payload text not null,
    created_at text not null,
    attempts integer not null,
    next_at text, -- null: delivered, or given up
    delivered_at text
) strict;
create index events_due on events (next_at, position) where next_at is not null;
create index events_of_session on events (session_id, created_at, position);
create index events_of_application on events (application_id) where application_id is not null;
