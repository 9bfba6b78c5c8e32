//! How words and buttons look on Telegram, and what a button carries.

use chatbot_core::message::{Button, Expects};
use serde_json::{Value, json};
use uuid::Uuid;

/// UTF-16 units of one message's text, at most.
pub const MAX_TEXT: usize = 4096;
/// UTF-16 units of a caption, at most.
pub const MAX_CAPTION: usize = 1024;
/// Characters of a button that a telephone shows.
const MAX_LABEL: usize = 64;
/// Characters a row of buttons may have together, and buttons.
const ROW: (usize, usize) = (24, 3);

/// What a pressed button sends back: our message's id and the button's place in it, `b:<32 hex digits>:<place>`. 64 bytes
/// at most, whatever the value, and a button of an older prompt can be told from the newest.
pub fn callback_data(message_id: Uuid, place: usize) -> String {
    format!("b:{}:{place}", message_id.simple())
}

/// Reads it back; `None` if it is none of ours.
pub fn button_of(data: &str) -> Option<(Uuid, usize)> {
    let (id, place) = data.strip_prefix("b:")?.split_once(':')?;
    let ours = id.len() == 32 && place.len() <= 3 && place.bytes().all(|b| b.is_ascii_digit());
    ours.then(|| Some((Uuid::try_parse(id).ok()?, place.parse().ok()?)))?
}

/// The keyboard below a message.
pub fn keyboard(message_id: Uuid, buttons: &[Button]) -> Value {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let mut width = 0;
    for (place, button) in buttons.iter().enumerate() {
        let label = label(&button.label);
        let length = label.chars().count();
        let shown = json!({"text": label, "callback_data": callback_data(message_id, place)});
        match rows.last_mut() {
            Some(row) if width + length <= ROW.0 && row.len() < ROW.1 => {
                row.push(shown);
                width += length;
            }
            _ => {
                rows.push(vec![shown]);
                width = length;
            }
        }
    }
    json!({"inline_keyboard": rows})
}

/// The button that gives one's own number, where a contact is asked for; typed words are accepted as well.
pub fn contact_keyboard(expects: &Expects, label: &str) -> Option<Value> {
    matches!(expects, Expects::Field { field } if field == "contact")
        .then(|| json!({"keyboard": [[{"text": label, "request_contact": true}]], "one_time_keyboard": true, "resize_keyboard": true}))
}

fn label(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return "…".into();
    }
    if text.chars().count() <= MAX_LABEL {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MAX_LABEL - 1).collect();
    format!("{cut}…")
}

/// A text in parts of at most `most` UTF-16 units: cut between paragraphs where one can, else between lines, else between
/// words, else anywhere between characters. Nothing but the white space at a cut is lost.
pub fn split(text: &str, most: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim_matches('\n');
    while rest.encode_utf16().count() > most {
        let mut units = 0;
        let end = rest.char_indices().find(|(_, c)| {
            units += c.len_utf16();
            units > most
        });
        let fits = end.and_then(|(at, _)| rest.get(..at)).unwrap_or(rest);
        // A cut that leaves less than half is worse than one in the middle of a paragraph.
        let cut = ["\n\n", "\n", " "].iter().find_map(|border| fits.rfind(border).filter(|at| *at >= fits.len() / 2));
        let (part, after) = rest.split_at(cut.unwrap_or(fits.len()));
        parts.push(part.trim_end().to_owned());
        rest = after.trim_start_matches(['\n', ' ']);
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_buttons_data_is_short_whatever_its_value_and_reads_back() {
        let id = Uuid::from_u128(u128::MAX);
        let data = callback_data(id, 99);
        assert!(data.len() <= 64, "{data}");
        assert_eq!(button_of(&data), Some((id, 99)));
    }

    #[test]
    fn short_buttons_share_a_row_and_long_ones_do_not() {
        let buttons = |labels: &[&str]| labels.iter().map(|l| Button::new(*l, "v")).collect::<Vec<_>>();
        let rows = |labels: &[&str]| {
            let shown = keyboard(Uuid::nil(), &buttons(labels));
            shown["inline_keyboard"].as_array().unwrap().iter().map(|row| row.as_array().unwrap().len()).collect::<Vec<_>>()
        };
        assert_eq!(rows(&["Yes", "No"]), [2]);
        assert_eq!(rows(&["a", "b", "c", "d"]), [3, 1]);
        assert_eq!(rows(&["Remote within the EU", "Hybrid in Berlin"]), [1, 1]);
        let long = keyboard(Uuid::nil(), &buttons(&["x".repeat(500).as_str(), " "]));
        assert_eq!(long["inline_keyboard"][0][0]["text"].as_str().unwrap().chars().count(), MAX_LABEL);
        assert_eq!(long["inline_keyboard"][1][0]["text"], "…");
    }

    #[test]
    fn a_long_text_is_cut_at_the_best_border_and_loses_no_word() {
        assert_eq!(split("short", 10), ["short"]);
        assert_eq!(split("one two\n\nthree four", 12), ["one two", "three four"]);
        assert_eq!(split("one two\nthree four", 12), ["one two", "three four"]);
        assert_eq!(split("aaaa bbbb cccc", 10), ["aaaa bbbb", "cccc"]);
        assert_eq!(split(&"x".repeat(25), 10), ["x".repeat(10), "x".repeat(10), "x".repeat(5)]);
        // An emoji is two units and is never cut in half.
        assert_eq!(split(&"🙂".repeat(6), 5), ["🙂🙂", "🙂🙂", "🙂🙂"]);
        assert!(split("\n\n  \n", 10).is_empty());
        let text: String = (0..3000).flat_map(|n| [format!("w{n}"), if n % 17 == 0 { "\n\n" } else { " " }.to_owned()]).collect();
        let parts = split(&text, MAX_TEXT);
        assert!(parts.len() > 1 && parts.iter().all(|part| part.encode_utf16().count() <= MAX_TEXT));
        let words = |s: &str| s.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(parts.iter().flat_map(|part| words(part)).collect::<Vec<_>>(), words(&text));
    }
}
