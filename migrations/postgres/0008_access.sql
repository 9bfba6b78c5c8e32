-- Chapter 8: the employer's people, and the installation's own settings.

-- Who may look, work, and manage.
create table users (
    id uuid primary key,
    email text not null,
    name text not null,
    role text not null constraint users_role check (role in ('viewer', 'recruiter', 'admin')),
    created_at timestamptz not null
);
create unique index users_lower_email on users (lower(email));
create index users_oldest on users (created_at, id);

-- Bearer tokens, cookies and set-up links. Only the SHA-256 is kept.
create table tokens (
    id uuid primary key,
    token_hash bytea not null,
    kind text not null constraint tokens_kind check (kind in ('api', 'console', 'setup')),
    user_id uuid references users (id),
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create unique index tokens_token_hash on tokens (token_hash);
create index tokens_of_user on tokens (user_id) where user_id is not null;

-- Secrets and choices of this installation, by name: the dedupe key, for one.
create table settings (
    name text primary key,
    value text not null
);
