//! `db verify`: a database that is broken in one way is reported for that, and for nothing else; one that works is not.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use chrono::Duration;
use sqlx::{AssertSqlSafe, Connection, Executor};
use uuid::Uuid;

use super::clock;
use crate::Chatbot;
use crate::access::{Actor, Role};
use crate::channel::{ChannelAdapter, ChannelError, Sent};
use crate::chatbot::Check;
use crate::clock::{FakeClock, RandomIds};
use crate::message::inbound::Address;
use crate::message::{InboxEntry, Person, Sender};
use crate::recruiting::job_file::JobFile;
use crate::recruiting::{ApplicationStatus, StageMove};
use crate::session::OpenSession;
use crate::store::Store;

const JOB: &str = r#"
title: Welder
prescreen:
  questions:
    - {text: "How many years have you been welding?", kind: number, rule: {min: 4}, weight: 3}
    - {text: "Do you hold a valid certificate?", kind: yes_no, rule: {expected: true}, must_have: true, weight: 2}
    - {text: "Which shift would you take?", kind: choice, options: [{value: early}, {value: late}], rule: {accept: [early]}, required: false}
"#;

/// Pigeons: one of them is afraid of the dark and flies nowhere.
struct Pigeons;

#[async_trait]
impl ChannelAdapter for Pigeons {
    fn platform(&self) -> &'static str {
        "pigeon"
    }
    fn account(&self) -> &'static str {
        "1"
    }
    async fn send_text(&self, recipient: &str, _: &str) -> Result<Sent, ChannelError> {
        match recipient {
            "p2" => Err(ChannelError::Refused { reason: "it is dark".into() }),
            _ => Ok(Sent::default()),
        }
    }
}

