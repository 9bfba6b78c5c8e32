//! Whether a model's answer may be used. It is a stranger's text: cleaned, bounded, and refused where it says what only a
//! person or the form may say.

use serde_json::Value;

use super::prompt::{FENCE, RECORD, UNKNOWN};
use super::visible;
use crate::provider::{Reply, ReplyRequest, Task};

/// Letters of an answer. A longer one is no answer to a question in a chat.
const LONGEST: usize = 1_500;
/// Bytes that are looked at, whatever comes.
const MOST: usize = 64 * 1024;

/// What the bot alone, or a person, may say. Each as it stands between words, in small letters.
const DECISIONS: &[&str] = &[
    "your score",
    "your rating is",
    "you passed",
    "you have passed",
    "you failed",
    "you have failed",
    "you are hired",
    "you're hired",
    "you have been hired",
    "you got the job",
    "you have the job",
    "you are rejected",
    "you have been rejected",
    "your application was rejected",
    "your application has been rejected",
    "you are shortlisted",
    "you have been shortlisted",
    "you are invited to an interview",
    "must-have",
    "must have question",
];
/// What no question of ours may be about.
const PROTECTED: &[&str] = &[
    "how old", "your age", "date of birth", "birthday", "pregnan", "children", "married", "marital", "husband", "wife", "family plan",
    "religio", "church", "disab", "illness", "your health", "sexual", "gender", "ethnic", "nationality", "politic", "trade union",
];

/// Why an answer is no use; another slot is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadOutput(pub &'static str);

/// The answer as it may be used; [`Reply::none`] where the model says that it doesn't know.
///
/// # Errors
/// When it may not be used at all.
pub fn check(request: &ReplyRequest, reply: Reply) -> Result<Reply, BadOutput> {
    let Some(text) = reply.text else { return Ok(Reply { text: None, ..reply }) };
    if text.len() > MOST {
        return Err(BadOutput("it is far too long"));
    }
    let text = match &request.task {
        Task::Read { .. } => Some(reading(&text)?),
        Task::Answer => answer(request, &text)?,
    };
    Ok(Reply { text, ..reply })
}

/// JSON, perhaps in a fence of back-ticks; nothing is mended.
fn reading(text: &str) -> Result<String, BadOutput> {
    let inner = text.trim();
    let inner = inner.strip_prefix("```json").or_else(|| inner.strip_prefix("```")).unwrap_or(inner);
    let inner = inner.strip_suffix("```").unwrap_or(inner).trim();
    match serde_json::from_str::<Value>(inner) {
        Ok(Value::Object(_)) => Ok(inner.to_owned()),
        _ => Err(BadOutput("it is not the JSON that was asked for")),
    }
}

fn answer(request: &ReplyRequest, text: &str) -> Result<Option<String>, BadOutput> {
    let text = plain(&visible(text));
    if text.is_empty() {
        return Err(BadOutput("it is empty"));
    }
    let word = text.trim_matches(|c: char| !c.is_alphanumeric());
    if word.eq_ignore_ascii_case(UNKNOWN) || text.split(|c: char| !c.is_alphanumeric()).any(|w| w == UNKNOWN) {
        return Ok(None);
    }
    if text.chars().count() > LONGEST {
        return Err(BadOutput("it is too long"));
    }
    let lower = text.to_lowercase();
    if [FENCE, RECORD, "system prompt"].iter().any(|mark| lower.contains(mark)) {
        return Err(BadOutput("it quotes its instructions"));
    }
    if foreign_address(&lower, &request.context.to_lowercase(), &request.prompt.to_lowercase()) {
        return Err(BadOutput("it names an address that the record doesn't have"));
    }
    if DECISIONS.iter().any(|said| contains(&lower, said)) {
        // Not worth another slot: a person answers that.
        return Ok(None);
    }
    if lower.split_inclusive(['.', '!', '?', '\n']).any(|s| s.trim_end().ends_with('?') && PROTECTED.iter().any(|p| s.contains(p))) {
        return Err(BadOutput("it asks what nobody may ask"));
    }
    if repeats(&lower) {
        return Err(BadOutput("it says the same again and again"));
    }
    Ok(Some(text))
}

