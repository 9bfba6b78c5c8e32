//! The recruiters' inbox: the list with its filters, one conversation, what stands beside it, and search.

use std::fmt::Write as _;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chatbot_core::access::{Actor, Role};
use chatbot_core::chatbot::Conversation;
use chatbot_core::fault::Fault;
use chatbot_core::message::Sender;
use chatbot_core::recruiting::ActionStatus;
use chatbot_core::recruiting::desk::DeskFilter;
use chatbot_core::recruiting::list::Page;
use serde::Deserialize;
use uuid::Uuid;

use super::console::{TRANSCRIPT, action_row, count, open_actions, shown_name, time};
use super::{NoPage, PAGE};
use crate::app::App;
use crate::params::Id;
use crate::policy::{Caller, Staff};
use crate::problem::Problem;
use crate::routes::desk::REASONS;
use crate::text;
use crate::web::actions::reason_words;
use crate::web::conversations::{
    Choice, ConvRow, ConversationListView, ConversationsView, Filters, HitView, NoteView, SearchView, SideView,
};
use crate::web::respond;
use crate::web::talk::{MessageView, TalkPane};

/// Conversations in the list.
const ROWS: i64 = 40;

/// The filters as a form sends them; what makes no sense filters nothing.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    state: Option<String>,
    reason: Option<String>,
    job: Option<String>,
    channel: Option<String>,
    score: Option<String>,
    unread: Option<String>,
    mine: Option<String>,
    tag: Option<String>,
    from: Option<i64>,
    /// The conversation that is open, where only the list is asked for.
    open: Option<Uuid>,
}

type Asked = Result<Query<Wanted>, axum::extract::rejection::QueryRejection>;

/// `GET /console/conversations`: the list.
pub(crate) async fn inbox(State(app): State<App>, caller: Caller, Staff(actor): Staff, asked: Asked) -> Result<Response, NoPage> {
    page(&app, &caller, &actor, asked, None).await
}

/// `GET /console/conversations/{session_id}`: the list with a conversation beside it.
pub(crate) async fn conversation(
    State(app): State<App>,
    caller: Caller,
    Staff(actor): Staff,
    id: Result<Id, Problem>,
    asked: Asked,
) -> Result<Response, NoPage> {
    let Ok(Id(id)) = id else { return Err(NoPage::absent(&app)) };
    page(&app, &caller, &actor, asked, Some(id)).await
}

/// `GET /console/conversations/list`: the list alone.
pub(crate) async fn list(State(app): State<App>, Staff(actor): Staff, asked: Asked) -> Result<Response, NoPage> {
    let wanted = asked.map(|Query(wanted)| wanted).unwrap_or_default();
    let filters = filters(&app, &wanted).await.map_err(NoPage::fault(&app))?;
    let (rows, next) = rows(&app, &actor, &wanted, wanted.open).await.map_err(NoPage::fault(&app))?;
    Ok(respond(StatusCode::OK, &ConversationListView { base: app.base.clone(), filters, rows, next }))
}

async fn page(app: &App, caller: &Caller, actor: &Actor, asked: Asked, open: Option<Uuid>) -> Result<Response, NoPage> {
    let fault = NoPage::fault(app);
    let wanted = asked.map(|Query(wanted)| wanted).unwrap_or_default();
    let can_work = actor.role >= Role::Recruiter;
    let (talk, side) = match open {
        None => (None, SideView::default()),
        Some(id) => {
            if let Some(candidate) = app.chatbot.session(id).await.map_err(&fault)?.and_then(|session| session.candidate_id) {
                app.chatbot.note_seen("conversation_opened", candidate, actor).await.map_err(&fault)?;
            }
            let (talk, side) = beside(app, actor, id).await.map_err(&fault)?.ok_or_else(|| NoPage::absent(app))?;
            (Some(talk), side)
        }
    };
    let (rows, next) = rows(app, actor, &wanted, open).await.map_err(&fault)?;
    let view = ConversationsView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        user: actor.name.clone(),
        open_actions: open_actions(app).await.map_err(&fault)?,
        can_work,
        filters: filters(app, &wanted).await.map_err(&fault)?,
        rows,
        next,
        talk,
        side,
    };
    Ok(respond(StatusCode::OK, &view))
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

impl Wanted {
    fn state(&self) -> &str {
        given(self.state.as_ref()).unwrap_or("open")
    }

    fn filter(&self, actor: &Actor) -> DeskFilter {
        DeskFilter {
            open: match self.state() {
                "all" => None,
                "closed" => Some(false),
                _ => Some(true),
            },
            waiting: self.state() == "waiting",
            taken_over: self.state() == "taken",
            reason: given(self.reason.as_ref()).and_then(|name| REASONS.iter().find(|(known, _)| *known == name)).map(|(_, kind)| *kind),
            job_id: given(self.job.as_ref()).and_then(|id| id.parse().ok()),
            platform: given(self.channel.as_ref()).map(str::to_owned),
            min_score: given(self.score.as_ref()).and_then(|n| n.parse::<u8>().ok()).map(f64::from),
            unread_by: self.unread.as_ref().and(actor.user_id),
            assigned_to: self.mine.as_ref().map(|_| actor.user_id.unwrap_or_default()),
            tag: given(self.tag.as_ref()).map(text::clean),
        }
    }

