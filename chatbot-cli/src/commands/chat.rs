//! `chatbot chat`

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chatbot_core::Chatbot;
use chatbot_core::access::{Actor, Role};
use chatbot_core::clock::{RandomIds, SystemClock};
use chatbot_core::message::{InboxEntry, Person, Sender};
use chatbot_core::provider::{ProviderSlot, Slots, http};
use chatbot_core::session::OpenSession;
use chatbot_core::store::MemoryStore;
use chatbot_core::store::open::{OpenError, ServerLock, open_as_server};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{job_file, sample};
use crate::args::{Args, Chat, Speaker};
use crate::database::{self, PAGE};
use crate::failure::Failure;
use crate::output::{self, say};
use crate::room::local::press;
use crate::script::find::unreadable;
use crate::script::matching::Said;
use crate::terminal::{Printer, Reader, Typed, pressed, shown};

/// How long a reply is waited for before the next line may be typed; what comes later is shown when it comes.
const PATIENCE: Duration = Duration::from_millis(1500);
/// As long, where the next line comes from a file and not from a person.
const PIPE_PATIENCE: Duration = Duration::from_secs(10);
/// Between looks for what another process wrote.
const LOOK: Duration = Duration::from_millis(400);
const GREETING: Duration = Duration::from_secs(5);

pub(super) async fn run(args: &Args, wish: &Chat) -> Result<(), Failure> {
    match wish.speaker {
        Speaker::Recruiter => recruiter(args, wish).await,
        Speaker::Candidate => candidate(args, wish).await,
    }
}

/// A bot to talk to, and what keeps it going.
struct Host {
    chatbot: Chatbot,
    job: Option<Uuid>,
    stop: CancellationToken,
    running: Option<tokio::task::JoinHandle<()>>,
    _lock: ServerLock,
}

impl Host {
    fn new(chatbot: Chatbot, job: Option<Uuid>, lock: ServerLock, works: bool) -> Self {
        let stop = CancellationToken::new();
        let running = works.then(|| {
            let (chatbot, stop) = (chatbot.clone(), stop.clone());
            tokio::spawn(async move {
                if let Err(fault) = chatbot.run(stop).await {
                    eprintln!("chatbot: {fault}");
                }
            })
        });
        Self { chatbot, job, stop, running, _lock: lock }
    }

    async fn end(self) {
        self.stop.cancel();
        if let Some(running) = self.running {
            let _ = running.await;
        }
        self.chatbot.close().await;
    }
}

/// The models of the PROVIDER variables.
fn slots() -> Result<Slots, Failure> {
    Ok(http::providers(&ProviderSlot::from_vars(std::env::vars())?)?)
}

async fn host(args: &Args, wish: &Chat) -> Result<Host, Failure> {
    let file = match wish.job.as_deref() {
        Some(job) if is_file(job) => Some(job_file(Path::new(job))?),
        Some(_) => None,
        None if args.database_url.is_some() => None,
        None => Some(sample()?),
    };
    if let Some(file) = file {
        let chatbot = database::reading(Chatbot::builder(MemoryStore::new())).provider_slots(slots()?).build()?;
        let job = chatbot.create_job(&file, false).await?;
        return Ok(Host::new(chatbot, Some(job.id), None, true));
    }
    let (chatbot, lock, works) =
        match open_as_server(&database::settings(args), Arc::new(SystemClock), Arc::new(RandomIds), "chatbot chat", "a terminal").await {
            Ok((store, lock)) => (database::reading(Chatbot::builder(store)).provider_slots(slots()?).build()?, lock, true),
            // A server runs on this file and answers; we only write beside it.
            Err(OpenError::Database { source: chatbot_core::store::sql::OpenError::Locked { .. }, .. }) => {
                (database::beside(args).await?, None, false)
            }
            Err(error) => return Err(error.into()),
        };
    chatbot.migrate().await?;
    let job = match &wish.job {
        Some(slug) => {
            let found = chatbot.job_by_slug(slug).await?;
            Some(found.ok_or_else(|| Failure::Other(format!("--job: there is no job {slug}, in the database or as a file")))?.id)
        }
        None => None,
    };
    Ok(Host::new(chatbot, job, lock, works))
}

fn is_file(job: &str) -> bool {
    Path::new(job).exists() || job.contains(['/', '.', '\\'])
}

async fn candidate(args: &Args, wish: &Chat) -> Result<(), Failure> {
    let host = host(args, wish).await?;
    let person = Person { platform: "cli".into(), job_id: host.job, locale: Some("en".into()), ..Person::default() };
    let session = host.chatbot.open_session(OpenSession::new(person)).await?.session.id;
    say!("Buttons by number, :file PATH sends a file, :quit ends. Session {session}");
    let mut reader = Reader::new("you › ")?;
    let printer = reader.printer();
    let patience = if printer.is_some() { PATIENCE } else { PIPE_PATIENCE };
    let screen = Arc::new(Mutex::new(Screen {
        chatbot: host.chatbot.clone(),
        session,
        read: 0,
        buttons: Vec::new(),
        speaker: Sender::Candidate,
        printer: None,
    }));
    greet(&screen).await?;
    screen.lock().await.printer = printer;
    let watcher = tokio::spawn(watch(Arc::clone(&screen), host.chatbot.clone(), session));
    while let Typed::Line(line) = reader.next().await? {
        if line.trim().is_empty() {
            continue;
        }
        let buttons = screen.lock().await.buttons.clone();
        match send(&host.chatbot, session, &line, &buttons).await {
            Ok(seq) => {
                host.chatbot.replies(session, seq, patience).await?;
            }
            Err(problem) => say!("{problem}"),
        }
        screen.lock().await.refresh().await?;
    }
    watcher.abort();
    host.end().await;
    Ok(())
}

