//! What a story left behind, in a form that two runs can be compared in: without ids, times and tokens.

use std::collections::BTreeMap;

use chrono::DateTime;
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use super::phone::without_copies;
use super::story::Cast;
use super::subject::Subject;

/// The state of everybody who took part, as the API shows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    /// Each conversation: sender and words, in order.
    pub transcripts: Vec<Vec<String>>,
    /// Applications with their answers and scores, actions, and what happened.
    pub facts: BTreeMap<String, Value>,
    /// What the phone shows of the bot, copies counted once.
    pub shown: Vec<String>,
    /// Copies on the phone.
    pub copies: usize,
    /// Sends that this process found with their end unknown.
    pub unknown: usize,
    /// Acknowledgements whose message is not in its history, once and in its place.
    pub unkept: Vec<String>,
    /// Messages whose numbers have a gap or come twice.
    pub misnumbered: Vec<String>,
}

/// Reads the account of a story that has ended.
pub async fn account(cast: &Cast, subject: &mut Subject) -> Account {
    let mut account = Account::default();
    let mut sessions = Vec::new();
    for visitor in &cast.visitors {
        sessions.push((visitor.session.clone(), visitor.receipts.clone()));
    }
    for (visitor, _) in &cast.erased {
        sessions.push((visitor.session.clone(), Vec::new()));
    }
    settled(subject).await;
    if let Some(line) = &cast.line {
        sessions.push((line.session(subject).await, Vec::new()));
        let heard = line.phone.heard();
        account.shown = without_copies(&heard);
        account.copies = heard.len() - account.shown.len();
        account.unknown = unknown(subject).await;
    }
    for (n, (session, receipts)) in sessions.iter().enumerate() {
        let history = read(subject, &format!("/chat/{session}/history?limit=500"), "messages").await;
        // What an erasure leaves of a conversation is its last word.
        if n < cast.visitors.len() || cast.line.is_some() {
            keep_receipts(&history, receipts, &mut account);
        }
        account
            .transcripts
            .push(history.iter().map(|m| format!("{}: {}", m["sender"].as_str().unwrap_or_default(), m["content"])).collect());
        for (what, path) in [
            ("actions", format!("/actions?session_id={session}&limit=500")),
            ("activity", format!("/activity?session_id={session}&limit=500")),
        ] {
            let mut items = read(subject, &path, "items").await;
            // That somebody looked at the application: these tests do, once for each account.
            items.retain(|item| item["type"] != "application_opened");
            // What two people do at once is written in either order; what was said has its order in the transcript.
            let mut items: Vec<Value> = items.iter().map(plain).collect();
            items.sort_by_key(ToString::to_string);
            account.facts.insert(format!("{n} {what}"), Value::Array(items));
        }
        let view = get(subject, &format!("/chat/sessions/{session}")).await;
        if let Some(id) = view["application_id"].as_str() {
            account.facts.insert(format!("{n} application"), plain(&get(subject, &format!("/applications/{id}")).await));
        }
        account.facts.insert(format!("{n} session"), plain(&view));
    }
    for (n, (_, id)) in cast.erased.iter().enumerate() {
        account.facts.insert(format!("erased {n}"), plain(&get(subject, &format!("/candidates/{id}")).await));
    }
    account
}

fn keep_receipts(history: &[Value], receipts: &[Value], account: &mut Account) {
    for receipt in receipts {
        let found = history.iter().filter(|m| m["id"] == receipt["message_id"] && m["seq"] == receipt["seq"]).count();
        if found != 1 {
            account.unkept.push(format!("{receipt} is there {found} times"));
        }
    }
    let numbers: Vec<i64> = history.iter().filter_map(|m| m["seq"].as_i64()).collect();
    if numbers.iter().zip(1..).any(|(n, expected)| *n != expected) {
        account.misnumbered.push(format!("{numbers:?}"));
    }
}

/// Everything said is handled, and nothing is on its way any more: a turn whose commit failed is taken again when its lease
/// has ended, also where it has no words that somebody waits for.
async fn settled(subject: &mut Subject) {
    let patience = crate::patience::Patience::new("every entry is handled and every send settled");
    loop {
        let sql = "select (select count(*) from outbox where state in ('ready', 'sending')) \
             + (select count(*) from chat_sessions where last_handled < last_inbound and closed_at is null)";
        // PostgreSQL may be getting up again.
        if super::database::count(subject, sql).await.is_ok_and(|waiting| waiting == 0) {
            return;
        }
        subject.tend().await;
        patience.wait().await;
    }
}

async fn unknown(subject: &mut Subject) -> usize {
    let figures = subject.insist(|s| s.admin.request(Method::GET, "/metrics"), &[200]).await.text();
    let lines = figures.lines().filter(|line| line.starts_with("deliveries_unknown_total"));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok()).sum()
}

async fn get(subject: &mut Subject, path: &str) -> Value {
    subject.insist(|s| s.admin.request(Method::GET, path), &[200, 404]).await.json()
}

async fn read(subject: &mut Subject, path: &str, what: &str) -> Vec<Value> {
    get(subject, path).await[what].as_array().cloned().unwrap_or_default()
}

/// Ids and times become a dot; what has no other meaning is left out.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::String(text) if Uuid::parse_str(text).is_ok() || DateTime::parse_from_rfc3339(text).is_ok() => "·".into(),
        other => other.clone(),
    }
}
