//! Who may do what: every route that is mounted, asked by everybody about everything.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use chatbot_core::access::{Role, TokenKind};
use chatbot_core::message::inbound::Person;
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::session::OpenSession;
use chatbot_core::{Chatbot, MemoryStore};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::{Policy, Routes};
use crate::app::{router, shared};
use crate::options::HttpOptions;
use crate::{openapi, routes};

/// Routes that end nothing by themselves: who may ask them is seen from the answer's head.
const STREAMS: [&str; 2] = ["/chat/{session_id}/events", "/conversations/events"];
/// What a policy doesn't say whole: sign-in reads its own form, figures are for this machine and for staff.
const OWN_WAYS: [&str; 4] = ["/signin", "/setup/{token}", "/signout", "/metrics"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Nobody,
    Garbage,
    Candidate,
    Other,
    Viewer,
    Recruiter,
    Admin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Own,
    Absent,
    Malformed,
}

struct World {
    router: Router,
    tokens: BTreeMap<Who, String>,
    session: Uuid,
}

async fn candidate(chatbot: &Chatbot, job: Uuid) -> (Uuid, String) {
    let mut wish = OpenSession::new(Person { platform: "web".into(), job_id: Some(job), ..Person::default() });
    wish.with_token = true;
    let opened = chatbot.open_session(wish).await.unwrap();
    (opened.session.id, opened.token.unwrap().expose_secret().to_owned())
}

async fn world() -> (World, Vec<(String, Policy)>) {
    let chatbot = Chatbot::builder(MemoryStore::new()).build().unwrap();
    let file = JobFile::from_json_value(json!({"slug": "baker", "title": "Baker"})).unwrap();
    let job = chatbot.create_job(&file, false).await.unwrap().id;
    let (session, own) = candidate(&chatbot, job).await;
    let (_, other) = candidate(&chatbot, job).await;
    let mut tokens =
        BTreeMap::from([(Who::Nobody, String::new()), (Who::Garbage, "nonsense".to_owned()), (Who::Candidate, own), (Who::Other, other)]);
    for (who, role) in [(Who::Viewer, Role::Viewer), (Who::Recruiter, Role::Recruiter), (Who::Admin, Role::Admin)] {
        let user = chatbot.add_user(&format!("{}@example.org", role.as_str()), role.as_str(), role).await.unwrap();
        let token = chatbot.issue_token(user.id, TokenKind::Api, None).await.unwrap();
        tokens.insert(who, token.expose_secret().to_owned());
    }
    let app = shared(chatbot.clone(), HttpOptions::new(""));
    let listed = routes::add(Routes::new(app.clone(), openapi::start()), &app.options).listed;
    (World { router: router(chatbot, HttpOptions::new("")), tokens, session }, listed)
}

