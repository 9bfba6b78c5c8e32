//! The rows, past every server. Nothing but text, numbers and flags is read, so that both engines answer the same.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

/// A message.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) platform: String,
    /// Their chat; on the web the session.
    pub(crate) person: String,
    pub(crate) sender: String,
    pub(crate) content: String,
    pub(crate) delivery: String,
    pub(crate) attempts: i64,
}

/// An application of somebody's newest conversation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Applied {
    pub(crate) status: String,
    pub(crate) score: Option<f64>,
    pub(crate) must_have_failed: bool,
    /// The answers' values as JSON, by the questions' order.
    pub(crate) values: Vec<String>,
    /// How often its completion was told.
    pub(crate) completed: i64,
}

const MESSAGES: &str = "select s.platform as platform, :person as person, m.sender as sender, m.content as content, m.delivery as delivery, \
     coalesce((select max(o.attempts) from outbox o where o.message_id = m.id), 0) as attempts \
     from chat_messages m join chat_sessions s on s.id = m.session_id order by s.opened_at, s.id, m.seq";
const APPLIED: &str = "select s.platform as platform, :person as person, a.status as status, a.jd_match_score as score, \
     case when a.must_have_failed then 1 else 0 end as failed, \
     (select count(*) from events e where e.application_id = a.id and e.type = 'CHAT_PRESCREEN_COMPLETED') as completed \
     from applications a join chat_sessions s on s.application_id = a.id";
const VALUES: &str = "select s.platform as platform, :person as person, cast(p.value as text) as value \
     from prescreen_answers p join chat_sessions s on s.application_id = p.application_id \
     join job_prescreen_questions q on q.id = p.question_id order by s.id, q.question_order";
/// Whose last word from the bot may or may not have arrived, and is a person's to look after.
const LEFT_TO_A_PERSON: &str = "select s.platform as platform, :person as person from chat_sessions s \
     where exists (select 1 from action_queue a where a.session_id = s.id and a.type = 'delivery_failed' and a.status = 'open') \
     and (select m.delivery from chat_messages m where m.session_id = s.id and m.sender = 'bot' order by m.seq desc limit 1) = 'unknown'";
const SESSIONS: &str = "select s.platform_user_id as address, :id as id from chat_sessions s";

pub(crate) enum Rows {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A conversation's id as text.
const SQLITE_ID: &str = "lower(substr(hex(s.id), 1, 8) || '-' || substr(hex(s.id), 9, 4) || '-' || substr(hex(s.id), 13, 4) || '-' || \
     substr(hex(s.id), 17, 4) || '-' || substr(hex(s.id), 21, 12))";
const POSTGRES_ID: &str = "s.id::text";

/// A statement with a conversation's id, and its person, as this engine writes them: who comes by the web is known by the
/// conversation.
fn written(sql: &str, id: &str) -> AssertSqlSafe<String> {
    let person = "case when s.platform = 'web' then :id else s.platform_user_id end";
    AssertSqlSafe(sql.replace(":person", person).replace(":id", id))
}

/// Reads every row of a statement, on whichever engine.
macro_rules! read {
    ($rows:expr, $sql:expr, |$row:ident| $made:expr) => {
        match $rows {
            Rows::Sqlite(c) => {
                sqlx::query(written($sql, SQLITE_ID)).fetch_all(c).await.unwrap().iter().map(|$row| $made).collect::<Vec<_>>()
            }
            Rows::Postgres(c) => {
                sqlx::query(written($sql, POSTGRES_ID)).fetch_all(c).await.unwrap().iter().map(|$row| $made).collect::<Vec<_>>()
            }
        }
    };
}

impl Rows {
    pub(crate) async fn of(url: &str) -> Self {
        if url.starts_with("sqlite") {
            return Self::Sqlite(SqliteConnection::connect(url).await.unwrap());
        }
        let mut connection = PgConnection::connect(url).await.unwrap();
        connection.execute("set search_path to chatbot").await.unwrap();
        Self::Postgres(connection)
    }

    pub(crate) async fn messages(&mut self) -> Vec<Said> {
        read!(self, MESSAGES, |row| Said {
            platform: row.get("platform"),
            person: row.get("person"),
            sender: row.get("sender"),
            content: row.get("content"),
            delivery: row.get("delivery"),
            attempts: row.get("attempts"),
        })
    }

    pub(crate) async fn applied(&mut self) -> BTreeMap<(String, String), Applied> {
        type Row4 = ((String, String), Applied);
        let found: Vec<Row4> = read!(self, APPLIED, |row| (
            (row.get("platform"), row.get("person")),
            Applied {
                status: row.get("status"),
                score: row.get("score"),
                must_have_failed: i64::from(row.get::<i32, _>("failed")) != 0,
                values: Vec::new(),
                completed: row.get("completed"),
            }
        ));
        let mut all: BTreeMap<(String, String), Applied> = found.into_iter().collect();
        let values: Vec<((String, String), String)> =
            read!(self, VALUES, |row| ((row.get("platform"), row.get("person")), row.get("value")));
        for (whose, value) in values {
            all.entry(whose).or_default().values.push(value);
        }
        all
    }

    /// Platform and person of each conversation that waits for somebody to look at what may not have arrived.
    pub(crate) async fn left_to_a_person(&mut self) -> Vec<(String, String)> {
        read!(self, LEFT_TO_A_PERSON, |row| (row.get("platform"), row.get("person")))
    }

    /// The ids of conversations by their person's address.
    pub(crate) async fn sessions(&mut self) -> BTreeMap<String, String> {
        read!(self, SESSIONS, |row| (row.get("address"), row.get("id"))).into_iter().collect()
    }

    pub(crate) async fn count(&mut self, sql: &'static str) -> i64 {
        match self {
            Self::Sqlite(c) => sqlx::query(sql).fetch_one(c).await.unwrap().get(0),
            Self::Postgres(c) => sqlx::query(sql).fetch_one(c).await.unwrap().get(0),
        }
    }
}
