//! The desk: what stands beside conversations, what finds them, what the dashboard counts.

use std::ops::DerefMut;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::super::cell::{Binds, Set};
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::statement::{Statement, many, sql};
use super::SqlRows;
use super::sessions::{newest_first, session_columns};
use crate::access::Role;
use crate::recruiting::desk::{CannedReply, DeskFilter, DeskRow, Heard, Hit, Note, SignIn, WordRow};
use crate::recruiting::figures::{AnswerCount, ApplicationTimes, Named, Span};
use crate::session::Session;
use crate::store::desk_rows::DeskRows;
use crate::store::rows::{Page, Result};

impl Record for Note {
    const TABLE: &'static str = "notes";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            session_id: row.get("session_id")?,
            author_id: row.get("author_id")?,
            author: row.get("author")?,
            content: row.get("content")?,
            created_at: row.time("created_at")?,
        })
    }
}

impl Record for CannedReply {
    const TABLE: &'static str = "canned_replies";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            title: row.get("title")?,
            content: row.get("content")?,
            created_at: row.time("created_at")?,
            updated_at: row.time("updated_at")?,
        })
    }
}

impl Record for DeskRow {
    const TABLE: &'static str = "conversation_desk";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self { assigned_to: row.get("assigned_to")?, assigned_at: row.opt_time("assigned_at")?, words_upto: row.get("words_upto")? })
    }
}

impl Record for Heard {
    const TABLE: &'static str = "chat_sessions";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            session_id: row.get("id")?,
            last_entry_at: row.time("last_entry_at")?,
            candidate_id: row.get("candidate_id")?,
            last_seq: row.get("last_seq")?,
            words_upto: row.get("words_upto")?,
        })
    }
}

impl Record for Hit {
    const TABLE: &'static str = "message_words";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self { session_id: row.get("session_id")?, seq: row.get("seq")? })
    }
}

impl Record for SignIn {
    const TABLE: &'static str = "tokens";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            agent: row.get("agent")?,
            created_at: row.time("created_at")?,
            used_at: row.opt_time("used_at")?,
            expires_at: row.opt_time("expires_at")?,
        })
    }
}

/// Somebody who has something in common.
struct Common(Uuid, String);

impl Record for Common {
    const TABLE: &'static str = "candidate_keys";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self(row.get("candidate_id")?, row.get("key")?))
    }
}

impl Record for ApplicationTimes {
    const TABLE: &'static str = "applications";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self {
            created_at: row.time("created_at")?,
            submitted_at: row.opt_time("submitted_at")?,
            must_have_failed: row.get("must_have_failed")?,
        })
    }
}

impl Record for AnswerCount {
    const TABLE: &'static str = "prescreen_answers";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self { question_id: row.get("question_id")?, state: row.get("state")?, passed: row.get("passed")?, n: row.get("n")? })
    }
}

impl Record for Named {
    const TABLE: &'static str = "action_queue";

    fn read<E: Engine>(row: &Columns<'_, E>) -> Result<Self> {
        Ok(Self { name: row.get("name")?, n: row.get("n")? })
    }
}

const SESSIONS: &str = concat!("select ", session_columns!(), " from chat_sessions where true");
/// What no index serves is picked from so many of the newest (`desk::WINDOW`).
const WINDOW: &str = concat!(" and id in (select id from chat_sessions", newest_first!(), "5000)");
const NEWEST_FIRST: &str = concat!(newest_first!(), "$1 offset $2");

