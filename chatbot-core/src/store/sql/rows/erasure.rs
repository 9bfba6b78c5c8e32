//! Taking a conversation or a person out, with every row that hangs on them.

use uuid::Uuid;

use super::super::engine::Engine;
use super::super::statement::sql;
use crate::store::rows::Result;

/// In the order foreign keys want. Dedupe hashes stay, so that a late retry doesn't bring anyone back.
const DELETE_SESSION: [&str; 13] = [
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

const DELETE_CANDIDATE: [&str; 10] = [
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
