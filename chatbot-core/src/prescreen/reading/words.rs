//! What structure words mean, by language. The grammar works on [`Sense`]s, so a language is a table.

use std::collections::HashMap;
use std::sync::LazyLock;

mod english;
mod others;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// 60 minutes.
    Hour,
    /// A calendar day.
    Day,
    /// Monday to Friday; `days` after "working".
    WorkDay,
    /// Seven days.
    Week,
    /// Two weeks.
    Fortnight,
    /// A calendar month.
    Month,
    /// Three months.
    Quarter,
    /// Twelve months.
    Year,
    /// Ten years.
    Decade,
}

/// What a word or phrase does in an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Sense {
    /// Past either end of the text.
    End,
    /// A word of no special meaning here.
    Word,
    /// Something with digits that is no amount: a time, a version, an address.
    Other,
    /// A number in digits.
    Number(f64),
    /// `½` and its kind, alone.
    Fraction(f64),
    /// one … nineteen.
    Cardinal(f64),
    /// twenty … ninety.
    Tens(f64),
    /// hundred, thousand, k, million, lakh.
    Scale(f64),
    /// Twelve, after a count or "a".
    Dozen,
    /// Two, loosely.
    Couple,
    /// One half.
    Half,
    /// a, an.
    Article,
    /// first, second; also "3rd".
    Ordinal(u32),
    /// A unit of time.
    Unit(Unit),
    /// about, roughly.
    About,
    /// almost, nearly: not quite there.
    Nearly,
    /// at least, over.
    AtLeast,
    /// less than, up to.
    AtMost,
    /// "or more", after the number.
    OrMore,
    /// "or so", after the number.
    OrSo,
    /// Opens a range that "and" joins.
    Between,
    /// Opens a range that "to" joins.
    From,
    /// Joins a range.
    To,
    /// and.
    And,
    /// or.
    Or,
    /// since 2016.
    Since,
    /// ago.
    Ago,
    /// Beginning something: "started 3 years ago".
    Start,
    /// now, today, present: the end of "2016 to now".
    Now,
    /// No amount at all: none, never.
    Zero,
    /// few, several: an amount nobody can tell.
    Vague,
    /// Takes the amount before it back.
    Correct,
    /// Negation.
    Not,
    /// Opens a question.
    Opener,
    /// No answer: it depends, not sure.
    Doubt,
    /// Turns the amount near it into something else: if, old, brother.
    Danger,
    /// Says nothing.
    Filler,
    /// of, in, with: what the amount is of follows.
    Prep,
    /// of which, including: the amount is a part.
    Part,
    /// in total, altogether: the amount is the whole.
    Total,
    /// A word that may stand next to a bare number and leave it as it is.
    Function,
    /// A hyphen or dash.
    Dash,
    /// The sign of a number below nothing, where there may be one: "-5", "minus five".
    Minus,
    /// /
    Slash,
    /// ,
    Comma,
    /// . ; : ( ) and a new line.
    Stop,
    /// ?
    Ask,
    /// +
    Plus,
    /// %
    Percent,
    /// Any other mark.
    Mark(char),
}