    /// As a query string, for links that keep the filters.
    fn query(&self) -> String {
        let mut query = form_urlencoded();
        let pairs = [
            ("state", self.state.as_ref()),
            ("reason", self.reason.as_ref()),
            ("job", self.job.as_ref()),
            ("channel", self.channel.as_ref()),
            ("score", self.score.as_ref()),
            ("unread", self.unread.as_ref()),
            ("mine", self.mine.as_ref()),
            ("tag", self.tag.as_ref()),
        ];
        for (name, value) in pairs {
            if let Some(value) = given(value) {
                query.push(name, value);
            }
        }
        query.0
    }
}

/// A query string being written.
struct Encoded(String);

fn form_urlencoded() -> Encoded {
    Encoded(String::new())
}

impl Encoded {
    fn push(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
                self.0.push(char::from(byte));
            } else {
                // Writing to a string can't fail.
                let _ = write!(self.0, "%{byte:02X}");
            }
        }
    }
}

async fn filters(app: &App, wanted: &Wanted) -> Result<Filters, Fault> {
    let pick = |value: &str, label: String, held: Option<&str>| Choice { value: value.to_owned(), label, selected: held == Some(value) };
    let words = |list: &[(&str, &str)], held: Option<&str>| list.iter().map(|(v, l)| pick(v, (*l).to_owned(), held)).collect::<Vec<_>>();
    let states = [("open", "Open"), ("waiting", "Waiting for a person"), ("taken", "Taken over"), ("closed", "Closed"), ("all", "All")];
    let channels = [("web", "Web"), ("telegram", "Telegram"), ("whatsapp", "WhatsApp")];
    let scores = [("90", "90 and more"), ("75", "75 and more"), ("50", "50 and more")];
    let jobs = app.chatbot.jobs(None, PAGE).await?;
    let job = given(wanted.job.as_ref());
    let reason = given(wanted.reason.as_ref());
    let held = [job.is_some(), reason.is_some(), given(wanted.channel.as_ref()).is_some(), given(wanted.score.as_ref()).is_some()];
    let more = [wanted.unread.is_some(), wanted.mine.is_some(), given(wanted.tag.as_ref()).is_some()];
    Ok(Filters {
        states: words(&states, Some(wanted.state())),
        reasons: REASONS.iter().map(|(name, _)| pick(name, reason_words(name), reason)).collect(),
        jobs: jobs.into_iter().map(|j| pick(&j.id.to_string(), j.title, job)).collect(),
        channels: words(&channels, given(wanted.channel.as_ref())),
        scores: words(&scores, given(wanted.score.as_ref())),
        unread: wanted.unread.is_some(),
        mine: wanted.mine.is_some(),
        tag: given(wanted.tag.as_ref()).unwrap_or_default().to_owned(),
        held: held.iter().chain(&more).filter(|held| **held).count(),
        query: wanted.query(),
    })
}

async fn rows(app: &App, actor: &Actor, wanted: &Wanted, open: Option<Uuid>) -> Result<(Vec<ConvRow>, Option<String>), Fault> {
    let offset = wanted.from.unwrap_or_default().clamp(0, 1_000_000);
    let page = Page { limit: ROWS + 1, offset };
    let mut found = app.chatbot.conversations(&wanted.filter(actor), page, actor.user_id).await?;
    let more = count(ROWS) < found.len();
    found.truncate(count(ROWS));
    let next = more.then(|| (offset + ROWS).to_string());
    Ok((found.into_iter().map(|one| row(one, open)).collect(), next))
}

fn row(one: Conversation, open: Option<Uuid>) -> ConvRow {
    let Conversation { session, unread, assigned_to, tags, jd_match_score, .. } = one;
    let last = session.last_message;
    ConvRow {
        current: open == Some(session.id),
        session_id: session.id.to_string(),
        name: shown_name(session.candidate_name.as_deref()),
        job: session.job.map(|job| job.title),
        platform: session.platform,
        unread: unread && open != Some(session.id),
        taken: !session.automation_enabled,
        closed: session.closed_at.is_some(),
        waiting: session.waiting.iter().map(|reason| reason_words(reason.as_str())).collect(),
        assigned: assigned_to.map(|colleague| colleague.name),
        tags,
        score: jd_match_score,
        last_by: last.as_ref().map_or("", |last| by(last.sender)),
        preview: last.as_ref().map(|last| last.preview.clone()).unwrap_or_default(),
        at: time(last.map_or(session.last_entry_at, |last| last.sent_at)),
    }
}

fn by(sender: Sender) -> &'static str {
    match sender {
        Sender::Candidate => "",
        Sender::Bot => "Bot: ",
        Sender::Recruiter => "Recruiter: ",
        Sender::System => "",
    }
}

