//! What a message wants besides answering: a command, a wish in plain words, a question of its own.
//!
//! An answer must never be taken for a wish. Words are compared whole, clause by clause, and where
//! free words are asked for only commands, opt-outs and unmistakable whole messages count.

mod asking;
#[cfg(test)]
mod table;
mod wishes;

use super::intent_words as tables;
use crate::access::link;
use crate::prescreen::reading::phrases::{self, Clause, clauses};
use crate::recruiting::question::{Kind, Question};
pub use crate::skill::candidate_matching::Wish;
use crate::skill::{self, candidate_matching};
pub use asking::{begins_as_question, looks_like_question};

/// What a message wants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Intent {
    /// Begin, for a job and from a source where the link named them.
    Start {
        /// The job's slug.
        job: Option<String>,
        /// Where the link stood.
        source: Option<String>,
    },
    /// No messages any more.
    Stop,
    /// A person, please.
    Human,
    /// The question before.
    Back,
    /// Leave this question out.
    Skip,
    /// Leave what is going on; it can be taken up again.
    Cancel,
    /// What can be done here.
    Help,
    /// How the application stands.
    Status,
    /// Take the application back.
    Withdraw,
    /// Delete everything about me.
    Erase,
    /// What is stored about me.
    ExportData,
    /// The privacy notice.
    Privacy,
    /// Another language, by its tag where it was said.
    Language {
        /// Such as `de`.
        tag: Option<String>,
    },
    /// Hand the application in.
    Submit,
    /// Change an answer, by the question's number where it was said.
    Change {
        /// From 1.
        question: Option<u32>,
    },
    /// From the first question again.
    StartOver,
    /// On from where it stopped.
    Continue,
    /// This chat is mine: a linking code, as typed; empty where none was.
    Link {
        /// What followed the command.
        code: String,
    },
    /// This chat is no longer mine.
    Unlink,
    /// Other jobs, or who fits one: [`CandidateMatching`](crate::skill::candidate_matching)'s.
    Matching(Wish),
    /// A slash command nobody knows, without the slash.
    UnknownCommand(String),
    /// A question of the candidate's.
    Question,
    /// A greeting and nothing else.
    Greeting,
    /// Thanks and nothing else.
    Thanks,
}

/// A wish takes few words; longer messages only answer or ask.
const MOST_WORDS: usize = 30;

/// What a message wants, if it isn't an answer to the pending question.
pub fn intent(text: &str, pending: Option<&Question>) -> Option<Intent> {
    if let Some(found) = command(text) {
        return Some(found);
    }
    if pending.is_some_and(|q| is_option(text, q)) {
        return None;
    }
    if opt_out(text) {
        return Some(Intent::Stop);
    }
    let parts = if text.len() <= 2000 { clauses(text) } else { Vec::new() };
    let count: usize = parts.iter().map(|c| c.words.len()).sum();
    if (1..=MOST_WORDS).contains(&count)
        && let Some(found) = wish(&parts, pending)
    {
        return Some(found);
    }
    let free = pending.is_some_and(|q| q.kind == Kind::Text);
    if let Some(found) = candidate_matching::wish(text, free) {
        return Some(Intent::Matching(found));
    }
    looks_like_question(text, pending).then_some(Intent::Question)
}

/// Whether the message asks for no more messages, in any language. Checked before anything else.
pub fn opt_out(text: &str) -> bool {
    if text.len() > 1000 {
        return false;
    }
    let parts = clauses(text);
    let texts: Vec<&str> =
        parts.iter().flat_map(|c| &c.words).map(|w| w.text.as_str()).filter(|w| !matches!(*w, "please" | "pls" | "plz")).collect();
    let asked = parts.iter().any(|c| c.asked);
    let whole = texts.join(" ");
    if tables::OPT_OUT.contains(&whole.as_str()) || is_stop_repeated(&texts) {
        return true;
    }
    !asked && parts.iter().any(leaves_me)
}

/// "STOP STOP STOP"
fn is_stop_repeated(words: &[&str]) -> bool {
    words.len() > 1 && words.iter().all(|w| *w == "stop")
}

