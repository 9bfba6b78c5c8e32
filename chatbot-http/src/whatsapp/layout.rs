//! How words and buttons fit into what WhatsApp can show. Pure.
//!
//! Limits: <https://developers.facebook.com/docs/whatsapp/cloud-api/messages>, "interactive reply buttons" and
//! "interactive list"; counted in UTF-16 units, the strictest reading of "characters".

use std::collections::BTreeSet;

use chatbot_core::channel::Attachment;
use chatbot_core::message::Button;
use serde_json::{Value, json};

/// The longest text message.
const MAX_TEXT: usize = 4096;
/// The longest words above reply buttons.
const MAX_ABOVE_BUTTONS: usize = 1024;
/// The longest words above a list.
const MAX_ABOVE_LIST: usize = 4096;
const MAX_BUTTONS: usize = 3;
const MAX_BUTTON_TITLE: usize = 20;
const MAX_ROWS: usize = 10;
const MAX_ROW_TITLE: usize = 24;
const MAX_ROW_DESCRIPTION: usize = 72;
/// The longest id of a button or row.
const MAX_ID: usize = 200;

/// Text messages that hold these words, broken at paragraphs, else lines, else words, else anywhere.
pub(super) fn texts(text: &str) -> Vec<Value> {
    split(text, MAX_TEXT).into_iter().map(|part| json!({"type": "text", "text": {"body": part, "preview_url": false}})).collect()
}

/// The words with the buttons as WhatsApp can show them: reply buttons, else a list, else words alone that name every
/// choice. `choose`: what opens a list.
pub(super) fn structured(text: &str, buttons: &[Button], choose: &str) -> Vec<Value> {
    if text.trim().is_empty() || !are_distinct(buttons) {
        return texts(&with_choices(text, buttons));
    }
    if let Some(interactive) = reply_buttons(text, buttons).or_else(|| list(text, buttons, choose)) {
        return vec![json!({"type": "interactive", "interactive": interactive})];
    }
    texts(&with_choices(text, buttons))
}

/// A file that Meta has already, by its id.
pub(super) fn file(id: &str, file: &Attachment) -> Value {
    if matches!(file.media_type.as_str(), "image/jpeg" | "image/png") {
        return json!({"type": "image", "image": {"id": id}});
    }
    json!({"type": "document", "document": {"id": id, "filename": file.name}})
}

/// A file by its address, as a picture or a document.
pub(super) fn media(url: &str, caption: Option<&str>) -> Value {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let name = path.rsplit('/').next().filter(|n| !n.is_empty()).unwrap_or("file");
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let caption = caption.map(|c| split(c, MAX_ABOVE_BUTTONS).into_iter().next().unwrap_or_default()).filter(|c| !c.is_empty());
    let mut file = json!({"link": url});
    if let (Some(map), Some(caption)) = (file.as_object_mut(), caption) {
        map.insert("caption".into(), json!(caption));
    }
    if matches!(ending.as_str(), "jpg" | "jpeg" | "png") {
        return json!({"type": "image", "image": file});
    }
    if let Some(map) = file.as_object_mut() {
        map.insert("filename".into(), json!(name));
    }
    json!({"type": "document", "document": file})
}

fn reply_buttons(text: &str, buttons: &[Button]) -> Option<Value> {
    let fits = (1..=MAX_BUTTONS).contains(&buttons.len())
        && units(text) <= MAX_ABOVE_BUTTONS
        && buttons.iter().all(|b| units(&b.label) <= MAX_BUTTON_TITLE);
    let replies: Vec<Value> = buttons.iter().map(|b| json!({"type": "reply", "reply": {"id": b.value, "title": b.label}})).collect();
    fits.then(|| json!({"type": "button", "body": {"text": text}, "action": {"buttons": replies}}))
}

fn list(text: &str, buttons: &[Button], choose: &str) -> Option<Value> {
    if !(1..=MAX_ROWS).contains(&buttons.len()) || units(text) > MAX_ABOVE_LIST {
        return None;
    }
    let rows = buttons.iter().map(row).collect::<Option<Vec<_>>>()?;
    let titles: BTreeSet<&str> = rows.iter().filter_map(|r| r.get("title")?.as_str()).collect();
    // Titles that were cut must still tell the choices apart.
    (titles.len() == rows.len())
        .then(|| json!({"type": "list", "body": {"text": text}, "action": {"button": choose, "sections": [{"rows": rows}]}}))
}

fn row(button: &Button) -> Option<Value> {
    if units(&button.label) <= MAX_ROW_TITLE {
        return Some(json!({"id": button.value, "title": button.label}));
    }
    if units(&button.label) > MAX_ROW_DESCRIPTION {
        return None;
    }
    let head = split(&button.label, MAX_ROW_TITLE - 1).into_iter().next()?;
    Some(json!({"id": button.value, "title": format!("{head}…"), "description": button.label}))
}

/// Whether they can be told apart, and carried.
fn are_distinct(buttons: &[Button]) -> bool {
    let ids: BTreeSet<&str> = buttons.iter().map(|b| b.value.as_str()).collect();
    let labels: BTreeSet<&str> = buttons.iter().map(|b| b.label.trim()).collect();
    ids.len() == buttons.len()
        && labels.len() == buttons.len()
        && !labels.contains("")
        && buttons.iter().all(|b| !b.value.trim().is_empty() && units(&b.value) <= MAX_ID)
}

