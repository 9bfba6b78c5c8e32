//! A message as clauses of plain words: lower case, no accents, contractions written out, each
//! word with its place in the text. Readers and the intent tables compare these and nothing else.

/// A word of a message, folded for comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Folded: lower case, no accents, no apostrophes.
    pub(crate) text: String,
    /// First byte in the message.
    pub(crate) start: usize,
    /// One past the last byte in the message.
    pub(crate) end: usize,
}

/// What stands between two marks of punctuation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Clause {
    /// Its words.
    pub(crate) words: Vec<Word>,
    /// Whether it ends in a question mark.
    pub(crate) asked: bool,
}

/// A reader gives up on messages longer than this: nobody says yes in four hundred words.
pub(crate) const MOST_WORDS: usize = 400;

/// The message in clauses; empty clauses are left out.
pub(crate) fn clauses(text: &str) -> Vec<Clause> {
    let mut out = Vec::new();
    let mut clause = Clause::default();
    let mut raw = String::new();
    let mut start = 0;
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if ignorable(c) {
            continue;
        }
        let after = chars.peek().map_or(' ', |&(_, n)| n);
        let inside = (is_apostrophe(c) && before.is_alphanumeric() && after.is_alphanumeric())
            || (c == '.' && before.is_ascii_digit() && after.is_ascii_digit());
        if is_word_char(c) || inside {
            if raw.is_empty() {
                start = at;
            }
            raw.push(if is_apostrophe(c) { '\'' } else { c });
            before = c;
            continue;
        }
        push(&mut clause.words, &mut raw, start, at);
        let spaced_dash = c == '-' && before == ' ' && after == ' ';
        before = if c.is_whitespace() { ' ' } else { c };
        if is_sign(c) {
            clause.words.push(Word { text: c.to_string(), start: at, end: at + c.len_utf8() });
        } else if is_break(c) || spaced_dash {
            if matches!(c, '?' | '？' | '؟') {
                clause.asked = true;
            }
            if !clause.words.is_empty() {
                out.push(std::mem::take(&mut clause));
            }
            // "really ?!" closes the clause before it; a lone mark closes nothing.
            clause.asked = false;
        }
    }
    push(&mut clause.words, &mut raw, start, text.len());
    if !clause.words.is_empty() {
        out.push(clause);
    }
    out
}

/// All words of the message, clause marks forgotten.
pub(crate) fn words(text: &str) -> Vec<Word> {
    clauses(text).into_iter().flat_map(|c| c.words).collect()
}

/// The words alone, for tables and questions.
pub(crate) fn plain(text: &str) -> Vec<String> {
    words(text).into_iter().map(|w| w.text).collect()
}

/// The part of the message that `words` cover.
pub(crate) fn span<'t>(text: &'t str, words: &[Word]) -> &'t str {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return "" };
    text.get(first.start..last.end).unwrap_or("").trim()
}

/// How many words `phrase` takes at `at`, if it stands there.
pub(crate) fn phrase_at(words: &[Word], at: usize, phrase: &str) -> Option<usize> {
    let mut taken = 0;
    for part in phrase.split(' ') {
        if words.get(at + taken)?.text != part {
            return None;
        }
        taken += 1;
    }
    Some(taken)
}

/// Whether one insertion, deletion, change or swap of neighbours at most makes `a` into `b`.
pub(crate) fn one_edit(a: &str, b: &str) -> bool {
    if a.len() > 64 || b.len() > 64 {
        return false;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail_a = a.get(head..).unwrap_or_default();
    let tail_b = b.get(head..).unwrap_or_default();
    let rest = |list: &[char], n: usize| list.get(n..).unwrap_or_default().to_vec();
    let swapped = matches!((tail_a, tail_b), ([one, two, ..], [other, next, ..]) if one == next && two == other)
        && rest(tail_a, 2) == rest(tail_b, 2);
    swapped || rest(tail_a, 1) == rest(tail_b, 1) || rest(tail_a, 1) == tail_b || tail_a == rest(tail_b, 1)
}

/// Folds one string as a word is folded, without splitting it.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if !('\u{300}'..='\u{36f}').contains(&c) {
            push_plain(&mut out, c);
        }
    }
    out
}

