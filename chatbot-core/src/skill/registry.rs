//! The skills, by priority.

use std::sync::Arc;

use async_trait::async_trait;

use serde_json::json;

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
    /// Whether all of them decide at once: [`Skill::decides_at_once`].
    fn decides_at_once(&self) -> bool {
        false
    }
    /// What the skills make of the turn's entry.
    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError>;
    /// What comes after a settled answer.
    async fn advance(&self, turn: &Turn) -> Result<Decision, SkillError>;
    /// The pending prompt again.
    async fn repeat(&self, turn: &Turn) -> Result<Decision, SkillError>;
}

/// Asks skills in order of priority; the first that doesn't pass has the entry. Two of one priority are asked in the
/// order they were registered. A conflict (a skill below claims the entry too) is logged, and noted in the activity log
/// as `skill_conflict` with the names.
#[derive(Clone, Default)]
pub struct PrioritySkills {
    skills: Vec<Arc<dyn Skill>>,
}

impl std::fmt::Debug for PrioritySkills {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.skills.iter().map(|s| (s.name(), s.priority()))).finish()
    }
}

/// Which question is put to the skills, besides what they make of an entry.
#[derive(Clone, Copy)]
enum Ask {
    Advance,
    Repeat,
}

impl PrioritySkills {
    async fn first(&self, turn: &Turn, ask: Ask) -> Result<Decision, SkillError> {
        for skill in &self.skills {
            let decision = match ask {
                Ask::Advance => skill.advance(turn).await?,
                Ask::Repeat => skill.repeat(turn).await?,
            };
            if let Decision::Handled(_) = decision {
                return Ok(decision);
            }
        }
        Ok(Decision::Pass)
    }

    /// Who else would have had the entry: the skills after this place that claim it.
    fn also(&self, at: usize, turn: &Turn) -> Vec<&str> {
        self.skills.iter().skip(at + 1).filter(|s| s.claims(turn)).map(|s| s.name()).collect()
    }
}

#[async_trait]
impl SkillRegistry for PrioritySkills {
    fn register(&mut self, skill: Arc<dyn Skill>) {
        self.skills.retain(|s| s.name() != skill.name());
        for other in self.skills.iter().filter(|s| s.priority() == skill.priority()) {
            tracing::info!(first = other.name(), then = skill.name(), priority = skill.priority(), "two skills of one priority");
        }
        self.skills.push(skill);
        self.skills.sort_by_key(|s| std::cmp::Reverse(s.priority()));
    }

    fn decides_at_once(&self) -> bool {
        self.skills.iter().all(|skill| skill.decides_at_once())
    }

    fn list(&self) -> Vec<(String, i32)> {
        self.skills.iter().map(|s| (s.name().to_owned(), s.priority())).collect()
    }

    async fn decide(&self, turn: &Turn) -> Result<Decision, SkillError> {
        for (at, skill) in self.skills.iter().enumerate() {
            if let Decision::Handled(mut effects) = skill.decide(turn).await? {
                let (session, also) = (turn.session.id, self.also(at, turn));
                tracing::debug!(skill = skill.name(), %session, "handled");
                if !also.is_empty() {
                    tracing::info!(chosen = skill.name(), ?also, %session, "skills in conflict");
                    let seq = turn.entry().map(|e| e.seq);
                    effects.log("skill_conflict", "bot", json!({"chosen": skill.name(), "also": also, "seq": seq}));
                }
                return Ok(Decision::Handled(effects));
            }
        }
        Ok(Decision::Pass)
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
    use crate::clock::RandomIds;
    use crate::skill::MockSkill;
    use crate::testing::fixtures;
    use crate::turn::Effects;

    fn mock(name: &'static str, priority: i32) -> MockSkill {
        let mut skill = MockSkill::new();
        skill.expect_name().return_const(name.to_owned());
        skill.expect_priority().return_const(priority);
        skill
    }

    fn named(name: &'static str, priority: i32) -> Arc<dyn Skill> {
        Arc::new(mock(name, priority))
    }

    /// Handles or passes, and claims or doesn't.
    fn acting(name: &'static str, priority: i32, handles: bool, claims: bool) -> Arc<dyn Skill> {
        let mut skill = mock(name, priority);
        skill.expect_claims().return_const(claims);
        skill.expect_decide().returning(move |_| {
            let mut effects = Effects::new();
            effects.remember("by", name);
            Ok(if handles { Decision::handled(effects) } else { Decision::Pass })
        });
        Arc::new(skill)
    }

    /// Who had the entry, and what the log says of a conflict.
    async fn decided(skills: Vec<Arc<dyn Skill>>) -> (String, Vec<serde_json::Value>) {
        let mut registry = PrioritySkills::default();
        for skill in skills {
            registry.register(skill);
        }
        let now = "2026-11-23T09:00:00Z".parse().unwrap();
        let mut turn = Turn::new(now, fixtures::session(&RandomIds, now), fixtures::candidate(&RandomIds, now));
        turn.entries.push(fixtures::entry(now, 7, "some words"));
        let Decision::Handled(effects) = registry.decide(&turn).await.unwrap() else { return (String::new(), Vec::new()) };
        let by = effects.context["by"].as_str().unwrap().to_owned();
        (by, effects.activity.into_iter().filter(|a| a.activity_type == "skill_conflict").map(|a| a.detail).collect())
    }

    #[tokio::test]
    async fn a_conflict_goes_to_the_higher_priority_and_is_logged_with_names_and_nothing_said() {
        let (by, log) = decided(vec![
            acting("creation", 10, true, true),
            acting("matching", 12, true, true),
            acting("above", 20, false, true),
            acting("beside", 11, true, false),
        ])
        .await;
        assert_eq!(by, "matching");
        assert_eq!(log, [json!({"chosen": "matching", "also": ["creation"], "seq": 7})]);
    }

    #[tokio::test]
    async fn two_skills_of_one_priority_are_asked_as_they_were_registered() {
        let (by, log) = decided(vec![acting("first", 10, true, true), acting("second", 10, true, true)]).await;
        assert_eq!((by.as_str(), log.len()), ("first", 1));
        let (by, log) = decided(vec![acting("first", 10, true, false), acting("second", 10, true, false)]).await;
        assert_eq!((by.as_str(), log.len()), ("first", 0), "no conflict where nobody else wants it");
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
