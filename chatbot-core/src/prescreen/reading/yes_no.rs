//! `yes_no`: true, false, or not clear enough.
//!
//! Every part of the message votes; what disagrees, doubts or takes back makes it unclear.

mod content;
mod frame;
mod place;
mod statement;
#[cfg(test)]
mod table;
mod words;

use super::phrases::{Clause, MOST_WORDS, Word, clauses, span};
use super::{ReadContext, Reading};
use crate::recruiting::answer::AnswerValue;
use crate::recruiting::question::Question;
use frame::Frame;
use statement::Said;
use words::Tag;

/// Reads yes or no.
pub(super) fn read(question: &Question, text: &str, cx: &ReadContext<'_>) -> Reading {
    let parts = clauses(text);
    let count: usize = parts.iter().map(|c| c.words.len()).sum();
    if count == 0 || count > MOST_WORDS {
        return Reading::Unclear;
    }
    let frame = Frame::of(&question.text);
    let all: Vec<Word> = parts.iter().flat_map(|c| c.words.iter().cloned()).collect();
    if let Some(yes) = other_language(&all, cx.locale) {
        return if frame.negative || frame.mind { Reading::Unclear } else { value(yes, span(text, &all)) };
    }
    let mut votes = Votes::default();
    for part in &parts {
        clause(part, &frame, text, &mut votes);
    }
    match votes.result(&frame) {
        Some((yes, evidence)) => value(yes, evidence),
        None => Reading::Unclear,
    }
}

fn value(yes: bool, evidence: &str) -> Reading {
    Reading::Value { value: AnswerValue::YesNo(yes), evidence: evidence.to_owned() }
}

/// A whole message in the words of the candidate's other language.
fn other_language(all: &[Word], locale: &str) -> Option<bool> {
    let language = locale.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let (_, yes, no) = words::OTHER.iter().find(|(tag, ..)| *tag == language)?;
    let whole = all.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ");
    if yes.contains(&whole.as_str()) {
        Some(true)
    } else if no.contains(&whole.as_str()) {
        Some(false)
    } else {
        None
    }
}

/// What the parts of a message said.
#[derive(Default)]
struct Votes<'t> {
    /// A plain yes and where.
    yes: Option<&'t str>,
    /// A plain no and where.
    no: Option<&'t str>,
    /// "I have one", "I hold a valid certificate".
    stated_yes: Option<&'t str>,
    /// "I don't have one".
    stated_no: Option<&'t str>,
    willing: Option<&'t str>,
    unwilling: Option<&'t str>,
    /// A citizen and the like.
    permit: Option<&'t str>,
    doubt: bool,
    degree: bool,
    later: bool,
    narrow: bool,
    /// A negation that wasn't understood.
    murky: bool,
}

impl<'t> Votes<'t> {
    fn result(&self, frame: &Frame) -> Option<(bool, &'t str)> {
        if self.doubt {
            return None;
        }
        if frame.permit || frame.citizen {
            // "I don't need a permit, I'm German": the negation is about needing, not holding.
            if let Some(evidence) = self.permit {
                let clean = self.no.is_none() && self.stated_no.is_none() && !self.later && !self.narrow && !self.degree;
                return (clean && !frame.negative).then_some((true, evidence));
            }
        }
        if frame.mind {
            return self.minded();
        }
        if frame.negative {
            return self.to_negative();
        }
        let yes = self.yes.or(self.stated_yes).or(self.willing.filter(|_| frame.willing));
        let no = self.no.or(self.stated_no).or(self.unwilling.filter(|_| frame.willing));
        match (yes, no) {
            (Some(evidence), None) if self.unwilling.is_none() => {
                let plain = self.yes.is_some();
                let clear = !self.murky && !self.later && !self.narrow && (plain || !self.degree);
                clear.then_some((true, evidence))
            }
            (None, Some(evidence)) => {
                let plain = self.no.is_some();
                let clear = !self.degree && (plain || (!self.later && !self.murky && !self.narrow));
                clear.then_some((false, evidence))
            }
            _ => None,
        }
    }

