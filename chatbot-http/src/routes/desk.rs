//! The recruiters' desk: conversations picked and searched, and what colleagues keep beside them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chatbot_core::chatbot::{Conversation, Desk, Found};
use chatbot_core::recruiting::desk::{CannedReply, DeskFilter, Note};
use chatbot_core::recruiting::{ActionType, list::Page};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::json::{Body, Example};
use crate::params::{Id, List, Params, one_more};
use crate::policy::Staff;
use crate::problem::{Answer, Problem};
use crate::text;

/// Tags of one conversation, at most.
const MOST_TAGS: usize = 12;

/// Actions a conversation can be picked by.
pub(crate) const REASONS: [(&str, ActionType); 8] = [
    ("must_have_failed", ActionType::MustHaveFailed),
    ("human_requested", ActionType::HumanRequested),
    ("low_confidence", ActionType::LowConfidence),
    ("unread_answer", ActionType::UnreadAnswer),
    ("currency_mismatch", ActionType::CurrencyMismatch),
    ("delivery_failed", ActionType::DeliveryFailed),
    ("parked", ActionType::Parked),
    ("candidate_waiting", ActionType::CandidateWaiting),
];

/// Lists conversations for the desk, the newest entry first.
///
/// What no index serves (`channel`, `min_score`, `unread`, `taken_over` alone) is picked from the newest 5,000.
#[utoipa::path(get, path = "/conversations", tag = "desk",
    params(("open" = Option<bool>, Query), ("job_id" = Option<Uuid>, Query), ("channel" = Option<String>, Query, description = "`web`, `telegram`, …"),
        ("reason" = Option<String>, Query, description = "An open action of this type."), ("waiting" = Option<bool>, Query),
        ("taken_over" = Option<bool>, Query), ("mine" = Option<bool>, Query, description = "`true`: those assigned to the caller."),
        ("assigned_to" = Option<Uuid>, Query), ("tag" = Option<String>, Query), ("min_score" = Option<i64>, Query, description = "0 to 100."),
        ("unread" = Option<bool>, Query), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Conversations.", body = ref("#/components/schemas/ConversationList"))))]
pub(crate) async fn list_conversations(
    State(app): State<App>,
    Staff(actor): Staff,
    mut params: Params,
) -> Answer<Json<List<Conversation>>> {
    let yes_no = [("true", true), ("false", false)];
    let mine = params.one_of("mine", &yes_no)?.unwrap_or(false);
    let assigned_to = params.id("assigned_to")?;
    let least = params.number("min_score", -1..=100, -1)?;
    let unread = params.one_of("unread", &yes_no)?.unwrap_or(false);
    let filter = DeskFilter {
        open: params.one_of("open", &yes_no)?,
        job_id: params.id("job_id")?,
        platform: params.text("channel")?.map(|name| text::clean(&name)),
        reason: params.one_of("reason", &REASONS)?,
        waiting: params.one_of("waiting", &yes_no)?.unwrap_or(false),
        taken_over: params.one_of("taken_over", &yes_no)?.unwrap_or(false),
        assigned_to: if mine { actor.user_id.or(Some(Uuid::nil())) } else { assigned_to },
        tag: params.text("tag")?.map(|tag| text::clean(&tag)),
        min_score: u32::try_from(least).ok().map(f64::from),
        unread_by: if unread { actor.user_id } else { None },
    };
    let page = params.page()?;
    params.finish()?;
    let items = app.chatbot.conversations(&filter, one_more(page), actor.user_id).await?;
    Ok(Json(List::new(items, page)))
}

/// What a search found.
#[derive(Debug, Serialize)]
pub(crate) struct Search {
    items: Vec<Found>,
    /// False while older messages are still being read in: ask again.
    complete: bool,
}

/// Searches what candidates and recruiters wrote, the newest 50 messages first.
#[utoipa::path(get, path = "/conversations/search", tag = "desk",
    params(("q" = String, Query, description = "Words; from three letters on their beginnings are found too.")),
    responses((status = 200, description = "Messages that hold all the words.", body = ref("#/components/schemas/Search"))))]