fn push(words: &mut Vec<Word>, raw: &mut String, start: usize, end: usize) {
    if raw.is_empty() {
        return;
    }
    let folded = squeeze(&fold(raw));
    raw.clear();
    for part in expand(&folded) {
        if !part.is_empty() {
            words.push(Word { text: part, start, end });
        }
    }
}

/// "noooo" is "no": a letter three times or more in a row stands once.
fn squeeze(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut run: Option<(char, usize)> = None;
    let flush = |out: &mut String, run: Option<(char, usize)>| {
        if let Some((c, n)) = run {
            let times = if n >= 3 && c.is_ascii_alphabetic() { 1 } else { n };
            out.extend(std::iter::repeat_n(c, times));
        }
    };
    for c in word.chars() {
        match run {
            Some((last, n)) if last == c => run = Some((c, n + 1)),
            _ => {
                flush(&mut out, run);
                run = Some((c, 1));
            }
        }
    }
    flush(&mut out, run);
    out
}

/// Contractions as the words they stand for.
fn expand(word: &str) -> Vec<String> {
    let whole = |parts: &[&str]| parts.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>();
    if let Some((_, full)) = CONTRACTIONS.iter().find(|(short, _)| *short == word) {
        return full.split(' ').map(str::to_owned).collect();
    }
    let Some((head, tail)) = word.rsplit_once('\'') else { return whole(&[word]) };
    let head = head.replace('\'', "");
    match (head.as_str(), tail) {
        ("can", "t") => whole(&["can", "not"]),
        ("won", "t") => whole(&["will", "not"]),
        ("shan", "t") => whole(&["shall", "not"]),
        ("ain", "t") => whole(&["am", "not"]),
        (h, "t") if h.ends_with('n') => whole(&[h.trim_end_matches('n'), "not"]),
        (h, "m") => whole(&[h, "am"]),
        (h, "ve") => whole(&[h, "have"]),
        (h, "re") => whole(&[h, "are"]),
        (h, "ll") => whole(&[h, "will"]),
        (h, "d") => whole(&[h, "would"]),
        ("that" | "it" | "there" | "what" | "who" | "here" | "how" | "where" | "he" | "she" | "when", "s") => whole(&[&head, "is"]),
        ("let", "s") => whole(&["let", "us"]),
        (h, t) => vec![format!("{h}{t}")],
    }
}

/// Contractions without their apostrophe, where nothing else is written so.
const CONTRACTIONS: &[(&str, &str)] = &[
    ("im", "i am"),
    ("ive", "i have"),
    ("dont", "do not"),
    ("dnt", "do not"),
    ("donot", "do not"),
    ("doesnt", "does not"),
    ("didnt", "did not"),
    ("havent", "have not"),
    ("havnt", "have not"),
    ("haven", "have not"),
    ("hasnt", "has not"),
    ("hadnt", "had not"),
    ("isnt", "is not"),
    ("arent", "are not"),
    ("wasnt", "was not"),
    ("werent", "were not"),
    ("aint", "am not"),
    ("cant", "can not"),
    ("cannot", "can not"),
    ("couldnt", "could not"),
    ("wont", "will not"),
    ("wouldnt", "would not"),
    ("shouldnt", "should not"),
    ("thats", "that is"),
    ("whats", "what is"),
    ("theres", "there is"),
    ("youre", "you are"),
    ("gonna", "going to"),
    ("wanna", "want to"),
    ("gotta", "got to"),
    ("ofcourse", "of course"),
    ("ofc", "of course"),
    ("offcourse", "of course"),
    ("idk", "do not know"),
    ("dunno", "do not know"),
    ("licenses", "licences"),
    ("license", "licence"),
];

