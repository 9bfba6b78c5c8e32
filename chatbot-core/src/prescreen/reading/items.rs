//! A text as a row of senses: what the grammar of amounts works on.

use super::tokens::{Shape, Token, tokenise};
use super::words::{Sense, Unit, lexicon};

/// A word, a phrase, a number or a mark, with its place and its sense.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) glued: bool,
    pub(super) sense: Sense,
    /// The word in lower case or the numeral in ASCII digits; empty for marks and phrases of several words are joined by spaces.
    pub(super) word: String,
    /// Counts up at every comma, stop and question mark.
    pub(super) clause: usize,
    /// Counts up at stops and question marks only.
    pub(super) sentence: usize,
}

/// The whole text.
#[derive(Debug)]
pub(super) struct Items<'t> {
    pub(super) text: &'t str,
    pub(super) list: Vec<Item>,
}

/// A longer answer tells a story; no amount in it can be taken for the answer.
const LONGEST: usize = 4_000;

/// Cuts and labels `text`. `None` when it is too long to be an answer.
pub(super) fn items<'t>(text: &'t str, locale: &str) -> Option<Items<'t>> {
    if text.len() > LONGEST {
        return None;
    }
    let tokens = tokenise(text);
    let lexicon = lexicon(locale);
    let mut list: Vec<Item> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    let (mut clause, mut sentence) = (0, 0);
    while let Some(token) = tokens.get(at) {
        let word_at = |i: usize| match tokens.get(at + i) {
            Some(Token { shape: Shape::Word(w), .. }) => Some(w.as_str()),
            _ => None,
        };
        let (length, sense) = match &token.shape {
            Shape::Word(w) => lexicon.phrase(word_at).unwrap_or_else(|| (1, lexicon.word(w))),
            Shape::Digits(n) => (1, n.value.map_or(Sense::Other, |v| if n.fraction { Sense::Fraction(v) } else { Sense::Number(v) })),
            Shape::Symbol(c) => (1, mark(*c, &tokens, at)),
            Shape::Opaque => (1, Sense::Other),
        };
        let word = match &token.shape {
            Shape::Digits(n) => n.plain.clone(),
            Shape::Word(_) => (0..length).filter_map(word_at).collect::<Vec<_>>().join(" "),
            _ => String::new(),
        };
        let end = tokens.get(at + length - 1).map_or(token.end, |t| t.end);
        list.push(Item { start: token.start, end, glued: token.glued, sense, word, clause, sentence });
        if matches!(sense, Sense::Comma | Sense::Stop | Sense::Ask) {
            clause += 1;
            sentence += usize::from(sense != Sense::Comma);
        }
        at += length;
    }
    let mut items = Items { text, list };
    items.drop_repeats();
    Some(items)
}

/// Short forms whose dot ends no sentence.
const WITH_DOT: &[&str] = &["max", "min", "approx", "ca", "c", "circa", "incl", "abt", "exp", "nr"];

fn mark(c: char, tokens: &[Token], at: usize) -> Sense {
    match c {
        '-' | '–' | '—' | '−' | '‐' | '‑' | '‒' => Sense::Dash,
        '/' | '⁄' => Sense::Slash,
        ',' | '،' | '、' | '，' => Sense::Comma,
        '?' | '？' | '؟' | '¿' => Sense::Ask,
        '.' if matches!(at.checked_sub(1).and_then(|i| tokens.get(i)), Some(Token { shape: Shape::Word(w), .. }) if WITH_DOT.contains(&w.as_str())) => {
            Sense::Filler
        }
        '.' | ';' | '!' | ':' | '(' | ')' | '[' | ']' | '…' | '\n' | '。' | '।' | '|' => Sense::Stop,
        '+' => Sense::Plus,
        '%' | '٪' | '％' => Sense::Percent,
        '~' | '≈' | '±' if !matches!(at.checked_sub(1).and_then(|i| tokens.get(i)), Some(Token { shape: Shape::Digits(_), .. })) => {
            Sense::About
        }
        '~' | '→' => Sense::To,
        '>' | '≥' => Sense::AtLeast,
        '<' | '≤' => Sense::AtMost,
        '&' => Sense::And,
        _ => Sense::Mark(c),
    }
}

