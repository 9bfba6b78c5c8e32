//! Commands, by slash or by words, at any step. An unknown one is answered, and the pending question repeated.

use serde_json::{Value, json};

use super::decide::DecideError;
use super::intent::{Intent, Wish, intent, looks_like_question};
use super::router::{Dialogue, effects_of};
use crate::message::{EntryKind, Expects};
use crate::prescreen::ask;
use crate::recruiting::{ActionType, ApplicationStatus, Question};
use crate::session::TimerKind;
use crate::skill::onboarding::{say, start_over, submit};
use crate::skill::{self, Decision};
use crate::turn::effects::OpenApplication;
use crate::turn::{Effects, Entry, Memory, Stage, Turn};

impl Dialogue {
    /// What a wish leads to; `None`: it is no wish at this stage, and the words are looked at as such.
    pub(super) async fn command(&self, turn: &Turn, entry: &Entry, memory: &Memory, wish: Intent) -> Result<Option<Effects>, DecideError> {
        let stage = memory.stage;
        // "Hello?" greets; it asks nothing.
        let bare = entry.content.trim().trim_end_matches('?');
        let wish = if wish == Intent::Question && intent(bare, None) == Some(Intent::Greeting) { Intent::Greeting } else { wish };
        let values = say::job_values(&self.templates, turn);
        Ok(Some(match wish {
            Intent::Start { job, .. } => self.start(turn, job.as_deref()).await?,
            // On a channel without an opening the first words are the opening, whatever they are.
            Intent::Greeting | Intent::Thanks | Intent::Question | Intent::Continue if stage == Stage::New => return Ok(None),
            // Looked at before, whatever the stage.
            Intent::Stop | Intent::Link { .. } | Intent::Unlink => return Ok(None),
            Intent::Human => self.human(turn, "asked").await?,
            // Looked at before anything else; what comes here is no wish to be erased after all.
            Intent::Erase => return Ok(None),
            Intent::ExportData => self.my_data(turn).await?,
            Intent::Help => self.and_repeat(turn, "help", values).await?,
            Intent::Privacy => self.and_repeat(turn, "privacy", values).await?,
            Intent::Language { .. } => self.and_repeat(turn, "language_only_english", json!({})).await?,
            // The opening lists the jobs where none is known.
            Intent::Matching(Wish::Jobs) if stage == Stage::New => self.greet(turn).await?,
            Intent::Matching(wish) => match self.matching(turn, stage, &wish).await? {
                Some(effects) => effects,
                None if skill::command(&entry.content).is_some() => {
                    let command = entry.content.split_whitespace().next().unwrap_or_default();
                    self.and_repeat(turn, "unknown_command", json!({"command": command})).await?
                }
                None if looks_like_question(&entry.content, None) && stage != Stage::New => self.open_words(turn, entry).await?,
                None => return Ok(None),
            },
            Intent::UnknownCommand(command) => match self.by_a_skill(turn).await? {
                Some(effects) => effects,
                None => self.and_repeat(turn, "unknown_command", json!({"command": format!("/{command}")})).await?,
            },
            Intent::Status => self.status(turn).await?,
            Intent::Withdraw => self.withdraw(turn, values),
            // Between prompts that take any words a question is a skill's before it is the facts'.
            Intent::Question if matches!(stage, Stage::Interview | Stage::Summary | Stage::Paused | Stage::Done) => {
                match self.by_a_skill(turn).await? {
                    Some(effects) => effects,
                    None => self.open_words(turn, entry).await?,
                }
            }
            Intent::Question => self.open_words(turn, entry).await?,
            Intent::Greeting if stage.is_form() || stage == Stage::Consent => self.and_repeat(turn, "greeting", json!({})).await?,
            Intent::Greeting if stage == Stage::Done => self.and_repeat(turn, "already_submitted", json!({})).await?,
            // "No, thanks" may answer what was asked last.
            Intent::Thanks if stage == Stage::Done => match self.by_a_skill(turn).await? {
                Some(effects) => effects,
                None => self.and_repeat(turn, "thanks_reply", json!({})).await?,
            },
            Intent::Thanks if matches!(stage, Stage::Done | Stage::Withdrawn) => self.and_repeat(turn, "thanks_reply", json!({})).await?,
            Intent::Thanks if stage.is_form() => self.and_repeat(turn, "thanks_reply", json!({})).await?,
            _ if !(stage.is_form() || stage == Stage::Paused || stage == Stage::Done) => return Ok(None),
            Intent::Submit => self.submit(turn, stage).await?,
            Intent::Skip if stage == Stage::Interview => match memory.question {
                Some(id) => {
                    let skipped = self.prescreen.skip(turn, id);
                    self.and_advance(turn, skipped).await?
                }
                None => self.repeat(turn).await?,
            },
            // No name or contact is given: the bot goes on without.
            Intent::Skip if stage == Stage::Field => {
                let mut effects = Effects::new();
                effects.remember("field_unclear", 3);
                let mut after = turn.clone();
                after.apply(&effects);
                effects.extend(self.advance(&after).await?);
                effects
            }
            Intent::Back if stage != Stage::Done => self.back(turn, memory).await?,
            Intent::Change { question } if stage != Stage::Done => self.change(turn, question).await?,
            Intent::Cancel if stage != Stage::Done => self.cancel(),
            Intent::Continue if stage != Stage::Done => self.repeat(turn).await?,
            Intent::StartOver if stage != Stage::Done => self.start_over(turn).await?,
            Intent::Back | Intent::Change { .. } | Intent::StartOver => self.and_repeat(turn, "already_submitted", json!({})).await?,
            _ => return Ok(None),
        }))
    }

