//! Where a message names options, and how it stands to each.

use super::super::phrases::{Clause, Word, one_edit, phrase_at, plain};
use super::words;
use crate::recruiting::question::Question;

/// How a mention is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stand {
    /// Just said.
    Plain,
    /// Wanted most.
    Preferred,
    /// Good enough after another.
    Second,
    /// Not wanted.
    Denied,
}

/// An option's name in the message.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// Which option; `None` for a known word no option stands for.
    pub(super) option: Option<usize>,
    /// How it is meant.
    pub(super) stand: Stand,
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// The words of the mention.
    pub(super) words: Vec<String>,
    clause: usize,
    from: usize,
    to: usize,
}

/// One way to say an option: its words run together, so that "on-site", "on site" and "onsite" are one.
struct Name {
    joined: String,
    option: Option<usize>,
    /// One word of a longer label, enough only where nothing better is found.
    weak: bool,
}

/// Every way the options may be said.
pub(super) struct Names {
    list: Vec<Name>,
    own: Vec<String>,
    numbers: bool,
}

impl Names {
    pub(super) fn of(question: &Question) -> Self {
        let mut list: Vec<Name> = Vec::new();
        let mut own: Vec<String> = Vec::new();
        let mut numbers = !question.options.is_empty();
        for (at, option) in question.options.iter().enumerate() {
            numbers &= option.value.trim().parse::<f64>().is_ok();
            for said in [option.value.as_str(), option.label()].into_iter().chain(option.aliases.iter().map(String::as_str)) {
                let unbracketed = said.split('(').next().unwrap_or(said);
                for form in [said, unbracketed, &said.replace('_', " ")] {
                    let parts = plain(form);
                    own.extend(parts.iter().cloned());
                    push(&mut list, join(&parts), Some(at), false);
                    // "1-3" is short for "1-3 years".
                    if let [head @ .., "year" | "years" | "month" | "months" | "days" | "hours"] =
                        parts.iter().map(String::as_str).collect::<Vec<_>>().as_slice()
                        && head.iter().all(|w| w.starts_with(|c: char| c.is_ascii_digit()))
                    {
                        push(&mut list, join(head), Some(at), false);
                    }
                }
            }
        }
        for group in words::GROUPS {
            let joined: Vec<String> = group.iter().map(|n| join(&plain(n))).collect();
            let mut holders: Vec<usize> = list.iter().filter(|n| !n.weak && joined.contains(&n.joined)).filter_map(|n| n.option).collect();
            holders.sort_unstable();
            holders.dedup();
            let option = match holders.as_slice() {
                [only] => Some(*only),
                [] => None,
                _ => continue, // the job tells these apart itself
            };
            for name in joined {
                // A name an option has already stays that option's.
                if !list.iter().any(|n| n.joined == name) {
                    push(&mut list, name, option, false);
                }
            }
        }
        weak_names(question, &mut list);
        Self { list, own, numbers }
    }

    /// The one option the whole message names, word for word.
    pub(super) fn whole(&self, all: &[Word]) -> Option<usize> {
        let joined = join(&all.iter().map(|w| w.text.as_str()).collect::<Vec<_>>());
        let mut hits: Vec<Option<usize>> = self.list.iter().filter(|n| !n.weak && n.joined == joined).map(|n| n.option).collect();
        hits.dedup();
        match hits.as_slice() {
            [Some(only)] => Some(*only),
            _ => None,
        }
    }

    /// Whether the word stands in an option's value, label or alias.
    pub(super) fn has_word(&self, word: &str) -> bool {
        self.own.iter().any(|w| w == word)
    }

    /// Whether any option has a digit in it.
    pub(super) fn have_digits(&self) -> bool {
        self.own.iter().any(|w| w.chars().any(|c| c.is_ascii_digit()))
    }

    /// Whether every option's value is a number.
    pub(super) fn are_numbers(&self) -> bool {
        self.numbers
    }

    /// Whether any option has a letter standing alone.
    pub(super) fn have_letters(&self) -> bool {
        self.own.iter().any(|w| w.len() == 1 && w.chars().all(|c| c.is_ascii_lowercase()))
    }
}

/// Words run together; numbers side by side stay two numbers.
fn join<S: AsRef<str>>(words: &[S]) -> String {
    let mut out = String::new();
    for word in words {
        append(&mut out, word.as_ref());
    }
    out
}

fn append(out: &mut String, word: &str) {
    if out.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit()) {
        out.push(' ');
    }
    out.push_str(word);
}

fn push(list: &mut Vec<Name>, joined: String, option: Option<usize>, weak: bool) {
    if !joined.is_empty() && !list.iter().any(|n| n.joined == joined && n.option == option) {
        list.push(Name { joined, option, weak });
    }
}