    /// "Do you mind …": only what can't be heard two ways.
    fn minded(&self) -> Option<(bool, &'t str)> {
        let against = self.yes.or(self.stated_yes).or(self.unwilling);
        let fine = self.no.or(self.willing).or(self.stated_no);
        match (against, fine) {
            (None, Some(evidence)) if !(self.murky || self.later || self.narrow || self.degree) => Some((false, evidence)),
            _ => None,
        }
    }

    /// A question with a negation: a bare yes or no has two meanings, a whole statement has one.
    fn to_negative(&self) -> Option<(bool, &'t str)> {
        if self.murky || self.later || self.narrow || self.degree || self.unwilling.is_some() || self.willing.is_some() {
            return None;
        }
        match (self.stated_yes, self.stated_no, self.yes, self.no) {
            (Some(evidence), None, _, None) => Some((true, evidence)),
            (None, Some(evidence), None, _) => Some((false, evidence)),
            _ => None,
        }
    }
}

/// Splits a clause where another thought begins, and hears each part.
fn clause<'t>(part: &Clause, frame: &Frame, text: &'t str, votes: &mut Votes<'t>) {
    let mut from = 0;
    for at in 0..part.words.len() {
        let word = part.words.get(at).map(|w| w.text.as_str()).unwrap_or_default();
        let next = part.words.get(at + 1).map(|w| w.text.as_str()).unwrap_or_default();
        let turn = match word {
            "but" | "however" | "though" | "although" | "because" | "cause" | "cuz" | "bc" | "cos" => at > from && next != "not",
            "and" | "so" | "as" | "since" => next == "i" && at > from,
            _ => false,
        };
        if turn {
            thought(part.words.get(from..at).unwrap_or_default(), part.asked, frame, text, votes);
            from = at;
        }
    }
    let last = part.words.get(from..).unwrap_or_default();
    thought(last, part.asked, frame, text, votes);
}

/// Hears one thought: plain words first, then what it states.
fn thought<'t>(words: &[Word], asked: bool, frame: &Frame, text: &'t str, votes: &mut Votes<'t>) {
    let opens = words.first().map(|w| w.text.as_str()).unwrap_or_default();
    if matches!(opens, "because" | "cause" | "cuz" | "bc" | "cos") || (opens == "since" && words.len() > 1) {
        return; // a reason changes nothing
    }
    let mended: Vec<Word> =
        words.iter().map(|w| words::mended(&w.text).map_or_else(|| w.clone(), |m| Word { text: m.to_owned(), ..w.clone() })).collect();
    let words = mended.as_slice();
    let plain: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
    if (frame.permit || frame.citizen) && place::needs_no_permit(&plain, frame) && !asked {
        votes.permit.get_or_insert(span(text, words));
        return;
    }
    if frame.permit && needs_none(&plain) {
        return; // tells nothing alone: who needs no permit is said elsewhere, or not
    }
    let mut lead_ends = 0; // where the plain words at the start stop
    let mut rest: Vec<&str> = Vec::new();
    let mut denied = false;
    let mut heard = Votes::default();
    let mut at = 0;
    while at < words.len() {
        let Some(tagged) = words::tag_at(words, at) else {
            let word = words.get(at).map(|w| w.text.as_str()).unwrap_or_default();
            rest.push(word);
            at += 1;
            continue;
        };
        let (tag, taken) = settle(tagged, &plain, at, &rest, frame);
        let place = span(text, words.get(at..at + taken).unwrap_or_default());
        let leads = rest.iter().all(|w| words::SMALL.contains(w));
        let ends = plain.get(at + taken..).unwrap_or_default().iter().all(|w| words::SMALL.contains(w));
        match tag {
            Some(Tag::Yes) if leads => {
                heard.yes.get_or_insert(place);
                lead_ends = rest.len();
            }
            Some(Tag::Yes) if ends && rest.first() == Some(&"i") => {}
            Some(Tag::No) if leads && !asks_other(&plain, at + taken, frame) => {
                heard.no.get_or_insert(place);
                lead_ends = rest.len();
                // "never worked nights", "no licence": what follows is what is denied.
                let next = plain.get(at + taken).copied().unwrap_or_default();
                let denies =
                    place.to_lowercase().ends_with("never") || !(next.is_empty() || words::SMALL.contains(&next) || content::is_stop(next));
                denied |= denies && !matches!(next, "i" | "we");
            }
            Some(Tag::Willing) if leads || ends => {
                heard.willing.get_or_insert(place);
                lead_ends = rest.len();
            }
            Some(Tag::Unwilling) => {
                heard.unwilling.get_or_insert(place);
            }
            Some(Tag::Doubt) => heard.doubt = true,
            Some(Tag::Degree) => heard.degree = true,
            Some(Tag::Later) => heard.later = true,
            Some(Tag::Narrow) => heard.narrow = true,
            Some(Tag::Filler) => {}
            // Part of a longer statement.
            _ => rest.extend(plain.get(at..at + taken).unwrap_or_default()),
        }
        at += taken;
    }
    if asked {
        // A question of the candidate's says nothing, but "yes?" is a doubt.
        let alone = heard.yes.is_some() || heard.no.is_some() || heard.stated_yes.is_some();
        votes.doubt |= alone;
        if opens == "why" && heard.willing.is_some() {
            votes.willing = votes.willing.or(heard.willing);
        }
        return;
    }
    let stated = if denied { &[] } else { rest.get(lead_ends..).unwrap_or_default() };
    match statement::hear(stated, frame) {
        Said::Yes => heard.stated_yes = Some(span(text, words)),
        Said::No => heard.stated_no = Some(span(text, words)),
        Said::Murky => heard.murky = true,
        Said::Nothing => {}
    }
    votes.take(heard);
}

