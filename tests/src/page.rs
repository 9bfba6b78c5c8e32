//! An open page: a session's live events as they come.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::Value;
use tokio::time::timeout;

use crate::candidate::Candidate;
use crate::patience::PATIENCE;

/// One event.
#[derive(Debug, Clone)]
pub struct Event {
    /// `message`, `delta`, `control`, `typing`.
    pub name: String,
    /// What it says.
    pub data: Value,
}

/// A page that listens. Closed when dropped.
#[derive(Debug)]
pub struct Page {
    response: Response,
    rest: String,
    waiting: VecDeque<Event>,
}

impl Page {
    /// Opens a candidate's page and waits for its first word, so that it misses nothing.
    pub async fn open(candidate: &Candidate) -> Self {
        let request = candidate.api.request(Method::GET, &candidate.path("events")).header("accept", "text/event-stream");
        // A page stays open for hours.
        let response = request.timeout(Duration::from_secs(600)).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let mut page = Self { response, rest: String::new(), waiting: VecDeque::new() };
        page.until("control").await;
        page
    }

    /// The next event, whatever it is.
    pub async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return event;
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("something happens").unwrap().expect("the stream goes on");
            self.rest.push_str(std::str::from_utf8(&chunk).unwrap());
            while let Some((event, rest)) = self.rest.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
                let data = serde_json::from_str(&field("data:")).unwrap_or_default();
                self.waiting.push_back(Event { name: field("event:"), data });
                self.rest = rest.to_owned();
            }
        }
    }

    /// The next event of a name; those before it are passed over.
    pub async fn until(&mut self, name: &str) -> Value {
        loop {
            let event = self.next().await;
            if event.name == name {
                return event.data;
            }
        }
    }
}
