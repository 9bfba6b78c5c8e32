//! What is asked at each step, with buttons for what is a closed set.

use serde_json::{Value, json};
use uuid::Uuid;

use super::JobCreation;
use super::draft::{Draft, Step};
use super::kinds;
use crate::message::{Button, Expects, Outgoing};
use crate::prescreen::receipt::rule_words;
use crate::recruiting::job_file::QuestionFile;
use crate::recruiting::{Kind, Question};

impl JobCreation {
    /// The prompt of the step.
    pub(super) fn prompt(&self, draft: &Draft) -> Outgoing {
        let question = draft.question.as_ref();
        let values = json!({
            "title": draft.file.title,
            "employer": draft.employer_before,
            "number": draft.file.prescreen.questions.len() + 1,
            "question": question.map(|q| &q.text),
            "kind": question.map(|q| self.kind_words(q.kind)),
            "options": question.map(|q| q.options.iter().map(|o| o.value.as_str()).collect::<Vec<_>>()),
        });
        let mut out = match (draft.step, question) {
            (Step::Rule, Some(q)) => self.templates.say(&format!("job_ask_rule_{}", q.kind.as_str()), values),
            (Step::Review, _) => self.templates.say("job_review", self.review(draft)),
            (step, _) => self.templates.say(&format!("job_ask_{}", step.as_str()), values),
        };
        out.meta.expects = Expects::Field { field: format!("job_{}", draft.step.as_str()) };
        out.meta.buttons = self.buttons(draft);
        out
    }

    fn buttons(&self, draft: &Draft) -> Vec<Button> {
        let button = |template: &str, value: &str| Button::new(self.templates.text(template, json!({})), value);
        let yes_no = || vec![button("button_yes", "yes"), button("button_no", "no")];
        let skip = || button("button_skip", "skip");
        let kind = draft.question.as_ref().map(|q| q.kind);
        match draft.step {
            Step::Title | Step::Options => Vec::new(),
            Step::Employer => draft.employer_before.iter().map(|e| Button::new(e, e)).chain([skip()]).collect(),
            Step::Location | Step::Facts => vec![skip()],
            Step::Question if draft.file.prescreen.questions.is_empty() => Vec::new(),
            Step::Question => vec![button("button_done", "done")],
            Step::Kind => {
                // The guess first; it is also what a plain yes means.
                let mut all = kinds::ALL.to_vec();
                all.sort_by_key(|k| Some(*k) != kind);
                all.into_iter().map(|k| Button::new(self.kind_words(k), k.as_str())).collect()
            }
            Step::Rule if kind == Some(Kind::YesNo) => yes_no().into_iter().chain([skip()]).collect(),
            Step::Rule => vec![skip()],
            Step::MustHave => yes_no(),
            Step::Review => vec![button("button_create", "create"), button("button_cancel", "cancel")],
        }
    }

    /// A kind as people call it.
    pub(super) fn kind_words(&self, kind: Kind) -> String {
        self.templates.text(&format!("kind_{}", kind.as_str()), json!({}))
    }

    fn review(&self, draft: &Draft) -> Value {
        let file = &draft.file;
        let questions: Vec<Value> = file
            .prescreen
            .questions
            .iter()
            .map(|q| {
                let options: Vec<&str> = q.options.iter().map(|o| o.value.as_str()).collect();
                let rule = q.rule.as_ref().map(|_| rule_words(&as_asked(q)));
                json!({"text": q.text, "kind": self.kind_words(q.kind), "options": options, "rule": rule, "must_have": q.must_have})
            })
            .collect();
        let facts: Vec<String> = file.facts.iter().map(|(name, fact)| format!("{name}: {}", fact.as_str().unwrap_or_default())).collect();
        json!({
            "title": file.title,
            "employer": file.employer,
            "location": file.location,
            "facts": facts,
            "questions": questions,
            "warnings": file.lint(),
        })
    }
}

/// As it will be stored, for whoever says its rule in words.
fn as_asked(q: &QuestionFile) -> Question {
    Question {
        id: Uuid::nil(),
        question_order: 1,
        text: q.text.clone(),
        kind: q.kind,
        options: q.options.clone(),
        multiple: q.multiple,
        rule: q.rule.clone(),
        required: q.required,
        weight: q.weight,
        must_have: q.must_have,
    }
}
