//! `text`: the words themselves.

use super::{ReadContext, Reading};
use crate::recruiting::answer::AnswerValue;
use crate::recruiting::question::Question;

/// Keeps the whole answer; nothing but space and punctuation is no answer.
pub(super) fn read(_question: &Question, text: &str, _cx: &ReadContext<'_>) -> Reading {
    let kept = text.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if kept.chars().any(says_something) {
        Reading::Value { value: AnswerValue::Text(kept.to_owned()), evidence: kept.to_owned() }
    } else {
        Reading::Unclear
    }
}

/// A letter, a digit, or a sign beyond the punctuation blocks (an emoji).
fn says_something(c: char) -> bool {
    c.is_alphanumeric()
        || (c as u32 >= 0x2190
            && !matches!(c, '\u{2e00}'..='\u{2e7f}' | '\u{3000}'..='\u{303f}' | '\u{fe00}'..='\u{fe6f}' | '\u{feff}'..='\u{ff0f}' | '\u{fff0}'..='\u{ffff}'))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole_and_marks_alone_are_no_answer() {
        let question: Question = serde_json::from_value(serde_json::json!({
            "id": uuid::Uuid::nil(), "question_order": 1, "text": "Tell us.", "kind": "text", "required": true, "weight": 1.0, "must_have": false
        }))
        .unwrap();
        let cx = ReadContext { today: chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(), locale: "en" };
        for (text, want) in [
            ("  Rust, mostly. \n", Some("Rust, mostly.")),
            ("...", None),
            ("", None),
            (" \t\n", None),
            ("?!", None),
            ("—", None),
            ("…", None),
            ("\u{feff}", None),
            ("\0", None),
            ("ok", Some("ok")),
            ("नहीं", Some("नहीं")),
            ("7", Some("7")),
        ] {
            let want = want.map_or(Reading::Unclear, |w| Reading::Value { value: AnswerValue::Text(w.into()), evidence: w.into() });
            assert_eq!(read(&question, text, &cx), want, "{text:?}");
        }
    }
}
