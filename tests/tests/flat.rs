//! Flat cost on PostgreSQL: the real servers hold the same conversations in a database of a small employer and in one that
//! has grown for years, and a turn and a claim touch no more pages than 1.5 times as many. Pages are counted by PostgreSQL
//! itself, statement by statement, in its memory or on disk. `CHATBOT_FLAT=slow` grows the database to a million idle
//! conversations and ten million messages (`tests/run flat`). SQLite's steps are counted in chatbot-core, `flat` as well.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "the figures are what this is for")]

#[path = "../../chatbot-core/src/store/sql/tests/fill.rs"]
mod fill;

use std::collections::BTreeMap;
use std::time::Duration;

use chatbot_tests::job::{ANSWERS, SLUG, baker};
use chatbot_tests::patience::within;
use chatbot_tests::second::Second;
use chatbot_tests::server::moment;
use chatbot_tests::telegram::FakeTelegram;
use chatbot_tests::torture::own_postgres::OwnPostgres;
use chatbot_tests::{Candidate, Engine, Server, Signal, Texter};
use fill::{POSTGRES, Size, statements};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

/// How much more it may be.
const MOST: f64 = 1.5;
/// Conversations that are counted, of each kind.
const CONVERSATIONS: usize = 4;
/// What begins a claim, by the worker that accepted the message or by another.
const CLAIM: &str = "update chat_sessions set lease_boot = $";
/// What a process does when it starts and then once an hour: it looks at everybody who might have to go.
const SWEEPS: [&str; 2] = [
    "select c.id as id from candidates c where c.updated_at <",
    "from chat_sessions where closed_at is not null and (candidate_id is null or",
];
/// Tables in which conversations leave rows; but for candidates, whom a sweep looks at.
const GROWING: &str = "('applications', 'prescreen_answers', 'consents', 'chat_sessions', 'chat_messages', 'timers', 'seen', \
     'inbound', 'outbox', 'action_queue', 'activity_logs', 'events', 'files', 'quarantine', 'erasures')";

/// Pages, by statement, and what was done meanwhile.
#[derive(Debug)]
struct Costs {
    turn: f64,
    claim: f64,
    /// Pages a turn, of each statement.
    statements: BTreeMap<String, f64>,
    /// Growing tables that were read from end to end, with the rows read so.
    scanned: Vec<(String, i64)>,
}

impl Costs {
    fn of(&self, text: &str) -> f64 {
        self.statements.get(text).copied().unwrap_or_default()
    }

    /// The statements that have grown most since.
    fn culprits(&self, since: &Self) -> String {
        let mut grown: Vec<_> = self.statements.iter().map(|(text, pages)| (pages - since.of(text), *pages, text)).collect();
        grown.sort_by(|one, other| other.0.total_cmp(&one.0));
        let end = |text: &str| text.chars().skip(text.chars().count().saturating_sub(300)).collect::<String>();
        let told = grown.iter().take(5).map(|(more, pages, text)| format!("  {more:+.1} to {pages:.1} pages a turn: … {}", end(text)));
        told.collect::<Vec<_>>().join("\n")
    }
}

/// A PostgreSQL that counts the pages of each statement.
async fn counting_postgres() -> OwnPostgres {
    let own = OwnPostgres::start().await;
    let mut c = PgConnection::connect(&own.url).await.unwrap();
    for setting in ["shared_preload_libraries = pg_stat_statements", "pg_stat_statements.max = 10000", "max_wal_size = '4GB'"] {
        // The library's own settings are known once it is there.
        drop(c.execute(AssertSqlSafe(format!("alter system set {setting}"))).await);
    }
    drop(c);
    own.crash().await;
    own.go_on().await;
    let mut c = PgConnection::connect(&own.url).await.unwrap();
    c.execute("create extension pg_stat_statements").await.unwrap();
    own
}

async fn beside(own: &OwnPostgres, schema: &str) -> PgConnection {
    let mut c = PgConnection::connect(&own.url).await.unwrap();
    c.execute(AssertSqlSafe(format!("set search_path to {schema}, public"))).await.unwrap();
    c
}

