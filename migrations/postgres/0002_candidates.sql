-- Chapter 2: who applies, what they answered, what they agreed to.

-- A person. Until they agree to the notice the row holds ids only.
create table candidates (
    id uuid primary key,
    name text,
    emails jsonb not null,
    phones jsonb not null,
    location text,
    links jsonb not null,
    languages jsonb not null,
    skills jsonb not null,
    positions jsonb not null,
    education jsonb not null,
    years_experience double precision,
    sources jsonb not null, -- field → where it came from
    consented_at timestamptz,
    opted_out_at timestamptz,
    demo boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index candidates_demo on candidates (id) where demo;

-- A candidate for a job, with the score as it stands. Only a person moves the status beyond prescreen_completed.
create table applications (
    id uuid primary key,
    job_id uuid not null references jobs (id),
    candidate_id uuid not null references candidates (id),
    session_id uuid, -- the newest it was worked on in; the conversation may be gone before the application
    source text,
    status text not null constraint applications_status check (status in
        ('in_progress', 'prescreen_completed', 'shortlisted', 'interview', 'hired', 'rejected', 'withdrawn')),
    jd_match_score double precision, -- null: nothing is scored
    must_have_failed boolean not null,
    must_have_unknown boolean not null,
    question_set_version bigint not null,
    answered bigint not null,
    total bigint not null,
    consented_at timestamptz,
    submitted_at timestamptz,
    opened_at timestamptz,
    demo boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create index applications_newest on applications (created_at, id);
create index applications_of_job on applications (job_id, created_at, id);
create index applications_of_candidate on applications (candidate_id, job_id, created_at);
create index applications_of_session on applications (session_id) where session_id is not null;
create index applications_figures on applications (status, must_have_failed) where consented_at is not null;
create index applications_demo on applications (id) where demo;

-- The newest answer to each question of an application: words, value, points, and the sentence that explains them.
-- Earlier answers stand in activity_logs.
create table prescreen_answers (
    application_id uuid not null references applications (id),
    question_id uuid not null,
    answer_text text not null,
    value jsonb not null, -- JSON null: the words could not be read
    score double precision,
    passed boolean,
    reason text not null,
    evidence text,
    state text not null constraint prescreen_answers_state check (state in ('read', 'unread', 'skipped', 'corrected')),
    answered_at timestamptz not null,
    primary key (application_id, question_id)
);

-- Each yes and each no to a text, with the text's version. Never changed; a new decision is a new row.
create table consents (
    position bigint generated always as identity, -- orders decisions of one instant
    id uuid primary key,
    candidate_id uuid not null references candidates (id),
    session_id uuid,
    kind text not null constraint consents_kind check (kind in ('prescreen', 'other_jobs', 'messages')),
    given boolean not null,
    text_version text not null,
    created_at timestamptz not null
);
create index consents_of_candidate on consents (candidate_id, created_at, position);
create index consents_of_session on consents (session_id) where session_id is not null;
