//! What the benchmark says to its Telegram side, and hears from it: a line of JSON each way, over its standard input and
//! output.

use serde::{Deserialize, Serialize};

/// The first line it says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Listening {
    /// The Bot API's address, as `TELEGRAM_API_URL` has it.
    pub(crate) api_url: String,
}

/// A line it hears.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Put this load on the bot; answered with an [`Outcome`].
    Put(Load),
    /// Say how many messages came, up to now and in all, that nobody should have got.
    CountDoubles,
}

/// A load to be put on a bot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Load {
    /// Where updates are posted: `127.0.0.1:PORT` of each process of the bot. They are taken in turn.
    pub(crate) hooks: Vec<String>,
    /// The webhook's secret.
    pub(crate) secret: String,
    /// Candidates at a time.
    pub(crate) concurrency: usize,
    /// Conversations to be held.
    pub(crate) conversations: Option<u64>,
    /// Or: for how long new ones are begun.
    pub(crate) seconds: f64,
    /// Turns a second that begin whatever becomes of those before (an open loop); none: as fast as they are answered.
    pub(crate) rate: Option<f64>,
    /// Of a hundred updates, how many are delivered twice.
    pub(crate) twice_percent: u64,
    /// How long Telegram takes for a message to somebody.
    pub(crate) delay_ms: u64,
    /// The first candidate's chat; the others' follow.
    pub(crate) first_chat: i64,
    /// Whether the bot only says back what it hears: the harness's own ceiling.
    pub(crate) echo: bool,
}

/// What came of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Turns that were answered.
    pub(crate) turns: u64,
    /// Turns a second while new conversations were begun.
    pub(crate) turns_per_second: f64,
    /// Update to reply, in milliseconds.
    pub(crate) p50_ms: f64,
    /// The same.
    pub(crate) p95_ms: f64,
    /// The same.
    pub(crate) p99_ms: f64,
    /// Update to acknowledgement, in milliseconds.
    pub(crate) acknowledged_p50_ms: f64,
    /// Conversations that were held.
    pub(crate) conversations: u64,
    /// Turns that were never answered.
    pub(crate) lost: u64,
    /// Messages that nobody should have got, as counted when the bot had ended.
    pub(crate) doubled: u64,
    /// Messages that were not what comes next, and calls that Telegram refuses.
    pub(crate) wrong: u64,
    /// Updates that were delivered twice.
    pub(crate) copies: u64,
    /// Updates the bot did not take, which came again.
    pub(crate) came_again: u64,
    /// How many turns each conversation had, from the first chat on.
    pub(crate) turns_of: Vec<u64>,
    /// The first thing that was not as it should be.
    pub(crate) first_problem: Option<String>,
}
