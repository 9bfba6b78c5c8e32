//! The default engine: deterministic readings, rules, receipts.

use serde_json::{Value, json};
use uuid::Uuid;

use super::claim::{self, Claim, Claimed, Weighed};
use super::reading::{self, ReadContext, Reading};
use super::scoring::{self, NotScored, Score, Scored};
use super::{PrescreenEngine, ask, receipt};
use crate::message::EntryKind;
use crate::recruiting::{ActionType, Answer, AnswerState, AnswerValue, Job, Kind, OnMustHaveFail, Question};
use crate::template::Templates;
use crate::turn::{Effects, Entry, Memory, Turn};

/// Unclear answers to one question before the words are kept as they are.
const UNCLEAR_BEFORE_KEPT: u32 = 2;

/// Reads and scores by rules alone.
#[derive(Debug, Clone)]
pub struct RuleEngine {
    templates: Templates,
}

impl RuleEngine {
    /// An engine that speaks with these templates.
    pub fn new(templates: Templates) -> Self {
        Self { templates }
    }
}

impl PrescreenEngine for RuleEngine {
    fn get_next_prescreen_question(&self, turn: &Turn) -> Option<Question> {
        let questions = &turn.job.as_deref()?.questions;
        let again = Memory::of(turn).redo.and_then(|done| questions.iter().find(|q| q.question_order > done));
        again.or_else(|| questions.iter().find(|q| turn.answer(q.id).is_none())).cloned()
    }

    fn handle_answer(&self, turn: &Turn, message: &Entry) -> Effects {
        let memory = Memory::of(turn);
        let Some((job, q)) = pending(turn, &memory) else { return Effects::new() };
        let text = words(message);
        match read(turn, job, q, text) {
            // A failing answer was read back, and the candidate says it again or confirms it.
            Reading::Unclear if memory.read_back && confirms(q, text) => Self::confirm(q),
            Reading::Value { value, evidence } => self.take(turn, job, q, &memory, message, &value, &evidence),
            Reading::AskBack(why) if !memory.asked_back => {
                let mut effects = Effects::new();
                effects.remember("asked_back", true).save_bot_message(ask::back(&self.templates, turn, job, q, &why));
                effects
            }
            Reading::AskBack(_) | Reading::Unclear => self.unclear(turn, job, q, &memory, message),
        }
    }

    fn skip(&self, turn: &Turn, question_id: Uuid) -> Effects {
        let Some(job) = &turn.job else { return Effects::new() };
        let Some(q) = job.question(question_id) else { return Effects::new() };
        let mut effects = Self::write(turn, job, q, "", None, None, AnswerState::Skipped);
        if q.must_have {
            effects.file_action(ActionType::UnreadAnswer, Some(q.id), json!({"question": q.text, "why": "skipped"}));
        }
        for kind in [ActionType::MustHaveFailed, ActionType::CurrencyMismatch] {
            effects.resolve_actions.push((kind, Some(q.id)));
        }
        settle(turn, q, &mut effects);
        effects.save_bot_message(self.templates.say("question_skipped", json!({})));
        effects
    }

    fn reads(&self, turn: &Turn, message: &Entry) -> bool {
        let memory = Memory::of(turn);
        pending(turn, &memory).is_some_and(|(job, q)| !matches!(read(turn, job, q, words(message)), Reading::Unclear))
    }

    fn weigh(&self, turn: &Turn, message: &Entry, claim: &Claim) -> Claimed {
        let memory = Memory::of(turn);
        let Some((job, q)) = pending(turn, &memory) else { return Claimed::Refused };
        match claim::weigh(q, words(message), claim, |text| read(turn, job, q, text)) {
            Weighed::Refused => Claimed::Refused,
            Weighed::Confirm(shown) => Claimed::Confirm(shown),
            Weighed::Read { value, evidence } => Claimed::Read(Box::new(self.take(turn, job, q, &memory, message, &value, &evidence))),
        }
    }