/// One row of a language: a word or a phrase in lower case, and its sense.
pub(super) type Row = (&'static str, Sense);

/// The words of a language, with English below them: people mix it in everywhere.
pub(super) struct Lexicon {
    words: HashMap<&'static str, Sense>,
    phrases: HashMap<&'static str, Vec<(Vec<&'static str>, Sense)>>,
    fuzzy: Vec<(&'static str, Sense)>,
}

/// The words a typo may hide: long ones, that no everyday word is one slip away from (but for [`NOT_TYPOS`]).
const FUZZY: &[&str] = &[
    "years",
    "months",
    "weeks",
    "month",
    "three",
    "seven",
    "eight",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "hundred",
    "thousand",
    "fortnight",
    "immediately",
    "experience",
    "roughly",
    "almost",
    "around",
    "between",
];

/// Real words that look like a typo of another.
const NOT_TYPOS: &[&str] = &[
    "there",
    "threw",
    "these",
    "threes",
    "thee",
    "yearn",
    "yearns",
    "yeast",
    "mouth",
    "mouths",
    "weeds",
    "weeps",
    "weaks",
    "moths",
    "sever",
    "sevens",
    "eighth",
    "eights",
    "fifth",
    "sixth",
    "forth",
    "fourth",
    "forts",
    "forte",
    "thirsty",
    "thirds",
    "twentieth",
    "seventh",
    "year's",
    "month's",
    "monthly",
    "weekly",
    "yearly",
    "yearned",
    "hundredth",
    "thousandth",
    "ground",
    "experienced",
    "experiences",
    "immediate",
];

impl Lexicon {
    fn of(tables: &[&'static [Row]]) -> Self {
        let mut lexicon = Self { words: HashMap::new(), phrases: HashMap::new(), fuzzy: Vec::new() };
        for &(text, sense) in tables.iter().copied().flatten() {
            let parts: Vec<&'static str> = text.split(' ').collect();
            match parts.as_slice() {
                [word] => {
                    lexicon.words.insert(word, sense);
                }
                [first, ..] => lexicon.phrases.entry(first).or_default().push((parts, sense)),
                [] => {}
            }
        }
        for list in lexicon.phrases.values_mut() {
            list.sort_by_key(|(parts, _)| std::cmp::Reverse(parts.len()));
        }
        lexicon.fuzzy = FUZZY.iter().filter_map(|w| lexicon.words.get(w).map(|s| (*w, *s))).collect();
        lexicon
    }

    /// The longest phrase that `word_at(0), word_at(1), …` begin with, and its length in words.
    pub(super) fn phrase<'t>(&self, word_at: impl Fn(usize) -> Option<&'t str>) -> Option<(usize, Sense)> {
        let list = self.phrases.get(word_at(0)?)?;
        list.iter()
            .find(|(parts, _)| parts.iter().enumerate().all(|(i, part)| word_at(i) == Some(part)))
            .map(|(parts, sense)| (parts.len(), *sense))
    }

    /// What a single word means; a slip of one letter in a long word is forgiven where only one word fits.
    pub(super) fn word(&self, word: &str) -> Sense {
        if let Some(sense) = self.words.get(word) {
            return *sense;
        }
        let length = word.chars().count();
        if !(5..=13).contains(&length) || NOT_TYPOS.contains(&word) {
            return Sense::Word;
        }
        let mut found = Sense::Word;
        for &(target, sense) in &self.fuzzy {
            if target.chars().next() == word.chars().next() && one_slip(word, target) {
                if found != Sense::Word && found != sense {
                    return Sense::Word;
                }
                found = sense;
            }
        }
        found
    }
}

#[allow(clippy::many_single_char_names, reason = "letters of two words")]
/// Whether `a` becomes `b` by one letter added, dropped, changed, or two neighbours swapped.
fn one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
    match (a, b) {
        ([], [_]) | ([_], []) => true,
        ([x, y, rest @ ..], [v, w, tail @ ..]) if x == w && y == v && rest == tail => true,
        ([_, rest @ ..], [_, tail @ ..]) if rest == tail => true,
        ([_, rest @ ..], _) if rest == b => true,
        (_, [_, tail @ ..]) => tail == a,
        _ => false,
    }
}

static ENGLISH: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::of(&[english::NUMBERS, english::UNITS, english::GRAMMAR, english::TALK, english::FUNCTION]));

macro_rules! over_english {
    ($name:ident, $table:path) => {
        static $name: LazyLock<Lexicon> =
            LazyLock::new(|| Lexicon::of(&[english::NUMBERS, english::UNITS, english::GRAMMAR, english::TALK, english::FUNCTION, $table]));
    };
}
over_english!(GERMAN, others::GERMAN);
over_english!(SPANISH, others::SPANISH);
over_english!(FRENCH, others::FRENCH);
over_english!(PORTUGUESE, others::PORTUGUESE);
over_english!(HINDI, others::HINDI);
over_english!(ARABIC, others::ARABIC);

/// The words of a locale's language; English where it isn't known.
pub(super) fn lexicon(locale: &str) -> &'static Lexicon {
    match language(locale).as_str() {
        "de" => &GERMAN,
        "es" => &SPANISH,
        "fr" => &FRENCH,
        "pt" => &PORTUGUESE,
        "hi" => &HINDI,
        "ar" => &ARABIC,
        _ => &ENGLISH,
    }
}

/// The language part of a locale tag, in lower case.
pub(super) fn language(locale: &str) -> String {
    locale.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_in_a_long_word_is_forgiven_and_a_real_word_is_left_alone() {
        let en = lexicon("en-GB");
        for word in ["yeras", "yers", "yearss", "mnoths", "monhts", "weeeks", "twleve", "thre", "fiften"] {
            assert_ne!(en.word(word), Sense::Word, "{word}");
        }
        for word in ["there", "mouth", "tears", "gears", "right", "even", "moths", "weeds"] {
            assert!(matches!(en.word(word), Sense::Word | Sense::Function), "{word}");
        }
    }

    #[test]
    fn the_longest_phrase_wins() {
        let text = ["no", "more", "than", "5"];
        assert_eq!(lexicon("en").phrase(|i| text.get(i).copied()), Some((3, Sense::AtMost)));
    }
}