impl World {
    async fn ask(&self, method: &Method, path: &str, who: Who, which: Which) -> (StatusCode, Vec<u8>) {
        let id = match which {
            Which::Own => self.session.to_string(),
            Which::Absent => "00000000-0000-4000-8000-000000000000".to_owned(),
            Which::Malformed => "no-id".to_owned(),
        };
        let mut address = String::new();
        for part in path.split('/').skip(1) {
            address.push('/');
            address.push_str(if part.starts_with('{') { &id } else { part });
        }
        let mut request = Request::builder().method(method).uri(address).header("content-type", "application/json");
        let token = &self.tokens[&who];
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = self.router.clone().oneshot(request.body(Body::from("{}")).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = if status.is_success() { Vec::new() } else { to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec() };
        (status, bytes)
    }
}

/// What a policy owes to somebody: a status that must come, or `None` where they are let in.
fn owed(policy: Policy, who: Who, which: Which, names_session: bool, names_id: bool) -> Option<StatusCode> {
    const UNAUTHORIZED: Option<StatusCode> = Some(StatusCode::UNAUTHORIZED);
    const FORBIDDEN: Option<StatusCode> = Some(StatusCode::FORBIDDEN);
    const NOT_FOUND: Option<StatusCode> = Some(StatusCode::NOT_FOUND);
    let role = match who {
        Who::Viewer => Some(Role::Viewer),
        Who::Recruiter => Some(Role::Recruiter),
        Who::Admin => Some(Role::Admin),
        _ => None,
    };
    let theirs = who == Who::Candidate && which == Which::Own;
    match (policy, who) {
        (Policy::Open | Policy::Hook, _) => None,
        (_, Who::Garbage) => UNAUTHORIZED,
        (Policy::Anyone, _) => None,
        (Policy::Page(_), Who::Nobody) => Some(StatusCode::SEE_OTHER),
        (_, Who::Nobody) => UNAUTHORIZED,
        (Policy::Session(_) | Policy::Candidate, Who::Candidate | Who::Other) => {
            (names_session && !theirs).then_some(StatusCode::NOT_FOUND)
        }
        (Policy::Staff(_), Who::Candidate | Who::Other) => {
            if names_id && !theirs {
                NOT_FOUND
            } else {
                FORBIDDEN
            }
        }
        (Policy::Page(_), Who::Candidate | Who::Other) => FORBIDDEN,
        (Policy::Candidate, _) => NOT_FOUND,
        (Policy::Session(least) | Policy::Staff(least) | Policy::Page(least), _) => (role < Some(least)).then_some(StatusCode::FORBIDDEN),
    }
}

#[tokio::test]
async fn every_route_lets_in_whom_its_policy_says_and_nobody_else() {
    let (world, listed) = world().await;
    assert!(listed.len() > 60, "the routes were not listed: {}", listed.len());
    let everybody = [Who::Nobody, Who::Garbage, Who::Candidate, Who::Other, Who::Viewer, Who::Recruiter, Who::Admin];
    let mut asked = 0;
    for (path, policy) in &listed {
        if OWN_WAYS.contains(&path.as_str()) {
            continue;
        }
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for who in everybody {
                for which in [Which::Own, Which::Absent, Which::Malformed] {
                    let (status, _) = world.ask(&method, path, who, which).await;
                    if status == StatusCode::METHOD_NOT_ALLOWED {
                        continue;
                    }
                    asked += 1;
                    let case = format!("{method} {path} ({policy:?}) by {who:?} about {which:?}: {status}");
                    // One path may have routes of several policies, one a method: the strictest answer of any of them counts.
                    let policies: Vec<Policy> = listed.iter().filter(|(other, _)| other == path).map(|(_, policy)| *policy).collect();
                    let (session, id) = (path.contains("{session_id}"), path.contains("id}"));
                    let owes: Vec<_> = policies.iter().map(|policy| owed(*policy, who, which, session, id)).collect();
                    if owes.iter().all(Option::is_none) {
                        let refused = status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN;
                        assert!(!refused && !status.is_server_error(), "{case}");
                    } else if owes.iter().all(Option::is_some) {
                        assert!(owes.contains(&Some(status)), "{case}, not one of {owes:?}");
                    }
                    assert!(STREAMS.contains(&path.as_str()) || status != StatusCode::OK || which != Which::Malformed || !id, "{case}");
                }
            }
        }
    }
    assert!(asked > 1_500, "{asked} requests were answered");
}

#[tokio::test]
async fn what_is_foreign_answers_in_the_same_bytes_as_what_is_absent() {
    let (world, listed) = world().await;
    let mut compared = 0;
    for (path, policy) in listed.iter().filter(|(path, _)| path.contains("{session_id}")) {
        if matches!(policy, Policy::Page(_)) {
            continue;
        }
        for method in [Method::GET, Method::POST, Method::PUT] {
            let foreign = world.ask(&method, path, Who::Other, Which::Own).await;
            if foreign.0 == StatusCode::METHOD_NOT_ALLOWED {
                continue;
            }
            compared += 1;
            for which in [Which::Absent, Which::Malformed] {
                assert_eq!(foreign, world.ask(&method, path, Who::Other, which).await, "{method} {path}");
            }
        }
    }
    assert!(compared >= 12, "{compared}");
}
