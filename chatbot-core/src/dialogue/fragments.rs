//! People send a sentence in pieces. A last piece that plainly isn't finished waits a moment for the rest.

use chrono::Duration;

use super::intent::{intent, opt_out};
use crate::message::{EntryKind, Sender};
use crate::turn::{Entry, Memory, Stage, Turn};

/// How long an unfinished piece waits for more.
const WINDOW: Duration = Duration::seconds(4);

/// Words after which nobody stops.
const OPEN_ENDS: &[&str] = &[
    "and",
    "but",
    "or",
    "about",
    "around",
    "approximately",
    "because",
    "with",
    "the",
    "a",
    "an",
    "my",
    "i",
    "i have",
    "i've",
    "it's",
    "its",
    "i am",
    "i'm",
];

/// Joins unfinished pieces with what follows them. `Some`: the last entry is unfinished and young; come back then.
pub(super) fn join(turn: &mut Turn) -> Option<Duration> {
    if Memory::of(turn).stage != Stage::Interview {
        return None;
    }
    let mut index = 0;
    while index + 1 < turn.entries.len() {
        let both = turn.entries.get(index).zip(turn.entries.get(index + 1));
        let joins = both.is_some_and(|(a, b)| {
            is_words(a) && is_words(b) && is_unfinished(&a.content) && is_sentence(&b.content) && b.accepted_at - a.accepted_at <= WINDOW
        });
        if joins {
            let first = turn.entries.remove(index);
            if let Some(next) = turn.entries.get_mut(index) {
                next.content =
                    format!("{} {}", first.content.trim().trim_end_matches(['…', ',']).trim_end_matches("..."), next.content.trim());
            }
        } else {
            index += 1;
        }
    }
    let last = turn.entries.last()?;
    let age = turn.now - last.accepted_at;
    (is_words(last) && is_unfinished(&last.content) && age < WINDOW).then(|| WINDOW - age)
}

/// A command, an opt-out or another wish is never the rest of a sentence.
fn is_sentence(text: &str) -> bool {
    !opt_out(text) && intent(text, None).is_none()
}

fn is_words(entry: &Entry) -> bool {
    entry.kind == EntryKind::Text && entry.sender == Sender::Candidate
}

/// Ends in a comma, an ellipsis, or a word that calls for another.
fn is_unfinished(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    if text.is_empty() || text.chars().count() > 200 {
        return false;
    }
    if text.ends_with(',') || text.ends_with('…') || text.ends_with("...") {
        // "hmm..." and "..." are whole answers of a kind; a sentence that trails off is not.
        return text.split_whitespace().count() >= 2;
    }
    OPEN_ENDS.iter().any(|end| text == *end || text.strip_suffix(end).is_some_and(|before| before.ends_with(' ')))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::is_unfinished;

    #[test]
    fn only_what_plainly_goes_on_is_unfinished() {
        for text in ["I have about", "well, I worked at a bank and", "three years,", "I think it was…"] {
            assert!(is_unfinished(text), "{text}");
        }
        for text in ["5", "about five", "yes", "hmm...", "...", "Java and Rust", "", "plan B", "I can"] {
            assert!(!is_unfinished(text), "{text}");
        }
    }
}