    fn confirmed(&self, turn: &Turn, message: &Entry, said: &str, claim: &Claim) -> Effects {
        let memory = Memory::of(turn);
        let Some((job, q)) = pending(turn, &memory) else { return Effects::new() };
        let Reading::Value { value, .. } = read(turn, job, q, &claim.value) else { return self.handle_answer(turn, message) };
        // The answer is what they wrote; what it was taken for stands in the log, with their yes.
        let original = Entry { content: said.to_owned(), kind: EntryKind::Text, ..message.clone() };
        let mut effects = self.take(turn, job, q, &memory, &original, &value, &claim.span);
        effects.log("reading_confirmed", "candidate", json!({"question_id": q.id, "read_as": claim.value, "span": claim.span}));
        effects
    }
}

impl RuleEngine {
    /// A value was read.
    #[allow(clippy::too_many_arguments, reason = "a reading is made of these")]
    fn take(&self, turn: &Turn, job: &Job, q: &Question, memory: &Memory, message: &Entry, value: &AnswerValue, evidence: &str) -> Effects {
        let score = scoring::score(q, value);
        let mut effects = Self::write(turn, job, q, &message.content, Some((value, evidence)), Some(&score), AnswerState::Read);
        let passed = scoring::passed(q, value, &score);
        if passed == Some(false) {
            effects.file_action(ActionType::MustHaveFailed, Some(q.id), json!({"question": q.text, "answer": message.content}));
        } else {
            effects.resolve_actions.push((ActionType::MustHaveFailed, Some(q.id)));
        }
        if let Score::NotScored(NotScored::OtherCurrency { said, rule }) = &score {
            effects.file_action(
                ActionType::CurrencyMismatch,
                Some(q.id),
                json!({"question": q.text, "answer": message.content, "said": said, "rule": rule}),
            );
        } else {
            effects.resolve_actions.push((ActionType::CurrencyMismatch, Some(q.id)));
        }
        effects.resolve_actions.push((ActionType::UnreadAnswer, Some(q.id)));
        if passed == Some(false) && job.on_must_have_fail == OnMustHaveFail::Stop {
            if !memory.read_back {
                // Read back once: a slip of the thumb must not close a chat.
                let mut out = self.templates.say("must_have_read_back", json!({"text": shortened(&message.content)}));
                out.content.push_str("\n\n");
                out.content.push_str(&q.text);
                ask::expect(&self.templates, turn, job, q, &mut out);
                effects.remember("read_back", true).forget("unclear").save_bot_message(out);
                return effects;
            }
            effects.remember("stopped", true);
        }
        settle(turn, q, &mut effects);
        effects
    }

    /// The failing answer stands, as written before.
    fn confirm(q: &Question) -> Effects {
        let mut effects = Effects::new();
        effects.log("answer_confirmed", "candidate", json!({"question_id": q.id}));
        effects.remember("stopped", true).settle_question();
        effects
    }

    fn unclear(&self, turn: &Turn, job: &Job, q: &Question, memory: &Memory, message: &Entry) -> Effects {
        if memory.unclear + 1 < UNCLEAR_BEFORE_KEPT {
            let mut effects = Effects::new();
            effects.remember("unclear", memory.unclear + 1).save_bot_message(ask::again(&self.templates, turn, job, q));
            effects.log("answer_unclear", "candidate", json!({"question_id": q.id, "seq": message.seq}));
            return effects;
        }
        if memory.read_back {
            return Self::confirm(q);
        }
        let mut effects = Self::write(turn, job, q, &message.content, None, None, AnswerState::Unread);
        effects.file_action(ActionType::UnreadAnswer, Some(q.id), json!({"question": q.text, "answer": message.content, "why": "unread"}));
        for kind in [ActionType::MustHaveFailed, ActionType::CurrencyMismatch] {
            effects.resolve_actions.push((kind, Some(q.id)));
        }
        settle(turn, q, &mut effects);
        effects.save_bot_message(self.templates.say("answer_kept_unread", json!({})));
        effects
    }

