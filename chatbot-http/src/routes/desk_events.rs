//! `GET /conversations/events`: that something happened in a conversation, for whoever has the list open.

use std::collections::HashSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use chatbot_core::chatbot::DeskEvents;
use futures::Stream;
use serde_json::json;
use uuid::Uuid;

use crate::app::App;

/// What happens within it is told together: a list is drawn once.
const TOGETHER: Duration = Duration::from_millis(300);

/// Proxies close what is silent for longer.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Follows the desk.
///
/// Event `changed` with `{session_ids}`: something was said, taken over or noted there; empty: look at all of them. The
/// first comes at once, so who comes back after a break has missed nothing.
#[utoipa::path(get, path = "/conversations/events", tag = "desk",
    responses((status = 200, description = "The stream.", body = String, content_type = "text/event-stream")))]
pub(crate) async fn get_desk_events(State(app): State<App>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watcher = Watcher { events: app.chatbot.watch_desk(), app, first: true };
    let stream = futures::stream::unfold(watcher, |mut watcher| async move {
        let changed = watcher.next().await?;
        let data = json!({ "session_ids": changed }).to_string();
        Some((Ok(Event::default().event("changed").data(data)), watcher))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

struct Watcher {
    app: App,
    events: DeskEvents,
    first: bool,
}

impl Watcher {
    /// What changed; none when the server stops.
    async fn next(&mut self) -> Option<Vec<Uuid>> {
        if std::mem::take(&mut self.first) {
            return Some(Vec::new());
        }
        let mut changed = HashSet::new();
        tokio::select! {
            // Waking is a hint: what it lost is found so.
            () = tokio::time::sleep(self.app.chatbot.look_at_desk_again()) => return Some(Vec::new()),
            () = self.app.options.shutdown.cancelled() => return None,
            id = self.events.next() => match id {
                Some(id) => changed.insert(id),
                None => return Some(Vec::new()),
            },
        };
        let end = tokio::time::Instant::now() + TOGETHER;
        while let Ok(id) = tokio::time::timeout_at(end, self.events.next()).await {
            match id {
                Some(id) => changed.insert(id),
                None => return Some(Vec::new()),
            };
        }
        Some(changed.into_iter().collect())
    }
}
