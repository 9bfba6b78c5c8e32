-- Chapter 10: the employer's people where they chat.

-- The chat accounts of a user: what comes in on them is theirs, and what needs them is told there. An account is linked
-- to one user; the newest link stands. It is known by its address and not by a session, which may end.
create table user_channels (
    platform text not null,
    account text not null,
    platform_user_id text not null,
    user_id uuid not null references users (id),
    linked_at timestamptz not null,
    primary key (platform, account, platform_user_id)
);
create index user_channels_of_user on user_channels (user_id, linked_at);

-- A linking code is one more kind of token: typed once, within minutes.
alter table tokens drop constraint tokens_kind;
alter table tokens add constraint tokens_kind check (kind in ('api', 'console', 'setup', 'link'));