/// `:s(x)`: the conversation of x. `:new`, `:key`: a new id, a key's hash, as the engine writes them.
const BREAKS: &[(Check, &[&str])] = &[
    (
        Check::NumberMissing,
        &["delete from chat_messages where session_id = :s(w2) and seq = (select last_seq from chat_sessions where id = :s(w2))"],
    ),
    (
        Check::NumberDoubled,
        &[
            "update inbound set message_id = null where session_id = :s(w2) and seq = (select max(seq) from inbound where session_id = :s(w2))",
        ],
    ),
    (
        Check::NumberUncounted,
        &[
            "insert into chat_messages select :new, session_id, seq + 1, 'system', content, content_format, metadata, sent_at, delivery, null \
        from chat_messages where session_id = :s(w2) and seq = (select last_seq from chat_sessions where id = :s(w2))",
        ],
    ),
    (
        Check::EntryUncounted,
        &[
            "insert into inbound select session_id, (select last_seq + 1 from chat_sessions where id = :s(w2)), sender, actor, 'say', content, content_format, \
         metadata, accepted_at, null, null, null from inbound where session_id = :s(w2) and seq = 0",
            "update chat_sessions set last_seq = last_seq + 1 where platform_user_id = 'w2'",
        ],
    ),
    (
        Check::EntryMessage,
        &["delete from chat_messages where session_id = :s(w2) and seq = (select max(seq) from inbound where session_id = :s(w2))"],
    ),
    (
        Check::AcceptedLost,
        &["update seen set seq = 1000 where session_id = :s(p1) and seq = (select max(seq) from seen where session_id = :s(p1))"],
    ),
    (
        Check::AcceptedLost,
        &[
            "update chat_messages set sender = 'candidate' where session_id = :s(w2) and seq = (select last_seq from chat_sessions where id = :s(w2))",
        ],
    ),
    (
        Check::AcceptedTwice,
        &["insert into seen select :key, body_hash, session_id, message_id, seq, created_at from seen \
        where session_id = :s(p1) and seq = (select max(seq) from seen where session_id = :s(p1))"],
    ),
    (Check::Counters, &["update chat_sessions set last_handled = last_inbound + 1 where platform_user_id = 'w2'"]),
    (Check::HandledMarks, &["update inbound set handled_upto = null where session_id = :s(w2) and handled_upto > seq"]),
    (
        Check::HandledMarks,
        &["update inbound set handled_upto = null where session_id = :s(p1) and handled_upto is not null \
        and not exists (select 1 from chat_messages m where m.session_id = inbound.session_id and m.turn_upto = inbound.handled_upto)"],
    ),
    (
        Check::HandledIntervals,
        &["update inbound set handled_upto = (select max(seq) from inbound where session_id = :s(w2)) \
        where session_id = :s(w2) and handled_upto > seq"],
    ),
    (
        Check::TurnWithoutEntry,
        &["update chat_messages set turn_upto = turn_upto - 1 where session_id = :s(w2) \
        and turn_upto = (select handled_upto from inbound where session_id = :s(w2) and handled_upto > seq)"],
    ),
    (
        Check::TurnTwice,
        &["update chat_messages set turn_upto = (select min(turn_upto) from chat_messages where session_id = :s(w2)) \
        where session_id = :s(w2) and turn_upto = (select max(turn_upto) from chat_messages where session_id = :s(w2))"],
    ),
    (
        Check::OpenTwice,
        &[
            "drop index chat_sessions_platform_account_platform_user_id",
            "update chat_sessions set platform_user_id = 'w1' where platform_user_id = 'w2'",
        ],
    ),
    (Check::Stuck, &["update chat_sessions set ready_at = null where platform_user_id = 'w2'"]),
    (Check::TimerLate, &["update chat_sessions set ready_at = '2099-01-01T00:00:00.000000Z' where platform_user_id = 'w2'"]),
    (Check::TimerOfClosed, &["update chat_sessions set closed_at = opened_at, ready_at = null where platform_user_id = 'w2'"]),
    (
        Check::DeliveryState,
        &["update chat_messages set delivery = 'cancelled' where session_id = :s(p1) \
        and seq = (select seq from outbox where session_id = :s(p1) order by seq limit 1 offset 1)"],
    ),
    (
        Check::DeliveryMissing,
        &["delete from outbox where session_id = :s(p1) and seq = (select max(seq) from outbox where session_id = :s(p1))"],
    ),
    (
        Check::DeliveryDoubled,
        &[
            "insert into outbox select :new, session_id, message_id, seq, platform, account, recipient, state, control_epoch, attempts, next_at, \
        lease_boot, lease_n, provider_ref, error, created_at, settled_at from outbox \
        where session_id = :s(p1) and seq = (select max(seq) from outbox where session_id = :s(p1))",
        ],
    ),
    (
        Check::DeliveryPulled,
        &[
            "update chat_messages set delivery = 'ready' where session_id = :s(w2) and seq = (select last_seq from chat_sessions where id = :s(w2))",
        ],
    ),
    (
        Check::DeliveryOrder,
        &[
            "update chat_messages set delivery = 'ready' where session_id = :s(p1) and seq = (select min(seq) from outbox where session_id = :s(p1))",
            "update outbox set state = 'ready', settled_at = null where session_id = :s(p1) and seq = (select min(seq) from outbox where session_id = :s(p1))",
        ],
    ),
    (
        Check::DeliveryOrder,
        &["update outbox set settled_at = '2099-01-01T00:00:00.000000Z' where session_id = :s(p1) \
        and seq = (select min(seq) from outbox where session_id = :s(p1))"],
    ),
    (
        Check::DeliveryOrphan,
        &[
            "update chat_messages set delivery = 'sending' where session_id = :s(p1) and seq = (select max(seq) from outbox where session_id = :s(p1))",
            "update outbox set state = 'sending', settled_at = null, lease_boot = :new where session_id = :s(p1) and seq = (select max(seq) from outbox where session_id = :s(p1))",
        ],
    ),
    (
        Check::DeliveryOrphan,
        &[
            "update chat_messages set delivery = 'sending' where session_id = :s(p1) and seq = (select max(seq) from outbox where session_id = :s(p1))",
            "update outbox set state = 'sending', settled_at = null where session_id = :s(p1) and seq = (select max(seq) from outbox where session_id = :s(p1))",
            "update leases set until = '2000-01-01T00:00:00.000000Z'",
            "update outbox set next_at = '2000-01-01T00:00:00.000000Z' where session_id = :s(p1)",
        ],
    ),
    (Check::FailureUntold, &["delete from action_queue where type = 'delivery_failed'"]),
    (Check::BotSpoke, &["update chat_messages set sender = 'bot' where session_id = :s(p1) and sender = 'recruiter'"]),
    (Check::BotSpoke, &["update chat_sessions set automation_enabled = :false, control_seq = last_seq - 1 where platform_user_id = 'w2'"]),
    (Check::Questions, &["update applications set question_set_version = 99 where session_id = :s(w2)"]),
    (
        Check::Questions,
        &[
            "update prescreen_answers set question_id = :new where application_id = (select application_id from chat_sessions where platform_user_id = 'w2')",
        ],
    ),
    (
        Check::AnswerScore,
        &[
            "update prescreen_answers set score = 0.125 where application_id = (select application_id from chat_sessions where platform_user_id = 'w2')",
        ],
    ),
    (Check::Figures, &["update applications set jd_match_score = 12.5 where session_id = :s(w2)"]),
    (Check::Figures, &["update applications set answered = 3 where session_id = :s(w2)"]),
    (Check::RejectedByNobody, &["update applications set status = 'rejected' where session_id = :s(w2)"]),
    (Check::NamesNobody, &["update consents set candidate_id = :new where session_id = :s(w2)"]),
    (
        Check::NamesNobody,
        &["update seen set session_id = :new where session_id = :s(p2) and seq = (select max(seq) from seen where session_id = :s(p2))"],
    ),
];