    /// A wish of CandidateMatching's in plain words is put to the skills as its command, which no form takes for an answer.
    /// Where a job is to be chosen the words are the list's own, as they stand.
    async fn matching(&self, turn: &Turn, stage: Stage, wish: &Wish) -> Result<Option<Effects>, DecideError> {
        if stage == Stage::ChooseJob {
            return self.by_a_skill(turn).await;
        }
        let mut asked = turn.clone();
        let at = asked.at;
        if let Some(entry) = asked.entries.get_mut(at) {
            entry.kind = EntryKind::Text;
            entry.content = wish.command();
        }
        self.by_a_skill(&asked).await
    }

    /// What a skill makes of a command or wish of its own; what was pending follows, unless the skill asks something itself.
    /// `None`: no skill knows it.
    async fn by_a_skill(&self, turn: &Turn) -> Result<Option<Effects>, DecideError> {
        let decided = self.skills.decide(turn).await;
        if matches!(decided, Ok(Decision::Pass)) {
            return Ok(None);
        }
        let mut effects = effects_of(decided)?;
        let mut after = turn.clone();
        after.apply(&effects);
        let stage = Memory::of(&after).stage;
        let asks = effects.messages.iter().any(|m| m.meta.expects != Expects::None);
        if !asks && (stage.is_form() || stage == Stage::Consent) {
            effects.extend(self.repeat(&after).await?);
        }
        Ok(Some(effects))
    }

    /// Says this, then what was pending.
    async fn and_repeat(&self, turn: &Turn, template: &str, values: Value) -> Result<Effects, DecideError> {
        let mut effects = Effects::new();
        effects.save_bot_message(self.templates.say(template, values));
        effects.extend(self.repeat(turn).await?);
        Ok(effects)
    }

    /// `/start`, perhaps with another job's slug.
    async fn start(&self, turn: &Turn, slug: Option<&str>) -> Result<Effects, DecideError> {
        let current = turn.job.as_deref().map(|j| j.id);
        let named = slug.and_then(|slug| turn.open_jobs.iter().find(|j| j.slug.eq_ignore_ascii_case(slug)));
        let Some(job) = named.filter(|j| Some(j.id) != current) else { return self.greet(turn).await };
        let mut effects = start_over(turn, false);
        effects.open_application = Some(OpenApplication { job_id: job.id });
        let mut after = turn.clone();
        after.apply(&effects);
        effects.extend(self.greet(&after).await?);
        Ok(effects)
    }

    async fn human(&self, turn: &Turn, why: &str) -> Result<Effects, DecideError> {
        let mut values = say::job_values(&self.templates, turn);
        let prompt = self.repeat(turn).await?;
        if let Some(map) = values.as_object_mut() {
            map.insert("pending".into(), json!(!prompt.messages.is_empty()));
        }
        let mut effects = Effects::new();
        effects.save_bot_message(self.templates.say("human_requested", values)).remember("human_requested", true);
        effects.file_action(ActionType::HumanRequested, None, json!({"why": why}));
        effects.log("human_requested", "candidate", json!({}));
        effects.extend(prompt);
        Ok(effects)
    }