    /// The answer's row, the application's new figures, and the log line with both values.
    #[allow(clippy::too_many_arguments, reason = "an answer is made of these")]
    fn write(
        turn: &Turn,
        job: &Job,
        q: &Question,
        text: &str,
        read: Option<(&AnswerValue, &str)>,
        score: Option<&Score>,
        state: AnswerState,
    ) -> Effects {
        let value = read.map(|(value, _)| value);
        let evidence = read.map(|(_, evidence)| evidence.to_owned());
        let answer = Answer {
            question_id: q.id,
            answer_text: text.to_owned(),
            value: value.map_or(Value::Null, AnswerValue::to_json),
            score: score.and_then(Score::points),
            passed: match (value, score) {
                (Some(value), Some(score)) => scoring::passed(q, value, score),
                _ => None,
            },
            reason: receipt::reason(q, text, evidence.as_deref(), value, score, state),
            evidence,
            state,
            answered_at: turn.now,
        };
        let mut effects = Effects::new();
        let before = turn.answer(q.id).map(|a| json!({"answer_text": a.answer_text, "value": a.value, "score": a.score}));
        effects.log(
            if before.is_some() { "answer_changed" } else { "answer_recorded" },
            "candidate",
            json!({
                "question_id": q.id, "answer_text": answer.answer_text, "value": answer.value, "score": answer.score,
                "reason": answer.reason, "state": state, "before": before,
            }),
        );
        let mut answers: Vec<Answer> = turn.answers.iter().filter(|a| a.question_id != q.id).cloned().collect();
        answers.push(answer.clone());
        figures(job, &answers, &mut effects);
        effects.answers.push(answer);
        effects
    }
}

/// Score and must-haves of an application, recomputed whole from its answers.
pub fn figures(job: &Job, answers: &[Answer], effects: &mut Effects) {
    let patch = &mut effects.application;
    let answered: Vec<(&Question, &Answer)> =
        job.questions.iter().filter_map(|q| answers.iter().find(|a| a.question_id == q.id).map(|a| (q, a))).collect();
    patch.jd_match_score = Some(scoring::job_score(answered.iter().map(|(q, a)| Scored {
        weight: q.weight,
        required: q.required,
        state: a.state,
        score: a.score,
    })));
    patch.must_have_failed = Some(answered.iter().any(|(q, a)| q.must_have && a.passed == Some(false)));
    let known = |q: &Question| answered.iter().any(|(of, a)| of.id == q.id && a.passed.is_some());
    patch.must_have_unknown = Some(job.questions.iter().any(|q| q.must_have && !known(q)));
    patch.answered = i64::try_from(answered.len()).ok();
}

/// The question is done with.
pub fn settle(turn: &Turn, q: &Question, effects: &mut Effects) {
    effects.settle_question();
    if Memory::of(turn).redo.is_some() {
        effects.remember("redo", q.question_order);
    }
}

fn pending<'t>(turn: &'t Turn, memory: &Memory) -> Option<(&'t Job, &'t Question)> {
    let job = turn.job.as_deref()?;
    Some((job, job.question(memory.question?)?))
}

fn read(turn: &Turn, job: &Job, q: &Question, text: &str) -> Reading {
    let today = turn.now.with_timezone(&job.zone()).date_naive();
    reading::read(q, text, &ReadContext { today, locale: &turn.session.locale })
}

/// What was answered: a pressed button's value, else the words.
pub fn words(message: &Entry) -> &str {
    match message.kind {
        EntryKind::Button => message.metadata.get("button").and_then(Value::as_str).unwrap_or(&message.content),
        _ => &message.content,
    }
}

/// Whether a read-back is confirmed in other words than the answer's own.
fn confirms(q: &Question, text: &str) -> bool {
    let said: String = text.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect::<String>().to_lowercase();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain_yes = matches!(said.as_str(), "yes" | "y" | "yep" | "ok" | "okay" | "yes it is");
    (q.kind != Kind::YesNo && plain_yes)
        || matches!(
            said.as_str(),
            "thats right"
                | "that is right"
                | "correct"
                | "right"
                | "thats correct"
                | "confirm"
                | "confirmed"
                | "yes thats right"
                | "yes correct"
        )
}

fn shortened(text: &str) -> String {
    const MAX: usize = 120;
    if text.chars().count() <= MAX { text.to_owned() } else { text.chars().take(MAX).chain(['…']).collect() }
}