fn desk_sessions<E: Engine>(filter: &DeskFilter, page: Page) -> Statement<E> {
    let mut list = sql::<E>(SESSIONS).bind(page.limit).bind(page.offset);
    if !filter.is_selective() {
        list = list.and(WINDOW);
    }
    list = match filter.open {
        Some(true) => list.and(" and closed_at is null"),
        Some(false) => list.and(" and closed_at is not null"),
        None => list,
    };
    if let Some(job_id) = filter.job_id {
        list = list.and_with(" and application_id in (select id from applications where job_id =", job_id).and(")");
    }
    list = list.and_equals("platform", filter.platform.clone());
    if let Some(reason) = filter.reason {
        let name = reason.as_str().to_owned();
        list = list.and_with(" and id in (select session_id from action_queue where status = 'open' and type =", name).and(")");
    }
    if filter.waiting {
        list = list.and(
            " and id in (select session_id from action_queue where status = 'open' \
             and type in ('human_requested', 'low_confidence', 'parked', 'candidate_waiting'))",
        );
    }
    if filter.taken_over {
        list = list.and(" and not automation_enabled");
    }
    if let Some(user) = filter.assigned_to {
        list = list.and_with(" and id in (select session_id from conversation_desk where assigned_to =", user).and(")");
    }
    if let Some(tag) = &filter.tag {
        list = list.and_with(" and id in (select session_id from session_tags where tag =", tag.clone()).and(")");
    }
    if let Some(least) = filter.min_score {
        list = list
            .and(" and exists (select 1 from applications a where a.id = chat_sessions.application_id")
            .and_with(" and a.jd_match_score >=", least)
            .and(")");
    }
    if let Some(user) = filter.unread_by {
        list = list
            .and(" and last_seq > coalesce((select r.seq from session_reads r where r.session_id = chat_sessions.id")
            .and_with(" and r.user_id =", user)
            .and("), 0)");
    }
    list.and(NEWEST_FIRST)
}

const HEARD: &str = "select s.id, s.last_entry_at, s.candidate_id, s.last_seq, coalesce(d.words_upto, 0) as words_upto \
     from chat_sessions s left join conversation_desk d on d.session_id = s.id \
     where s.last_entry_minute >= $4 and s.last_entry_at >= $1 and (s.last_entry_at > $1 or s.id > $2) \
     order by s.last_entry_minute, s.last_entry_at, s.id limit $3";
const DESK_ROW: &str = "select assigned_to, assigned_at, words_upto from conversation_desk where session_id = $1";
const PUT_DESK_ROW: &str = "insert into conversation_desk (session_id, assigned_to, assigned_at, words_upto) values ($1, $2, $3, $4) \
     on conflict (session_id) do update set assigned_to = excluded.assigned_to, assigned_at = excluded.assigned_at, \
     words_upto = excluded.words_upto";
const READ_UPTO: &str = "select seq from session_reads where user_id = $1 and session_id = $2";
const MARK_READ: &str = "insert into session_reads (user_id, session_id, seq) values ($1, $2, $3) \
     on conflict (user_id, session_id) do update set seq = excluded.seq";
const NOTES: &str =
    "select id, session_id, author_id, author, content, created_at from notes where session_id = $1 order by created_at, id";
const NOTE: &str = "select id, session_id, author_id, author, content, created_at from notes where id = $1";
const INSERT_NOTE: &str = "insert into notes (id, session_id, author_id, author, content, created_at) values ($1, $2, $3, $4, $5, $6)";
const DELETE_NOTE: &str = "delete from notes where id = $1";
const TAGS: &str = "select tag from session_tags where session_id = $1 order by tag";
const DELETE_TAGS: &str = "delete from session_tags where session_id = $1";
const INSERT_TAGS: &str = "insert into session_tags (session_id, tag) select k_session_id, k_tag from v where true on conflict do nothing";
const CANNED: &str = "select id, title, content, created_at, updated_at from canned_replies order by title, id limit $1 offset $2";
const PUT_CANNED: &str = "insert into canned_replies (id, title, content, created_at, updated_at) values ($1, $2, $3, $4, $5) \
     on conflict (id) do update set title = excluded.title, content = excluded.content, updated_at = excluded.updated_at";
const DELETE_CANNED: &str = "delete from canned_replies where id = $1";
const INSERT_WORDS: &str = "insert into message_words (word, session_id, seq, sent_at) select k_word, k_session_id, k_seq, k_sent_at from v \
     where true on conflict do nothing";