/// A conversation and what stands beside it.
async fn beside(app: &App, actor: &Actor, id: Uuid) -> Result<Option<(TalkPane, SideView)>, Fault> {
    let bot = &app.chatbot;
    let (Some(session), Some(desk)) = (bot.session_view(id).await?, bot.desk(id).await?) else { return Ok(None) };
    let name = shown_name(session.candidate_name.as_deref());
    let application = match session.application_id {
        Some(id) => bot.application(id, None).await?,
        None => None,
    };
    let job = match &session.job {
        Some(job) => bot.job(job.id).await?,
        None => None,
    };
    let candidate = match session.candidate_id {
        Some(id) => bot.candidate(id).await?,
        None => None,
    };
    let actions = bot.actions(Some(ActionStatus::Open), Some(id), PAGE).await?;
    let users = bot.users(PAGE).await?;
    let talk = talk(app, actor, id, session.application_id, session.automation_enabled, &name).await?;
    let title = session.job.as_ref().map(|job| job.title.clone());
    let side = SideView {
        candidate_id: session.candidate_id.map(|id| id.to_string()),
        application_id: session.application_id.map(|id| id.to_string()),
        contacts: candidate.map(|c| c.emails.into_iter().chain(c.phones).collect()).unwrap_or_default(),
        status: application.as_ref().map(|a| a.status.as_str().to_owned()),
        score: application.as_ref().and_then(|a| a.jd_match_score),
        must_haves: match (&application, &job) {
            (Some(application), Some(job)) => application.must_haves(job.has_must_haves()).to_owned(),
            _ => "none".to_owned(),
        },
        answered: application.as_ref().map_or(0, |a| count(a.answered)),
        total: application.as_ref().map_or(0, |a| count(a.total)),
        platform: session.platform,
        source: session.source,
        colleagues: users
            .into_iter()
            .filter(|user| user.role >= Role::Recruiter)
            .map(|user| Choice {
                selected: desk.assigned_to.as_ref().is_some_and(|one| one.id == user.id),
                value: user.id.to_string(),
                label: user.name,
            })
            .collect(),
        me: actor.user_id.map(|id| id.to_string()),
        tags: desk.tags,
        notes: desk
            .notes
            .into_iter()
            .map(|note| NoteView {
                id: note.id.to_string(),
                own: actor.role == Role::Admin || (note.author_id.is_some() && note.author_id == actor.user_id),
                author: note.author,
                content: note.content,
                at: time(note.created_at),
            })
            .collect(),
        actions: actions.iter().map(|action| action_row(action, Some(&name), title.as_deref())).collect(),
        job: title,
    };
    Ok(Some((talk, side)))
}

/// The newest part of a conversation.
pub(super) async fn talk(
    app: &App,
    actor: &Actor,
    session_id: Uuid,
    application_id: Option<Uuid>,
    automation_enabled: bool,
    name: &str,
) -> Result<TalkPane, Fault> {
    let messages = app.chatbot.history(session_id, 0, TRANSCRIPT).await?;
    Ok(TalkPane {
        session_id: session_id.to_string(),
        application_id: application_id.map(|id| id.to_string()),
        candidate_name: name.to_owned(),
        automation_enabled,
        can_work: actor.role >= Role::Recruiter,
        messages: messages
            .into_iter()
            .map(|message| MessageView {
                id: message.id.to_string(),
                seq: message.seq,
                sender: message.sender.as_str().to_owned(),
                author: message.metadata.get("author").or(message.metadata.get("name")).and_then(|name| name.as_str()).map(str::to_owned),
                content: message.content,
                sent_at: time(message.sent_at),
            })
            .collect(),
    })
}

/// `?q=WORDS`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Words {
    q: Option<String>,
}

/// `GET /console/search`: what candidates and recruiters wrote.
pub(crate) async fn search(
    State(app): State<App>,
    caller: Caller,
    Staff(actor): Staff,
    asked: Result<Query<Words>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, NoPage> {
    let fault = NoPage::fault(&app);
    let words: String = asked.map(|Query(words)| words).unwrap_or_default().q.unwrap_or_default().chars().take(200).collect();
    let words = text::clean(&words);
    let (found, complete) = if words.trim().is_empty() { (Vec::new(), true) } else { app.chatbot.search(&words).await.map_err(&fault)? };
    let hits = found.into_iter().map(|hit| HitView {
        session_id: hit.session_id.to_string(),
        seq: hit.seq,
        sender: if hit.sender == Sender::Recruiter { "Recruiter" } else { "Candidate" },
        name: shown_name(hit.candidate_name.as_deref()),
        job: hit.job_title,
        preview: hit.preview,
        at: time(hit.sent_at),
    });
    let view = SearchView {
        base: app.base.clone(),
        csrf_token: caller.csrf().to_owned(),
        user: actor.name,
        open_actions: open_actions(&app).await.map_err(&fault)?,
        words,
        hits: hits.collect(),
        complete,
    };
    Ok(respond(StatusCode::OK, &view))
}
