//! What `db verify` reads: pages by id, each in a snapshot of its own, so that what moves meanwhile contradicts nothing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{Connection, Transaction};
use uuid::Uuid;

use super::super::cell::Binds;
use super::super::columns::{Columns, Record};
use super::super::engine::Engine;
use super::super::fail::fail;
use super::super::statement::sql;
use super::super::time::Ts;
use super::sessions::session_columns;
use crate::recruiting::{Answer, Application};
use crate::session::{Session, Timer};
use crate::store::facts::{
    ApplicationFacts, EntryFact, FailureFact, MessageFact, Named, Naming, OutboxFact, SeenFact, SessionFacts, SessionPage,
};
use crate::store::rows::{Lease, Result};

/// Sessions a page takes at most.
const SESSIONS_AT_ONCE: i64 = 200;

/// One view of the database for several statements. It locks nothing and keeps no writer waiting.
async fn snapshot<E: Engine>(c: &mut E::Connection) -> Result<Transaction<'_, E>> {
    let begin = if E::ENGINE == "postgres" { "begin isolation level repeatable read read only" } else { "begin" };
    c.begin_with(begin).await.map_err(fail::<E>)
}

macro_rules! record {
    ($of:ty, $table:literal, |$row:ident| $read:expr) => {
        impl Record for $of {
            const TABLE: &'static str = $table;

            fn read<E: Engine>($row: &Columns<'_, E>) -> Result<Self> {
                Ok($read)
            }
        }
    };
}

record!(EntryFact, "inbound", |row| Self {
    session_id: row.get("session_id")?,
    seq: row.get("seq")?,
    kind: row.name("kind")?,
    message_id: row.get("message_id")?,
    handled_upto: row.get("handled_upto")?,
    release: row.opt_json("release")?,
});

record!(MessageFact, "chat_messages", |row| Self {
    id: row.get("id")?,
    session_id: row.get("session_id")?,
    seq: row.get("seq")?,
    sender: row.name("sender")?,
    delivery: row.name("delivery")?,
    turn_upto: row.get("turn_upto")?,
    sent_at: row.time("sent_at")?,
});

record!(OutboxFact, "outbox", |row| Self {
    id: row.get("id")?,
    session_id: row.get("session_id")?,
    message_id: row.get("message_id")?,
    seq: row.get("seq")?,
    platform: row.get("platform")?,
    account: row.get("account")?,
    state: row.name("state")?,
    next_at: row.time("next_at")?,
    lease_boot: row.get("lease_boot")?,
    lease_n: row.get("lease_n")?,
    settled_at: row.opt_time("settled_at")?,
});

record!(SeenFact, "seen", |row| Self { session_id: row.get("session_id")?, message_id: row.get("message_id")?, seq: row.get("seq")? });

record!(FailureFact, "activity_logs", |row| Self {
    session_id: row.get("session_id")?,
    detail: row.json("detail")?,
    filed: row.get("filed")?,
});

record!(Named, "a table that names people", |row| Self { id: row.get("id")?, gone: row.get("gone")? });

const SESSIONS: &str = concat!("select ", session_columns!(), " from chat_sessions where id > $1 order by id limit $2");

macro_rules! of_page {
    () => {
        " session_id > $1 and session_id <= $2"
    };
}

const ENTRIES: &str = concat!(
    "select session_id, seq, kind, message_id, handled_upto, case when kind = 'release' then metadata end as release from inbound where",
    of_page!(),
    " order by session_id, seq"
);
const MESSAGES: &str = concat!(
    "select id, session_id, seq, sender, delivery, turn_upto, sent_at from chat_messages where",
    of_page!(),
    " order by session_id, seq"
);
const OUTBOX: &str = concat!(
    "select id, session_id, message_id, seq, platform, account, state, next_at, lease_boot, lease_n, settled_at from outbox where",
    of_page!(),
    " order by session_id, seq, id"
);
const SEEN: &str = concat!("select session_id, message_id, seq from seen where", of_page!());
const TIMERS: &str = concat!("select session_id, kind, due from timers where", of_page!(), " order by session_id, due");
const FAILURES: &str = concat!(
    "select session_id, detail, exists (select 1 from action_queue a where a.type = 'delivery_failed' \
     and (a.session_id = l.session_id or a.application_id = l.application_id)) as filed \
     from activity_logs l where type = 'delivery_failed' and",
    of_page!()
);
const TWINS: &str = "select s.id from chat_sessions s where s.id > $1 and s.id <= $2 and s.closed_at is null \
     and exists (select 1 from chat_sessions o where o.platform = s.platform and o.account = s.account \
     and o.platform_user_id = s.platform_user_id and o.closed_at is null and o.id <> s.id)";
