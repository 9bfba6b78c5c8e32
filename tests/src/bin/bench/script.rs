//! What candidates are asked and say: a prescreen of five questions, and answers with the scores they must get, computed by
//! hand. Three kinds of candidates, so that a bot that stores the same for everybody is found out.

use serde_json::{Value, json};

/// The job's slug.
pub(crate) const SLUG: &str = "bench-engineer";
/// How many questions it has.
pub(crate) const QUESTIONS: usize = 5;

const TEXTS: [&str; QUESTIONS] = [
    "How many years have you worked with Rust?",
    "Are you allowed to work in the EU?",
    "Which databases have you run in production?",
    "How long is your notice period?",
    "How do you want to work?",
];

/// The job file, as JSON.
pub(crate) fn job() -> Value {
    let [years, permit, databases, notice, place] = TEXTS;
    json!({
        "slug": SLUG,
        "title": "Bench Engineer",
        "employer": "Example GmbH",
        "contact": "jobs@example.org",
        "facts": { "salary": "70-85 k€ a year" },
        "prescreen": { "questions": [
            { "text": years, "kind": "number", "rule": { "min": 4, "unit": "years" } },
            { "text": permit, "kind": "yes_no", "rule": { "expected": true } },
            { "text": databases, "kind": "text", "rule": { "keywords": [{ "term": "postgresql", "aliases": ["postgres"], "weight": 2 }, { "term": "sqlite" }] } },
            { "text": notice, "kind": "duration", "rule": { "max": "P3M" } },
            { "text": place, "kind": "choice", "options": [{ "value": "remote" }, { "value": "hybrid" }, { "value": "onsite" }],
              "rule": { "accept": ["remote", "hybrid"] } },
        ] },
    })
}

/// A kind of candidate.
pub(crate) struct Persona {
    /// What they answer.
    pub(crate) answers: [&'static str; QUESTIONS],
    /// What each answer scores.
    pub(crate) scores: [f64; QUESTIONS],
    /// The application's score in percent: every weight is 1, so it is the mean.
    pub(crate) score: f64,
}

const PERSONAS: [Persona; 3] = [
    Persona { answers: ["5", "yes", "PostgreSQL and SQLite", "3 months", "remote"], scores: [1.0; QUESTIONS], score: 100.0 },
    Persona {
        answers: ["2", "yes", "SQLite", "one month", "onsite"],
        scores: [0.5, 1.0, 1.0 / 3.0, 1.0, 0.0],
        score: 56.67, // 2.8333 of 5
    },
    Persona {
        answers: ["three", "no", "postgres", "6 months", "hybrid"],
        scores: [0.75, 0.0, 2.0 / 3.0, 0.5, 1.0],
        score: 58.33, // 2.9167 of 5
    },
];

/// The kind of candidate a chat's owner is.
pub(crate) fn persona(chat: i64) -> &'static Persona {
    &PERSONAS[usize::try_from(chat).unwrap_or_default() % PERSONAS.len()]
}

/// What the bot wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Whether one agrees.
    Consent,
    /// Question number n, from 1.
    Question(usize),
    /// A name.
    Name,
    /// How one is reached.
    Contact,
    /// Whether the summary is right: the end, for the benchmark.
    Summary,
}

/// What a message of the bot's asks for; none if it is nothing of a prescreen's.
pub(crate) fn asked(words: &str) -> Option<Asked> {
    if let Some((_, rest)) = words.rsplit_once("Question ") {
        let (number, question) = rest.split_once(&format!(" of {QUESTIONS}: "))?;
        let number: usize = number.parse().ok()?;
        // A number alone could be any bot's: the question must be the job's.
        let text = TEXTS.get(number.checked_sub(1)?)?;
        return question.starts_with(text).then_some(Asked::Question(number));
    }
    let all = [
        ("Do you agree?", Asked::Consent),
        ("What is your name?", Asked::Name),
        ("How can we reach you?", Asked::Contact),
        ("Send “submit”", Asked::Summary),
    ];
    all.iter().find(|(part, _)| words.contains(part)).map(|(_, asked)| *asked)
}

/// What the owner of a chat says to that; none: nothing, it is the end.
pub(crate) fn answer(asked: Asked, chat: i64) -> Option<String> {
    match asked {
        Asked::Consent => Some("yes".into()),
        Asked::Question(number) => persona(chat).answers.get(number - 1).map(|words| (*words).to_owned()),
        Asked::Name => Some("Ada Example".into()),
        Asked::Contact => Some(format!("ada{chat}@example.org")),
        Asked::Summary => None,
    }
}

/// Whether the bot may ask this next: consent, each question in turn, then name and contact or neither, then the end.
pub(crate) fn follows(before: Option<Asked>, now: Asked) -> bool {
    match (before, now) {
        (None, Asked::Consent) | (Some(Asked::Consent), Asked::Question(1)) | (Some(Asked::Name), Asked::Contact) => true,
        (Some(Asked::Question(n)), Asked::Question(m)) => m == n + 1,
        (Some(Asked::Question(n)), Asked::Name | Asked::Contact | Asked::Summary) => n == QUESTIONS,
        (Some(Asked::Name | Asked::Contact), Asked::Summary) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_asks_for_is_read_from_its_last_question() {
        let second = "Thank you.\n\nQuestion 2 of 5: Are you allowed to work in the EU?";
        assert_eq!(asked(second), Some(Asked::Question(2)));
        assert_eq!(asked("Question 1 of 5: Are you allowed to work in the EU?"), None, "another question's number");
        assert_eq!(asked("Question 2 of 7: Are you allowed to work in the EU?"), None);
        assert_eq!(asked("Hello! … Do you agree?"), Some(Asked::Consent));
        assert_eq!(asked("ok"), None);
    }

    #[test]
    fn a_question_left_out_or_asked_twice_does_not_follow() {
        assert!(follows(Some(Asked::Question(2)), Asked::Question(3)));
        assert!(!follows(Some(Asked::Question(2)), Asked::Question(4)));
        assert!(!follows(Some(Asked::Question(2)), Asked::Question(2)));
        assert!(!follows(Some(Asked::Question(4)), Asked::Summary));
        assert!(!follows(None, Asked::Summary));
    }

    #[test]
    fn the_scores_computed_by_hand_agree_with_each_other() {
        for persona in &PERSONAS {
            let mean = persona.scores.iter().sum::<f64>() / 5.0 * 100.0;
            assert!((mean - persona.score).abs() < 0.005, "{mean} is not {}", persona.score);
        }
    }
}
