//! The dashboard's figures, and the demo's removal.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Tables, applications, number, sessions};
use crate::message::Delivery;
use crate::recruiting::{ActionStatus, Stats};

pub(crate) fn messages_processed(t: &Tables) -> i64 {
    number(t.inbound.values().filter(|row| row.handled_upto.is_some()))
}

pub(crate) fn queue_length(t: &Tables, now: DateTime<Utc>) -> i64 {
    number(t.sessions.values().filter(|s| s.closed_at.is_none() && s.ready_at.is_some_and(|at| at <= now)))
}

pub(crate) fn stats(t: &Tables, now: DateTime<Utc>) -> Stats {
    let open = || t.sessions.values().filter(|s| s.closed_at.is_none());
    let mut stats = Stats {
        chat_sessions_active: number(open()),
        worker_queue_length: queue_length(t, now),
        outbox_ready: number(t.outbox.values().filter(|row| row.state == Delivery::Ready)),
        ..Stats::default()
    };
    for action in t.actions.values().filter(|row| row.status == ActionStatus::Open) {
        stats.actions_open += 1;
        *stats.actions_by_type.entry(action.action_type.as_str().into()).or_default() += 1;
    }
    for application in t.applications.values().filter(|a| a.consented_at.is_some()) {
        *stats.applications_by_status.entry(application.status.as_str().into()).or_default() += 1;
        stats.must_have_failed += i64::from(application.must_have_failed);
    }
    stats
}

pub(crate) fn delete_demo(t: &mut Tables) -> BTreeMap<String, u64> {
    let jobs: Vec<Uuid> = t.jobs.values().filter(|job| job.demo).map(|job| job.id).collect();
    let demo_sessions: Vec<Uuid> = t.sessions.values().filter(|s| s.demo).map(|s| s.id).collect();
    let candidates: Vec<Uuid> = t.candidates.values().filter(|c| c.demo).map(|c| c.id).collect();
    // What hangs on a demo job or a demo candidate is of the demo, whoever made it.
    let demo_applications: Vec<Uuid> = t
        .applications
        .values()
        .filter(|a| a.demo || jobs.contains(&a.job_id) || candidates.contains(&a.candidate_id))
        .map(|a| a.id)
        .collect();
    let counts = [("sessions", &demo_sessions), ("applications", &demo_applications), ("candidates", &candidates), ("jobs", &jobs)];
    let counts = counts.into_iter().map(|(name, ids)| (name.to_owned(), ids.len() as u64)).collect();
    for id in demo_sessions {
        sessions::delete(t, id);
    }
    t.activity.remove_where(|_, row| {
        row.application_id.is_some_and(|id| demo_applications.contains(&id)) || row.candidate_id.is_some_and(|id| candidates.contains(&id))
    });
    for id in demo_applications {
        applications::delete_application(t, id);
    }
    for id in candidates {
        t.consents.remove_where(|_, row| row.candidate_id == id);
        t.sessions.change_where(|row| row.candidate_id == Some(id), |row| row.candidate_id = None);
        t.files.change_where(|row| row.candidate_id == Some(id), |row| row.candidate_id = None);
        t.candidates.remove(&id);
    }
    for id in jobs {
        t.questions.remove_where(|(job, _, _), _| *job == id);
        t.jobs.remove(&id);
    }
    counts
}