async fn fill(c: &mut PgConnection, sessions: u64, messages: u64) {
    let now: i64 = sqlx::query_scalar("select cast(extract(epoch from now()) as bigint)").fetch_one(&mut *c).await.unwrap();
    c.execute("set session_replication_role = replica; set synchronous_commit = off; set maintenance_work_mem = '256MB'").await.unwrap();
    for statement in statements(&POSTGRES, Size { sessions, messages, since: now - 20 * 86_400 }) {
        c.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    // The words of all these were noted as they were written: the desk's hourly look begins after them.
    let noted = "insert into settings (name, value) values ('desk_words_after', to_char(now() at time zone 'utc', \
         'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00|00000000-0000-0000-0000-000000000000\"')) on conflict (name) do update set value = excluded.value";
    c.execute(noted).await.unwrap();
    c.execute("set session_replication_role = default").await.unwrap();
    c.execute("vacuum analyze").await.unwrap();
}

/// Grows a database behind a server, and counts what conversations cost there.
async fn costs(own: &OwnPostgres, sessions: u64, messages: u64) -> Costs {
    let fake = FakeTelegram::start().await;
    let mut server =
        Server::on(Engine::Postgres).env("DATABASE_URL", &own.url).telegram(&fake).env("TELEGRAM_MODE", "polling").start().await;
    server.create_job(&baker()).await;
    server.stop(Signal::Term).await;
    let schema = server.database.schema.as_ref().unwrap().0.clone();
    let mut c = beside(own, &schema).await;
    fill(&mut c, sessions, messages).await;
    let mut counted = Counted::default();
    forget(&mut c).await;
    server.start().await;
    // One of each before what counts: what a process looks at first, it looks at once.
    Candidate::open(&server, SLUG).await.interview(&ANSWERS).await;
    Texter::open(&fake, SLUG).await.interview(&ANSWERS).await;
    Counted::begin(&mut c, 1).await;
    for _ in 0..CONVERSATIONS {
        Candidate::open(&server, SLUG).await.interview(&ANSWERS).await;
        Texter::open(&fake, SLUG).await.interview(&ANSWERS).await;
    }
    server.stop(Signal::Term).await;
    counted.end(&mut c, &schema).await;
    // Accepted in one process, claimed in another.
    server.change_env("WORKER_TYPE", "api");
    forget(&mut c).await;
    server.start().await;
    let worker = Second::start(&server, "chat").await;
    Counted::begin(&mut c, 2).await;
    for _ in 0..CONVERSATIONS {
        Candidate::open(&server, SLUG).await.interview(&ANSWERS).await;
    }
    drop(worker);
    server.stop(Signal::Term).await;
    counted.end(&mut c, &schema).await;
    counted.costs()
}

/// What was counted until now is forgotten; what this connection did and has not told yet, too: told later, it would count.
async fn forget(c: &mut PgConnection) {
    if c.server_version_num() >= Some(150_000) {
        c.execute("select pg_stat_force_next_flush()").await.unwrap();
    }
    c.execute("select pg_stat_reset(), pg_stat_statements_reset()").await.unwrap();
}

/// What PostgreSQL counted while conversations were held.
#[derive(Default)]
struct Counted {
    /// Of each statement, how often it was run and how many pages it touched.
    statements: BTreeMap<String, (i64, i64)>,
    scanned: Vec<(String, i64)>,
    /// Inbox entries: in these conversations each is a turn.
    turns: i64,
}

impl Counted {
    /// Begins to count, once so many processes have done what each does when it starts and then once an hour.
    async fn begin(c: &mut PgConnection, processes: i64) {
        let done = "select coalesce(min(n), 0)::bigint from (select (select sum(calls) from pg_stat_statements where query like s) as n \
             from unnest($1) as s) as sweeps";
        let sweeps = SWEEPS.map(|text| format!("%{text}%"));
        within(Duration::from_secs(300), "every process has cleared up", async || {
            let times: i64 = sqlx::query_scalar(done).bind(&sweeps[..]).fetch_one(&mut *c).await.unwrap();
            (times >= processes).then_some(())
        })
        .await;
        moment().await;
        forget(c).await;
    }

    /// Adds what was counted. No process runs any more, and each has told what it read.
    async fn end(&mut self, c: &mut PgConnection, schema: &str) {
        let pages = "select query, sum(calls)::bigint, sum(shared_blks_hit + shared_blks_read)::bigint from pg_stat_statements \
             where query not like '%pg_stat%' group by query";
        for row in c.fetch_all(pages).await.unwrap() {
            let text: String = row.get(0);
            if SWEEPS.iter().any(|sweep| text.contains(sweep)) {
                continue;
            }
            let of = self.statements.entry(text).or_default();
            *of = (of.0 + row.get::<i64, _>(1), of.1 + row.get::<i64, _>(2));
        }
        let scanned = format!(
            "select relname::text, seq_tup_read from pg_stat_user_tables where schemaname = '{schema}' and relname in {GROWING} and seq_tup_read > 0"
        );
        self.scanned.extend(sqlx::query_as::<_, (String, i64)>(AssertSqlSafe(scanned)).fetch_all(&mut *c).await.unwrap());
        let entered = format!("select n_tup_ins from pg_stat_user_tables where schemaname = '{schema}' and relname = 'inbound'");
        self.turns += sqlx::query_scalar::<_, i64>(AssertSqlSafe(entered)).fetch_one(c).await.unwrap();
    }

    fn costs(self) -> Costs {
        let turns = self.turns;
        assert!(turns >= 3 * i64::try_from(CONVERSATIONS * ANSWERS.len()).unwrap(), "only {turns} turns were held");
        let claims = || self.statements.iter().filter(|(text, _)| text.starts_with(CLAIM));
        let times: i64 = claims().map(|(_, (calls, _))| calls).sum();
        // Whoever accepts claims at once, where a worker is free; the others are claimed by this statement.
        assert!(times >= turns / 3, "{times} claims for {turns} turns");
        Costs {
            turn: self.statements.values().map(|(_, pages)| pages).sum::<i64>() as f64 / turns as f64,
            claim: claims().map(|(_, (_, pages))| pages).sum::<i64>() as f64 / times as f64,
            statements: self.statements.into_iter().map(|(text, (_, pages))| (text, pages as f64 / turns as f64)).collect(),
            scanned: self.scanned,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_and_a_claim_touch_no_more_pages_in_a_database_that_has_grown() {
    let slow = std::env::var("CHATBOT_FLAT").is_ok_and(|extent| extent == "slow");
    let (sessions, messages) = if slow { (1_250_000, 10_000_000) } else { (25_000, 200_000) };
    let own = counting_postgres().await;
    let small = costs(&own, 2_000, 16_000).await;
    let large = costs(&own, sessions, messages).await;
    println!("PostgreSQL, pages, with {} idle sessions and {messages} messages, and with 1600 and 16000:", sessions / 5 * 4);
    let culprits = large.culprits(&small);
    for (what, small, large) in [("a turn", small.turn, large.turn), ("a claim", small.claim, large.claim)] {
        println!("  {what}: {small:.1} when small, {large:.1} when large, {:.2} times", large / small);
        assert!(large <= MOST * small, "{what} touches {large:.1} pages, and touched {small:.1} in a small database:\n{culprits}");
    }
    println!("What grew most:\n{culprits}");
    assert_eq!(large.scanned, [], "growing tables were read from end to end:\n{culprits}");
}