/// What the breaks touch, put back after each.
const TABLES: [&str; 11] = [
    "chat_sessions",
    "chat_messages",
    "inbound",
    "seen",
    "timers",
    "outbox",
    "leases",
    "action_queue",
    "applications",
    "prescreen_answers",
    "consents",
];
const INDEX: &str = "create unique index if not exists chat_sessions_platform_account_platform_user_id \
     on chat_sessions (platform, account, platform_user_id) where closed_at is null";

struct World {
    bot: Chatbot,
    clock: Arc<FakeClock>,
}

impl World {
    fn on(store: Store, clock: Arc<FakeClock>) -> Self {
        Self { bot: Chatbot::builder(store).clock(clock.clone()).channel(Pigeons).build().unwrap(), clock }
    }

    async fn drain(&self) {
        self.bot.drain().await.unwrap();
        self.clock.advance(Duration::seconds(1));
    }

    async fn open(&self, name: &str, job: Uuid) -> (Uuid, Uuid) {
        let person = Person { platform: "web".into(), platform_user_id: name.into(), job_id: Some(job), ..Person::default() };
        let opened = self.bot.open_session(OpenSession::new(person)).await.unwrap();
        self.drain().await;
        (opened.session.id, opened.session.application_id.unwrap())
    }

    async fn say(&self, session: Uuid, words: &[&str]) {
        for word in words {
            self.bot.save_incoming_message(InboxEntry::text(session, *word)).await.unwrap();
        }
        self.drain().await;
    }

    async fn fly(&self, name: &str, text: &str, number: u32) -> Uuid {
        let person = Person { platform: "pigeon".into(), account: "1".into(), platform_user_id: name.into(), ..Person::default() };
        let entry = InboxEntry {
            address: Address::Person(person),
            dedupe_key: Some(format!("{name}-{number}")),
            ..InboxEntry::text(Uuid::nil(), text)
        };
        let accepted = self.bot.save_incoming_message(entry).await.unwrap();
        self.drain().await;
        accepted.session_id
    }

    /// Web and pigeons, a takeover with its release, an opt-out under a person's control, an undeliverable message, an
    /// erasure, a rejection, a withdrawal of a decision and a half-filled form.
    async fn live(&self) {
        let grace = Actor { user_id: None, name: "Grace".into(), role: Role::Admin };
        let job = self.bot.create_job(&JobFile::from_yaml(JOB, None).unwrap(), false).await.unwrap().id;
        let (w1, rejected) = self.open("w1", job).await;
        for words in ["yes", "0", "no", "late", "Ada", "ada@example.org", "submit"] {
            self.say(w1, &[words]).await;
        }
        self.bot.application(rejected, Some(&grace)).await.unwrap();
        let to = StageMove { status: Some(ApplicationStatus::Rejected), reason: Some("no certificate".into()), note: None };
        self.bot.move_application(rejected, &to, &grace).await.unwrap();
        let (w2, _) = self.open("w2", job).await;
        self.say(w2, &["yes"]).await;
        self.say(w2, &["5", "what is the salary?"]).await;
        self.say(w2, &["yes"]).await;
        self.say(w2, &["/help"]).await;
        for (number, words) in (0..).zip(["/start welder", "yes", "6"]) {
            self.fly("p1", words, number).await;
        }
        let p1 = self.fly("p1", "/status", 9).await;
        self.bot.takeover(p1, &grace).await.unwrap();
        self.fly("p1", "who is there?", 10).await;
        let hello = InboxEntry { sender: Sender::Recruiter, actor: Some("Grace".into()), ..InboxEntry::text(p1, "Grace here") };
        self.bot.save_incoming_message(hello).await.unwrap();
        self.drain().await;
        self.bot.release(p1, &grace).await.unwrap();
        self.drain().await;
        self.fly("p1", "yes", 11).await;
        self.fly("p2", "/start welder", 0).await;
        self.fly("p2", "yes", 1).await;
        let (w3, _) = self.open("w3", job).await;
        self.say(w3, &["yes"]).await;
        self.bot.takeover(w3, &grace).await.unwrap();
        self.say(w3, &["STOP"]).await;
        self.bot.release(w3, &grace).await.unwrap();
        self.drain().await;
        for (number, words) in (0..).zip(["/start welder", "yes", "/forget", "yes, delete"]) {
            self.fly("p3", words, number).await;
        }
    }
}

