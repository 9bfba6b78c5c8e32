//! `GET /chat/{session_id}/events`: the conversation as it happens, as Server-Sent Events.
//!
//! The stream is read from the history, after the last number the client names; being woken only says when to look.
//! So nothing is lost between two connections, and a slow reader holds nothing but its own place.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use chatbot_core::chatbot::{LiveEvent, LiveEvents};
use chatbot_core::fault::Fault;
use futures::Stream;
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::params::{Id, Params};
use crate::problem::{Answer, Problem};

/// Messages read at a time.
const BATCH: i64 = 100;

/// Proxies close what is silent for longer.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Follows a conversation.
///
/// Events: `control` first and on every change, `message` (its `id` is the `seq`), `typing`, `delta` (what a
/// model has written so far; not stored, replaced by its message, void where empty or after `control`).
/// `Last-Event-ID`, or `?after=`, resumes without loss.
#[utoipa::path(get, path = "/chat/{session_id}/events", tag = "chat",
    params(("session_id" = Uuid, Path), ("after" = Option<i64>, Query, description = "The last `seq` already known."),
        ("Last-Event-ID" = Option<String>, Header, description = "The same; it counts before `after`.")),
    responses((status = 200, description = "The stream.", body = String, content_type = "text/event-stream")))]
pub(crate) async fn get_events(
    State(app): State<App>,
    Id(session_id): Id,
    mut params: Params,
    headers: HeaderMap,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let after = params.number("after", 0..=i64::MAX, 0)?;
    params.finish()?;
    // An id nobody gave is answered with the whole conversation rather than with a hole.
    let after = match headers.get("last-event-id") {
        None => after,
        Some(value) => value.to_str().ok().and_then(|text| text.trim().parse().ok()).filter(|seq| *seq >= 0).unwrap_or(0),
    };
    let live = app.chatbot.subscribe(session_id);
    if app.chatbot.session(session_id).await?.is_none() {
        return Err(Problem::not_found());
    }
    let follower = Follower { app, session_id, live, after, control: None, waiting: VecDeque::new(), look: true };
    let stream = futures::stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// One connection's place in a conversation.
struct Follower {
    app: App,
    session_id: Uuid,
    live: LiveEvents,
    after: i64,
    /// What the client was told last.
    control: Option<bool>,
    waiting: VecDeque<Event>,
    /// Whether there may be more than was read.
    look: bool,
}

impl Follower {
    /// The next event; none when the server stops, the store fails (the client comes back) or the session is gone.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.look {
                let read = self.read().await;
                read.inspect_err(|fault| tracing::warn!(%fault, "an event stream ends")).ok().flatten()?;
                continue;
            }
            let event = tokio::select! {
                event = self.live.next() => event,
                // Waking is a hint: what it lost is found so.
                () = tokio::time::sleep(self.app.chatbot.look_again()) => LiveEvent::Changed,
                () = self.app.options.shutdown.cancelled() => return None,
            };
            match event {
                // A turn that reads what a person writes is no answer in the making.
                LiveEvent::Typing { on: true } if self.control != Some(false) => {
                    return Some(Event::default().event("typing").data(json!({ "sender": "bot" }).to_string()));
                }
                LiveEvent::Draft { text } => {
                    let body = json!({ "sender": "bot", "content": text });
                    return Some(Event::default().event("delta").data(body.to_string()));
                }
                // The message that was being written, or its absence, says as much.
                LiveEvent::Typing { .. } => {}
                _ => self.look = true,
            }
        }
    }

    /// Reads what is new; `None` when the session is gone.
    async fn read(&mut self) -> Result<Option<()>, Fault> {
        let Some(session) = self.app.chatbot.session(self.session_id).await? else { return Ok(None) };
        if self.control != Some(session.automation_enabled) {
            self.control = Some(session.automation_enabled);
            let body = json!({ "automation_enabled": session.automation_enabled });
            self.waiting.push_back(Event::default().event("control").data(body.to_string()));
        }
        if session.last_seq <= self.after {
            // The one row has said so: of a thousand open pages most have nothing new.
            self.look = false;
            return Ok(Some(()));
        }
        let messages = self.app.chatbot.history(self.session_id, self.after, BATCH).await?;
        self.look = i64::try_from(messages.len()).is_ok_and(|read| read >= BATCH);
        for message in messages {
            self.after = message.seq;
            // JSON of ours always serialises, and holds no line break.
            let data = serde_json::to_string(&message).unwrap_or_default();
            self.waiting.push_back(Event::default().event("message").id(message.seq.to_string()).data(data));
        }
        Ok(Some(()))
    }
}