impl Items<'_> {
    /// The sense at `i`; [`Sense::End`] past the text.
    pub(super) fn sense(&self, i: usize) -> Sense {
        self.list.get(i).map_or(Sense::End, |item| item.sense)
    }

    /// The sense `n` before `i`.
    pub(super) fn before(&self, i: usize, n: usize) -> Sense {
        i.checked_sub(n).map_or(Sense::End, |i| self.sense(i))
    }

    /// The word at `i`; empty for marks and past the text.
    pub(super) fn word(&self, i: usize) -> &str {
        self.list.get(i).map_or("", |item| item.word.as_str())
    }

    /// The word `n` before `i`.
    pub(super) fn word_before(&self, i: usize, n: usize) -> &str {
        i.checked_sub(n).map_or("", |i| self.word(i))
    }

    /// Whether `i` stands right behind what is before it.
    pub(super) fn glued(&self, i: usize) -> bool {
        self.list.get(i).is_some_and(|item| item.glued)
    }

    pub(super) fn clause(&self, i: usize) -> usize {
        self.list.get(i).map_or(usize::MAX, |item| item.clause)
    }

    pub(super) fn sentence(&self, i: usize) -> usize {
        self.list.get(i).map_or(usize::MAX, |item| item.sentence)
    }

    /// The text of the items `first..last`, as written.
    pub(super) fn slice(&self, first: usize, last: usize) -> &str {
        let start = self.list.get(first).map_or(0, |item| item.start);
        let end = last.checked_sub(1).and_then(|i| self.list.get(i)).map_or(start, |item| item.end);
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn set(&mut self, i: usize, sense: Sense) {
        if let Some(item) = self.list.get_mut(i) {
            item.sense = sense;
        }
    }

    /// Whether any item has the sense.
    pub(super) fn has(&self, sense: Sense) -> bool {
        self.list.iter().any(|item| item.sense == sense)
    }

    /// Drops the figure in brackets of "three (3) months": it says the same again.
    fn drop_repeats(&mut self) {
        let value = |s: Sense| if let Sense::Number(v) | Sense::Cardinal(v) | Sense::Tens(v) = s { Some(v) } else { None };
        let mut i = 0;
        while i + 3 < self.list.len() {
            if self.slice(i + 1, i + 2) == "("
                && self.slice(i + 3, i + 4) == ")"
                && let (Some(a), Some(b)) = (value(self.sense(i)), value(self.sense(i + 2)))
            {
                // "twenty five (25)": only the five stands before the bracket.
                let tail = a < 10.0 && ((b - a) % 10.0).abs() < 1e-9 && matches!(self.sense(i), Sense::Cardinal(_));
                if (a - b).abs() < 1e-9 || tail {
                    self.list.drain(i + 1..=i + 3);
                    let (clause, sentence) = (self.clause(i), self.sentence(i));
                    for item in self.list.iter_mut().skip(i + 1).take_while(|it| it.clause == clause + 2) {
                        (item.clause, item.sentence) = (clause, sentence);
                    }
                }
            }
            i += 1;
        }
    }

    fn is_number(&self, i: usize) -> bool {
        matches!(self.sense(i), Sense::Number(_))
    }

    /// Where time is asked for, "6m" is months.
    pub(super) fn read_m_as_months(&mut self) {
        for i in 1..self.list.len() {
            if self.word(i) == "m" && self.is_number(i - 1) && self.glued(i) {
                self.set(i, Sense::Unit(Unit::Month));
            }
        }
    }

    /// Whether a minus of its own stands before `i`: "-5"; the dash of "2-4" and "2 -4" isn't one.
    fn dash_is_minus(&self, i: usize) -> bool {
        self.before(i, 1) == Sense::Dash
            && self.glued(i)
            && !(i >= 2 && self.glued(i - 1))
            && !matches!(self.before(i, 2), Sense::Number(_) | Sense::Cardinal(_))
    }

    /// Where a number may be below nothing, "-5" and "minus five" are; else [`Items::mask`] takes them for something else.
    pub(super) fn read_minus(&mut self) {
        let numeral = |s: Sense| matches!(s, Sense::Number(_) | Sense::Cardinal(_) | Sense::Tens(_));
        for i in 1..self.list.len() {
            let said = self.word(i - 1) == "minus" && !numeral(self.before(i, 2));
            if numeral(self.sense(i)) && (said || self.dash_is_minus(i)) {
                self.set(i - 1, Sense::Minus);
            }
        }
    }

    /// Takes out of the running the digits that are plainly something else: times of day, versions,
    /// percentages, phone numbers, dates, "24/7", "question 3", money (unless money is what is read).
    pub(super) fn mask(&mut self, money: bool) {
        let mut out: Vec<usize> = Vec::new();
        let mut i = 0;
        while i < self.list.len() {
            if !matches!(self.sense(i), Sense::Number(_) | Sense::Cardinal(_) | Sense::Fraction(_)) {
                i += 1;
                continue;
            }
            let chain = self.chain(i);
            if chain > i + 1 {
                out.extend(i..chain);
                i = chain;
                continue;
            }
            if self.is_something_else(i, money) {
                out.push(i);
                if self.word(i + 1) == "out" && self.word(i + 2) == "of" {
                    out.push(i + 3);
                }
            }
            i += 1;
        }
        for i in out {
            self.set(i, Sense::Other);
        }
    }

    /// Where a chain of numbers that are no single amount ends: 2020-01-05, 555-123-4567, 5:30, 24/7, 2/3. `i` if none begins here.
    fn chain(&self, i: usize) -> usize {
        if !self.is_number(i) {
            return i;
        }
        let joins = |j: usize| match self.sense(j) {
            Sense::Dash | Sense::Slash => self.is_number(j + 1) && self.glued(j) && self.glued(j + 1),
            Sense::Stop => self.slice(j, j + 1) == ":" && self.is_number(j + 1) && self.glued(j) && self.glued(j + 1),
            _ => false,
        };
        let mut end = i + 1;
        let mut links = 0;
        let mut hard = false;
        while joins(end) {
            hard |= self.sense(end) != Sense::Dash;
            end += 2;
            links += 1;
        }
        let halves = links == 1 && hard && fraction(self.word(i), self.word(i + 2)).is_some() && self.sense(i + 1) == Sense::Slash;
        if links >= 2 || (hard && !halves) {
            return end;
        }
        // Blocks of digits with spaces between: a phone number.
        let mut far = i + 1;
        while self.is_number(far) {
            far += 1;
        }
        let digits: usize = (i..far).map(|n| self.word(n).len()).sum();
        if far > i + 1 && digits >= 7 { far } else { i }
    }

    fn is_something_else(&self, i: usize, money: bool) -> bool {
        let (Sense::Number(value) | Sense::Cardinal(value) | Sense::Fraction(value)) = self.sense(i) else { return false };
        let next = self.word(i + 1);
        let small = (0.0..=12.0).contains(&value);
        let digits = self.word(i).chars().filter(char::is_ascii_digit).count();
        let bare = self.word(i).chars().all(|c| c.is_ascii_digit());
        if matches!(next, "am" | "o'clock" | "oclock" | "percent" | "pct" | "figure" | "figures" | "out" | "x" | "uhr")
            || (next == "pm" && (!money || small))
        {
            return true;
        }
        if matches!(self.sense(i + 1), Sense::Percent | Sense::Ordinal(_))
            || (matches!(next, "st" | "nd" | "rd" | "th" | "er") && self.glued(i + 1))
        {
            return true;
        }
        if self.glued(i + 1) && self.sense(i + 1) == Sense::Word && !money {
            return true;
        }
        // A leading nought or ten digits is a phone number or an id; so is anything after a plus.
        if (bare && digits > 1 && self.word(i).starts_with('0'))
            || digits >= 10
            || (self.before(i, 1) == Sense::Plus && self.glued(i) && !matches!(self.before(i, 2), Sense::Number(_)) && digits > 3)
        {
            return true;
        }
        let label = self.word_before(i, 1);
        let label = if matches!(label, "number" | "no" | "nr") && value > 20.0 { "" } else { label };
        if matches!(
            label,
            "question"
                | "q"
                | "version"
                | "v"
                | "ver"
                | "level"
                | "lvl"
                | "chapter"
                | "section"
                | "phase"
                | "step"
                | "number"
                | "nr"
                | "room"
                | "flat"
                | "grade"
                | "tier"
                | "top"
                | "option"
                | "point"
                | "item"
                | "plan"
                | "page"
                | "gate"
                | "windows"
                | "iso"
                | "act"
                | "route"
                | "web"
                | "formula"
                | "edition"
                | "x"
                | "times"
                | "ext"
        ) && !(label == "point" && matches!(self.before(i, 2), Sense::Cardinal(_) | Sense::Number(_)))
        {
            return true;
        }
        if matches!(self.before(i, 1), Sense::Mark('#' | '*' | '$' | '€' | '£' | '^' | '=' | '\'' | '’'))
            && !money
            && self.glued(i)
            && self.before(i, 1) != Sense::Mark('*')
        {
            return true;
        }
        if matches!(self.before(i, 1), Sense::Vague) && self.word_before(i, 1) != "many" {
            return true;
        }
        // "covid-19", "5*"
        let hyphened = self.before(i, 1) == Sense::Dash && self.glued(i) && self.glued(i - 1) && matches!(self.before(i, 2), Sense::Word);
        if (hyphened && !money) || (self.sense(i + 1) == Sense::Mark('*') && self.glued(i + 1)) {
            return true;
        }
        if self.dash_is_minus(i) {
            return true;
        }
        if self.word(i) == "one"
            && matches!(self.word_before(i, 1), "this" | "that" | "the" | "which" | "no" | "any" | "another" | "each" | "every" | "last")
        {
            return true;
        }
        if self.word(i) == "one" && matches!(next, "of" | "more" | "could" | "can" | "thing" | "might" | "would" | "is") {
            return true;
        }
        let at_clock = label == "at" && small && matches!(self.sense(i + 1), Sense::End | Sense::Stop | Sense::Comma);
        !money
            && (at_clock
                || (month(label).is_some() && !(1900.0..=2100.0).contains(&value))
                || (month(next).is_some() && self.sense(i + 1) != Sense::Unit(Unit::Month))
                || is_money_word(next)
                || is_money_word(label)
                || matches!(self.sense(i + 1), Sense::Mark('€' | '£' | '$' | '₹' | '¥' | '°')))
    }
}

