-- Chapter 12: what was agreed to, and who was erased.

-- The words of a text, kept once a version, so that years later one can still show what somebody said yes to.
create table consent_texts (
    version text primary key,
    words text not null,
    created_at timestamptz not null
);

-- Tombstones. Nothing in a row leads back to a person: the hash is keyed with the installation's own key, and only
-- whoever still knows a candidate's id can ask whether they were erased, and gets the receipt again.
create table erasures (
    candidate_hash bytea primary key,
    reason text not null constraint erasures_reason check (reason in ('asked', 'by_staff', 'retention')),
    erased_by uuid, -- a user's id, where a person of the employer's did it
    deleted jsonb not null, -- table → rows
    erased_at timestamptz not null
);
