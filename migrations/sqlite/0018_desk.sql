-- Chapter 18: the desk: what recruiters keep beside conversations, and what makes both findable.

-- Who sees to a conversation, and up to which number its words can be searched.
create table conversation_desk (
    session_id blob not null primary key,
    assigned_to blob,
    assigned_at text,
    words_upto integer not null -- the newest message whose words stand in message_words
) strict;
create index conversation_desk_of_user on conversation_desk (assigned_to) where assigned_to is not null;

-- What colleagues tell each other about a conversation. The candidate never reads it in the chat, but in an export.
create table notes (
    id blob not null primary key,
    session_id blob not null,
    author_id blob,
    author text not null,
    content text not null,
    created_at text not null
) strict;
create index notes_of_session on notes (session_id, created_at);

-- Words recruiters sort conversations by.
create table session_tags (
    session_id blob not null,
    tag text not null,
    primary key (session_id, tag)
) strict;
create index session_tags_of_tag on session_tags (tag, session_id);

-- Up to which message each of the employer's people has read a conversation.
create table session_reads (
    user_id blob not null,
    session_id blob not null,
    seq integer not null,
    primary key (user_id, session_id)
) strict;
create index session_reads_of_session on session_reads (session_id);

-- Replies that are written once and sent often.
create table canned_replies (
    id blob not null primary key,
    title text not null,
    content text not null,
    created_at text not null,
    updated_at text not null
) strict;
create index canned_replies_by_title on canned_replies (title, id);

-- The words people wrote, each once a message: what a search reads. Filled after the fact, so no turn waits for it.
create table message_words (
    word text not null,
    session_id blob not null,
    seq integer not null,
    sent_at text not null,
    primary key (word, session_id, seq)
) strict;
create index message_words_newest on message_words (word, sent_at, session_id, seq);
create index message_words_of_session on message_words (session_id, seq);

-- What two candidates may have in common: an e-mail address, a phone number, a file's hash. Filled likewise.
create table candidate_keys (
    key text not null,
    candidate_id blob not null,
    primary key (key, candidate_id)
) strict;
create index candidate_keys_of_candidate on candidate_keys (candidate_id);

-- Passwords of the employer's people, as argon2id strings. Who has none signs in with a token.
create table passwords (
    user_id blob not null primary key references users (id),
    hash text not null,
    updated_at text not null
) strict;

-- Where a console token is used, so that its holder can tell their browsers apart.
create table token_uses (
    token_id blob not null primary key references tokens (id),
    agent text not null,
    used_at text not null
) strict;
