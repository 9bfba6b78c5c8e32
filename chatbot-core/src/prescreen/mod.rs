//! The prescreen: which question comes next, what an answer is worth, and why.

pub mod ask;
pub mod claim;
pub mod correction;
pub mod engine;
pub mod reading;
pub mod receipt;
pub mod scoring;

use uuid::Uuid;

use crate::recruiting::Question;
use crate::turn::{Effects, Entry, Turn};

pub use claim::{Claim, Claimed};
pub use engine::RuleEngine;

/// Asks, reads and scores. The default, [`RuleEngine`], does so by rules alone; a host may put its own in its place.
#[cfg_attr(test, mockall::automock)]
pub trait PrescreenEngine: Send + Sync {
    /// The next question without an answer, in order; none when all have one.
    fn get_next_prescreen_question(&self, turn: &Turn) -> Option<Question>;

    /// What an answer to the pending question does: the answer with its score and reason, the application's new
    /// score, actions, the log, and what is said if it must be asked again. The context no longer names the question
    /// when it is settled.
    fn handle_answer(&self, turn: &Turn, message: &Entry) -> Effects;

    /// Leaves a question out.
    fn skip(&self, turn: &Turn, question_id: Uuid) -> Effects;

    /// Whether the words read as an answer to the pending question (a successor's first message is one, or is not).
    fn reads(&self, turn: &Turn, message: &Entry) -> bool;

    /// What a model's reading of an unclear answer is worth. An engine that trusts none refuses all.
    fn weigh(&self, turn: &Turn, message: &Entry, claim: &Claim) -> Claimed {
        let _ = (turn, message, claim);
        Claimed::Refused
    }

    /// The candidate has said that a claim is right; `said` is what they had written.
    fn confirmed(&self, turn: &Turn, message: &Entry, said: &str, claim: &Claim) -> Effects {
        let _ = (said, claim);
        self.handle_answer(turn, message)
    }
}
