//! One turn is one channel message: parts are joined by a blank line, unless too long.

use crate::message::{Expects, MessageMeta, Outgoing};

/// The longest message sent in one piece, in characters (Telegram's limit is 4,096).
const MAX_CHARS: usize = 3_500;

/// Joins a turn's parts. Templates add up; what is expected, the buttons and the progress are the last part's that has any.
pub fn compose(parts: Vec<Outgoing>) -> Vec<Outgoing> {
    let mut out: Vec<Outgoing> = Vec::new();
    for part in parts {
        match out.last_mut() {
            Some(last) if last.content.chars().count() + part.content.chars().count() + 2 <= MAX_CHARS => join(last, part),
            _ => out.push(part),
        }
    }
    out
}

fn join(last: &mut Outgoing, part: Outgoing) {
    if !last.content.is_empty() && !part.content.is_empty() {
        last.content.push_str("\n\n");
    }
    last.content.push_str(&part.content);
    let MessageMeta { templates, expects, buttons, progress } = part.meta;
    last.meta.templates.extend(templates);
    if expects != Expects::None {
        last.meta.expects = expects;
        last.meta.buttons = buttons;
    } else if !buttons.is_empty() {
        last.meta.buttons = buttons;
    }
    last.meta.progress = progress.or(last.meta.progress);
}
