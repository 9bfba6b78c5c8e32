//! What is asked of CandidateMatching: by `/jobs` and `/candidates`, or in plain words.
//!
//! Words are compared whole: every word of a message must be one such a wish is made of. "Which jobs have you done?" is
//! somebody's answer or question, not a wish to see ours.

use crate::prescreen::reading::phrases::{Clause, clauses};
use crate::skill::command;

/// A wish.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wish {
    /// Which jobs there are, and which fit me.
    Jobs,
    /// May I be considered for other jobs: yes, or no (not any more).
    OtherJobs {
        /// Yes.
        given: bool,
    },
    /// Who fits a job: a recruiter's wish.
    Candidates {
        /// Its slug or title, where it was said.
        job: Option<String>,
    },
}

impl Wish {
    /// The wish as a command, which no form takes for an answer.
    pub fn command(&self) -> String {
        match self {
            Self::Jobs => "/jobs".into(),
            Self::OtherJobs { given: true } => "/jobs yes".into(),
            Self::OtherJobs { given: false } => "/jobs no".into(),
            Self::Candidates { job } => format!("/candidates {}", job.as_deref().unwrap_or_default()).trim_end().to_owned(),
        }
    }
}

/// What a message wishes. `free`: free words are asked for, so only the unmistakable counts.
pub fn wish(text: &str, free: bool) -> Option<Wish> {
    if let Some(said) = command(text) {
        return match said.name.as_str() {
            "jobs" => Some(match said.argument.map(str::to_lowercase).as_deref() {
                Some("yes" | "y" | "ok") => Wish::OtherJobs { given: true },
                Some("no" | "n" | "stop" | "off") => Wish::OtherJobs { given: false },
                _ => Wish::Jobs,
            }),
            "candidates" => Some(Wish::Candidates { job: (!said.rest.is_empty()).then(|| said.rest.to_owned()) }),
            _ => None,
        };
    }
    if text.len() > 300 {
        return None;
    }
    let parts = clauses(text);
    let asked = parts.iter().any(|c| c.asked);
    let words: Vec<&str> = parts.iter().flat_map(|c: &Clause| &c.words).map(|w| w.text.as_str()).collect();
    if words.is_empty() || words.len() > MOST_WORDS {
        return None;
    }
    if let Some(given) = considered(&words, asked) {
        return Some(Wish::OtherJobs { given });
    }
    if jobs(&words, asked, free) {
        return Some(Wish::Jobs);
    }
    (!free).then(|| candidates(text, &words)).flatten().map(|job| Wish::Candidates { job })
}

const MOST_WORDS: usize = 16;
const MANY: &[&str] = &["jobs", "positions", "vacancies", "roles", "openings", "opportunities"];
const ONE: &[&str] = &["job", "position", "vacancy", "role", "opening", "opportunity"];
const OTHER: &[&str] = &["other", "others", "another", "different", "else", "more", "further"];
const FIT: &[&str] = &["fit", "fits", "fitting", "suit", "suits", "suitable", "match", "matches", "matching"];
const POLITE: &[&str] = &["hi", "hello", "hey", "please", "and", "so", "also", "ok", "okay", "thanks", "well", "but", "just", "then"];
/// How such a question begins.
const BEGINS: &[&str] = &[
    "what",
    "which",
    "any",
    "other",
    "others",
    "another",
    "different",
    "more",
    "further",
    "are",
    "is",
    "do",
    "does",
    "have",
    "show",
    "list",
    "see",
    "tell",
    "can",
    "could",
    "jobs",
    "open",
    "vacancies",
    "openings",
    "give",
];
/// What else it is made of.
const AROUND: &[&str] = &[
    "you",
    "your",
    "has",
    "there",
    "me",
    "the",
    "all",
    "available",
    "currently",
    "right",
    "now",
    "at",
    "moment",
    "would",
    "might",
    "may",
    "for",
    "my",
    "profile",
    "i",
    "get",
    "apply",
    "to",
    "offer",
    "offering",
    "offered",
    "hiring",
    "got",
    "about",
    "of",
    "it",
    "that",
    "a",
    "an",
    "if",
    "know",
    "look",
    "find",
    "with",
    "us",
    "we",
    "today",
    "good",
    "company",
    "here",
    "be",
    "in",
    "on",
];