/// Words too common to stand for an option.
const COMMON: &[&str] = &[
    "with",
    "that",
    "this",
    "than",
    "more",
    "less",
    "over",
    "under",
    "about",
    "years",
    "year",
    "months",
    "month",
    "weeks",
    "week",
    "days",
    "hours",
    "hour",
    "from",
    "have",
    "will",
    "would",
    "other",
    "others",
    "only",
    "some",
    "none",
    "work",
    "working",
    "time",
    "shift",
    "shifts",
    "option",
    "most",
    "least",
    "between",
    "and",
    "not",
    "fully",
    "level",
    "class",
    "need",
    "want",
    "like",
    "never",
    "experience",
    "available",
    "within",
    "later",
    "after",
    "before",
    "immediately",
    "contract",
    "your",
    "mine",
    "them",
    "they",
    "good",
    "very",
    "well",
    "also",
    "both",
    "either",
    "each",
    "every",
];

/// A longer word that stands in one option only is a way to say it.
fn weak_names(question: &Question, list: &mut Vec<Name>) {
    let labels: Vec<Vec<String>> = question.options.iter().map(|o| plain(&format!("{} {}", o.value, o.label()))).collect();
    let mut found = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        for word in label {
            let elsewhere = labels.iter().enumerate().any(|(other, l)| {
                other != at && l.iter().any(|w| w.starts_with(word.as_str()) || word.starts_with(w.as_str()) && w.len() > 3)
            });
            if word.chars().count() >= 4
                && word.chars().all(char::is_alphabetic)
                && !elsewhere
                && !COMMON.contains(&word.as_str())
                && !label.iter().any(|w| w == "no" || w == "not" || w == "without")
            {
                found.push((word.clone(), at));
            }
        }
    }
    for (word, at) in found {
        if !list.iter().any(|n| n.joined == word) {
            push(list, word, Some(at), true);
        }
    }
}

/// All mentions in the message, longest first where they overlap, with how each is meant.
pub(super) fn find(parts: &[Clause], names: &Names, multiple: bool) -> Vec<Mention> {
    let mut out = gather(parts, names, false);
    if !out.iter().any(|m| m.option.is_some()) {
        let slips = gather(parts, names, true);
        if !slips.is_empty() {
            out = slips;
        }
    }
    let places: Vec<(usize, usize, usize)> = out.iter().map(|m| (m.clause, m.from, m.to)).collect();
    for (at, mention) in out.iter_mut().enumerate() {
        let Some(part) = parts.get(mention.clause) else { continue };
        let before = places.get(..at).unwrap_or_default().iter().rev().find(|(c, ..)| *c == mention.clause).map_or(0, |(.., to)| *to);
        let after = places.get(at + 1).filter(|(c, ..)| *c == mention.clause).map_or(part.words.len(), |(_, from, _)| *from);
        mention.stand = stand(part, mention, before, after, at > 0, at + 1 < places.len());
    }
    carry(parts, &mut out);
    if !multiple {
        beside_a_second(&mut out);
    }
    out
}

fn gather(parts: &[Clause], names: &Names, slips: bool) -> Vec<Mention> {
    let mut out = Vec::new();
    for (clause, part) in parts.iter().enumerate() {
        let mut at = 0;
        while at < part.words.len() {
            let Some((taken, option)) = longest(part, at, names, slips) else {
                at += 1;
                continue;
            };
            let own = part.words.get(at..at + taken).unwrap_or_default();
            if let (Some(first), Some(last)) = (own.first(), own.last()) {
                out.push(Mention {
                    option,
                    stand: Stand::Plain,
                    start: first.start,
                    end: last.end,
                    words: own.iter().map(|w| w.text.clone()).collect(),
                    clause,
                    from: at,
                    to: at + taken,
                });
            }
            at += taken;
        }
    }
    out
}

/// The longest name that begins at a word; two options with the same name are no option.
fn longest(part: &Clause, at: usize, names: &Names, slips: bool) -> Option<(usize, Option<usize>)> {
    let mut joined = String::new();
    let mut best = None;
    for taken in 1..=8 {
        let Some(word) = part.words.get(at + taken - 1) else { break };
        append(&mut joined, &word.text);
        if joined.len() > 120 {
            break;
        }
        let mut hits: Vec<Option<usize>> = names.list.iter().filter(|n| same(&joined, n, slips)).map(|n| n.option).collect();
        hits.sort_unstable();
        hits.dedup();
        match hits.as_slice() {
            [] => {}
            [only] => best = Some((taken, *only)),
            _ => best = Some((taken, None)),
        }
    }
    best
}

fn same(said: &str, name: &Name, slips: bool) -> bool {
    if said == name.joined || (name.joined.len() > 3 && said.strip_suffix('s').is_some_and(|s| s == name.joined)) {
        return true;
    }
    // One slip, in a word long enough, that neither changes its first letter nor makes an ending of it.
    slips
        && name.joined.chars().count() >= 5
        && said.chars().all(char::is_alphabetic)
        && said.chars().next() == name.joined.chars().next()
        && !said.starts_with(name.joined.as_str())
        && !name.joined.starts_with(said)
        && one_edit(said, &name.joined)
        && !matches!(said, "remove" | "rename" | "nigh" | "fright" | "hybris" | "removed" | "earls" | "officer" | "weekends" | "weekdays")
}

