//! What a conversation does to an amount: takes it back, denies it, asks about it.

use super::amounts::Amount;
use super::items::Items;
use super::words::Sense;

/// Something read from the items `first..last`.
pub(super) trait Mention: Copy {
    fn span(&self) -> (usize, usize);
}

impl Mention for Amount {
    fn span(&self) -> (usize, usize) {
        (self.first, self.last)
    }
}

/// The mentions that still hold: without those denied ("not 5, 6") or taken back ("5, sorry, 6").
/// A denial that is settled so no longer counts as one.
pub(super) fn settled<M: Mention>(items: &mut Items<'_>, mentions: Vec<M>) -> Vec<M> {
    if mentions.len() < 2 {
        return mentions;
    }
    let mut kept = Vec::new();
    for m in &mentions {
        let (first, _) = m.span();
        match (items.before(first, 1), items.word_before(first, 1)) {
            (Sense::Not, "not") => items.set(first - 1, Sense::Filler),
            _ => kept.push(*m),
        }
    }
    let first_end = kept.first().map_or(0, |m| m.span().1);
    let last_start = kept.last().map_or(0, |m| m.span().0);
    // "5, no, 6"
    for i in first_end..last_start {
        let alone = |s: Sense| matches!(s, Sense::Comma | Sense::Stop);
        let between = i == first_end && i + 1 == last_start;
        if items.word(i) == "no" && (alone(items.before(i, 1)) || between) && (alone(items.sense(i + 1)) || i + 1 == last_start) {
            items.set(i, Sense::Correct);
        }
    }
    let turn = (first_end..last_start).rev().find(|i| items.sense(*i) == Sense::Correct);
    if let Some(turn) = turn {
        kept.retain(|m| m.span().0 > turn);
    }
    // What fell away says nothing any more.
    for (first, last) in mentions.iter().map(Mention::span) {
        if kept.iter().all(|m| m.span() != (first, last)) {
            (first..last).for_each(|i| items.set(i, Sense::Filler));
        }
    }
    kept
}

/// Whether the candidate asks rather than answers in the clause of `m`.
pub(super) fn asked<M: Mention>(items: &Items<'_>, m: &M) -> bool {
    let (first, last) = m.span();
    let clause = items.clause(first);
    let mut opens = None;
    let mut i = first;
    while i > 0 && items.clause(i - 1) == clause {
        i -= 1;
        if items.sense(i) != Sense::Filler {
            opens = Some(items.sense(i));
        }
    }
    let mut j = last;
    while items.clause(j) == clause && !matches!(items.sense(j), Sense::Comma | Sense::Stop | Sense::Ask | Sense::End) {
        j += 1;
    }
    opens == Some(Sense::Opener) || items.sense(j) == Sense::Ask
}

/// Whether something in the sentence of `m` turns it into something else.
pub(super) fn endangered<M: Mention>(items: &Items<'_>, m: &M, harmless: impl Fn(&str) -> bool) -> bool {
    let (first, last) = m.span();
    let (clause, sentence) = (items.clause(first), items.sentence(first));
    let no_answering = |i: usize| items.word(i) == "no" && matches!(items.sense(i + 1), Sense::Comma | Sense::Stop);
    items.list.iter().enumerate().any(|(i, item)| {
        if (first..last).contains(&i) || harmless(&item.word) {
            return false;
        }
        match item.sense {
            Sense::Not => item.sentence == sentence && !no_answering(i),
            Sense::Danger | Sense::Zero => item.clause == clause,
            _ => false,
        }
    })
}

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests {
    use super::super::amounts::find;
    use super::super::items::items;
    use super::*;

    fn left(text: &str) -> Vec<f64> {
        let mut all = items(text, "en").unwrap();
        all.mask(false);
        let found = find(&all);
        settled(&mut all, found).iter().map(|a| a.low.value).collect()
    }

    #[test]
    fn what_is_taken_back_is_gone() {
        for text in [
            "not 5, 6",
            "5, sorry 6",
            "5... actually 6",
            "5, I mean 6",
            "6, not 5",
            "5, no, 6",
            "not 5 but 6",
            "5, wait, no, 6",
            "5 or rather 6",
        ] {
            assert_eq!(left(text), [6.0], "{text}");
        }
    }
}
