//! What is said to other processes: who speaks, then words.
//!
//! ```text
//! 1 0198c2f0e0b57c3e9a4f1b2c3d4e5f60 o 0198c2f1a1b27d3e8a4f1b2c3d4e5f61rc 0198c2f1b2c37e4f9b5a2c3d4e5f6a72c+
//! ```
//!
//! `1` is the version, then the speaker's id, `*` look at everything, `o` something to send, and sessions by their ids
//! with what is new there: `r` ready, `c` changed, `+` somebody types, `-` nobody does. Ids and kinds, nothing a person
//! wrote.

use std::collections::HashMap;

use uuid::Uuid;

use super::waiting::{Batch, Marks};

const VERSION: &str = "1";
/// PostgreSQL takes payloads below 8,000 bytes.
const MOST_BYTES: usize = 7_000;
/// Hexadecimal digits of an id.
const ID: usize = 32;

/// What one message of another process, or of this one come back, said.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) by: Uuid,
    pub(super) batch: Batch,
}

/// A batch as payloads, each of a size that every carrier takes.
pub(super) fn encode(by: Uuid, batch: &Batch) -> Vec<String> {
    let head = format!("{VERSION} {}", by.simple());
    if batch.everything {
        return vec![head + " *"];
    }
    let mut payloads = Vec::new();
    let mut payload = head.clone();
    if batch.outbox {
        payload += " o";
    }
    for (id, marks) in &batch.sessions {
        let word = word(*id, *marks);
        if payload.len() + word.len() > MOST_BYTES {
            payloads.push(std::mem::replace(&mut payload, head.clone()));
        }
        payload += &word;
    }
    payloads.push(payload);
    payloads
}

fn word(id: Uuid, marks: Marks) -> String {
    let mut word = format!(" {}", id.simple());
    for (is_so, letter) in [(marks.ready, 'r'), (marks.changed, 'c'), (marks.typing == Some(true), '+'), (marks.typing == Some(false), '-')]
    {
        if is_so {
            word.push(letter);
        }
    }
    word
}

/// Reads a payload. A version of other days is taken for "look at everything", a word of other days is passed over;
/// `None` for what none of us wrote.
pub(super) fn decode(payload: &str) -> Option<Said> {
    let mut words = payload.split(' ');
    let version = words.next().filter(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()))?;
    let by = words.next().filter(|word| word.len() == ID).and_then(|word| Uuid::try_parse(word).ok())?;
    let mut batch = Batch { everything: version != VERSION, outbox: false, sessions: HashMap::new() };
    for word in words {
        match word {
            "*" => batch.everything = true,
            "o" => batch.outbox = true,
            _ => {
                let Some((id, letters)) = word.split_at_checked(ID) else { continue };
                let Ok(id) = Uuid::try_parse(id) else { continue };
                let marks = batch.sessions.entry(id).or_default();
                marks.ready |= letters.contains('r');
                marks.changed |= letters.contains('c');
                marks.typing = if letters.contains('+') { Some(true) } else { letters.contains('-').then_some(false).or(marks.typing) };
            }
        }
    }
    Some(Said { by, batch })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ME: Uuid = Uuid::from_u128(7);

    fn marks() -> impl Strategy<Value = Marks> {
        (any::<bool>(), any::<bool>(), any::<Option<bool>>()).prop_map(|(ready, changed, typing)| Marks { ready, changed, typing })
    }

    proptest! {
        #[test]
        fn a_batch_is_read_as_it_was_written_in_pieces_that_fit(
            outbox: bool,
            sessions in prop::collection::hash_map(any::<u128>().prop_map(Uuid::from_u128), marks(), 0..600),
        ) {
            let batch = Batch { everything: false, outbox, sessions };
            let mut read = Batch::default();
            for payload in encode(ME, &batch) {
                prop_assert!(payload.len() < 8_000);
                let said = decode(&payload).unwrap();
                prop_assert_eq!(said.by, ME);
                read.outbox |= said.batch.outbox;
                read.sessions.extend(said.batch.sessions);
            }
            prop_assert_eq!(read, batch);
        }

        #[test]
        fn whatever_is_read_breaks_nothing(payload in "\\PC*", tail in "[ 0-9a-f*orc+-]{0,200}") {
            let _ = decode(&payload);
            let _ = decode(&format!("1 {} {tail}", ME.simple()));
        }
    }

    #[test]
    fn everything_is_one_word() {
        let batch = Batch { everything: true, ..Batch::default() };
        let [payload] = &encode(ME, &batch)[..] else { panic!("one payload") };
        assert_eq!(decode(payload).unwrap().batch, batch);
    }

    #[test]
    fn what_a_later_version_says_is_a_reason_to_look_at_everything() {
        let said = decode(&format!("2 {} {{\"sessions\":[]}}", ME.simple())).unwrap();
        assert!(said.batch.everything);
    }

    #[test]
    fn what_none_of_us_wrote_is_nothing() {
        for foreign in ["", "hello", "1", "1 someone o", "x 00000000000000000000000000000007 o"] {
            assert_eq!(decode(foreign), None, "{foreign}");
        }
    }
}