const SENDER_LEASES: &str = "select name, boot, n, until from leases where name like 'sender:%'";
const LAST_ENTRY: &str = "select max(last_entry_at) as at from chat_sessions \
     where last_entry_minute = (select max(last_entry_minute) from chat_sessions)";
const LAST_LEASE: &str = "select max(until) as at from leases";

pub(super) async fn session_facts<E: Engine>(c: &mut E::Connection, after: Uuid, rows: i64) -> Result<SessionPage> {
    let mut c = snapshot::<E>(c).await?;
    let mut sessions: Vec<Session> = sql::<E>(SESSIONS).bind(after).bind(SESSIONS_AT_ONCE).all(&mut c).await?;
    let mut left = rows;
    let fits = sessions.iter().take_while(|s| {
        let fits = left > 0;
        left -= s.last_seq;
        fits
    });
    let fitting = fits.count().max(1);
    sessions.truncate(fitting);
    let Some(upto) = sessions.last().map(|s| s.id) else { return Ok(SessionPage::default()) };
    let at: HashMap<Uuid, usize> = sessions.iter().enumerate().map(|(at, s)| (s.id, at)).collect();
    let mut facts: Vec<SessionFacts> = sessions.into_iter().map(SessionFacts::of).collect();
    macro_rules! gather {
        ($statement:expr, $row:ty, $field:ident) => {
            let rows: Vec<$row> = sql::<E>($statement).bind(after).bind(upto).all(&mut c).await?;
            for row in rows {
                if let Some(facts) = at.get(&row.session_id).and_then(|at| facts.get_mut(*at)) {
                    facts.$field.push(row);
                }
            }
        };
    }
    gather!(ENTRIES, EntryFact, entries);
    gather!(MESSAGES, MessageFact, messages);
    gather!(OUTBOX, OutboxFact, outbox);
    gather!(SEEN, SeenFact, seen);
    gather!(TIMERS, Timer, timers);
    gather!(FAILURES, FailureFact, failures);
    let twins: Vec<Uuid> = sql::<E>(TWINS).bind(after).bind(upto).values(&mut c, "id").await?;
    for facts in &mut facts {
        facts.twin = twins.contains(&facts.session.id);
    }
    let leases: Vec<Lease> = sql::<E>(SENDER_LEASES).all(&mut c).await?;
    let alive_at = last::<E>(&mut c, LAST_ENTRY).await?.max(last::<E>(&mut c, LAST_LEASE).await?);
    c.commit().await.map_err(fail::<E>)?;
    Ok(SessionPage { sessions: facts, leases, alive_at })
}

async fn last<E: Engine>(c: &mut E::Connection, text: &'static str) -> Result<Option<DateTime<Utc>>> {
    Ok(sql::<E>(text).value::<Option<Ts>>(c, "at").await?.flatten().map(|at| at.0))
}

const APPLICATIONS: &str = "select id, job_id, candidate_id, session_id, source, status, jd_match_score, must_have_failed, \
     must_have_unknown, question_set_version, answered, total, consented_at, submitted_at, opened_at, demo, created_at, updated_at \
     from applications where id > $1 order by id limit $2";
const ANSWERS: &str = "select application_id, question_id, answer_text, value, score, passed, reason, evidence, state, answered_at \
     from prescreen_answers where application_id > $1 and application_id <= $2 order by application_id, question_id";
const MOVES: &str = "select l.application_id, l.detail from activity_logs l join applications a on a.id = l.application_id \
     where a.id > $1 and a.id <= $2 and a.status = 'rejected' and l.application_id > $1 and l.application_id <= $2 \
     and l.type = 'application_moved' and l.actor_type = 'recruiter' order by l.created_at, l.position";

/// A row of an application's, with whose it is.
struct Of<T>(Uuid, T);

