//! Taking a conversation or a person out, with every row that hangs on them.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::super::cell::Binds;
use super::super::engine::Engine;
use super::super::statement::sql;
use crate::store::rows::Result;

/// In the order foreign keys want. Dedupe hashes stay, so that a late retry doesn't bring anyone back.
const DELETE_SESSION: [&str; 19] = [
    "delete from message_words where session_id = $1",
    "delete from session_reads where session_id = $1",
    "delete from session_tags where session_id = $1",
    "delete from notes where session_id = $1",
    "delete from conversation_desk where session_id = $1",
    "delete from outbox where session_id = $1",
    "delete from chat_messages where session_id = $1",
    "delete from inbound where session_id = $1",
    "delete from timers where session_id = $1",
    "delete from events where session_id = $1",
    "delete from files where session_id = $1",
    "delete from action_queue where session_id = $1",
    "delete from consents where session_id = $1",
    "delete from activity_logs where session_id = $1",
    "update seen set session_id = null, message_id = null, seq = null where session_id = $1",
    "update model_calls set session_id = null where session_id = $1",
    "update applications set session_id = null where session_id = $1",
    "update chat_sessions set successor_id = null where successor_id = $1",
    "delete from chat_sessions where id = $1",
];

pub(super) async fn delete_session<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<()> {
    for statement in DELETE_SESSION {
        sql::<E>(statement).bind(id).run(c).await?;
    }
    Ok(())
}

const DELETE_CANDIDATE: [&str; 11] = [
    "delete from candidate_keys where candidate_id = $1",
    "delete from prescreen_answers where application_id in (select id from applications where candidate_id = $1)",
    "delete from action_queue where application_id in (select id from applications where candidate_id = $1)",
    "delete from events where application_id in (select id from applications where candidate_id = $1)",
    "delete from activity_logs where application_id in (select id from applications where candidate_id = $1)",
    "delete from activity_logs where candidate_id = $1",
    "delete from consents where candidate_id = $1",
    "update files set candidate_id = null where candidate_id = $1",
    "update chat_sessions set candidate_id = null, application_id = null where candidate_id = $1",
    "delete from applications where candidate_id = $1",
    "delete from candidates where id = $1",
];

pub(super) async fn delete_candidate<E: Engine>(c: &mut E::Connection, id: Uuid) -> Result<()> {
    for statement in DELETE_CANDIDATE {
        sql::<E>(statement).bind(id).run(c).await?;
    }
    Ok(())
}

/// Rows of a candidate's conversations.
macro_rules! of_session {
    () => {
        "session_id in (select id from chat_sessions where candidate_id = $1)"
    };
}

/// Rows of a candidate's applications.
macro_rules! of_application {
    () => {
        "application_id in (select id from applications where candidate_id = $1)"
    };
}

/// Rows of a table found by any of these: each by an index of its own, which an `or` of them is not.
macro_rules! by_any {
    ($table:literal, $one:expr $(, $other:expr)+) => {
        concat!("id in (select id from ", $table, " where ", $one $(, " union select id from ", $table, " where ", $other)+, ")")
    };
}

/// Rows of a candidate's conversations or applications; `or named`: and those that name the candidate.
macro_rules! of_session_or_application {
    ($table:literal) => {
        by_any!($table, of_session!(), of_application!())
    };
    ($table:literal, or named) => {
        by_any!($table, "candidate_id = $1", of_session!(), of_application!())
    };
}
pub(super) use {by_any, of_application, of_session, of_session_or_application};

/// Every table that can name a person, with the statement that takes them out of it, in the order foreign keys want. A
/// test reads the schema and fails for a table that is missing here.
const ERASE_CANDIDATE: [(&str, &str); 20] = [
    ("message_words", concat!("delete from message_words where ", of_session!())),
    ("session_reads", concat!("delete from session_reads where ", of_session!())),
    ("session_tags", concat!("delete from session_tags where ", of_session!())),
    ("notes", concat!("delete from notes where ", of_session!())),
    ("conversation_desk", concat!("delete from conversation_desk where ", of_session!())),
    ("candidate_keys", "delete from candidate_keys where candidate_id = $1"),
    ("outbox", concat!("delete from outbox where ", of_session!())),
    ("chat_messages", concat!("delete from chat_messages where ", of_session!())),
    ("inbound", concat!("delete from inbound where ", of_session!())),
    ("timers", concat!("delete from timers where ", of_session!())),
    ("events", concat!("delete from events where ", of_session_or_application!("events"))),
    ("files", concat!("delete from files where ", by_any!("files", "candidate_id = $1", of_session!()))),
    ("action_queue", concat!("delete from action_queue where ", of_session_or_application!("action_queue"))),
    ("consents", concat!("delete from consents where ", by_any!("consents", "candidate_id = $1", of_session!()))),
    ("activity_logs", concat!("delete from activity_logs where ", of_session_or_application!("activity_logs", or named))),
    ("seen", concat!("update seen set session_id = null, message_id = null, seq = null where ", of_session!())),
    ("model_calls", concat!("update model_calls set session_id = null where ", of_session!())),
    ("prescreen_answers", concat!("delete from prescreen_answers where ", of_application!())),
    ("applications", "delete from applications where candidate_id = $1"),
    ("candidates", "delete from candidates where id = $1"),
];

const UNLINK_SUCCESSORS: &str =
    "update chat_sessions set successor_id = null where successor_id in (select id from chat_sessions where candidate_id = $1)";
const KEEP_SESSION: &str = "update chat_sessions set candidate_id = null, application_id = null where candidate_id = $1 and id = $2";
const ERASE_SESSIONS: &str = "delete from chat_sessions where candidate_id = $1";

pub(super) async fn erase_candidate<E: Engine>(c: &mut E::Connection, id: Uuid, keep: Option<Uuid>) -> Result<BTreeMap<String, u64>> {
    let mut deleted = BTreeMap::new();
    for (table, statement) in ERASE_CANDIDATE {
        deleted.insert(table.to_owned(), sql::<E>(statement).bind(id).run(c).await?);
    }
    sql::<E>(UNLINK_SUCCESSORS).bind(id).run(c).await?;
    if let Some(keep) = keep {
        sql::<E>(KEEP_SESSION).bind(id).bind(keep).run(c).await?;
    }
    deleted.insert("chat_sessions".into(), sql::<E>(ERASE_SESSIONS).bind(id).run(c).await?);
    Ok(deleted)
}