/// "Please don't contact me again": a wish at the start of a clause, and nothing after it that narrows it.
fn leaves_me(clause: &Clause) -> bool {
    if clause.words.len() > 14 {
        return false;
    }
    let words = wishes::strip(clause);
    let words: Vec<&str> = match words.as_slice() {
        ["i", "do", rest @ ..] | ["do", rest @ ..] if rest.starts_with(&["not", "want"]) => rest.to_vec(),
        ["you", rest @ ..] => rest.to_vec(),
        other => other.to_vec(),
    };
    tables::LEAVE_ME.iter().any(|phrase| after(&words, phrase).is_some_and(|rest| rest.iter().all(|w| tables::LEAVE_ME_TAIL.contains(w))))
}

/// The words after a phrase they begin with.
fn after<'w, 'a>(words: &'w [&'a str], phrase: &str) -> Option<&'w [&'a str]> {
    phrase.split(' ').try_fold(words, |left, part| left.split_first().filter(|(word, _)| **word == part).map(|(_, rest)| rest))
}

/// A slash command; `None` where the slash begins something else, such as a path.
fn command(text: &str) -> Option<Intent> {
    if let Some(code) = link::asked(text) {
        return Some(Intent::Link { code });
    }
    let said = skill::command(text)?;
    let (name, argument) = (said.name, said.argument.map(str::to_owned));
    Some(match name.as_str() {
        "start" => {
            let (job, source) = match argument.as_deref().map(|a| a.split_once("__").unwrap_or((a, ""))) {
                Some((job, source)) => (job, source),
                None => ("", ""),
            };
            let said = |s: &str| (!s.is_empty()).then(|| s.to_owned());
            Intent::Start { job: said(job), source: said(source) }
        }
        "unlink" => Intent::Unlink,
        "stop" => Intent::Stop,
        "human" => Intent::Human,
        "back" => Intent::Back,
        "skip" => Intent::Skip,
        "cancel" => Intent::Cancel,
        "help" => Intent::Help,
        "status" => Intent::Status,
        "withdraw" => Intent::Withdraw,
        "forget" => Intent::Erase,
        "mydata" => Intent::ExportData,
        "privacy" => Intent::Privacy,
        "language" => {
            Intent::Language { tag: argument.map(|a| language(&phrases::fold(&a)).map_or_else(|| a.to_lowercase(), str::to_owned)) }
        }
        "jobs" | "candidates" => candidate_matching::wish(text, false).map_or(Intent::UnknownCommand(name), Intent::Matching),
        _ => Intent::UnknownCommand(name),
    })
}

/// A language's tag by its name.
fn language(name: &str) -> Option<&'static str> {
    tables::LANGUAGES.iter().find(|(n, _)| *n == name).map(|(_, tag)| *tag)
}

/// Whether the message is one of the pending question's own options.
fn is_option(text: &str, question: &Question) -> bool {
    if text.len() > 500 || question.options.is_empty() {
        return false;
    }
    let said = phrases::plain(text).concat();
    !said.is_empty()
        && question.options.iter().any(|o| {
            [o.value.as_str(), o.label()]
                .into_iter()
                .chain(o.aliases.iter().map(String::as_str))
                .any(|name| phrases::plain(name).concat() == said)
        })
}

/// A wish in plain words.
fn wish(parts: &[Clause], pending: Option<&Question>) -> Option<Intent> {
    let free = pending.is_some_and(|q| q.kind == Kind::Text);
    let stripped: Vec<Vec<&str>> = parts.iter().map(wishes::strip).filter(|c| !c.is_empty()).collect();
    let whole: Vec<&str> = parts.iter().flat_map(|c| &c.words).map(|w| w.text.as_str()).collect();
    if let Some(found) = wishes::exact(&whole, pending) {
        return Some(found);
    }
    if free && stripped.len() > 1 {
        return None;
    }
    // A wish may stand beside small talk, not beside an answer: with two clauses one must be the wish.
    for (at, clause) in stripped.iter().enumerate() {
        let original: Vec<&str> = parts
            .iter()
            .filter(|c| !wishes::strip(c).is_empty())
            .nth(at)
            .map(|c| c.words.iter().map(|w| w.text.as_str()).collect())
            .unwrap_or_default();
        let found = wishes::exact(&original, pending)
            .or_else(|| wishes::exact(clause, pending))
            .or_else(|| wishes::spoken(clause, &original, pending));
        match found {
            Some(Intent::Greeting | Intent::Thanks) => {}
            // "no worries, skip": one word among others is an answer's word as often as a wish.
            Some(_) if stripped.len() > 1 && clause.len() < 2 && !matches!(clause.as_slice(), ["skip" | "withdraw"]) => {}
            Some(found) => return Some(found),
            None => {}
        }
    }
    None
}
