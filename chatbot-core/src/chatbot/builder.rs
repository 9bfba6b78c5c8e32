//! Putting a chatbot together.

use std::sync::Arc;

use chrono::Duration;

use super::accounts::Accounts;
use super::rehearsal::Cast;
use super::{Chatbot, Inner};
use crate::channel::ChannelAdapter;
use crate::clock::{Clock, IdSource, SystemClock};
use crate::dialogue::{Decide, Dialogue};
use crate::inbox::{Inbox, InboxStore};
use crate::orchestrator::{EventSink, LogSink};
use crate::outbox::deliver::{Deliverer, OutboxStore};
use crate::prescreen::{PrescreenEngine, RuleEngine};
use crate::provider::{Limits, Provider, ProviderManager, RoundRobin, Slots};
use crate::resume::{PlainText, ResumeReader};
use crate::session::{SessionManager, SessionStore, StoredSessions};
use crate::skill::candidate_matching::CandidateMatching;
use crate::skill::job_creation::{JobCreation, JobLinks};
use crate::skill::onboarding::Onboarding;
use crate::skill::resume_intake::ResumeIntake;
use crate::skill::{PrioritySkills, Skill, SkillRegistry};
use crate::store::Store;
use crate::template::{RETENTION_DAYS, TemplateError, Templates};
use crate::wake::{Drafts, LocalWake, Wake};
use crate::worker::{Processor, TurnStore, Worker};

/// Figures an operator sets.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Idle time after which a session is closed, in hours (`CHAT_SESSION_TTL_HOURS`).
    pub session_ttl_hours: i64,
    /// How the world reaches the pages; links in notices begin with it.
    pub public_url: Option<String>,
    /// The Telegram bot's name without `@`, for links that open a chat with it.
    pub telegram_bot: Option<String>,
    /// Whether [`Chatbot::run`] processes turns (`WORKER_TYPE` `all` or `chat`), or only delivers and serves.
    pub worker: bool,
    /// How many days after the last word of anybody a person's data is kept (`RETENTION_DAYS`). The notice names it, and
    /// [`Chatbot::run`] keeps to it.
    pub retention_days: i64,
    /// The longest sleep between looks at the database, of workers, deliveries and waits for a reply; live pages sleep eight
    /// times as long. What a lost wake-up costs at most.
    pub poll: std::time::Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            session_ttl_hours: 72,
            public_url: None,
            telegram_bot: None,
            worker: true,
            retention_days: RETENTION_DAYS,
            poll: std::time::Duration::from_millis(250),
        }
    }
}

/// Why a chatbot cannot be put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A message template is broken.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A setting is out of range.
    #[error("{name}: {problem}; example: {name}={example}")]
    Setting {
        /// Which.
        name: &'static str,
        /// What is wrong.
        problem: String,
        /// What would be right.
        example: &'static str,
    },
}

/// See [`Chatbot::builder`].
#[must_use]
pub struct ChatbotBuilder {
    store: Store,
    clock: Arc<dyn Clock>,
    settings: Settings,
    templates: Option<Templates>,
    skills: Vec<Arc<dyn Skill>>,
    registry: Box<dyn SkillRegistry>,
    channels: Vec<Arc<dyn ChannelAdapter>>,
    accounts: Accounts,
    providers: Slots,
    provider_manager: Option<Arc<dyn ProviderManager>>,
    prescreen: Option<Arc<dyn PrescreenEngine>>,
    sessions: Option<Arc<dyn SessionManager>>,
    decide: Option<Arc<dyn Decide>>,
    resumes: Arc<dyn ResumeReader>,
    events: Arc<dyn EventSink>,
    wake: Option<Arc<dyn Wake>>,
}

