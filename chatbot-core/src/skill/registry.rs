//! The skills, by priority.

use std::sync::Arc;

use super::{Decision, Skill, SkillError};
use crate::turn::Turn;

/// Asks skills in order of priority. Two of one priority are asked in the order they were registered.
#[derive(Clone, Default)]
pub struct SkillRegistry {
    skills: Vec<Arc<dyn Skill>>,
}

impl std::fmt::Debug for SkillRegistry {
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

impl SkillRegistry {
    /// Adds a skill. One of the same name is replaced.
    pub fn register(&mut self, skill: Arc<dyn Skill>) {
        self.skills.retain(|s| s.name() != skill.name());
        self.skills.push(skill);
        self.skills.sort_by_key(|s| std::cmp::Reverse(s.priority()));
    }

    /// Names and priorities, in the order they are asked.
    pub fn list(&self) -> Vec<(String, i32)> {
        self.skills.iter().map(|s| (s.name().to_owned(), s.priority())).collect()
    }

    /// The first skill that doesn't pass decides on the turn's entry.
    pub async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        self.first(turn, Ask::Decide).await
    }

    /// What comes after a settled answer.
    pub async fn advance(&self, turn: &Turn) -> Result<Decision, SkillError> {
        self.first(turn, Ask::Advance).await
    }

    /// The pending prompt again.
    pub async fn repeat(&self, turn: &Turn) -> Result<Decision, SkillError> {
        self.first(turn, Ask::Repeat).await
    }

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
        let mut registry = SkillRegistry::default();
        registry.register(named("creation", 10));
        registry.register(named("onboarding", 20));
        registry.register(named("creation", 11));
        assert_eq!(registry.list(), [("onboarding".to_owned(), 20), ("creation".to_owned(), 11)]);
    }
}