/// The words, followed by the choices they don't name yet: what can't be pressed can be typed.
fn with_choices(text: &str, buttons: &[Button]) -> String {
    let lower = text.to_lowercase();
    let unnamed: Vec<String> = buttons
        .iter()
        .filter(|b| !b.label.trim().is_empty() && !lower.contains(&b.label.to_lowercase()))
        .map(|b| format!("• {}", b.label))
        .collect();
    match (text.trim().is_empty(), unnamed.is_empty()) {
        (_, true) => text.to_owned(),
        (true, false) => unnamed.join("\n"),
        (false, false) => format!("{text}\n\n{}", unnamed.join("\n")),
    }
}

/// UTF-16 units.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Parts of at most `max` units, none of them blank.
fn split(text: &str, max: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim_end();
    while units(rest) > max {
        let end = fitting(rest, max);
        let head = rest.get(..end).unwrap_or(rest);
        let cut = ["\n\n", "\n", " "]
            .iter()
            .find_map(|border| head.rfind(border).filter(|at| !head.get(..*at).unwrap_or_default().trim().is_empty()))
            .unwrap_or(end);
        let (part, after) = rest.split_at_checked(cut).unwrap_or((rest, ""));
        parts.push(part.trim_end().to_owned());
        rest = after.trim_start_matches(['\n', ' ']);
    }
    parts.push(rest.to_owned());
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The end of the longest beginning of at most `max` units.
fn fitting(text: &str, max: usize) -> usize {
    let mut taken = 0;
    for (at, c) in text.char_indices() {
        taken += c.len_utf16();
        if taken > max {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn buttons(labels: &[&str]) -> Vec<Button> {
        labels.iter().enumerate().map(|(i, label)| Button::new(*label, format!("v{i}"))).collect()
    }

    fn one(text: &str, buttons: &[Button]) -> Value {
        let all = structured(text, buttons, "Choose");
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    #[test]
    fn up_to_three_short_choices_are_buttons() {
        let sent = one("Do you agree?", &buttons(&["Yes", "No"]));
        assert_eq!(sent["interactive"]["type"], "button");
        assert_eq!(sent["interactive"]["body"]["text"], "Do you agree?");
        assert_eq!(sent["interactive"]["action"]["buttons"][1], json!({"type": "reply", "reply": {"id": "v1", "title": "No"}}));
    }

    #[test]
    fn more_or_longer_choices_and_longer_words_are_a_list() {
        for (text, labels) in
            [("Which?", vec!["a", "b", "c", "d"]), ("Which?", vec!["twenty-one characters"]), (&*"x".repeat(1025), vec!["Yes", "No"])]
        {
            let sent = one(text, &buttons(&labels));
            assert_eq!(sent["interactive"]["type"], "list");
            assert_eq!(sent["interactive"]["action"]["button"], "Choose");
            assert_eq!(sent["interactive"]["action"]["sections"][0]["rows"].as_array().unwrap().len(), labels.len());
        }
        let long = "a label that is longer than a row's title may be";
        let sent = one("Which?", &buttons(&[long, "b"]));
        let row = &sent["interactive"]["action"]["sections"][0]["rows"][0];
        assert_eq!(row["description"], long);
        assert!(row["title"].as_str().unwrap().ends_with('…') && units(row["title"].as_str().unwrap()) <= MAX_ROW_TITLE);
    }

    #[test]
    fn what_fits_neither_is_words_that_name_every_choice() {
        let eleven: Vec<String> = (0..11).map(|i| format!("choice {i}")).collect();
        let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
        let endless = "y".repeat(73);
        for labels in [eleven, vec!["a", &endless], vec!["same", "same"], vec!["a", " "]] {
            let sent = one("Which?", &buttons(&labels));
            assert_eq!(sent["type"], "text");
            let body = sent["text"]["body"].as_str().unwrap();
            assert!(body.starts_with("Which?\n\n• ") && labels.iter().all(|l| body.contains(l.trim())), "{body}");
        }
        let alike = ["the same long beginning of A", "the same long beginning of B"];
        assert_eq!(one("Which?", &buttons(&alike))["type"], "text");
        assert_eq!(one("1. early\n2. late", &[Button::new("early", "x".repeat(201))])["text"]["body"], "1. early\n2. late");
        assert_eq!(one(" ", &buttons(&["Yes"]))["text"]["body"], "• Yes");
    }

    #[test]
    fn long_words_break_where_a_reader_would() {
        let (a, b) = ("a".repeat(3000), "b".repeat(3000));
        assert_eq!(split(&format!("{a}\n\n{b}"), MAX_TEXT), [a.clone(), b.clone()]);
        assert_eq!(split(&format!("{a}\n{b}"), MAX_TEXT), [a.clone(), b.clone()]);
        assert_eq!(split(&format!("{a} {b}"), MAX_TEXT), [a.clone(), b]);
        assert_eq!(split("short", MAX_TEXT), ["short"]);
        assert!(split(" \n ", MAX_TEXT).is_empty());
        let faces = "🙂".repeat(3000);
        let parts = split(&faces, MAX_TEXT);
        assert!(parts.iter().all(|p| units(p) <= MAX_TEXT) && parts.concat() == faces);
        assert_eq!(split(&"\n".repeat(5000), MAX_TEXT).len(), 0);
    }

    #[test]
    fn a_file_goes_as_what_it_is() {
        assert_eq!(media("https://x.example/a.PNG?s=1", None), json!({"type": "image", "image": {"link": "https://x.example/a.PNG?s=1"}}));
        let letter = media("https://x.example/offer.pdf", Some("Your offer"));
        assert_eq!(letter["document"], json!({"link": "https://x.example/offer.pdf", "caption": "Your offer", "filename": "offer.pdf"}));
    }
}
