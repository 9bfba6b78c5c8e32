//! Lines as a person sees them: without the marks that typesetting leaves in a text.

/// More lines than this are not looked at …
const MAX_LINES: usize = 2_000;
/// … nor more characters of one.
const MAX_CHARS: usize = 600;

/// The text's lines; an empty one where the text leaves room, never two.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for raw in text.split(['\n', '\r', '\u{c}', '\u{b}', '\u{2028}', '\u{2029}']).take(MAX_LINES) {
        let line = line(raw);
        if !line.is_empty() || out.last().is_some_and(|before| !before.is_empty()) {
            out.push(line);
        }
    }
    out
}

fn line(raw: &str) -> String {
    let mut plain = String::with_capacity(raw.len().min(4 * MAX_CHARS));
    for c in raw.chars().take(MAX_CHARS) {
        match c {
            'ﬀ' => plain.push_str("ff"),
            'ﬁ' => plain.push_str("fi"),
            'ﬂ' => plain.push_str("fl"),
            'ﬃ' => plain.push_str("ffi"),
            'ﬄ' => plain.push_str("ffl"),
            'ﬅ' | 'ﬆ' => plain.push_str("st"),
            // Soft hyphens, joiners, direction and byte-order marks carry nothing.
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            // Icon fonts live in the private ranges: an icon parts what stands beside it.
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}' => plain.push('\t'),
            '\t' => plain.push('\t'),
            c if c.is_whitespace() || c.is_control() => plain.push(' '),
            '‐' | '‑' => plain.push('-'),
            c => plain.push(c),
        }
    }
    // Three spaces and more are a gap between columns; a tab is one already.
    let cells: Vec<String> = plain.split('\t').flat_map(|part| part.split("   ")).map(words).filter(|cell| !cell.is_empty()).collect();
    cells.join("\t")
}

/// Single spaces between words; letters that were spaced out (`J O H N  D O E`) are drawn together.
fn words(cell: &str) -> String {
    let spaced: Vec<&str> = cell.split(' ').filter(|w| !w.is_empty()).collect();
    if spaced.len() >= 4 && spaced.iter().all(|w| w.chars().count() == 1 && w.chars().all(char::is_alphabetic)) {
        let words: Vec<String> = cell.split("  ").map(|word| word.split(' ').collect::<String>()).filter(|word| !word.is_empty()).collect();
        return words.join(" ");
    }
    spaced.join(" ")
}

/// Parts of a header line that stand for themselves.
pub(super) fn pieces(line: &str) -> impl Iterator<Item = &str> {
    line.split(['\t', '|', '•', '·', '◦', '∙', '◆', '⋄', '♦', '■', '✉', '☎', '✆', '📞', '📧', '📍'])
        .flat_map(|part| part.split(" – "))
        .flat_map(|part| part.split(" — "))
        .map(|piece| piece.trim().trim_matches(['●', '▪', '*', ';']).trim())
        .filter(|piece| !piece.is_empty())
}

/// Whether a line is a point of a list.
pub(super) fn is_bullet(line: &str) -> bool {
    let mut chars = line.trim_start().chars();
    let Some(first) = chars.next() else { return false };
    let next = chars.next();
    "•◦∙●▪‣⁃○■□➢➤►✓✔·".contains(first) || ("-*–—>+o".contains(first) && next == Some(' '))
}

/// A line without its list mark.
pub(super) fn unbulleted(line: &str) -> &str {
    if is_bullet(line) {
        line.trim_start().trim_start_matches(|c: char| !c.is_alphanumeric() && !"(\"“".contains(c)).trim()
    } else {
        line
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_typesetting_are_taken_away() {
        for (raw, want) in [
            ("e\u{fb03}cient", "efficient"),
            ("J O H N  D O E", "JOHN DOE"),
            ("Berlin\u{f095}+49 30", "Berlin\t+49 30"),
            ("a\u{a0}b  c", "a b c"),
            ("Example GmbH      Berlin", "Example GmbH\tBerlin"),
            ("so\u{ad}ft", "soft"),
        ] {
            assert_eq!(line(raw), want, "{raw}");
        }
    }
}
