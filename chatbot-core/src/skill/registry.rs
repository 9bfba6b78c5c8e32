//! The skills, by priority.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Decision, Skill, SkillError};
use crate::turn::Turn;

/// Knows the skills and chooses among them. The default, [`PrioritySkills`], asks them in order of priority; a host may
/// put its own choice in its place.
#[cfg_attr(test, mockall::automock)]
#[async_trait]
pub trait SkillRegistry: Send + Sync {
    /// Adds a skill. One of the same name is replaced.
    fn register(&mut self, skill: Arc<dyn Skill>);
    /// Names and priorities, in the order they are asked.
    fn list(&self) -> Vec<(String, i32)>;
    /// What the skills make of the turn's entry.
    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError>;
    /// What comes after a settled answer.
    async fn advance(&self, turn: &Turn) -> Result<Decision, SkillError>;
    /// The pending prompt again.
    async fn repeat(&self, turn: &Turn) -> Result<Decision, SkillError>;
}

/// Asks skills in order of priority; the first that doesn't pass has the entry. Two of one priority are asked in the
/// order they were registered.
#[derive(Clone, Default)]
pub struct PrioritySkills {
    skills: Vec<Arc<dyn Skill>>,
}

impl std::fmt::Debug for PrioritySkills {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.skills.iter().map(|s| (s.name(), s.priority()))).finish()
    }
}

/// Which question is put to the skills.
#[derive(Clone, Copy)]
enum Ask {
    Decide,
    Advance,
    Repeat,
}

impl PrioritySkills {
    async fn first(&self, turn: &Turn, ask: Ask) -> Result<Decision, SkillError> {
        for skill in &self.skills {
            let decision = match ask {
                Ask::Decide => skill.decide(turn).await?,
                Ask::Advance => skill.advance(turn).await?,
                Ask::Repeat => skill.repeat(turn).await?,
            };
            if let Decision::Handled(_) = decision {
                tracing::debug!(skill = skill.name(), session = %turn.session.id, "handled");
                return Ok(decision);
            }
        }
        Ok(Decision::Pass)
    }
}

#[async_trait]
impl SkillRegistry for PrioritySkills {
    fn register(&mut self, skill: Arc<dyn Skill>) {
        self.skills.retain(|s| s.name() != skill.name());
        self.skills.push(skill);
        self.skills.sort_by_key(|s| std::cmp::Reverse(s.priority()));
    }

    fn list(&self) -> Vec<(String, i32)> {
        self.skills.iter().map(|s| (s.name().to_owned(), s.priority())).collect()
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        self.first(turn, Ask::Decide).await
    }

    async fn advance(&self, turn: &Turn) -> Result<Decision, SkillError> {
        self.first(turn, Ask::Advance).await
    }

    async fn repeat(&self, turn: &Turn) -> Result<Decision, SkillError> {
        self.first(turn, Ask::Repeat).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;
    use crate::skill::MockSkill;

    fn named(name: &'static str, priority: i32) -> Arc<dyn Skill> {
        let mut skill = MockSkill::new();
        skill.expect_name().return_const(name.to_owned());
        skill.expect_priority().return_const(priority);
        Arc::new(skill)
    }

    #[test]
    fn a_higher_priority_is_asked_first_and_a_name_stands_once() {
        let mut registry = PrioritySkills::default();
        registry.register(named("creation", 10));
        registry.register(named("onboarding", 20));
        registry.register(named("creation", 11));
        assert_eq!(registry.list(), [("onboarding".to_owned(), 20), ("creation".to_owned(), 11)]);
    }
}
