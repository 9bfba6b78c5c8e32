//! Bots, people, their chats and files.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::fault::Fault;
use super::spec::Spec;

/// Kinds of updates that come only where they are asked for.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// What the server's tasks share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) spec: Spec,
    pub(super) client: reqwest::Client,
    world: Mutex<World>,
    changed: watch::Sender<u64>,
}

impl Shared {
    pub(super) fn new(any_token: bool) -> Self {
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(std::time::Duration::from_secs(60));
        Self {
            spec: Spec::load(),
            client: client.build().unwrap(),
            world: Mutex::new(World { any_token, next_user: 5_000_000_001, ..World::default() }),
            changed: watch::Sender::new(0),
        }
    }

    /// The world, and nobody else's meanwhile. A task that was dropped on purpose may have held it before.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Tells everyone who waits for something to happen.
    pub(super) fn tell(&self) {
        self.changed.send_modify(|n| *n = n.wrapping_add(1));
    }

    pub(super) fn listen(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}

/// Everything there is.
#[derive(Debug, Default)]
pub(super) struct World {
    /// Whether any token of the right shape makes a bot.
    pub(super) any_token: bool,
    pub(super) bots: BTreeMap<i64, Bot>,
    pub(super) violations: Vec<String>,
    /// By chat: when each message that was sent came, and its words.
    pub(super) sends: BTreeMap<i64, Vec<(Instant, String)>>,
    /// How many milliseconds sending takes: from, to.
    pub(super) delay: Option<(u64, u64)>,
    /// What draws the times between.
    pub(super) turns: u64,
    next_user: i64,
}

impl World {
    /// The bot of this token.
    pub(super) fn bot_of(&self, token: &str) -> Option<i64> {
        self.bots.values().find(|bot| bot.token == token).map(|bot| bot.id)
    }

    pub(super) fn bot(&mut self, id: i64) -> &mut Bot {
        self.bots.get_mut(&id).unwrap_or_else(|| panic!("there is no bot {id}"))
    }

    /// A new user's id.
    pub(super) fn user(&mut self) -> i64 {
        // A page may have come with an id of its own.
        while self.bots.values().any(|bot| bot.chats.contains_key(&self.next_user)) {
            self.next_user += 1;
        }
        self.next_user += 1;
        self.next_user - 1
    }
}

/// A call as it was made.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) values: Map<String, Value>,
}

/// A bot and everything it can see.
#[derive(Debug)]
pub(super) struct Bot {
    pub(super) id: i64,
    pub(super) token: String,
    pub(super) username: String,
    pub(super) chats: BTreeMap<i64, Chat>,
    /// Not yet confirmed, oldest first.
    pub(super) updates: VecDeque<Value>,
    next_update: i64,
    /// Kinds that are wanted; empty: the usual ones.
    pub(super) allowed: Vec<String>,
    pub(super) webhook: Option<Webhook>,
    /// Counts calls of getUpdates: who is not the last of them gives way.
    pub(super) polls: u64,
    pub(super) conflicts: usize,
    /// Updates given to pollers, each as often as it was given.
    pub(super) handed_out: usize,
    pub(super) files: BTreeMap<String, StoredFile>,
    /// Pressed buttons by id; whether they were answered.
    pub(super) callbacks: BTreeMap<String, bool>,
    pub(super) commands: Value,
    pub(super) calls: Vec<Call>,
    /// What goes wrong next: with which method (`send*`: any that sends), and how.
    pub(super) faults: VecDeque<(String, Fault)>,
}

/// Where updates are taken to.
#[derive(Debug, Clone, Default)]
pub(super) struct Webhook {
    pub(super) url: String,
    pub(super) secret: Option<String>,
    pub(super) max_connections: i64,
    pub(super) last_error: Option<String>,
    /// Statuses of deliveries so far; 0: no answer.
    pub(super) statuses: Vec<u16>,
}

/// A file that was sent by either side.
#[derive(Debug, Clone)]
pub(super) struct StoredFile {
    pub(super) id: String,
    pub(super) path: String,
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) bytes: Vec<u8>,
}

/// A private chat.
#[derive(Debug, Default)]
pub(super) struct Chat {
    /// The person, as the API shows users.
    pub(super) user: Value,
    /// A bot may write only where it was written to.
    pub(super) is_started: bool,
    pub(super) is_blocked: bool,
    /// Messages of both, as the API shows them now.
    pub(super) messages: Vec<Value>,
    next: i64,
    /// The keyboard that stands instead of the user's own.
    pub(super) keyboard: Option<Value>,
    /// How often the bot showed that it types.
    pub(super) typing: usize,
}