/// The body of both tests: `$connection` reaches past the store, `$put_back` copies a table's rows back.
macro_rules! told {
    ($store:expr, $clock:expr, $connection:ident, $words:expr, $columns:expr, $put_back:expr) => {{
        let world = Arc::new(World::on($store, $clock));
        // Looked at all the while: what moves contradicts nothing.
        let done = Arc::new(AtomicBool::new(false));
        let watching = tokio::spawn({
            let (world, done) = (Arc::clone(&world), Arc::clone(&done));
            async move {
                let mut looks = 0;
                while !done.load(Ordering::SeqCst) {
                    assert_eq!(world.bot.verify().await.unwrap().problems, [], "look {looks}");
                    looks += 1;
                }
                looks
            }
        });
        world.live().await;
        done.store(true, Ordering::SeqCst);
        assert!(watching.await.unwrap() > 3);
        let sound = world.bot.verify().await.unwrap();
        assert_eq!(sound.problems, []);
        assert!(sound.sessions >= 6 && sound.messages > 40 && sound.deliveries > 10 && sound.applications >= 4, "{sound:?}");
        for table in TABLES {
            $connection.execute(AssertSqlSafe(format!("create table kept_{table} as select * from {table}"))).await.unwrap();
        }
        let mut untried: BTreeSet<Check> = Check::ALL.iter().copied().collect();
        for (check, statements) in BREAKS {
            untried.remove(check);
            let mut touched = 0;
            for statement in *statements {
                let mut text = statement.to_string();
                for name in ["w2", "p1", "p2"] {
                    text =
                        text.replace(&format!(":s({name})"), &format!("(select id from chat_sessions where platform_user_id = '{name}')"));
                }
                for (word, meaning) in $words {
                    text = text.replace(word, meaning);
                }
                touched += $connection.execute(AssertSqlSafe(text)).await.unwrap().rows_affected();
            }
            assert!(touched > 0, "{check}: the break touched nothing: {statements:?}");
            let found = world.bot.verify().await.unwrap();
            let broken: Vec<Check> = found.broken.keys().copied().collect();
            assert_eq!(broken, [*check], "{statements:?}: {:#?}", found.problems);
            assert!(found.problems.iter().all(|p| !p.rows.is_empty() && !p.found.is_empty()), "{:?}", found.problems);
            for table in TABLES {
                $connection.execute(AssertSqlSafe(format!("delete from {table}"))).await.unwrap();
                // What a column is computed from is put back, not the column.
                let columns: String =
                    sqlx::query_scalar(AssertSqlSafe(format!($columns, table = table))).fetch_one(&mut $connection).await.unwrap();
                let put_back = format!($put_back, table = table, columns = columns);
                $connection.execute(AssertSqlSafe(put_back)).await.unwrap();
            }
            $connection.execute(INDEX).await.unwrap();
        }
        assert_eq!(world.bot.verify().await.unwrap().problems, [], "all is put back");
        assert!(untried.is_empty(), "checks that nothing broke: {untried:?}");
        world.bot.close().await;
    }};
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_broken_in_one_way_is_reported_for_that_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let url = format!("sqlite://{}", folder.path().join("chatbot.db").display());
    let store = crate::store::SqliteStore::open(&url, clock.clone(), Arc::new(RandomIds)).await.unwrap();
    crate::store::Backend::migrate(&store).await.unwrap();
    let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite://{}", store.path().display())).await.unwrap();
    connection.execute("pragma foreign_keys = off").await.unwrap();
    let words = [(":new", "randomblob(16)"), (":key", "x'00'"), (":false", "0")];
    told!(
        Store::from(store),
        clock,
        connection,
        words,
        "select group_concat(name) from pragma_table_info('{table}')",
        "insert into {table} ({columns}) select {columns} from kept_{table}"
    );
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_broken_in_one_way_is_reported_for_that_and_nothing_else() {
    let url = std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL: run the tests with `tests/run`, which starts a PostgreSQL");
    let schema = format!("verify_{}", crate::clock::IdSource::uuid(&RandomIds).simple());
    let clock = clock();
    let store = crate::store::PgStore::connect(&url, &schema, clock.clone(), Arc::new(RandomIds)).await.unwrap();
    crate::store::Backend::migrate(&store).await.unwrap();
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    // Neither foreign keys nor triggers keep this connection from breaking things.
    let settings = format!("set search_path to {schema}; set session_replication_role to replica");
    connection.execute(AssertSqlSafe(settings)).await.unwrap();
    let words = [(":new", "gen_random_uuid()"), (":key", "decode('00', 'hex')"), (":false", "false")];
    told!(
        Store::from(store),
        clock,
        connection,
        words,
        "select string_agg(quote_ident(column_name), ',') from information_schema.columns where table_schema = current_schema() and table_name = '{table}' and is_generated = 'NEVER'",
        "insert into {table} ({columns}) overriding system value select {columns} from kept_{table}"
    );
    connection.execute(AssertSqlSafe(format!("drop schema {schema} cascade"))).await.unwrap();
}