const FIND: &str = "select w.session_id, w.seq, w.sent_at from message_words w where true";
const OTHER_WORD: &str = " and exists (select 1 from message_words x where x.session_id = w.session_id and x.seq = w.seq";
const FOUND: &str = " group by w.session_id, w.seq, w.sent_at order by w.sent_at desc, w.session_id, w.seq limit $1";
const DELETE_KEYS: &str = "delete from candidate_keys where candidate_id = $1";
const INSERT_KEYS: &str =
    "insert into candidate_keys (key, candidate_id) select k_key, k_candidate_id from v where true on conflict do nothing";
/// SQLite takes a cross join in the order written: from the person's keys to who else has them.
const IN_COMMON: &str = "select o.candidate_id, o.key from candidate_keys k cross join candidate_keys o \
     where k.candidate_id = $1 and o.key = k.key and o.candidate_id <> $1 order by o.candidate_id, o.key limit 100";
const MOVE_CANDIDATE: [&str; 5] = [
    "update applications set candidate_id = $2 where candidate_id = $1",
    "update chat_sessions set candidate_id = $2 where candidate_id = $1",
    "update files set candidate_id = $2 where candidate_id = $1",
    "update consents set candidate_id = $2 where candidate_id = $1",
    "update candidate_keys set candidate_id = $2 where candidate_id = $1 \
     and key not in (select k.key from candidate_keys k where k.candidate_id = $2)",
];
const DELETE_MOVED: &str = "delete from candidates where id = $1";
const PASSWORD: &str = "select hash from passwords where user_id = $1";
const PUT_PASSWORD: &str = "insert into passwords (user_id, hash, updated_at) values ($1, $2, $3) \
     on conflict (user_id) do update set hash = excluded.hash, updated_at = excluded.updated_at";
const SIGN_INS: &str = "select t.id, u.agent, t.created_at, u.used_at, t.expires_at from tokens t left join token_uses u on u.token_id = t.id \
     where t.user_id = $1 and t.kind = 'console' and t.revoked_at is null order by t.created_at desc, t.id limit 200";
const PUT_TOKEN_USE: &str = "insert into token_uses (token_id, agent, used_at) values ($1, $2, $3) \
     on conflict (token_id) do update set agent = excluded.agent, used_at = excluded.used_at";
const SET_ROLE: &str = "update users set role = $2 where id = $1";
const TIMES: &str =
    "select created_at, submitted_at, must_have_failed from applications where consented_at is not null and created_at >= $1";
const ANSWERS: &str = "select p.question_id, p.state, p.passed, count(*) as n from applications a \
     join prescreen_answers p on p.application_id = a.id where a.consented_at is not null and a.created_at >= $1";
const ACTIONS: &str = "select type as name, count(*) as n from action_queue where created_at >= $1";

/// The words that begin so, or the word itself where it is too short to be a beginning.
fn like<E: Engine>(list: Statement<E>, from: &'static str, to: &'static str, is: &'static str, word: &str) -> Statement<E> {
    if word.chars().count() < 3 {
        return list.and_with(is, word.to_owned());
    }
    list.and_with(from, word.to_owned()).and_with(to, format!("{word}\u{10ffff}"))
}

/// One of the desk's reads or writes on the connection.
macro_rules! on {
    ($rows:ident.$how:ident, |$c:ident| $done:expr) => {{
        let $c = $rows.$how().await?;
        let done = $done;
        $rows.noted(done)
    }};
}

#[async_trait]
impl<E: Engine, C: DerefMut<Target = E::Connection> + Send> DeskRows for SqlRows<E, C> {
    async fn desk_sessions(&mut self, filter: &DeskFilter, page: Page) -> Result<Vec<Session>> {
        on!(self.reads, |c| desk_sessions::<E>(filter, page).all(c).await)
    }

    async fn sessions_heard_after(&mut self, at: DateTime<Utc>, id: Uuid, limit: i64) -> Result<Vec<Heard>> {
        // The index tells the minute, and the minute of `at` is not before this.
        let minute = at.checked_sub_signed(Duration::minutes(1)).unwrap_or(at);
        on!(self.reads, |c| sql::<E>(HEARD).time(at).bind(id).bind(limit).time(minute).all(c).await)
    }

    async fn desk_row(&mut self, session_id: Uuid) -> Result<DeskRow> {
        on!(self.reads, |c| sql::<E>(DESK_ROW).bind(session_id).optional(c).await.map(Option::unwrap_or_default))
    }

