//! Consent: asked before anything else, and its refusal.

use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

use super::{Onboarding, say};
use crate::channel;
use crate::message::{Button, Expects, Outgoing};
use crate::prescreen::engine::words;
use crate::prescreen::reading::{self, ReadContext, Reading};
use crate::privacy::ConsentKind;
use crate::recruiting::{AnswerValue, ApplicationStatus, Kind, Question};
use crate::session::TimerKind;
use crate::turn::effects::NewConsent;
use crate::turn::{Effects, Entry, Stage, Turn};

/// How long what an unconsenting person left is kept.
const REFUSED_KEPT: Duration = Duration::hours(24);

impl Onboarding {
    pub(super) fn ask_consent(&self, turn: &Turn) -> Effects {
        self.consent_prompt(turn, "ask_consent")
    }

    /// Its question alone, after something came between.
    pub(super) fn ask_consent_again(&self, turn: &Turn) -> Effects {
        self.consent_prompt(turn, "consent_unclear")
    }

    fn consent_prompt(&self, turn: &Turn, template: &str) -> Effects {
        let mut out = self.templates.say(template, say::job_values(&self.templates, turn));
        out.meta.expects = Expects::Consent;
        out.meta.buttons = vec![
            Button::new(self.templates.text("button_yes", json!({})), "yes"),
            Button::new(self.templates.text("button_no", json!({})), "no"),
        ];
        let mut effects = Effects::new();
        effects.save_bot_message(out).enter(Stage::Consent);
        effects
    }

    pub(super) fn consent(&self, turn: &Turn, entry: &Entry) -> Effects {
        match says_yes(turn, entry) {
            Some(true) => self.consented(turn),
            Some(false) => self.refuse(turn),
            None => self.ask_consent_again(turn),
        }
    }

    /// After a no, only a yes changes anything.
    pub(super) fn refused(&self, turn: &Turn, entry: &Entry) -> Effects {
        if says_yes(turn, entry) == Some(true) {
            return self.consented(turn);
        }
        self.still_refused(turn)
    }

    pub(super) fn still_refused(&self, turn: &Turn) -> Effects {
        let mut effects = Effects::new();
        effects.save_bot_message(self.refusal(turn));
        effects
    }

    /// Who agreed before, for another job or for this one, is not told that what is here goes: it stays, and they may
    /// have it deleted.
    fn refusal(&self, turn: &Turn) -> Outgoing {
        let template = if turn.candidate.consented_at.is_some() { "consent_refused_kept" } else { "consent_refused" };
        self.templates.say(template, say::job_values(&self.templates, turn))
    }

    fn consented(&self, turn: &Turn) -> Effects {
        let mut effects = self.decision(turn, true);
        effects.candidate.consented_at = Some(turn.now);
        effects.application.consented_at = Some(turn.now);
        if turn.candidate.phones.is_empty()
            && let Some(phone) = channel::phone_number(&turn.session.platform, &turn.session.platform_user_id)
        {
            effects.candidate.phone = Some(phone);
            effects.candidate.source = Some("channel".into());
        }
        // Withdrawn before, and begun again.
        effects.application.status = Some(ApplicationStatus::InProgress);
        effects.enter(Stage::Interview).clear_timer(TimerKind::Purge);
        let mut after = turn.clone();
        after.apply(&effects);
        let next = self.next(&after);
        let asks_question = next.messages.iter().any(|m| matches!(m.meta.expects, Expects::Question { .. }));
        if asks_question {
            effects.save_bot_message(self.templates.say("resume_invite", json!({})));
        }
        effects.extend(next);
        effects
    }

    fn refuse(&self, turn: &Turn) -> Effects {
        let mut effects = self.decision(turn, false);
        effects.enter(Stage::Refused);
        if turn.candidate.consented_at.is_none() {
            effects.set_timer(TimerKind::Purge, turn.now + REFUSED_KEPT);
        }
        effects.save_bot_message(self.refusal(turn));
        effects
    }

    fn decision(&self, _turn: &Turn, given: bool) -> Effects {
        let mut effects = Effects::new();
        let text_version = self.templates.version("ask_consent");
        effects.log(if given { "consent_given" } else { "consent_refused" }, "candidate", json!({"text_version": text_version}));
        effects.consents.push(NewConsent { kind: ConsentKind::Prescreen, given, text_version });
        effects
    }
}

/// Consent is read as a yes/no answer is, and "I agree" and the like besides; anything unclear is no consent.
pub(in crate::skill) fn says_yes(turn: &Turn, entry: &Entry) -> Option<bool> {
    let text = words(entry);
    let said = text.trim().trim_end_matches(['.', '!']).to_lowercase();
    if matches!(
        said.as_str(),
        "i agree"
            | "agree"
            | "agreed"
            | "i accept"
            | "accept"
            | "accepted"
            | "i consent"
            | "go ahead"
            | "ok"
            | "okay"
            | "fine"
            | "let's go"
            | "lets go"
    ) {
        return Some(true);
    }
    if matches!(said.as_str(), "i disagree" | "disagree" | "i don't agree" | "i do not agree" | "decline" | "i decline") {
        return Some(false);
    }
    let question = Question {
        id: Uuid::nil(),
        question_order: 0,
        text: "Do you agree?".into(),
        kind: Kind::YesNo,
        options: Vec::new(),
        multiple: false,
        rule: None,
        required: true,
        weight: 0.0,
        must_have: false,
    };
    match reading::read(&question, text, &ReadContext { today: turn.now.date_naive(), locale: &turn.session.locale }) {
        Reading::Value { value: AnswerValue::YesNo(yes), .. } => Some(yes),
        _ => None,
    }
}
