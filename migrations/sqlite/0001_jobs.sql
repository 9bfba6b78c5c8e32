-- Chapter 1: what people apply for.
--
-- How SQLite keeps what PostgreSQL has types for: an id is a blob of 16 bytes; a time is text in UTC, always
-- `2026-11-22T09:00:00.000000Z`, so that text order is time order; JSON is text; yes and no are 1 and 0.

-- A job as a recruiter wrote it. Questions stand apart, because a set is versioned and a job is not.
create table jobs (
    id blob not null primary key,
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
    facts text not null, -- a JSON object in the file's order
    next_step text,
    status text not null constraint jobs_status check (status in ('open', 'closed')),
    on_must_have_fail text not null constraint jobs_on_must_have_fail check (on_must_have_fail in ('finish', 'stop')),
    model_reading integer not null,
    question_set_version integer not null, -- the newest; running applications keep theirs
    demo integer not null,
    created_at text not null,
    updated_at text not null
) strict;
create unique index jobs_slug on jobs (slug);
create index jobs_newest on jobs (created_at, id);
create index jobs_status_newest on jobs (status, created_at, id);
create index jobs_demo on jobs (id) where demo;

-- The questions of every version of every set. A row is never changed: another set is another version, so that a
-- running application, and a receipt read years later, find the question that was asked.
create table job_prescreen_questions (
    id blob not null primary key,
    job_id blob not null references jobs (id),
    set_version integer not null,
    question_order integer not null, -- from 1
    question_text text not null,
    kind text not null constraint job_prescreen_questions_kind
        check (kind in ('yes_no', 'number', 'choice', 'duration', 'date', 'money', 'text')),
    options text not null,
    multiple integer not null,
    rule text, -- null: not scored
    required integer not null,
    weight real not null,
    must_have integer not null
) strict;
create unique index job_prescreen_questions_job_id_set_version_question_order
    on job_prescreen_questions (job_id, set_version, question_order);
