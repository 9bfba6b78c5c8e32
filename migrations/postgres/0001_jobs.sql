-- Chapter 1: what people apply for.

-- A job as a recruiter wrote it. Questions stand apart, because a set is versioned and a job is not.
create table jobs (
    id uuid primary key,
    slug text not null,
    title text not null,
    employer text,
    contact text,
    privacy_url text,
    owner text,
    timezone text,
    hours text,
    location text,
    description text,
    facts text not null, -- a JSON object; text, because the file's order is kept and jsonb would sort it
    next_step jsonb,
    status text not null constraint jobs_status check (status in ('open', 'closed')),
    on_must_have_fail text not null constraint jobs_on_must_have_fail check (on_must_have_fail in ('finish', 'stop')),
    model_reading boolean not null,
    question_set_version bigint not null, -- the newest; running applications keep theirs
    demo boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index jobs_slug on jobs (slug);
create index jobs_newest on jobs (created_at, id);
create index jobs_status_newest on jobs (status, created_at, id);
create index jobs_demo on jobs (id) where demo;

-- The questions of every version of every set. A row is never changed: another set is another version, so that a
-- running application, and a receipt read years later, find the question that was asked.
create table job_prescreen_questions (
    id uuid primary key,
    job_id uuid not null references jobs (id),
    set_version bigint not null,
    question_order bigint not null, -- from 1
    question_text text not null,
    kind text not null constraint job_prescreen_questions_kind
        check (kind in ('yes_no', 'number', 'choice', 'duration', 'date', 'money', 'text')),
    options jsonb not null,
    multiple boolean not null,
    rule jsonb, -- null: not scored
    required boolean not null,
    weight double precision not null,
    must_have boolean not null
);
create unique index job_prescreen_questions_job_id_set_version_question_order
    on job_prescreen_questions (job_id, set_version, question_order);
