//! A question put along with an answer ("Five years. What is the salary?"): it is answered before the next is asked.

use serde_json::Value;

use super::intent::begins_as_question;
use super::router::Dialogue;
use crate::message::Expects;
use crate::turn::{Effects, Turn};

/// What may stand before the question.
const JOINING: &[&str] = &["and", "but", "also", "so", "btw"];

impl Dialogue {
    /// Adds what is said to a question that came with an answer, if that was taken. No model is asked: the next question is
    /// what the candidate waits for.
    pub(super) fn answer_aside(&self, turn: &Turn, said: &str, taken: &mut Effects) {
        let settled = taken.context.get("question").is_some_and(Value::is_null) || taken.consents.iter().any(|consent| consent.given);
        let Some(question) = along(said).filter(|_| settled) else { return };
        let mut told = self.faq.answer(turn, question).unwrap_or_else(|| self.asked_the_team(question));
        let at = taken.messages.iter().position(|m| m.meta.expects != Expects::None).unwrap_or(taken.messages.len());
        let prompt = taken.messages.split_off(at);
        told.messages.extend(prompt);
        taken.extend(told);
    }
}

/// The question at the end of what begins with something else.
fn along(said: &str) -> Option<&str> {
    let said = said.trim();
    let (before, question) = said.strip_suffix('?')?.rsplit_once(['.', '!', ';', ',', '\n'])?;
    if !before.contains(char::is_alphanumeric) {
        return None;
    }
    let question = JOINING.iter().find_map(|word| rest_after(question.trim_start(), word)).unwrap_or(question).trim();
    begins_as_question(question).then_some(question)
}

/// What follows a word that a text begins with.
fn rest_after<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (first, rest) = text.split_at_checked(word.len())?;
    (first.eq_ignore_ascii_case(word) && rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::along;

    #[test]
    fn a_question_after_an_answer_is_found_and_an_answer_that_sounds_like_one_is_not() {
        for (said, question) in [
            ("5 years. What is the salary?", "What is the salary"),
            ("yes, and how many vacation days?", "how many vacation days"),
            ("sure, what is the salary?", "what is the salary"),
            ("Rust!\nIs it remote?", "Is it remote"),
        ] {
            assert_eq!(along(said), Some(question), "{said}");
        }
        for said in [
            "What is the salary?",
            "3.5 years?",
            "three, maybe four?",
            "5 years.",
            "yes?",
            "?",
            "…? ",
            ". what is it?",
            "somewhat, whatever?",
        ] {
            assert_eq!(along(said), None, "{said}");
        }
    }
}