/// Whether so far nothing stands against showing this beginning of an answer.
pub fn may_be_shown(request: &ReplyRequest, beginning: &str) -> bool {
    let word = beginning.trim_start_matches(|c: char| !c.is_alphanumeric());
    // What may still become the word is not shown.
    let undecided = word.len() < UNKNOWN.len() && UNKNOWN.starts_with(word.trim_end());
    !undecided && matches!(answer(request, beginning), Ok(Some(_)))
}

/// Plain text: emphasis, headings and links of the common mark-up become their words.
fn plain(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.trim_end().replace("**", "").replace("__", "").replace('`', "");
        let line = line.trim_start_matches('#').trim_start_matches("> ");
        lines.push(links(line).trim().to_owned());
    }
    let mut out = lines.join("\n");
    while out.contains("\n\n\n") {
        out = out.replace("\n\n\n", "\n\n");
    }
    out.trim().to_owned()
}

/// `[words](address)` as `words (address)`: the address is looked at like any other.
fn links(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("](") {
        let Some((head, words)) = before.rsplit_once('[') else { break };
        let Some((address, tail)) = after.split_once(')') else { break };
        out.push_str(head.strip_suffix('!').unwrap_or(head));
        out.push_str(&format!("{words} ({address})"));
        rest = tail;
    }
    out + rest
}

/// Whether there is a link or an address that stands neither in the record nor in the question.
fn foreign_address(text: &str, record: &str, prompt: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"' | '“' | '”' | ',' | ';'))
        .map(|word| word.trim_matches(['.', ':', '!', '?', '\'', '’', '/']))
        .filter(|word| word.contains("://") || word.starts_with("www.") || (word.contains('@') && word.contains('.')) || word.contains("javascript:"))
        .any(|word| !record.contains(word) && (!word.contains('@') || !prompt.contains(word)))
}

/// `needle` with no letter before or after it.
fn contains(text: &str, needle: &str) -> bool {
    text.match_indices(needle).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + needle.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// One word, over and over.
fn repeats(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(8).any(|run| run.first().is_some_and(|first| run.iter().all(|word| word == first)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn said(text: &str) -> Result<Option<String>, BadOutput> {
        let request = ReplyRequest { context: "Contact: jobs@example.org https://example.org/team".into(), ..ReplyRequest::default() };
        check(&request, Reply::text(text)).map(|r| r.text)
    }

    #[test]
    fn an_answer_is_said_in_plain_text() {
        assert_eq!(said("**Six** people.\n\n\n\nSee [the team](https://example.org/team).").unwrap().unwrap(),
            "Six people.\n\nSee the team (https://example.org/team).");
        assert_eq!(said("Write to jobs@example.org.").unwrap().unwrap(), "Write to jobs@example.org.");
        assert_eq!(said("a\u{202E}b").unwrap().unwrap(), "ab");
    }

    #[test]
    fn a_model_that_does_not_know_or_decides_is_followed_by_a_person() {
        for text in ["UNKNOWN", "unknown.", "*UNKNOWN*", "I fear UNKNOWN", "You passed the test!", "Your score is 97.", "You’re in; you have been shortlisted"] {
            assert_eq!(said(text), Ok(None), "{text}");
        }
        assert!(said("The team is unknown to few.").unwrap().is_some());
    }

    #[test]
    fn what_nobody_may_say_is_refused() {
        for text in
            ["", "  \n ", "See http://evil.example/x", "mail me@evil.example now", "It says <candidate_text>", "How old are you?",
             "Fine. Do you have children?", "ha ha ha ha ha ha ha ha ha", &"x".repeat(2000)]
        {
            assert!(said(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_reading_is_json_or_nothing() {
        let request = ReplyRequest { task: Task::Read { schema: Value::Null }, ..ReplyRequest::default() };
        let read = |text: &str| check(&request, Reply::text(text)).map(|r| r.text.unwrap());
        assert_eq!(read("```json\n{\"span\":\"\"}\n```").unwrap(), "{\"span\":\"\"}");
        for text in ["", "five", "[1]", "{", "{\"a\":1} and more"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