    async fn put_desk_row(&mut self, session_id: Uuid, row: &DeskRow) -> Result<()> {
        let put = sql::<E>(PUT_DESK_ROW).bind(session_id).bind(row.assigned_to).opt_time(row.assigned_at).bind(row.words_upto);
        on!(self.reads, |c| put.run(c).await.map(drop))
    }

    async fn read_upto(&mut self, user_id: Uuid, session_id: Uuid) -> Result<i64> {
        on!(self.reads, |c| sql::<E>(READ_UPTO).bind(user_id).bind(session_id).value(c, "seq").await.map(Option::unwrap_or_default))
    }

    async fn mark_read(&mut self, user_id: Uuid, session_id: Uuid, seq: i64) -> Result<()> {
        on!(self.reads, |c| sql::<E>(MARK_READ).bind(user_id).bind(session_id).bind(seq).run(c).await.map(drop))
    }

    async fn notes(&mut self, session_id: Uuid) -> Result<Vec<Note>> {
        on!(self.reads, |c| sql::<E>(NOTES).bind(session_id).all(c).await)
    }

    async fn insert_note(&mut self, note: &Note) -> Result<()> {
        let put = sql::<E>(INSERT_NOTE)
            .bind(note.id)
            .bind(note.session_id)
            .bind(note.author_id)
            .text(&note.author)
            .text(&note.content)
            .time(note.created_at);
        on!(self.reads, |c| put.run(c).await.map(drop))
    }

    async fn note(&mut self, id: Uuid) -> Result<Option<Note>> {
        on!(self.reads, |c| sql::<E>(NOTE).bind(id).optional(c).await)
    }

    async fn delete_note(&mut self, id: Uuid) -> Result<bool> {
        on!(self.reads, |c| sql::<E>(DELETE_NOTE).bind(id).run(c).await.map(|n| n > 0))
    }

    async fn tags(&mut self, session_id: Uuid) -> Result<Vec<String>> {
        on!(self.reads, |c| sql::<E>(TAGS).bind(session_id).values(c, "tag").await)
    }

    async fn set_tags(&mut self, session_id: Uuid, tags: &[String]) -> Result<()> {
        let set = Set::of(tags, |set, tag| set.bind(session_id).text(tag));
        on!(self.reads, |c| {
            let mut done = sql::<E>(DELETE_TAGS).bind(session_id).run(c).await.map(drop);
            for statement in many("k_session_id, k_tag", set, INSERT_TAGS).statements::<E>()? {
                if done.is_ok() {
                    done = statement.run(c).await.map(drop);
                }
            }
            done
        })
    }

    async fn canned_replies(&mut self, page: Page) -> Result<Vec<CannedReply>> {
        on!(self.reads, |c| sql::<E>(CANNED).bind(page.limit).bind(page.offset).all(c).await)
    }

    async fn put_canned_reply(&mut self, reply: &CannedReply) -> Result<()> {
        let put = sql::<E>(PUT_CANNED).bind(reply.id).text(&reply.title).text(&reply.content).time(reply.created_at).time(reply.updated_at);
        on!(self.reads, |c| put.run(c).await.map(drop))
    }

    async fn delete_canned_reply(&mut self, id: Uuid) -> Result<bool> {
        on!(self.reads, |c| sql::<E>(DELETE_CANNED).bind(id).run(c).await.map(|n| n > 0))
    }

    async fn insert_words(&mut self, words: &[WordRow]) -> Result<()> {
        let set = Set::of(words, |set, w| set.text(&w.word).bind(w.session_id).bind(w.seq).time(w.sent_at));
        on!(self.reads, |c| {
            let mut done = Ok(());
            for statement in many("k_word, k_session_id, k_seq, k_sent_at", set, INSERT_WORDS).statements::<E>()? {
                if done.is_ok() {
                    done = statement.run(c).await.map(drop);
                }
            }
            done
        })
    }