fn is_money_word(word: &str) -> bool {
    matches!(
        word,
        "eur"
            | "euro"
            | "euros"
            | "usd"
            | "dollar"
            | "dollars"
            | "gbp"
            | "pounds"
            | "quid"
            | "chf"
            | "francs"
            | "inr"
            | "rupees"
            | "rs"
            | "bucks"
            | "yen"
            | "pln"
    )
}

/// 1/2, 1/4 and 3/4; any other pair is a date or a score.
pub(super) fn fraction(top: &str, bottom: &str) -> Option<f64> {
    match (top, bottom) {
        ("1", "2") => Some(0.5),
        ("1", "4") => Some(0.25),
        ("3", "4") => Some(0.75),
        _ => None,
    }
}

/// The month of a name or its short form.
pub(super) fn month(word: &str) -> Option<u32> {
    const MONTHS: &[(&str, &str, &str)] = &[
        ("january", "jan", "januar"),
        ("february", "feb", "febuary"),
        ("march", "mar", "marc"),
        ("april", "apr", "apri"),
        ("may", "may", "mai"),
        ("june", "jun", "juni"),
        ("july", "jul", "juli"),
        ("august", "aug", "agust"),
        ("september", "sep", "sept"),
        ("october", "oct", "oktober"),
        ("november", "nov", "novemer"),
        ("december", "dec", "dezember"),
    ];
    MONTHS.iter().zip(1..).find(|((a, b, c), _)| [a, b, c].iter().any(|m| **m == word)).map(|(_, n)| n)
}
