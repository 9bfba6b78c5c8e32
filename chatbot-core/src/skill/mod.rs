//! Skills: what the bot can do besides reading answers. A skill decides; it never writes.

pub mod candidate_matching;
pub mod command;
pub mod job_creation;
pub mod job_faq;
pub mod onboarding;
pub mod registry;
pub mod resume_intake;

use async_trait::async_trait;

use crate::turn::{Effects, Turn};

pub use command::{Command, command};
pub use registry::{PrioritySkills, SkillRegistry};

/// What a skill makes of an entry.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Decision {
    /// Not mine: ask the next.
    Pass,
    /// This is what happens.
    Handled(Box<Effects>),
}

impl Decision {
    /// Handled, with these effects.
    pub fn handled(effects: Effects) -> Self {
        Self::Handled(Box::new(effects))
    }
}

/// Why a skill could not decide. The turn is tried again, then parked.
#[derive(Debug, thiserror::Error)]
#[error("skill {skill}: {problem}")]
pub struct SkillError {
    /// Which.
    pub skill: String,
    /// Why, without the candidate's words.
    pub problem: String,
}

/// Something the bot can do. Asked in order of priority, the highest first; the first that doesn't pass has the entry.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait Skill: Send + Sync {
    /// Its name, in logs.
    fn name(&self) -> &str;
    /// A higher number is asked first. Onboarding 20, ResumeIntake 15, CandidateMatching 12, JobCreation 10.
    fn priority(&self) -> i32;
    /// Whether the turn's entry is in this skill's territory, whoever gets it: a cheap look, no decision. Where a skill has
    /// the entry and one below it claims it too, the conflict is logged.
    fn claims(&self, turn: &Turn) -> bool {
        let _ = turn;
        false
    }
    /// Whether it waits for nothing outside, or for [`Turn::not_at_once`] first. Turns are decided in the transaction that
    /// accepts their entry where all skills do, which is faster by a transaction and its reads.
    fn decides_at_once(&self) -> bool {
        false
    }
    /// Looks at `turn.entry()`. Files come here too (`EntryKind::File`, the content is a name): who reads words passes.
    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError>;
    /// Asked after an answer was settled: what does the bot say or ask next? Most skills pass.
    async fn advance(&self, turn: &Turn) -> Result<Decision, SkillError> {
        let _ = turn;
        Ok(Decision::Pass)
    }
    /// Asked when the pending prompt must be said again (after a question in the middle, a takeover, a reminder).
    async fn repeat(&self, turn: &Turn) -> Result<Decision, SkillError> {
        let _ = turn;
        Ok(Decision::Pass)
    }
}