impl Bot {
    pub(super) fn new(token: &str, username: &str) -> Self {
        Self {
            id: token.split(':').next().and_then(|id| id.parse().ok()).unwrap(),
            token: token.into(),
            username: username.into(),
            chats: BTreeMap::new(),
            updates: VecDeque::new(),
            next_update: 700_000_001,
            allowed: Vec::new(),
            webhook: None,
            polls: 0,
            conflicts: 0,
            handed_out: 0,
            files: BTreeMap::new(),
            callbacks: BTreeMap::new(),
            commands: json!([]),
            calls: Vec::new(),
            faults: VecDeque::new(),
        }
    }

    /// As the API shows the bot to others.
    pub(super) fn as_user(&self) -> Value {
        json!({"id": self.id, "is_bot": true, "first_name": self.username, "username": self.username})
    }

    /// The next fault meant for this method.
    pub(super) fn fault(&mut self, method: &str) -> Option<Fault> {
        let sends = method.starts_with("send") && method != "sendChatAction";
        let at = self.faults.iter().position(|(name, _)| name == method || (sends && name == "send*"))?;
        self.faults.remove(at).map(|(_, fault)| fault)
    }

    /// Queues an update, if its kind is wanted. Answers its id.
    pub(super) fn update(&mut self, kind: &str, content: Value) -> i64 {
        let wanted = if self.allowed.is_empty() { !ON_REQUEST.contains(&kind) } else { self.allowed.iter().any(|k| k == kind) };
        let id = self.next_update;
        self.next_update += 1;
        if wanted {
            self.updates.push_back(json!({"update_id": id, kind: content}));
        }
        id
    }

    /// Queues an update as it is, but for its number.
    pub(super) fn raw_update(&mut self, mut update: Value) -> i64 {
        let id = self.next_update;
        self.next_update += 1;
        update["update_id"] = id.into();
        self.updates.push_back(update);
        id
    }

    /// A person's chat, which there must be.
    pub(super) fn chat(&mut self, user: i64) -> &mut Chat {
        self.chats.get_mut(&user).unwrap_or_else(|| panic!("nobody has the id {user}"))
    }

    /// A message in a chat, from the bot or the person; answers it as the API shows it.
    pub(super) fn post(&mut self, user: i64, by_bot: bool, content: &Value) -> Value {
        let bot = self.as_user();
        let chat = self.chat(user);
        chat.next += 1;
        let from = if by_bot { bot } else { chat.user.clone() };
        let mut message = json!({"message_id": chat.next, "from": from, "chat": chat.as_chat(), "date": now()});
        for (key, value) in content.as_object().unwrap() {
            message[key] = value.clone();
        }
        chat.messages.push(message.clone());
        message
    }

    /// Keeps a file; answers what the API says of it.
    pub(super) fn keep(&mut self, folder: &str, name: &str, mime: &str, bytes: Vec<u8>) -> Value {
        let number = self.files.len() + 1;
        let id = format!("BQAC{:016x}-{number}", self.id);
        let ending = name.rsplit_once('.').map_or("bin", |(_, ending)| ending);
        let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).collect();
        let size = bytes.len();
        let path = format!("{folder}/file_{number}.{ending}");
        self.files.insert(id.clone(), StoredFile { id: id.clone(), path, name: name.into(), mime: mime.into(), bytes });
        json!({"file_id": id, "file_unique_id": format!("u{number}"), "file_size": size})
    }
}

impl Chat {
    pub(super) fn of(user: Value) -> Self {
        Self { user, ..Self::default() }
    }

    pub(super) fn as_chat(&self) -> Value {
        let mut chat = json!({"id": self.user["id"], "type": "private"});
        for key in ["first_name", "last_name", "username"] {
            if let Some(value) = self.user.get(key) {
                chat[key] = value.clone();
            }
        }
        chat
    }

    pub(super) fn message(&mut self, id: i64) -> Option<&mut Value> {
        self.messages.iter_mut().find(|message| message["message_id"] == id)
    }
}

/// Seconds since 1970, as on a server that has nothing to do with the clock of whoever calls it.
#[allow(clippy::disallowed_methods, reason = "the fake stands for a server elsewhere, with a clock of its own")]
pub(super) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