async fn greet(screen: &Mutex<Screen>) -> Result<(), Failure> {
    let end = tokio::time::Instant::now() + GREETING;
    while screen.lock().await.refresh().await? == 0 && tokio::time::Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    Ok(())
}

async fn send(chatbot: &Chatbot, session: Uuid, line: &str, buttons: &[(String, String)]) -> Result<i64, String> {
    if let Some(path) = line.trim().strip_prefix(":file ") {
        let path = Path::new(path.trim());
        let bytes = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let saved = chatbot.save_file(session, &name, bytes, Sender::Candidate, None, None).await;
        return saved.map(|(_, accepted)| accepted.seq).map_err(|e| e.to_string());
    }
    let entry = match pressed(line, buttons) {
        Some((label, value)) => press(session, label, value),
        None => InboxEntry::text(session, line),
    };
    chatbot.save_incoming_message(entry).await.map(|accepted| accepted.seq).map_err(|e| e.to_string())
}

async fn recruiter(args: &Args, wish: &Chat) -> Result<(), Failure> {
    let chatbot = database::current(args).await?;
    let session = match wish.session {
        Some(id) => chatbot.session(id).await?.ok_or_else(|| Failure::Other(format!("--session: there is no session {id}")))?,
        None => {
            let newest = chatbot.sessions(true, PAGE).await?.into_iter().next();
            newest.ok_or_else(|| Failure::Other("there is no open conversation to join".into()))?
        }
    };
    let by = Actor { user_id: None, name: std::env::var("USER").unwrap_or_else(|_| "Recruiter".into()), role: Role::Recruiter };
    let held =
        if session.automation_enabled { "the bot answers; :takeover silences it" } else { "a person has taken over; :release hands back" };
    say!("Session {} · {held} · what you type is sent as {} · :quit leaves", session.id, by.name);
    let mut reader = Reader::new("you › ")?;
    let printer = reader.printer();
    let screen = Arc::new(Mutex::new(Screen {
        chatbot: chatbot.clone(),
        session: session.id,
        read: 0,
        buttons: Vec::new(),
        speaker: Sender::Recruiter,
        printer: None,
    }));
    screen.lock().await.refresh().await?;
    screen.lock().await.printer = printer;
    let watcher = tokio::spawn(watch(Arc::clone(&screen), chatbot.clone(), session.id));
    while let Typed::Line(line) = reader.next().await? {
        let done = match line.trim() {
            "" => continue,
            ":takeover" => chatbot.takeover(session.id, &by).await.map(|_| ()),
            ":release" => chatbot.release(session.id, &by).await.map(|_| ()),
            text => {
                let mut entry = InboxEntry::text(session.id, text);
                entry.sender = Sender::Recruiter;
                entry.actor = Some(by.name.clone());
                entry.metadata = serde_json::json!({"author": by.name});
                chatbot.save_incoming_message(entry).await.map(|_| ())
            }
        };
        if let Err(problem) = done {
            say!("{problem}");
        }
        screen.lock().await.refresh().await?;
    }
    watcher.abort();
    chatbot.close().await;
    Ok(())
}

/// Shows what comes while a line is being typed.
async fn watch(screen: Arc<Mutex<Screen>>, chatbot: Chatbot, session: Uuid) {
    let mut live = chatbot.subscribe_to_changes(session);
    loop {
        let _ = tokio::time::timeout(LOOK, live.next()).await;
        if let Err(fault) = screen.lock().await.refresh().await {
            eprintln!("chatbot: {}", fault.message().unwrap_or_default());
        }
    }
}

/// What of the conversation is on the screen.
struct Screen {
    chatbot: Chatbot,
    session: Uuid,
    read: i64,
    /// Of the bot's last message.
    buttons: Vec<(String, String)>,
    /// Whose own words need no showing.
    speaker: Sender,
    printer: Option<Printer>,
}

impl Screen {
    /// Shows what is new; answers how many messages that were.
    async fn refresh(&mut self) -> Result<usize, Failure> {
        let first = self.read == 0;
        let messages = self.chatbot.history(self.session, self.read, PAGE.limit).await?;
        let mut count = 0;
        for message in &messages {
            self.read = message.seq;
            let said = Said::new(&message.content, &message.metadata);
            if message.sender == Sender::Bot {
                self.buttons.clone_from(&said.buttons);
            }
            // Joining a conversation, a recruiter sees all that was said, by others of the team too.
            if message.sender == self.speaker && !(first && self.speaker == Sender::Recruiter) {
                continue;
            }
            count += 1;
            let who = match message.sender {
                Sender::Bot => "bot",
                Sender::System => "—",
                Sender::Candidate => "candidate",
                Sender::Recruiter => message.metadata.get("author").and_then(serde_json::Value::as_str).unwrap_or("recruiter"),
            };
            let text = shown(who, &said);
            match &mut self.printer {
                Some(print) => print(text),
                None => output::raw(&text),
            }
        }
        Ok(count)
    }
}