impl ChatbotBuilder {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            clock: Arc::new(SystemClock),
            settings: Settings::default(),
            templates: None,
            skills: Vec::new(),
            registry: Box::new(PrioritySkills::default()),
            channels: Vec::new(),
            accounts: Accounts::default(),
            providers: Vec::new(),
            provider_manager: None,
            prescreen: None,
            sessions: None,
            decide: None,
            resumes: Arc::new(PlainText),
            events: Arc::new(LogSink),
            wake: None,
        }
    }

    /// The clock; give the store the same one.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Where ids come from.
    pub fn ids(mut self, ids: Arc<dyn IdSource>) -> Self {
        self.store = self.store.with_ids(ids);
        self
    }

    /// An operator's figures.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The texts; English where none are given.
    pub fn templates(mut self, templates: Templates) -> Self {
        self.templates = Some(templates);
        self
    }

    /// Adds a skill; one of the same name as a built-in replaces it.
    pub fn skill(mut self, skill: impl Skill + 'static) -> Self {
        self.skills.push(Arc::new(skill));
        self
    }

    /// Replaces the skill registry; the built-in skills and those added are registered with it.
    pub fn skill_registry(mut self, registry: impl SkillRegistry + 'static) -> Self {
        self.registry = Box::new(registry);
        self
    }

    /// Adds a channel to deliver to.
    pub fn channel(mut self, channel: impl ChannelAdapter + 'static) -> Self {
        self.accounts.add(channel.platform(), channel.account());
        self.channels.push(Arc::new(channel));
        self
    }

    /// An account of ours on a platform that another process delivers to; those of channels are known by themselves. Who is
    /// addressed on a platform with one account need not name it.
    pub fn account(mut self, platform: &str, account: &str) -> Self {
        self.accounts.add(platform, account);
        self
    }

    /// Adds a provider as the next slot.
    pub fn provider(mut self, provider: impl Provider + 'static) -> Self {
        self.providers.push((Arc::new(provider), Limits::default()));
        self
    }

    /// Adds slots after those that are there, each with its limits: `provider::http::providers` makes them from variables.
    pub fn provider_slots(mut self, slots: Slots) -> Self {
        self.providers.extend(slots);
        self
    }

    /// Replaces the provider manager, and with it the slots.
    pub fn provider_manager(mut self, manager: impl ProviderManager + 'static) -> Self {
        self.provider_manager = Some(Arc::new(manager));
        self
    }

    /// Replaces the prescreen engine.
    pub fn prescreen(mut self, engine: impl PrescreenEngine + 'static) -> Self {
        self.prescreen = Some(Arc::new(engine));
        self
    }

    /// Replaces the session manager.
    pub fn sessions(mut self, manager: impl SessionManager + 'static) -> Self {
        self.sessions = Some(Arc::new(manager));
        self
    }

    /// Replaces the whole dialogue: for tests of the worker, and for hosts with a conversation of their own.
    pub fn dialogue(mut self, decide: impl Decide + 'static) -> Self {
        self.decide = Some(Arc::new(decide));
        self
    }

    /// Reads resumes sent as files; plain text only where none is given. `resume::ChildReader` (feature `resume`) reads PDF
    /// and DOCX in a process of its own, which the host must name.
    pub fn resume_reader(mut self, reader: impl ResumeReader + 'static) -> Self {
        self.resumes = Arc::new(reader);
        self
    }

    /// Where events go; into the log where none is given.
    pub fn events(mut self, sink: impl EventSink + 'static) -> Self {
        self.events = Arc::new(sink);
        self
    }

    /// How processes wake each other, such as `wake::RedisWake` or one of the host's. Where none is given, those that share
    /// a PostgreSQL schema do so by NOTIFY, and any other store is one process's. A wake is a hint: whatever it loses,
    /// doubles or brings late, work is found by polling.
    pub fn wake(mut self, wake: Arc<dyn Wake>) -> Self {
        self.wake = Some(wake);
        self
    }

    /// Takes a chatbot's own parts over, for a rehearsal of it.
    pub(super) fn take_cast(&mut self, cast: &Cast) {
        self.prescreen.clone_from(&cast.prescreen);
        self.skills.clone_from(&cast.skills);
    }

    /// Puts it together. Nothing is read, written or started.
    pub fn build(self) -> Result<Chatbot, BuildError> {
        let hours = self.settings.session_ttl_hours;
        if !(1..=24 * 365).contains(&hours) {
            return Err(BuildError::Setting {
                name: "CHAT_SESSION_TTL_HOURS",
                problem: format!("{hours} is not between 1 and 8760"),
                example: "72",
            });
        }
        let ttl = Duration::hours(hours);
        let templates = match self.templates {
            Some(templates) => templates,
            None => Templates::english()?,
        };
        let days = self.settings.retention_days;
        if !(1..=3650).contains(&days) {
            return Err(BuildError::Setting {
                name: "RETENTION_DAYS",
                problem: format!("{days} is not between 1 and 3650"),
                example: "180",
            });
        }
        let templates = templates.with_retention_days(days);
        if self.settings.poll.is_zero() {
            let problem = "a look follows a look without pause".into();
            return Err(BuildError::Setting { name: "poll", problem, example: "250ms" });
        }
        let cast = Cast { prescreen: self.prescreen.clone(), skills: self.skills.clone() };
        let prescreen = self.prescreen.unwrap_or_else(|| Arc::new(RuleEngine::new(templates.clone())));
        let mut registry = self.registry;
        registry.register(Arc::new(Onboarding::new(templates.clone(), Arc::clone(&prescreen))));
        registry.register(Arc::new(ResumeIntake::new(templates.clone(), Arc::new(self.store.clone()), self.resumes)));
        let public_url = self.settings.public_url.as_deref();
        registry.register(Arc::new(CandidateMatching::new(templates.clone(), Arc::new(self.store.clone()), public_url)));
        let links = JobLinks { public_url: self.settings.public_url.clone(), telegram_bot: self.settings.telegram_bot.clone() };
        registry.register(Arc::new(JobCreation::new(templates.clone(), links)));
        for skill in self.skills {
            registry.register(skill);
        }
        let skills = registry.list();
        let providers = self.provider_manager.unwrap_or_else(|| {
            let accounts = Arc::new(self.store.clone());
            Arc::new(RoundRobin::with_limits(self.providers, Arc::clone(&self.clock)).telling(accounts))
        });
        let drafts = Arc::new(Drafts::default());
        let decide = self.decide.unwrap_or_else(|| {
            let dialogue = Dialogue::new(templates.clone(), prescreen, Arc::from(registry), Arc::clone(&providers));
            Arc::new(dialogue.with_drafts(Arc::clone(&drafts)))
        });
        let wake = self.wake.or_else(|| self.store.wake()).unwrap_or_else(|| Arc::new(LocalWake::default()));
        let poll = self.settings.poll;
        let store = Arc::new(self.store.clone());
        let turns: Arc<dyn TurnStore> = store.clone();
        let inbox: Arc<dyn InboxStore> = store.clone();
        let sessions: Arc<dyn SessionStore> = store.clone();
        let outbox: Arc<dyn OutboxStore> = store;
        let deliverers: Arc<[Deliverer]> =
            self.channels.into_iter().map(|channel| Deliverer::new(Arc::clone(&outbox), channel).polling(poll)).collect();
        let processor = Processor::new(Arc::clone(&turns), decide, Arc::clone(&wake), ttl).with_senders(Arc::clone(&deliverers));
        let worker = Worker::new(turns, processor.clone(), Arc::clone(&wake)).polling(poll);
        Ok(Chatbot {
            inner: Arc::new(Inner {
                inbox: Inbox::new(inbox, Arc::new(worker.clone()), Arc::clone(&wake), ttl),
                worker,
                sessions: self.sessions.unwrap_or_else(|| Arc::new(StoredSessions::new(sessions, ttl))),
                deliverers,
                accounts: self.accounts,
                processor,
                store: self.store,
                clock: self.clock,
                settings: self.settings,
                templates,
                wake,
                drafts,
                providers,
                events: self.events,
                skills,
                cast,
            }),
        })
    }
}
