//! What an answer does at each step. One that cannot be taken is answered with why, and asked again.

use serde_json::{Value, json};

use super::draft::{Draft, Step};
use super::{JobCreation, kinds, rules};
use crate::access::User;
use crate::recruiting::Kind;
use crate::recruiting::job_file::QuestionFile;
use crate::recruiting::question::ChoiceOption;
use crate::turn::{Effects, Turn};

/// What a draft's fields may hold; the job file's own limits.
const LONGEST_NAME: usize = 200;
const LONGEST_QUESTION: usize = 500;
const MOST_QUESTIONS: usize = 100;
const MOST_OPTIONS: usize = 50;

/// What became of an answer.
enum Taken {
    /// The draft goes on.
    Draft(Box<Draft>),
    /// It can't be: said by this template, then asked again.
    Unclear(&'static str, Value),
    /// The job is whole.
    Create,
}

impl JobCreation {
    pub(super) fn step(&self, turn: &Turn, draft: Draft, said: &str, user: &User) -> Effects {
        let mut effects = Effects::new();
        match take(turn, draft.clone(), said) {
            Taken::Draft(next) => self.go_on(&mut effects, &next),
            Taken::Unclear(template, values) => {
                effects.save_bot_message(self.templates.say(template, values));
                effects.save_bot_message(self.prompt(&draft));
            }
            Taken::Create => return self.create(draft.file, user),
        }
        effects
    }
}

fn take(turn: &Turn, mut draft: Draft, said: &str) -> Taken {
    let plain = said.trim().trim_end_matches(['.', '!']).to_lowercase();
    let skips = matches!(plain.as_str(), "skip" | "none" | "-" | "no rule");
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let too_long = |most: usize| line.chars().count() > most;
    let next = match draft.step {
        Step::Title | Step::Employer | Step::Location if too_long(LONGEST_NAME) => {
            return Taken::Unclear("job_too_long", json!({"most": LONGEST_NAME}));
        }
        Step::Title if line.is_empty() || skips => return Taken::Unclear("job_title_needed", json!({})),
        Step::Title => {
            draft.file.title = line;
            draft.at(Step::Employer)
        }
        Step::Employer => {
            draft.file.employer = (!skips && !line.is_empty()).then_some(line);
            draft.at(Step::Location)
        }
        Step::Location => {
            draft.file.location = (!skips && !line.is_empty()).then_some(line);
            draft.at(Step::Facts)
        }
        Step::Facts => {
            if !skips {
                match facts(said) {
                    Ok(found) => draft.file.facts = found,
                    Err(line) => return Taken::Unclear("job_fact_unclear", json!({"line": line})),
                }
            }
            draft.at(Step::Question)
        }
        Step::Question => return question(draft, &line, &plain),
        Step::Kind => return kind(draft, &plain),
        Step::Options => {
            let options = rules::parts(said);
            let twice = options.iter().enumerate().any(|(i, o)| options.iter().take(i).any(|p| p.eq_ignore_ascii_case(o)));
            if options.len() < 2 || options.len() > MOST_OPTIONS || twice || options.iter().any(|o| o.chars().count() > LONGEST_NAME) {
                return Taken::Unclear("job_options_unclear", json!({}));
            }
            if let Some(q) = &mut draft.question {
                q.options = options.into_iter().map(|value| ChoiceOption { value, label: None, aliases: Vec::new() }).collect();
            }
            draft.at(Step::Rule)
        }
        Step::Rule if skips => draft.finish_question(),
        Step::Rule => {
            let rule = draft.question.as_ref().and_then(|q| rules::read(q, said, turn.now.date_naive()));
            match (rule, &mut draft.question) {
                (Some(rule), Some(q)) => q.rule = Some(rule),
                _ => return Taken::Unclear("job_rule_unclear", json!({})),
            }
            if !whole(&draft) {
                return Taken::Unclear("job_rule_unclear", json!({}));
            }
            draft.at(Step::MustHave)
        }
        Step::MustHave => {
            let must = match plain.as_str() {
                "yes" | "y" | "must-have" | "must have" | "yes please" => true,
                "no" | "n" | "nice to have" | "skip" => false,
                _ => return Taken::Unclear("job_yes_or_no", json!({})),
            };
            if let Some(q) = &mut draft.question {
                q.must_have = must;
            }
            draft.finish_question()
        }
        Step::Review => return review(draft, &plain),
    };
    Taken::Draft(Box::new(next))
}

fn question(mut draft: Draft, line: &str, plain: &str) -> Taken {
    let count = draft.file.prescreen.questions.len();
    if matches!(plain, "done" | "that's all" | "that is all" | "finished" | "ready" | "skip") {
        return if count == 0 { Taken::Unclear("job_question_needed", json!({})) } else { Taken::Draft(Box::new(draft.at(Step::Review))) };
    }
    if line.is_empty() || line.chars().count() > LONGEST_QUESTION {
        return Taken::Unclear("job_too_long", json!({"most": LONGEST_QUESTION}));
    }
    if count >= MOST_QUESTIONS {
        return Taken::Draft(Box::new(draft.at(Step::Review)));
    }
    draft.question = Some(QuestionFile {
        text: line.to_owned(),
        kind: kinds::guess(line),
        options: Vec::new(),
        multiple: false,
        rule: None,
        required: true,
        weight: 1.0,
        must_have: false,
    });
    Taken::Draft(Box::new(draft.at(Step::Kind)))
}

fn kind(mut draft: Draft, plain: &str) -> Taken {
    let Some(q) = &mut draft.question else { return Taken::Draft(Box::new(draft.at(Step::Question))) };
    match kinds::named(plain) {
        Some(kind) => q.kind = kind,
        None if matches!(plain, "yes" | "y" | "ok" | "okay" | "right" | "correct" | "skip") => {}
        None => return Taken::Unclear("job_kind_unclear", json!({})),
    }
    q.options.clear();
    let next = if q.kind == Kind::Choice { Step::Options } else { Step::Rule };
    Taken::Draft(Box::new(draft.at(next)))
}

fn review(mut draft: Draft, plain: &str) -> Taken {
    let removed = plain.strip_prefix("remove ").or(plain.strip_prefix("remove question ")).and_then(|n| n.trim().parse::<usize>().ok());
    if let Some(at) = removed.and_then(|n| n.checked_sub(1)).filter(|at| *at < draft.file.prescreen.questions.len()) {
        draft.file.prescreen.questions.remove(at);
        let next = if draft.file.prescreen.questions.is_empty() { Step::Question } else { Step::Review };
        return Taken::Draft(Box::new(draft.at(next)));
    }
    match plain {
        "create" | "yes" | "y" | "ok" | "okay" | "create it" | "looks good" | "yes please" | "done" => Taken::Create,
        "add" | "add a question" | "no" => Taken::Draft(Box::new(draft.at(Step::Question))),
        _ => Taken::Unclear("job_review_unclear", json!({})),
    }
}

/// Whether the job with the question as it is now would be a job.
fn whole(draft: &Draft) -> bool {
    draft.clone().finish_question().file.validate().is_ok()
}

/// `name: value` lines; an `Err` has the line that is none.
fn facts(said: &str) -> Result<serde_json::Map<String, Value>, String> {
    let mut found = serde_json::Map::new();
    for line in said.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let pair = line.split_once(':').map(|(name, value)| (name.trim().to_lowercase(), value.trim()));
        match pair {
            Some((name, value)) if !name.is_empty() && !value.is_empty() && name.chars().count() <= 60 => {
                found.insert(name, json!(value.chars().take(2000).collect::<String>()));
            }
            _ => return Err(line.chars().take(80).collect()),
        }
    }
    if found.is_empty() { Err(String::new()) } else { Ok(found) }
}