/// "which other jobs would fit me?", "show me the open positions"
fn jobs(words: &[&str], asked: bool, free: bool) -> bool {
    let words: Vec<&str> = words.iter().copied().skip_while(|w| POLITE.contains(w)).collect();
    let any = |list: &[&str]| words.iter().any(|w| list.contains(w));
    let begins = words.first().is_some_and(|w| BEGINS.contains(w));
    let lists = [MANY, ONE, OTHER, FIT, POLITE, BEGINS, AROUND];
    if !begins || !words.iter().all(|w| lists.iter().any(|list| list.contains(w))) {
        return false;
    }
    let names = any(MANY) || (any(ONE) && (any(&["another", "other", "different", "else"]) && !any(&["about"])));
    let fits_me = any(FIT) && any(OTHER) && any(&["me", "my", "i"]);
    if free {
        return (asked || any(&["show", "list"])) && ((any(MANY) && (any(OTHER) || any(FIT) || any(&["open"]))) || fits_me);
    }
    names || fits_me
}

/// "consider me for other jobs", "I don't want to be considered for other positions"
fn considered(words: &[&str], asked: bool) -> Option<bool> {
    let at = words.iter().position(|w| matches!(*w, "consider" | "considering" | "considered"))?;
    let rest = words.get(at + 1..).unwrap_or_default();
    let before = words.get(..at).unwrap_or_default();
    let me = rest.first() == Some(&"me") || before.last().is_some_and(|w| matches!(*w, "be" | "being"));
    let jobs = rest.iter().any(|w| MANY.contains(w) || ONE.contains(w))
        && rest.iter().any(|w| OTHER.contains(w) || matches!(*w, "any" | "future"));
    // "Am I considered for other jobs?" asks; "would not mind" is no yes and no no.
    let only_asks = asked
        && before
            .first()
            .is_some_and(|w| matches!(*w, "am" | "are" | "is" | "will" | "was" | "why" | "how" | "what" | "when" | "who" | "do"));
    if !me || !jobs || only_asks || words.contains(&"mind") {
        return None;
    }
    Some(!before.iter().any(|w| matches!(*w, "not" | "never" | "no" | "stop" | "quit" | "longer")))
}

