-- Chapter 10: the employer's people where they chat.

-- The chat accounts of a user: what comes in on them is theirs, and what needs them is told there. An account is linked
-- to one user; the newest link stands. It is known by its address and not by a session, which may end.
create table user_channels (
    platform text not null,
    account text not null,
    platform_user_id text not null,
    user_id blob not null references users (id),
    linked_at text not null,
    primary key (platform, account, platform_user_id)
) strict;
create index user_channels_of_user on user_channels (user_id, linked_at);

-- A linking code is one more kind of token: typed once, within minutes. (A check cannot be changed in place.)
create table tokens_with_links (
    id blob not null primary key,
    token_hash blob not null,
    kind text not null constraint tokens_kind check (kind in ('api', 'console', 'setup', 'link')),
    user_id blob references users (id),
    created_at text not null,
    expires_at text,
    revoked_at text
) strict;
insert into tokens_with_links (id, token_hash, kind, user_id, created_at, expires_at, revoked_at)
    select id, token_hash, kind, user_id, created_at, expires_at, revoked_at from tokens;
drop table tokens;
alter table tokens_with_links rename to tokens;
create unique index tokens_token_hash on tokens (token_hash);
create index tokens_of_user on tokens (user_id) where user_id is not null;
