//! A name of one to four words for a question, out of its own words.

use crate::recruiting::question::Question;

/// Words that ask, and words every such question has.
const LEFT_OUT: &[&str] = &[
    "a",
    "an",
    "the",
    "and",
    "or",
    "of",
    "in",
    "on",
    "at",
    "to",
    "for",
    "with",
    "from",
    "by",
    "as",
    "about",
    "into",
    "per",
    "than",
    "if",
    "so",
    "but",
    "we",
    "us",
    "our",
    "it",
    "its",
    "i",
    "you",
    "your",
    "yours",
    "me",
    "my",
    "is",
    "are",
    "am",
    "be",
    "been",
    "was",
    "were",
    "do",
    "does",
    "did",
    "have",
    "has",
    "had",
    "can",
    "could",
    "will",
    "would",
    "should",
    "shall",
    "may",
    "might",
    "must",
    "what",
    "which",
    "who",
    "whom",
    "where",
    "when",
    "why",
    "how",
    "that",
    "this",
    "these",
    "those",
    "there",
    "any",
    "some",
    "all",
    "many",
    "much",
    "long",
    "often",
    "soon",
    "far",
    "please",
    "tell",
    "describe",
    "name",
    "list",
    "give",
    "ever",
    "already",
    "currently",
    "now",
    "yet",
    "before",
    "not",
    "no",
    "hold",
    "valid",
    "got",
    "get",
    "own",
    "need",
    "like",
    "want",
    "willing",
    "able",
    "ready",
    "comfortable",
    "happy",
    "prepared",
    "ok",
    "okay",
    "used",
    "use",
    "using",
    "worked",
    "work",
    "working",
    "allowed",
    "earliest",
    "possible",
    "least",
    "most",
    "more",
    "less",
    "years",
    "year",
    "months",
    "month",
    "days",
    "weeks",
    "hours",
    "experience",
    "experienced",
    "professional",
    "kind",
    "sort",
    "type",
    "don't",
    "doesn't",
    "haven't",
    "aren't",
    "isn't",
    "best",
    "prefer",
    "preferred",
    "within",
    "during",
    "also",
    "both",
    "one",
    "here",
    "legally",
    "currently",
    "current",
    "role",
    "job",
    "position",
];

/// Nouns worth falling back to, with the name they make.
const FALLBACK: &[(&str, &str)] = &[
    ("allowed", "Right to work"),
    ("legally", "Right to work"),
    ("permit", "Work permit"),
    ("experience", "Experience"),
    ("work", "Work"),
    ("hours", "Hours"),
    ("years", "Years"),
    ("position", "Position"),
    ("role", "Role"),
    ("job", "Job"),
];

/// The name: the first run of telling words, else a general noun, else the question's number.
pub(super) fn of(question: &Question) -> String {
    let text: String = question.text.chars().take(400).collect();
    let words = || {
        text.split(|c: char| c.is_whitespace() || matches!(c, '?' | ',' | ';' | ':' | '!' | '(' | ')' | '"' | '/' | '“' | '”' | '—' | '–'))
    };
    let mut runs: Vec<Vec<&str>> = vec![Vec::new()];
    for word in words() {
        let word = word.trim_end_matches('.').trim_matches('\'');
        let lower = word.to_lowercase().replace('’', "'");
        if word.is_empty() || LEFT_OUT.contains(&lower.as_str()) || word.chars().all(|c| c.is_ascii_digit()) {
            runs.push(Vec::new());
        } else if let Some(run) = runs.last_mut() {
            run.push(word);
        }
    }
    // The longest run names the subject best; of equals the first.
    let best = runs
        .iter()
        .filter(|r| !r.is_empty())
        .fold(None, |best: Option<&Vec<&str>>, run| if best.is_some_and(|b| b.len() >= run.len()) { best } else { Some(run) });
    if let Some(run) = best {
        return capital(&run.iter().take(4).copied().collect::<Vec<_>>().join(" "));
    }
    let lower: Vec<String> = words().map(str::to_lowercase).collect();
    FALLBACK
        .iter()
        .find(|(w, _)| lower.iter().any(|l| l == w))
        .map_or_else(|| format!("Question {}", question.question_order), |(_, name)| (*name).to_owned())
}

fn capital(name: &str) -> String {
    // "node.js" and "iOS" keep their spelling; a plain word gets its capital.
    let mut chars = name.chars();
    match chars.next() {
        Some(first) if name.split(' ').next().is_some_and(|w| w.chars().all(|c| c.is_lowercase() || c == '-')) => {
            first.to_uppercase().chain(chars).collect()
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_of_the_questions_words() {
        for (text, want) in [
            ("How many years of experience do you have with Rust?", "Rust"),
            ("What is your expected salary?", "Expected salary"),
            ("Do you hold a valid forklift certificate?", "Forklift certificate"),
            ("Are you allowed to work here?", "Right to work"),
            ("?", "Question 4"),
            ("", "Question 4"),
            ("How long is your notice period?", "Notice period"),
            ("Are you willing to work night shifts?", "Night shifts"),
            ("How many years have you worked with node.js?", "node.js"),
            ("Have you got it?", "Question 4"),
        ] {
            let q: Question = serde_json::from_value(serde_json::json!({"id": uuid::Uuid::nil(), "question_order": 4, "text": text, "kind": "text", "required": true, "weight": 1.0, "must_have": false})).unwrap();
            assert_eq!(of(&q), want, "{text}");
        }
    }
}
