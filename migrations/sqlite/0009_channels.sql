-- Chapter 9: what channels outside bring that nobody could read.

-- An update that is authentic and unreadable is acknowledged, so that its channel goes on to the next, and kept here for
-- a week, so that somebody can see what it was. The body is cut at 64 KiB; the hash and the size are the whole's.
create table quarantine (
    id blob not null primary key,
    platform text not null,
    account text not null,
    reason text not null,
    body blob not null,
    size integer not null,
    sha256 blob not null,
    created_at text not null
) strict;
create unique index quarantine_body on quarantine (platform, account, sha256);
create index quarantine_oldest on quarantine (created_at, id);
