//! Taking the demo out.

use std::collections::BTreeMap;

use super::super::engine::Engine;
use super::super::statement::sql;
use crate::store::rows::Result;

macro_rules! demo_sessions {
    () => {
        "(select id from chat_sessions where demo)"
    };
}

/// A demo application, and whatever applies to a demo job or comes from a demo candidate. A union, so that each part
/// is found by its own index.
macro_rules! demo_applications {
    () => {
        "(select id from applications where demo \
         union select id from applications where job_id in (select id from jobs where demo) \
         union select id from applications where candidate_id in (select id from candidates where demo))"
    };
}

/// Each with the name it is counted under, in the order foreign keys want.
const DELETE_DEMO: [(Option<&str>, &str); 26] = [
    (None, concat!("delete from outbox where session_id in ", demo_sessions!())),
    (None, concat!("delete from chat_messages where session_id in ", demo_sessions!())),
    (None, concat!("delete from inbound where session_id in ", demo_sessions!())),
    (None, concat!("delete from timers where session_id in ", demo_sessions!())),
    (None, concat!("delete from events where session_id in ", demo_sessions!())),
    (None, concat!("delete from files where session_id in ", demo_sessions!())),
    (None, concat!("delete from action_queue where session_id in ", demo_sessions!())),
    (None, concat!("delete from consents where session_id in ", demo_sessions!())),
    (None, concat!("delete from activity_logs where session_id in ", demo_sessions!())),
    (None, concat!("update seen set session_id = null, message_id = null, seq = null where session_id in ", demo_sessions!())),
    (None, concat!("update applications set session_id = null where session_id in ", demo_sessions!())),
    (None, concat!("update chat_sessions set successor_id = null where successor_id in ", demo_sessions!())),
    (Some("sessions"), "delete from chat_sessions where demo"),
    (None, concat!("delete from prescreen_answers where application_id in ", demo_applications!())),
    (None, concat!("delete from action_queue where application_id in ", demo_applications!())),
    (None, concat!("delete from events where application_id in ", demo_applications!())),
    (None, concat!("delete from activity_logs where application_id in ", demo_applications!())),
    (None, "delete from activity_logs where candidate_id in (select id from candidates where demo)"),
    (None, concat!("update chat_sessions set application_id = null where application_id in ", demo_applications!())),
    (Some("applications"), concat!("delete from applications where id in ", demo_applications!())),
    (None, "delete from consents where candidate_id in (select id from candidates where demo)"),
    (None, "update files set candidate_id = null where candidate_id in (select id from candidates where demo)"),
    (None, "update chat_sessions set candidate_id = null where candidate_id in (select id from candidates where demo)"),
    (Some("candidates"), "delete from candidates where demo"),
    (None, "delete from job_prescreen_questions where job_id in (select id from jobs where demo)"),
    (Some("jobs"), "delete from jobs where demo"),
];

pub(super) async fn delete_demo<E: Engine>(c: &mut E::Connection) -> Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for (name, statement) in DELETE_DEMO {
        let touched = sql::<E>(statement).run(c).await?;
        if let Some(name) = name {
            counts.insert(name.to_owned(), touched);
        }
    }
    Ok(counts)
}