    async fn find_words(&mut self, words: &[String], limit: i64) -> Result<Vec<Hit>> {
        let Some((first, others)) = words.split_first() else { return Ok(Vec::new()) };
        let mut list = sql::<E>(FIND).bind(limit);
        list = like(list, " and w.word >=", " and w.word <", " and w.word =", first);
        for word in others {
            list = like(list.and(OTHER_WORD), " and x.word >=", " and x.word <", " and x.word =", word).and(")");
        }
        on!(self.reads, |c| list.and(FOUND).all(c).await)
    }

    async fn set_candidate_keys(&mut self, candidate_id: Uuid, keys: &[String]) -> Result<()> {
        let set = Set::of(keys, |set, key| set.text(key).bind(candidate_id));
        on!(self.reads, |c| {
            let mut done = sql::<E>(DELETE_KEYS).bind(candidate_id).run(c).await.map(drop);
            for statement in many("k_key, k_candidate_id", set, INSERT_KEYS).statements::<E>()? {
                if done.is_ok() {
                    done = statement.run(c).await.map(drop);
                }
            }
            done
        })
    }

    async fn candidates_in_common(&mut self, candidate_id: Uuid) -> Result<Vec<(Uuid, String)>> {
        let found: Vec<Common> = on!(self.reads, |c| sql::<E>(IN_COMMON).bind(candidate_id).all(c).await)?;
        Ok(found.into_iter().map(|Common(id, key)| (id, key)).collect())
    }

    async fn move_candidate(&mut self, from: Uuid, into: Uuid) -> Result<()> {
        on!(self.changes, |c| {
            let mut done = Ok(());
            for statement in MOVE_CANDIDATE {
                if done.is_ok() {
                    done = sql::<E>(statement).bind(from).bind(into).run(c).await.map(drop);
                }
            }
            for statement in [DELETE_KEYS, DELETE_MOVED] {
                if done.is_ok() {
                    done = sql::<E>(statement).bind(from).run(c).await.map(drop);
                }
            }
            done
        })
    }

    async fn password(&mut self, user_id: Uuid) -> Result<Option<String>> {
        on!(self.reads, |c| sql::<E>(PASSWORD).bind(user_id).value(c, "hash").await)
    }

    async fn put_password(&mut self, user_id: Uuid, hash: &str, at: DateTime<Utc>) -> Result<()> {
        on!(self.reads, |c| sql::<E>(PUT_PASSWORD).bind(user_id).text(hash).time(at).run(c).await.map(drop))
    }

    async fn sign_ins(&mut self, user_id: Uuid) -> Result<Vec<SignIn>> {
        on!(self.reads, |c| sql::<E>(SIGN_INS).bind(user_id).all(c).await)
    }

    async fn put_token_use(&mut self, token_id: Uuid, agent: &str, at: DateTime<Utc>) -> Result<()> {
        on!(self.reads, |c| sql::<E>(PUT_TOKEN_USE).bind(token_id).text(agent).time(at).run(c).await.map(drop))
    }

    async fn set_user_role(&mut self, user_id: Uuid, role: Role) -> Result<bool> {
        on!(self.reads, |c| sql::<E>(SET_ROLE).bind(user_id).text(role.as_str()).run(c).await.map(|n| n > 0))
    }

    async fn application_times(&mut self, span: Span, limit: i64) -> Result<Vec<ApplicationTimes>> {
        let list = sql::<E>(TIMES).time(span.since).and_equals("job_id", span.job_id);
        on!(self.reads, |c| list.and_with(" order by created_at desc, id desc limit", limit).all(c).await)
    }

    async fn answer_counts(&mut self, span: Span) -> Result<Vec<AnswerCount>> {
        let list = sql::<E>(ANSWERS).time(span.since).and_equals("a.job_id", span.job_id);
        on!(self.reads, |c| list.and(" group by p.question_id, p.state, p.passed").all(c).await)
    }

    async fn action_counts(&mut self, span: Span) -> Result<Vec<Named>> {
        let mut list = sql::<E>(ACTIONS).time(span.since);
        if let Some(job) = span.job_id {
            list = list.and_with(" and application_id in (select id from applications where job_id =", job).and(")");
        }
        on!(self.reads, |c| list.and(" group by type order by type").all(c).await)
    }
}