    async fn status(&self, turn: &Turn) -> Result<Effects, DecideError> {
        let Some((application, job)) = turn.application.as_ref().zip(turn.job.as_deref()) else {
            return self.and_repeat(turn, "status_none", json!({})).await;
        };
        let template = match application.status {
            ApplicationStatus::InProgress => "status_in_progress",
            ApplicationStatus::Withdrawn => "status_withdrawn",
            // A person has moved it on before the candidate was through.
            _ if application.submitted_at.is_none() => "status_in_progress",
            _ => "status_submitted",
        };
        let answered = ask::progress(turn, job).answered;
        self.and_repeat(turn, template, json!({"answered": answered, "total": job.questions.len(), "title": job.title})).await
    }

    fn withdraw(&self, turn: &Turn, values: Value) -> Effects {
        let mut effects = Effects::new();
        if turn.application.is_none() {
            effects.save_bot_message(self.templates.say("status_none", values));
            return effects;
        }
        effects.application.status = Some(ApplicationStatus::Withdrawn);
        effects.enter(Stage::Withdrawn).settle_question();
        effects.log("withdrawn", "candidate", json!({})).save_bot_message(self.templates.say("withdrawn", values));
        for kind in [TimerKind::Reminder1, TimerKind::Reminder2, TimerKind::AutoSubmit] {
            effects.clear_timer(kind);
        }
        effects
    }

    async fn submit(&self, turn: &Turn, stage: Stage) -> Result<Effects, DecideError> {
        match stage {
            Stage::Summary => Ok(submit(&self.templates, turn)),
            Stage::Done => self.and_repeat(turn, "already_submitted", json!({})).await,
            _ => self.and_repeat(turn, "nothing_to_submit", json!({})).await,
        }
    }

    /// The question before the pending one; from a field or the summary, the last one.
    async fn back(&self, turn: &Turn, memory: &Memory) -> Result<Effects, DecideError> {
        let Some(job) = &turn.job else { return self.repeat(turn).await };
        let before = match memory.question.and_then(|id| job.question(id)) {
            Some(pending) => job.questions.iter().rev().find(|q| q.question_order < pending.question_order),
            None => job.questions.last(),
        };
        match before.cloned() {
            Some(q) => Ok(self.ask_again(turn, &q, "going_back", memory.stage == Stage::Summary || memory.changing)),
            None => self.and_repeat(turn, "nothing_to_go_back", json!({})).await,
        }
    }

    async fn change(&self, turn: &Turn, number: Option<u32>) -> Result<Effects, DecideError> {
        let Some(job) = &turn.job else { return self.repeat(turn).await };
        let chosen = number.and_then(|n| job.questions.iter().find(|q| q.question_order == i64::from(n) && turn.answer(q.id).is_some()));
        match chosen.cloned() {
            Some(q) => {
                let complete = Memory::of(turn).redo.is_none() && job.questions.iter().all(|q| turn.answer(q.id).is_some());
                Ok(self.ask_again(turn, &q, "", complete))
            }
            None => {
                let mut effects = Effects::new();
                let mut out = self.templates.say("change_which", json!({"questions": job.questions.len()}));
                if Memory::of(turn).stage == Stage::Summary {
                    out.meta.expects = Expects::Submit;
                }
                effects.save_bot_message(out);
                if Memory::of(turn).stage != Stage::Summary {
                    effects.extend(self.repeat(turn).await?);
                }
                Ok(effects)
            }
        }
    }

    /// Asks an answered question again; with `then_summary` the summary follows its answer.
    fn ask_again(&self, turn: &Turn, q: &Question, opening: &str, then_summary: bool) -> Effects {
        let mut effects = Effects::new();
        if !opening.is_empty() {
            effects.save_bot_message(self.templates.say(opening, json!({})));
        }
        if let Some(job) = &turn.job {
            effects.save_bot_message(ask::question(&self.templates, turn, job, q));
        }
        effects.expect_question(q.id);
        if then_summary {
            effects.remember("changing", true);
        }
        effects
    }

    fn cancel(&self) -> Effects {
        let mut effects = Effects::new();
        effects.enter(Stage::Paused).log("paused", "candidate", json!({}));
        effects.save_bot_message(self.templates.say("cancelled", json!({})));
        effects
    }

    async fn start_over(&self, turn: &Turn) -> Result<Effects, DecideError> {
        let mut effects = start_over(turn, true);
        effects.remember("redo", 0).save_bot_message(self.templates.say("started_over", json!({})));
        let mut after = turn.clone();
        after.apply(&effects);
        effects.extend(self.advance(&after).await?);
        Ok(effects)
    }
}