pub(crate) async fn search(State(app): State<App>, mut params: Params) -> Answer<Json<Search>> {
    let words = params.text("q")?.map(|q| text::clean(&q)).unwrap_or_default();
    params.finish()?;
    if words.chars().count() > 200 {
        return Err(Problem::invalid("q", "is longer than 200 characters", "forklift licence"));
    }
    let (items, complete) = app.chatbot.search(&words).await?;
    Ok(Json(Search { items, complete }))
}

/// Reads what stands beside a conversation: who sees to it, tags, notes.
#[utoipa::path(get, path = "/chat/{session_id}/desk", tag = "desk", params(("session_id" = Uuid, Path)),
    responses((status = 200, description = "What stands beside it.", body = ref("#/components/schemas/Desk"))))]
pub(crate) async fn get_desk(State(app): State<App>, Id(id): Id) -> Answer<Json<Desk>> {
    app.chatbot.desk(id).await?.map(Json).ok_or_else(Problem::not_found)
}

/// A note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewNote {
    /// The words, at most 4,000 characters.
    content: String,
}

impl Example for NewNote {
    fn example() -> Value {
        json!({ "content": "Prefers to be called after six" })
    }
}

/// Adds a note that only colleagues read.
#[utoipa::path(post, path = "/chat/{session_id}/notes", tag = "desk", params(("session_id" = Uuid, Path)), request_body = NewNote,
    responses((status = 201, description = "Added.", body = ref("#/components/schemas/Note"))))]
pub(crate) async fn add_note(
    State(app): State<App>,
    Staff(actor): Staff,
    Id(id): Id,
    Body(note): Body<NewNote>,
) -> Answer<(StatusCode, Json<Note>)> {
    let added = app.chatbot.add_note(id, &text::content(&note.content)?, &actor).await?;
    added.map(|note| (StatusCode::CREATED, Json(note))).ok_or_else(Problem::not_found)
}

/// Takes away a note of one's own; an administrator any.
#[utoipa::path(delete, path = "/notes/{note_id}", tag = "desk", params(("note_id" = Uuid, Path)),
    responses((status = 204, description = "Gone.")))]
pub(crate) async fn delete_note(State(app): State<App>, Staff(actor): Staff, Id(id): Id) -> Answer<StatusCode> {
    done(app.chatbot.delete_note(id, &actor).await?)
}

/// Words to sort by.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tags {
    /// At most 12, of 40 characters each.
    tags: Vec<String>,
}

impl Example for Tags {
    fn example() -> Value {
        json!({ "tags": ["night shift", "call back"] })
    }
}

/// Sorts a conversation under these words and no others.
#[utoipa::path(put, path = "/chat/{session_id}/tags", tag = "desk", params(("session_id" = Uuid, Path)), request_body = Tags,
    responses((status = 204, description = "Sorted.")))]
pub(crate) async fn put_tags(State(app): State<App>, Id(id): Id, Body(wish): Body<Tags>) -> Answer<StatusCode> {
    let mut tags = Vec::new();
    for tag in wish.tags {
        if let Some(tag) = text::short("tags", Some(tag), 40, "call back")?
            && !tags.contains(&tag)
        {
            tags.push(tag);
        }
    }
    if tags.len() > MOST_TAGS {
        return Err(Problem::invalid("tags", format!("are more than {MOST_TAGS}"), json!(["call back"])));
    }
    done(app.chatbot.set_tags(id, &tags).await?)
}

/// Who sees to a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assignee {
    /// A user's id; null: nobody.
    user_id: Option<Uuid>,
}

impl Example for Assignee {
    fn example() -> Value {
        json!({ "user_id": "3f2b8c1e-7d4a-4f5b-9c6d-8e1f2a3b4c5d" })
    }
}

/// Gives a conversation to a colleague to see to.
#[utoipa::path(put, path = "/chat/{session_id}/assignee", tag = "desk", params(("session_id" = Uuid, Path)), request_body = Assignee,
    responses((status = 204, description = "Given.")))]
pub(crate) async fn put_assignee(
    State(app): State<App>,
    Staff(actor): Staff,
    Id(id): Id,
    Body(wish): Body<Assignee>,
) -> Answer<StatusCode> {
    if let Some(user) = wish.user_id
        && app.chatbot.user(user).await?.is_none()
    {
        return Err(Problem::invalid("user_id", "is nobody's", Value::Null));
    }
    done(app.chatbot.assign(id, wish.user_id, &actor).await?)
}

