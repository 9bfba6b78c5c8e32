//! Words from outside, before they are stored.

use serde_json::Value;

use crate::problem::{Answer, Problem};

/// The longest message.
pub(crate) const MAX_CONTENT_CHARS: usize = 4_000;

/// The largest `metadata`, as JSON.
const MAX_METADATA_BYTES: usize = 16 * 1024;

/// Without control characters, but with line breaks and tabs.
pub(crate) fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// A message's words: not empty, not too long.
pub(crate) fn content(text: &str) -> Answer<String> {
    let example = "about five years";
    let text = clean(text);
    if text.trim().is_empty() {
        return Err(Problem::invalid("content", "is empty", example));
    }
    let chars = text.chars().count();
    if chars > MAX_CONTENT_CHARS {
        return Err(Problem::invalid("content", format!("has {chars} characters; at most {MAX_CONTENT_CHARS} are taken"), example));
    }
    Ok(text)
}

/// A short optional field on one line; what is empty counts as absent.
pub(crate) fn short(field: &'static str, text: Option<String>, max: usize, example: &str) -> Answer<Option<String>> {
    let Some(text) = text else { return Ok(None) };
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim();
    if text.chars().count() > max {
        return Err(Problem::invalid(field, format!("is longer than {max} characters"), example));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A lower-case name such as a platform's.
pub(crate) fn name(field: &'static str, text: &str, example: &str) -> Answer<()> {
    let fits =
        (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    if fits { Ok(()) } else { Err(Problem::invalid(field, "should be a short lower-case name", example)) }
}

/// A message's metadata: a small object.
pub(crate) fn metadata(value: Option<Value>) -> Answer<serde_json::Map<String, Value>> {
    let example = || serde_json::json!({ "button": "yes" });
    match value {
        None | Some(Value::Null) => Ok(serde_json::Map::new()),
        Some(Value::Object(map)) => {
            let size = serde_json::to_vec(&map).map_or(usize::MAX, |bytes| bytes.len());
            if size > MAX_METADATA_BYTES {
                return Err(Problem::invalid("metadata", format!("is larger than {MAX_METADATA_BYTES} bytes"), example()));
            }
            Ok(map)
        }
        Some(_) => Err(Problem::invalid("metadata", "should be an object", example())),
    }
}

/// A file's name without folders; never a path of ours.
pub(crate) fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    match name.trim() {
        "" | "." | ".." => "file".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
    use super::*;

    #[test]
    fn a_message_of_exactly_the_longest_length_is_taken_and_one_more_is_not() {
        assert!(content(&"é".repeat(MAX_CONTENT_CHARS)).is_ok());
        assert!(content(&"é".repeat(MAX_CONTENT_CHARS + 1)).is_err());
    }

    #[test]
    fn what_is_only_control_characters_and_spaces_is_empty() {
        assert!(content(" \u{0}\u{1b}\n\t ").is_err());
        assert_eq!(content("a\u{0}\nb").unwrap(), "a\nb");
    }

    #[test]
    fn a_file_name_loses_its_folders() {
        for (sent, kept) in [("../../etc/passwd", "passwd"), ("C:\\cv.pdf", "cv.pdf"), ("..", "file"), ("", "file"), ("a\r\nb", "ab")] {
            assert_eq!(file_name(sent), kept);
        }
    }
}
