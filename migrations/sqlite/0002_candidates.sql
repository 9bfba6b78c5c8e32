-- Chapter 2: who applies, what they answered, what they agreed to.

-- A person. Until they agree to the notice the row holds ids only.
create table candidates (
    id blob not null primary key,
    name text,
    emails text not null,
    phones text not null,
    location text,
    links text not null,
    languages text not null,
    skills text not null,
    positions text not null,
    education text not null,
    years_experience real,
    sources text not null, -- field → where it came from
    consented_at text,
    opted_out_at text,
    demo integer not null,
    created_at text not null,
    updated_at text not null
) strict;
create index candidates_demo on candidates (id) where demo;

-- A candidate for a job, with the score as it stands. Only a person moves the status beyond prescreen_completed.
create table applications (
    id blob not null primary key,
    job_id blob not null references jobs (id),
    candidate_id blob not null references candidates (id),
    session_id blob, -- the newest it was worked on in; the conversation may be gone before the application
    source text,
    status text not null constraint applications_status check (status in
        ('in_progress', 'prescreen_completed', 'shortlisted', 'interview', 'hired', 'rejected', 'withdrawn')),
    jd_match_score real, -- null: nothing is scored
    must_have_failed integer not null,
    must_have_unknown integer not null,
    question_set_version integer not null,
    answered integer not null,
    total integer not null,
    consented_at text,
    submitted_at text,
    opened_at text,
    demo integer not null,
    created_at text not null,
    updated_at text not null
) strict;
create index applications_newest on applications (created_at, id);
create index applications_of_job on applications (job_id, created_at, id);
create index applications_of_candidate on applications (candidate_id, job_id, created_at);
create index applications_of_session on applications (session_id) where session_id is not null;
create index applications_figures on applications (status, must_have_failed) where consented_at is not null;
create index applications_demo on applications (id) where demo;

-- The newest answer to each question of an application: words, value, points, and the sentence that explains them.
-- Earlier answers stand in activity_logs.
create table prescreen_answers (
    application_id blob not null references applications (id),
    question_id blob not null,
    answer_text text not null,
    value text not null, -- JSON null: the words could not be read
    score real,
    passed integer,
    reason text not null,
    evidence text,
    state text not null constraint prescreen_answers_state check (state in ('read', 'unread', 'skipped', 'corrected')),
    answered_at text not null,
    primary key (application_id, question_id)
) strict;

-- Each yes and each no to a text, with the text's version. Never changed; a new decision is a new row.
create table consents (
    position integer primary key, -- orders decisions of one instant
    id blob not null unique,
    candidate_id blob not null references candidates (id),
    session_id blob,
    kind text not null constraint consents_kind check (kind in ('prescreen', 'other_jobs', 'messages')),
    given integer not null,
    text_version text not null,
    created_at text not null
) strict;
create index consents_of_candidate on consents (candidate_id, created_at, position);
create index consents_of_session on consents (session_id) where session_id is not null;