/// "who fits rust-engineer?", "show me candidates for Rust Engineer": the job's name as it was written.
fn candidates(text: &str, words: &[&str]) -> Option<Option<String>> {
    let words: Vec<&str> = words.iter().copied().skip_while(|w| POLITE.contains(w)).collect();
    let taken = match words.as_slice() {
        ["who", "fits" | "suits" | "matches", ..] => 2,
        ["who", "would" | "could" | "might", "fit" | "suit" | "match", ..] | ["who", "is" | "are", "suitable" | "right" | "best", ..] => 3,
        ["candidates" | "people" | "applicants", "for", ..] => 2,
        ["best" | "good" | "which" | "what", "candidates" | "people" | "applicants", "fit" | "for" | "suit" | "match", ..]
        | ["show" | "find" | "list", "candidates" | "people" | "applicants", "for", ..] => 3,
        ["show" | "find" | "give", "me", "candidates" | "people" | "applicants", "for", ..] => 4,
        _ => return None,
    };
    let last = words.get(taken - 1)?;
    // The name as written: what stands behind the last word of the phrase.
    let from = text.to_lowercase().find(&format!("{last} "))? + last.len() + 1;
    let mut name = text.get(from..).unwrap_or_default().trim().trim_end_matches(['?', '.', '!', ' ']).trim();
    for article in ["for ", "the job ", "the ", "our ", "job "] {
        name = name.strip_prefix(article).unwrap_or(name).trim_start();
    }
    let name = name.strip_suffix(" job").or_else(|| name.strip_suffix(" position")).unwrap_or(name).trim_matches(['“', '”', '"', '\'']);
    Some((!name.is_empty()).then(|| name.to_owned()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::ref_option, reason = "tests may")]
mod tests {
    use super::*;

    fn check(free: bool, want: &Option<Wish>, texts: &[&str]) {
        let wrong: Vec<String> =
            texts.iter().filter(|t| wish(t, free) != *want).map(|t| format!("{t} | {:?} instead of {want:?}", wish(t, free))).collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn commands_are_heard_anywhere() {
        for free in [false, true] {
            check(free, &Some(Wish::Jobs), &["/jobs", " /JOBS ", "/jobs@our_bot", "/jobs please"]);
            check(free, &Some(Wish::OtherJobs { given: true }), &["/jobs yes", "/jobs Yes"]);
            check(free, &Some(Wish::OtherJobs { given: false }), &["/jobs no"]);
            check(free, &Some(Wish::Candidates { job: Some("rust-engineer".into()) }), &["/candidates rust-engineer"]);
            check(free, &Some(Wish::Candidates { job: None }), &["/candidates"]);
            check(free, &None, &["/job", "/home/jobs", "/start jobs"]);
        }
        for text in ["/jobs", "/jobs yes", "/jobs no", "/candidates", "/candidates rust-engineer"] {
            assert_eq!(wish(text, true).unwrap().command(), text);
        }
    }

    #[test]
    fn other_jobs_are_asked_for_in_plain_words() {
        check(
            false,
            &Some(Wish::Jobs),
            &[
                "what other jobs fit me?",
                "What other jobs would fit me",
                "which jobs do you have?",
                "which jobs do you have",
                "are there any other positions?",
                "do you have another job for me?",
                "show me the open jobs",
                "Show me other jobs please",
                "other jobs?",
                "more jobs",
                "jobs",
                "any vacancies?",
                "what else would suit me?",
                "Hi, which positions are open?",
                "is there a different role for me",
                "Which of your jobs fit my profile?",
                "can I see all jobs?",
                "can I apply for other jobs?",
            ],
        );
        check(
            true,
            &Some(Wish::Jobs),
            &["what other jobs fit me?", "show me other jobs", "which open jobs do you have?", "what else fits me?"],
        );
    }

    #[test]
    fn answers_and_questions_about_the_job_are_neither() {
        check(
            false,
            &None,
            &[
                "which jobs have you done?",
                "what does the job pay?",
                "what is the job like?",
                "where is the job?",
                "is the job remote?",
                "what is the job about?",
                "I had other jobs",
                "I have another job",
                "I found another job",
                "two other jobs",
                "no other jobs",
                "I would like a different role",
                "what are the tasks in this position?",
                "who would I report to?",
                "who is the employer?",
                "how many positions are there?",
                "is there another interview?",
                "what more do you need?",
                "yes",
                "other",
                "more",
                "match",
                "",
                "🙂",
                "I consider myself good at jobs like this",
                "what roles does the team have?",
            ],
        );
        check(
            true,
            &None,
            &[
                "other jobs",
                "jobs",
                "open positions",
                "more jobs",
                "Which jobs have you done?",
                "What jobs?",
                "who fits pipes",
                "I matched jobs with people",
                "which roles I had: welder, cook",
                "different jobs",
                "finding people for jobs",
                "list of jobs: cook, welder",
            ],
        );
    }

    #[test]
    fn being_considered_is_a_plain_yes_or_no() {
        for free in [false, true] {
            check(
                free,
                &Some(Wish::OtherJobs { given: true }),
                &[
                    "consider me for other jobs",
                    "Yes, consider me for other jobs too",
                    "please consider me for other positions",
                    "you may consider me for other roles",
                    "I'd like to be considered for other jobs",
                    "can I be considered for other jobs?",
                    "consider me for any other job",
                ],
            );
            check(
                free,
                &Some(Wish::OtherJobs { given: false }),
                &[
                    "don't consider me for other jobs",
                    "please do not consider me for other jobs any more",
                    "I no longer want to be considered for other jobs",
                    "stop considering me for other jobs",
                    "I don't want to be considered for other positions",
                    "never consider me for other jobs",
                ],
            );
            check(
                free,
                &None,
                &[
                    "am I considered for other jobs?",
                    "do you consider me for other jobs?",
                    "consider me",
                    "consider other jobs",
                    "I consider other jobs",
                    "I wouldn't mind being considered for other jobs",
                    "will I be considered for other jobs?",
                ],
            );
        }
    }

    #[test]
    fn a_recruiter_asks_who_fits_and_names_the_job_as_they_like() {
        let named = |name: &str| Some(Wish::Candidates { job: Some(name.into()) });
        check(
            false,
            &named("rust-engineer"),
            &[
                "who fits rust-engineer?",
                "Who fits rust-engineer",
                "who would fit rust-engineer?",
                "candidates for rust-engineer",
                "show me candidates for rust-engineer",
                "who fits the rust-engineer job?",
                "which candidates fit rust-engineer?",
                "who is suitable for rust-engineer?",
            ],
        );
        check(false, &named("Rust Engineer"), &["Who fits the Rust Engineer position?", "who fits “Rust Engineer”?"]);
    }

    #[test]
    fn no_text_panics() {
        let long = "jobs ".repeat(100_000);
        for text in ["who fits", "who fits ?", "candidates for", "consider", "İ who fits x", "who fits İİİ é", &long, "?", "\0"] {
            let _ = (wish(text, true), wish(text, false));
        }
    }
}
