//! Small builders: a plain row of each noun, to be changed where a test cares.

use chrono::{DateTime, Utc};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::clock::IdSource;
use crate::message::{ChatMessage, Delivery, EntryKind, Sender};
use crate::recruiting::{Application, ApplicationStatus, Candidate, Job, JobStatus, Kind, Limit, OnMustHaveFail, Question, Rule};
use crate::session::Session;
use crate::turn::Entry;

/// An open web session of somebody new, nothing said yet.
pub fn session(ids: &dyn IdSource, now: DateTime<Utc>) -> Session {
    let id = ids.uuid();
    Session {
        id,
        platform: "web".into(),
        account: String::new(),
        platform_user_id: format!("person of {id}"),
        candidate_id: None,
        application_id: None,
        context: Map::new(),
        automation_enabled: true,
        control_epoch: 0,
        control_seq: 0,
        locale: "en".into(),
        source: None,
        token_hash: None,
        last_seq: 0,
        last_inbound: -1,
        last_handled: -1,
        ready_at: None,
        lease_boot: None,
        lease_n: 0,
        claims: 0,
        failures: 0,
        successor_id: None,
        demo: false,
        opened_at: now,
        last_entry_at: now,
        closed_at: None,
    }
}

/// A person of whom nothing is known.
pub fn candidate(ids: &dyn IdSource, now: DateTime<Utc>) -> Candidate {
    Candidate { id: ids.uuid(), created_at: now, updated_at: now, ..Candidate::default() }
}

/// An open job that asks three questions: years of Rust (a must-have), the right to work, and a notice period.
pub fn job(ids: &dyn IdSource, now: DateTime<Utc>) -> Job {
    let id = ids.uuid();
    let years = Rule { min: Some(3.0), unit: Some("years".into()), ..Rule::default() };
    let permit = Rule { expected: Some(true), ..Rule::default() };
    let notice = Rule { max: Some(Limit::Period("P3M".into())), ..Rule::default() };
    Job {
        id,
        slug: format!("rust-engineer-{}", id.simple()),
        title: "Rust Engineer".into(),
        employer: Some("Example GmbH".into()),
        contact: Some("jobs@example.org".into()),
        privacy_url: None,
        owner: Some("ada@example.org".into()),
        timezone: Some("Europe/Berlin".into()),
        hours: None,
        location: None,
        description: None,
        facts: Map::new(),
        next_step: None,
        status: JobStatus::Open,
        on_must_have_fail: OnMustHaveFail::Finish,
        model_reading: false,
        question_set_version: 1,
        questions: vec![
            Question {
                weight: 3.0,
                must_have: true,
                rule: Some(years),
                ..question(ids, 1, Kind::Number, "How many years have you worked with Rust?")
            },
            Question { rule: Some(permit), ..question(ids, 2, Kind::YesNo, "Are you allowed to work in the EU?") },
            Question { rule: Some(notice), ..question(ids, 3, Kind::Duration, "How long is your notice period?") },
        ],
        demo: false,
        created_at: now,
        updated_at: now,
    }
}

/// A required question of weight 1 without a rule.
pub fn question(ids: &dyn IdSource, question_order: i64, kind: Kind, text: &str) -> Question {
    Question {
        id: ids.uuid(),
        question_order,
        text: text.into(),
        kind,
        options: Vec::new(),
        multiple: false,
        rule: None,
        required: true,
        weight: 1.0,
        must_have: false,
    }
}

/// An application in progress, nothing answered and nothing agreed to.
pub fn application(ids: &dyn IdSource, now: DateTime<Utc>, job: &Job, candidate_id: Uuid) -> Application {
    Application {
        id: ids.uuid(),
        job_id: job.id,
        candidate_id,
        session_id: None,
        source: None,
        status: ApplicationStatus::InProgress,
        jd_match_score: None,
        must_have_failed: false,
        must_have_unknown: false,
        question_set_version: job.question_set_version,
        answered: 0,
        total: i64::try_from(job.questions.len()).unwrap_or(i64::MAX),
        consented_at: None,
        submitted_at: None,
        opened_at: None,
        demo: false,
        created_at: now,
        updated_at: now,
    }
}

/// A candidate's message.
pub fn message(ids: &dyn IdSource, now: DateTime<Utc>, session_id: Uuid, seq: i64, content: &str) -> ChatMessage {
    ChatMessage {
        id: ids.uuid(),
        session_id,
        seq,
        sender: Sender::Candidate,
        content: content.into(),
        content_format: "text".into(),
        metadata: json!({}),
        sent_at: now,
        delivery: Delivery::Sent,
        turn_upto: None,
    }
}

/// A candidate's words in the inbox, without a message.
pub fn entry(now: DateTime<Utc>, seq: i64, content: &str) -> Entry {
    Entry {
        seq,
        sender: Sender::Candidate,
        actor: None,
        kind: EntryKind::Text,
        content: content.into(),
        content_format: "text".into(),
        metadata: json!({}),
        accepted_at: now,
        message_id: None,
    }
}