impl<'t> Votes<'t> {
    fn take(&mut self, other: Votes<'t>) {
        self.yes = self.yes.or(other.yes);
        self.no = self.no.or(other.no);
        self.stated_yes = self.stated_yes.or(other.stated_yes);
        self.stated_no = self.stated_no.or(other.stated_no);
        self.willing = self.willing.or(other.willing);
        self.unwilling = self.unwilling.or(other.unwilling);
        self.permit = self.permit.or(other.permit);
        self.doubt |= other.doubt;
        self.degree |= other.degree;
        self.later |= other.later;
        self.narrow |= other.narrow;
        self.murky |= other.murky;
    }
}

/// What a tag means where it stands: some words are part of the question's own subject.
fn settle((tag, taken): (Tag, usize), plain: &[&str], at: usize, before: &[&str], frame: &Frame) -> (Option<Tag>, usize) {
    let own = plain.get(at..at + taken).unwrap_or_default();
    // "Do you expect …", "are you studying": the question's own words are no hedge.
    if matches!(tag, Tag::Later | Tag::Degree) && own.iter().all(|w| frame.says(w)) {
        return (None, taken);
    }
    // "some experience", "a little German" after a verb is a plain object; alone it is a hedge.
    if own == ["some"] && !before.is_empty() {
        return (None, taken);
    }
    // "I applied the rules": only beside something wanted.
    if own == ["once"] && before.is_empty() {
        return (Some(Tag::Degree), taken);
    }
    (Some(tag), taken)
}

/// Whether a "no" is the beginning of something else: "no car" to a question about a licence.
fn asks_other(plain: &[&str], after: usize, frame: &Frame) -> bool {
    let rest = plain.get(after..).unwrap_or_default();
    match rest.first() {
        None => false,
        Some(next) if words::SMALL.contains(next) || content::is_stop(next) => false,
        Some(next) if matches!(*next, "because" | "only" | "but" | "nope" | "no" | "never" | "nothing") => false,
        Some(_) => {
            let needless = rest.iter().any(|w| matches!(*w, "needed" | "required" | "necessary" | "need"));
            needless || !content::restates(&content::content(rest), &frame.content, false)
        }
    }
}

/// "I don't need a permit": no statement about holding one.
fn needs_none(plain: &[&str]) -> bool {
    let text = format!(" {} ", plain.join(" "));
    [
        " not need ",
        " not require ",
        " no permit needed ",
        " no permit required ",
        " no need for ",
        " need no ",
        " no visa needed ",
        " no visa required ",
        " do not have to have ",
    ]
    .iter()
    .any(|p| text.contains(p))
}