fn is_word_char(c: char) -> bool {
    // Devanagari's signs join letters and are not all letters themselves; its full stops are not.
    (c.is_alphanumeric()
        || ('\u{900}'..='\u{963}').contains(&c)
        || ('\u{300}'..='\u{36f}').contains(&c)
        || c == '+'
        || c == '#'
        || c == '%')
        && !is_sign(c)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '´' | '`' | 'ʼ' | '＇')
}

/// Marks that carry meaning on their own.
fn is_sign(c: char) -> bool {
    matches!(c, '👍' | '👎' | '✅' | '✔' | '☑' | '👌' | '💯' | '❌' | '✖' | '🚫' | '🙅' | '🤷' | '🤔')
}

fn is_break(c: char) -> bool {
    matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | '…' | '\n' | '\r' | '(' | ')' | '[' | ']' | '"' | '“' | '”' | '—' | '–' | '¡' | '¿')
        || matches!(c, '。' | '，' | '！' | '？' | '、' | '؟' | '،' | '؛' | '।' | '|')
}

/// Marks without a shape of their own: joiners, direction marks, skin tones, key caps.
fn ignorable(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{feff}' | '\u{ad}')
        || matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\0')
}

fn push_plain(out: &mut String, c: char) {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => out.push('a'),
        'ç' | 'ć' | 'č' => out.push('c'),
        'ď' | 'đ' => out.push('d'),
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => out.push('e'),
        'ğ' => out.push('g'),
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => out.push('i'),
        'ł' => out.push('l'),
        'ñ' | 'ń' | 'ň' => out.push('n'),
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => out.push('o'),
        'ř' => out.push('r'),
        'ś' | 'š' | 'ş' | 'ș' => out.push('s'),
        'ť' | 'ț' | 'ţ' => out.push('t'),
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => out.push('u'),
        'ý' | 'ÿ' => out.push('y'),
        'ź' | 'ż' | 'ž' => out.push('z'),
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        other => out.push(other),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_contractions_written_out() {
        for (text, want) in [
            ("Don’t WORRY", "do not worry"),
            ("I'm okay", "i am okay"),
            ("can't / won't", "can not will not"),
            ("yesssss", "yes"),
            ("Crème brûlée", "creme brulee"),
            ("that's it", "that is it"),
            ("driver's licence", "drivers licence"),
            ("on-site", "on site"),
            ("3.5 years", "3.5 years"),
            ("👍🏽", "👍"),
            ("जी नहीं", "जी नहीं"),
            ("2️⃣", "2"),
            ("1000", "1000"),
            ("C++ & C#", "c++ c#"),
        ] {
            assert_eq!(plain(text).join(" "), want, "{text}");
        }
    }

    #[test]
    fn punctuation_parts_clauses_and_a_question_mark_is_kept() {
        let parts = clauses("5, is that ok? Yes - sure");
        let shown: Vec<_> =
            parts.iter().map(|c| (c.words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" "), c.asked)).collect();
        assert_eq!(shown, [("5".into(), false), ("is that ok".into(), true), ("yes".into(), false), ("sure".into(), false)]);
    }

    #[test]
    fn a_span_is_verbatim() {
        let text = "  Ünder “Don’t” x";
        let all = words(text);
        assert_eq!(span(text, &all[1..3]), "Don’t");
    }

    #[test]
    fn one_edit_is_one_slip_of_the_finger() {
        for (a, b, want) in [
            ("yes", "yes", true),
            ("definitly", "definitely", true),
            ("srue", "sure", true),
            ("remoet", "remote", true),
            ("hope", "nope", true),
            ("house", "nope", false),
            ("ab", "ba", true),
            ("abc", "cab", false),
            ("", "a", true),
            ("", "ab", false),
        ] {
            assert_eq!(one_edit(a, b), want, "{a} {b}");
        }
    }
}
