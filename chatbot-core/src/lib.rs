//! A recruitment chatbot as a library.
//!
//! A candidate's message takes this way through the modules; read them in this order:
//!
//! ```text
//! update ──normalise──▶ inbox ──wake──▶ worker ──▶ dialogue ──▶ outbox ──▶ channel adapter
//!  (shell)      accept: dedupe,        claim       commands      commit: the      deliver, retry,
//!               session, append;       session,    automation?   turn's effects   mark sent
//!               commit, then           fence       prescreen     in one
//!               acknowledge                        skills, FAQ   transaction
//! ```
//!
//! * [`chatbot`] is what an embedder holds; [`message`] and [`channel`] are what shells speak.
//! * [`inbox`] accepts, [`session`] says who holds a conversation, [`worker`] runs turns.
//! * [`dialogue`] routes, [`prescreen`] asks, reads and scores, [`skill`]s do the rest, [`provider`]s may write a reply.
//! * [`resume`] reads files: text out of PDF, DOCX and TXT, and what the text says about its writer.
//! * [`turn`] is what a decision may see and ask for; nothing that decides writes.
//! * [`outbox`] delivers, [`orchestrator`] hands events over, [`store`] is the only place with SQL.
//! * [`matching`] ranks jobs and people for each other, with reasons.
//! * [`recruiting`], [`access`], [`files`], [`privacy`] are nouns; [`template`] holds every sentence; [`clock`] is time passed in.
//!
//! With default features there is no socket, no SQL driver and no TLS here.

pub mod access;
pub mod channel;
pub mod chatbot;
pub mod clock;
pub mod dialogue;
pub mod fault;
pub mod files;
pub mod inbox;
pub mod matching;
pub mod message;
#[doc(hidden)]
pub mod museum;
pub mod orchestrator;
pub mod outbox;
pub mod prescreen;
pub mod privacy;
pub mod provider;
pub mod recruiting;
pub mod resume;
pub mod session;
pub mod skill;
pub mod store;
pub mod template;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod turn;
pub mod wake;
pub mod worker;

pub use async_trait::async_trait;
pub use chatbot::{Chatbot, ChatbotBuilder, Settings};
pub use store::MemoryStore;
#[cfg(feature = "postgres")]
pub use store::PgStore;
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
