-- Chapter 20: what models cost.

-- A row a call, whatever became of the turn it was made for: a discarded turn has cost its tokens too. No words. When a
-- person is erased, the rows of their conversations lose whose they were, and the sums stay.
create table model_calls (
    id blob not null primary key,
    slot integer not null,
    provider text not null,
    model text, -- none: the provider names none
    purpose text not null constraint model_calls_purpose check (purpose in ('answer', 'read')),
    outcome text not null,
    input_tokens integer not null,
    output_tokens integer not null,
    cost_microusd integer, -- millionths of a US dollar; none: the model's price is not known
    latency_ms integer not null,
    session_id blob, -- none: tried by hand, or erased
    job_id blob,
    created_at text not null
) strict;
create index model_calls_created on model_calls (created_at);
create index model_calls_session on model_calls (session_id) where session_id is not null;