fn stand(part: &Clause, mention: &Mention, before: usize, after: usize, follows: bool, precedes: bool) -> Stand {
    let lead = part.words.get(turn(part, before, mention.from)..mention.from).unwrap_or_default();
    let tail_end = reason(part, mention.to, after);
    let tail = part.words.get(mention.to..tail_end).unwrap_or_default();
    if says(lead, words::AGAINST, words::NOT_AGAINST) {
        return Stand::Denied;
    }
    // "X rather than Y": the words between are X's preference as well as Y's denial.
    let only_between = precedes && after < part.words.len();
    if says(tail, words::AGAINST_AFTER, words::NOT_AGAINST)
        && !(only_between && tail.last().is_some_and(|w| matches!(w.text.as_str(), "not" | "never" | "no")))
    {
        return Stand::Denied;
    }
    // "I want remote" is plain where it stands alone: a preference only shows beside another.
    if follows && says(lead, words::SECOND, &[]) || says_at_start(tail, words::SECOND_AFTER) && (follows || precedes) {
        return Stand::Second;
    }
    if says(lead, words::LIKED, &["rather than", "more or less"]) || says_at_start(tail, words::LIKED_AFTER) {
        return Stand::Preferred;
    }
    Stand::Plain
}

/// Where the words about a mention begin: after "but", "and i" and the like.
fn turn(part: &Clause, from: usize, to: usize) -> usize {
    let texts = part.words.get(from..to).unwrap_or_default();
    let at = texts.iter().enumerate().rev().find(|(i, w)| {
        let next = texts.get(i + 1).map(|w| w.text.as_str());
        match w.text.as_str() {
            "but" => !i.checked_sub(1).and_then(|p| texts.get(p)).is_some_and(|p| {
                matches!(
                    p.text.as_str(),
                    "anything" | "everything" | "anywhere" | "anytime" | "nowhere" | "all" | "any" | "shift" | "shifts" | "them"
                )
            }),
            "though" | "although" | "however" | "because" => true,
            "and" | "so" => next == Some("i"),
            _ => false,
        }
    });
    at.map_or(from, |(i, _)| from + i + 1)
}

/// Where the words about a mention end: before a reason or another thought.
fn reason(part: &Clause, from: usize, to: usize) -> usize {
    let texts = part.words.get(from..to).unwrap_or_default();
    let at = texts.iter().enumerate().position(|(i, w)| {
        let next = texts.get(i + 1).map(|w| w.text.as_str());
        matches!(w.text.as_str(), "because" | "since" | "but" | "though" | "although" | "however" | "so" | "if" | "due" | "when")
            && !(w.text == "if" && next.is_some_and(|n| matches!(n, "needed" | "necessary" | "required" | "must" | "need" | "i")))
            || (matches!(w.text.as_str(), "as" | "and") && next == Some("i"))
    });
    at.map_or(to, |i| from + i)
}

/// A denial or a liking reaches over "or", "nor" and "and" to the next option of the list.
fn carry(parts: &[Clause], out: &mut [Mention]) {
    for at in 1..out.len() {
        let (head, tail) = out.split_at_mut(at);
        let (Some(before), Some(now)) = (head.last(), tail.first_mut()) else { continue };
        let between = parts.get(now.clause).map(|p| p.words.get(before.to..now.from).unwrap_or_default()).unwrap_or_default();
        let listed = before.clause == now.clause
            && !between.is_empty()
            && between.iter().all(|w| matches!(w.text.as_str(), "or" | "nor" | "and" | "the" | "in" | "at" | "work" | "shift" | "shifts"));
        if listed && now.stand == Stand::Plain && matches!(before.stand, Stand::Denied | Stand::Preferred) {
            now.stand = before.stand;
        }
    }
}

/// Of two options where one is only good enough, the other is preferred; three ways stay unclear.
fn beside_a_second(out: &mut [Mention]) {
    let plain = out.iter().filter(|m| matches!(m.stand, Stand::Plain | Stand::Preferred)).count();
    if plain == 0 {
        // All are good enough: nothing was preferred.
        for mention in out.iter_mut().filter(|m| m.stand == Stand::Second) {
            mention.stand = Stand::Plain;
        }
    }
}

fn says(words: &[Word], phrases: &[&str], unless: &[&str]) -> bool {
    let mut at = 0;
    while at < words.len() {
        if let Some(taken) = unless.iter().filter_map(|p| phrase_at(words, at, p)).max() {
            at += taken;
            continue;
        }
        if phrases.iter().any(|p| phrase_at(words, at, p).is_some()) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether one of the phrases follows at once, small words aside.
fn says_at_start(words: &[Word], phrases: &[&str]) -> bool {
    let skip =
        words.iter().take_while(|w| matches!(w.text.as_str(), "work" | "shift" | "shifts" | "working" | "for" | "me" | "it")).count();
    [0, skip].iter().any(|at| phrases.iter().any(|p| phrase_at(words, *at, p).is_some()))
}