/// How far somebody has read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadUpto {
    /// The last message's number; smaller than before: it is unread again.
    seq: i64,
}

impl Example for ReadUpto {
    fn example() -> Value {
        json!({ "seq": 12 })
    }
}

/// Notes how far the caller has read.
#[utoipa::path(put, path = "/chat/{session_id}/read", tag = "desk", params(("session_id" = Uuid, Path)), request_body = ReadUpto,
    responses((status = 204, description = "Noted.")))]
pub(crate) async fn put_read(State(app): State<App>, Staff(actor): Staff, Id(id): Id, Body(read): Body<ReadUpto>) -> Answer<StatusCode> {
    if read.seq < 0 {
        return Err(Problem::invalid("seq", "should be a message's number", 12));
    }
    // A service has no eyes: for it there is nothing to note, but the conversation must be there all the same.
    let Some(user) = actor.user_id else { return done(app.chatbot.session(id).await?.is_some()) };
    done(app.chatbot.mark_read(id, user, read.seq).await?)
}

/// Lists the replies that are written once and sent often, by title.
#[utoipa::path(get, path = "/replies", tag = "desk", params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, description = "Replies.", body = ref("#/components/schemas/CannedReplyList"))))]
pub(crate) async fn list_replies(State(app): State<App>, mut params: Params) -> Answer<Json<List<CannedReply>>> {
    let page = params.page()?;
    params.finish()?;
    Ok(Json(List::new(app.chatbot.canned_replies(one_more(page)).await?, page)))
}

/// A reply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reply {
    /// What it is found by, at most 80 characters.
    title: String,
    /// What is sent, at most 4,000 characters.
    content: String,
}

impl Example for Reply {
    fn example() -> Value {
        json!({ "title": "Thanks", "content": "Thank you! I'll call you tomorrow." })
    }
}

impl Reply {
    fn checked(self) -> Answer<(String, String)> {
        let title = text::short("title", Some(self.title), 80, "Thanks")?;
        let title = title.ok_or_else(|| Problem::invalid("title", "is empty", "Thanks"))?;
        Ok((title, text::content(&self.content)?))
    }
}

/// Writes a reply to be sent often.
#[utoipa::path(post, path = "/replies", tag = "desk", request_body = Reply,
    responses((status = 201, description = "Written.", body = ref("#/components/schemas/CannedReply"))))]
pub(crate) async fn create_reply(State(app): State<App>, Body(reply): Body<Reply>) -> Answer<(StatusCode, Json<CannedReply>)> {
    let (title, content) = reply.checked()?;
    Ok((StatusCode::CREATED, Json(app.chatbot.put_canned_reply(None, &title, &content).await?)))
}

/// Writes one anew.
#[utoipa::path(put, path = "/replies/{reply_id}", tag = "desk", params(("reply_id" = Uuid, Path)), request_body = Reply,
    responses((status = 200, description = "As it is now.", body = ref("#/components/schemas/CannedReply"))))]
pub(crate) async fn put_reply(State(app): State<App>, Id(id): Id, Body(reply): Body<Reply>) -> Answer<Json<CannedReply>> {
    let (title, content) = reply.checked()?;
    let known = app.chatbot.canned_replies(Page { limit: 500, offset: 0 }).await?;
    if !known.iter().any(|one| one.id == id) {
        return Err(Problem::not_found());
    }
    Ok(Json(app.chatbot.put_canned_reply(Some(id), &title, &content).await?))
}

/// Takes one away.
#[utoipa::path(delete, path = "/replies/{reply_id}", tag = "desk", params(("reply_id" = Uuid, Path)),
    responses((status = 204, description = "Gone.")))]
pub(crate) async fn delete_reply(State(app): State<App>, Id(id): Id) -> Answer<StatusCode> {
    done(app.chatbot.delete_canned_reply(id).await?)
}

/// 204, or there is nothing it could have been done to.
pub(crate) fn done(done: bool) -> Answer<StatusCode> {
    if done { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found()) }
}
