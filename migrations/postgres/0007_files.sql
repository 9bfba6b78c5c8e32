-- Chapter 7: files candidates send.

-- Rows by default, so that a backup of the database is a backup of everything. The bytes stand last and are read alone.
create table files (
    id uuid primary key,
    session_id uuid not null references chat_sessions (id),
    candidate_id uuid,
    name text not null,
    media_type text not null,
    size bigint not null,
    sha256 text not null,
    created_at timestamptz not null,
    bytes bytea not null
);
create index files_of_session on files (session_id);
create index files_of_candidate on files (candidate_id) where candidate_id is not null;