record!(Of<Answer>, "prescreen_answers", |row| Self(row.get("application_id")?, Answer::read(row)?));
record!(Of<Value>, "activity_logs", |row| Self(row.get("application_id")?, row.json("detail")?));

pub(super) async fn application_facts<E: Engine>(c: &mut E::Connection, after: Uuid, limit: i64) -> Result<Vec<ApplicationFacts>> {
    let mut c = snapshot::<E>(c).await?;
    let applications: Vec<Application> = sql::<E>(APPLICATIONS).bind(after).bind(limit).all(&mut c).await?;
    let Some(upto) = applications.last().map(|a| a.id) else { return Ok(Vec::new()) };
    let at: HashMap<Uuid, usize> = applications.iter().enumerate().map(|(at, a)| (a.id, at)).collect();
    let mut facts: Vec<ApplicationFacts> =
        applications.into_iter().map(|application| ApplicationFacts { application, answers: Vec::new(), moves: Vec::new() }).collect();
    let answers: Vec<Of<Answer>> = sql::<E>(ANSWERS).bind(after).bind(upto).all(&mut c).await?;
    for Of(id, answer) in answers {
        if let Some(facts) = at.get(&id).and_then(|at| facts.get_mut(*at)) {
            facts.answers.push(answer);
        }
    }
    let moves: Vec<Of<Value>> = sql::<E>(MOVES).bind(after).bind(upto).all(&mut c).await?;
    for Of(id, detail) in moves {
        if let Some(facts) = at.get(&id).and_then(|at| facts.get_mut(*at)) {
            facts.moves.push(detail);
        }
    }
    c.commit().await.map_err(fail::<E>)?;
    Ok(facts)
}

/// `when` a column names a row that isn't there `then` the column's name.
macro_rules! gone {
    ($column:literal, $table:literal) => {
        concat!(
            " when t.",
            $column,
            " is not null and not exists (select 1 from ",
            $table,
            " r where r.id = t.",
            $column,
            ") then '",
            $column,
            "'"
        )
    };
}

/// A page of a table, each row with the column of it that names what isn't there.
macro_rules! naming {
    ($table:literal, $($gone:expr),+) => {
        concat!("select t.id, case", $($gone,)+ " end as gone from ", $table, " t where t.id > $1 order by t.id limit $2")
    };
}

const OF_SESSIONS: &str = naming!(
    "chat_sessions",
    gone!("candidate_id", "candidates"),
    gone!("application_id", "applications"),
    gone!("successor_id", "chat_sessions")
);
const OF_APPLICATIONS: &str = naming!("applications", gone!("candidate_id", "candidates"), gone!("session_id", "chat_sessions"));
const OF_ACTIONS: &str = naming!("action_queue", gone!("session_id", "chat_sessions"), gone!("application_id", "applications"));
const OF_ACTIVITY: &str = naming!(
    "activity_logs",
    gone!("candidate_id", "candidates"),
    gone!("session_id", "chat_sessions"),
    gone!("application_id", "applications")
);
const OF_EVENTS: &str = naming!("events", gone!("session_id", "chat_sessions"), gone!("application_id", "applications"));
const OF_FILES: &str = naming!("files", gone!("candidate_id", "candidates"), gone!("session_id", "chat_sessions"));
const OF_CONSENTS: &str = naming!("consents", gone!("candidate_id", "candidates"), gone!("session_id", "chat_sessions"));
const OF_SEEN: &str = concat!(
    "select t.session_id as id, case",
    gone!("session_id", "chat_sessions"),
    " end as gone from (select distinct session_id from seen where session_id > $1 order by session_id limit $2) t order by t.session_id"
);

pub(super) async fn naming<E: Engine>(c: &mut E::Connection, table: Naming, after: Uuid, limit: i64) -> Result<Vec<Named>> {
    let statement = match table {
        Naming::Sessions => OF_SESSIONS,
        Naming::Applications => OF_APPLICATIONS,
        Naming::Actions => OF_ACTIONS,
        Naming::Activity => OF_ACTIVITY,
        Naming::Events => OF_EVENTS,
        Naming::Files => OF_FILES,
        Naming::Consents => OF_CONSENTS,
        Naming::Seen => OF_SEEN,
    };
    sql::<E>(statement).bind(after).bind(limit).all(c).await
}
