//! Who wrote it: the line at the top that is a name and nothing else.

use super::tidy::pieces;
use crate::recruiting::profile::Found;

/// Words that stand at the top and are in nobody's name.
const NO_NAME: &[&str] = &[
    "curriculum",
    "vitae",
    "resume",
    "résumé",
    "cv",
    "lebenslauf",
    "profile",
    "contact",
    "page",
    "last",
    "updated",
    "address",
    "phone",
    "email",
    "mobile",
    "engineer",
    "engineering",
    "developer",
    "manager",
    "designer",
    "analyst",
    "consultant",
    "scientist",
    "architect",
    "director",
    "officer",
    "specialist",
    "assistant",
    "intern",
    "student",
    "teacher",
    "nurse",
    "technician",
    "administrator",
    "coordinator",
    "lead",
    "senior",
    "junior",
    "software",
    "data",
    "product",
    "project",
    "sales",
    "marketing",
    "university",
    "college",
    "school",
    "institute",
    "company",
    "inc",
    "ltd",
    "llc",
    "gmbh",
    "street",
    "road",
    "avenue",
    "city",
    "united",
    "states",
    "kingdom",
    "linkedin",
    "github",
    "welcome",
    "summary",
    "objective",
    "experience",
    "education",
    "skills",
    "confidential",
    "application",
    "welder",
    "driver",
    "cook",
    "chef",
    "mechanic",
    "electrician",
    "accountant",
    "researcher",
    "professor",
    "programmer",
    "founder",
    "full-stack",
    "fullstack",
    "backend",
    "frontend",
    "the",
    "for",
    "with",
    "and",
    "to",
    "in",
    "at",
    "my",
    "i",
];
/// Parts of names that are written small.
const PARTICLES: &[&str] = &[
    "de", "del", "della", "der", "den", "van", "von", "zu", "zum", "la", "le", "di", "da", "do", "dos", "das", "du", "el", "al", "bin",
    "ibn", "bint", "ben", "ter", "ten", "y", "e", "af", "av", "st", "mac", "mc", "san", "abu", "ap",
];
/// What comes before or after a name and is no part of it.
const TITLES: &[&str] = &[
    "dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "ing", "dipl-ing", "phd", "ph.d", "md", "m.d", "mba", "msc", "m.sc",
    "bsc", "b.sc", "ma", "m.a", "ba", "b.a", "pe", "p.e", "cpa", "pmp", "rn", "esq", "jr", "sr", "ii", "iii", "cfa", "mph", "jd", "bs",
    "ms", "meng",
];

/// The name, from the best place to look: a label, the largest letters, the top lines that the e-mail address agrees with,
/// the top lines.
pub(super) fn find(lines: &[String], header: &[String], largest: Option<&str>, emails: &[Found<String>]) -> Option<Found<String>> {
    let top: Vec<&String> = lines.iter().filter(|l| !l.is_empty()).take(30).collect();
    if let Some(found) = top.iter().flat_map(|line| line.split('\t')).find_map(labelled) {
        return Some(found);
    }
    if let Some(largest) = largest {
        let tidied = super::tidy::lines(largest);
        let whole = tidied.join(" ");
        // Set in two lines, one for each name.
        let found = tidied.iter().find_map(|line| pieces(line).find_map(as_name)).or_else(|| as_name(&whole)).or_else(|| short(&whole));
        if found.is_some() {
            return found;
        }
    }
    let candidates: Vec<Found<String>> = header.iter().take(15).flat_map(|line| pieces(line)).filter_map(as_name).collect();
    let agreed = candidates.iter().find(|c| emails.iter().any(|e| agrees(&c.value, &e.value)));
    if let Some(found) = agreed.or(candidates.first()) {
        return Some(found.clone());
    }
    // One heading too early ("Profile" above the name), or a page header in between.
    top.iter().take(12).flat_map(|line| pieces(line)).filter_map(as_name).find(|c| emails.iter().any(|e| agrees(&c.value, &e.value)))
}

/// `Name: Jane Miller`.
fn labelled(cell: &str) -> Option<Found<String>> {
    let (label, value) = cell.split_once(':')?;
    let label = label.trim().to_lowercase();
    matches!(label.as_str(), "name" | "full name" | "first and last name")
        .then(|| as_name(value.trim()).or_else(|| short(value.trim())))
        .flatten()
}

/// The address holds a part of the name.
fn agrees(name: &str, email: &str) -> bool {
    let local: String = email.split('@').next().unwrap_or_default().to_lowercase();
    name.split([' ', '-']).map(str::to_lowercase).any(|part| part.chars().count() >= 3 && local.contains(&plain(&part)))
}

/// Letters as they are written in an address.
fn plain(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            'ş' => 's',
            'ğ' => 'g',
            c => c,
        })
        .collect()
}

/// Two to five words that are a name and nothing else.
pub(super) fn as_name(piece: &str) -> Option<Found<String>> {
    let words = stripped(piece)?;
    (2..=5).contains(&words.len()).then_some(())?;
    let mut capitals = 0;
    for word in &words {
        let lower = word.trim_end_matches('.').to_lowercase();
        if NO_NAME.contains(&lower.as_str()) {
            return None;
        }
        if PARTICLES.contains(&lower.as_str()) {
            continue;
        }
        let first = word.chars().next()?;
        // Scripts without capitals have none to show.
        if first.is_lowercase() {
            return None;
        }
        capitals += 1;
    }
    // "New York" would pass; "J. P." would as well.
    let letters: usize = words.iter().flat_map(|w| w.chars()).filter(|c| c.is_alphabetic()).count();
    (capitals >= 2 && letters >= 4).then(|| Found::new(cased(&words), piece))
}

/// One word, where the place says that it is a name.
fn short(piece: &str) -> Option<Found<String>> {
    let words = stripped(piece)?;
    let [word] = words.as_slice() else { return None };
    let capital = word.chars().next().is_some_and(|c| !c.is_lowercase());
    let fits = capital && word.chars().count() >= 2 && !NO_NAME.contains(&word.to_lowercase().as_str());
    fits.then(|| Found::new(cased(&words), piece))
}

/// The words of a piece without titles and degrees; none if a sign stands in it that no name has.
fn stripped(piece: &str) -> Option<Vec<&str>> {
    let piece = piece.split_once(',').map_or(piece, |(before, after)| {
        let degrees =
            after.split([',', ' ']).filter(|w| !w.is_empty()).all(|w| TITLES.contains(&w.trim_end_matches('.').to_lowercase().as_str()));
        if degrees { before } else { piece }
    });
    let piece = piece.split_once('(').map_or(piece, |(before, _)| before).trim();
    if piece.chars().count() > 60 || piece.is_empty() {
        return None;
    }
    let mark = |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e30}'..='\u{e4e}' | '\u{64b}'..='\u{65f}');
    if !piece.chars().all(|c| c.is_alphabetic() || c == ' ' || "'’`-.".contains(c) || mark(c)) {
        return None;
    }
    // A sentence ends in a point; a title or an initial may, too, but is short.
    if piece.ends_with('.') && piece.rsplit(' ').next().is_some_and(|w| w.chars().count() > 4) {
        return None;
    }
    let words = piece.split(' ').filter(|w| !TITLES.contains(&w.trim_end_matches('.').to_lowercase().as_str()));
    let words: Vec<&str> = words.filter(|w| w.chars().any(char::is_alphabetic)).collect();
    (!words.is_empty()).then_some(words)
}

/// As it is written; a name in capitals alone gets small letters.
fn cased(words: &[&str]) -> String {
    let letters = || words.iter().flat_map(|w| w.chars()).filter(|c| c.is_alphabetic());
    let capitals = letters().count() > 3 && letters().all(char::is_uppercase);
    if !capitals {
        return words.join(" ");
    }
    let small = |word: &&str| {
        let lower = word.to_lowercase();
        if PARTICLES.contains(&lower.as_str()) {
            return lower;
        }
        let mut start = true;
        let cased = word.chars().map(|c| {
            let out: String = if start { c.to_string() } else { c.to_lowercase().collect() };
            start = matches!(c, '-' | '\'' | '’');
            out
        });
        cased.collect::<String>()
    };
    words.iter().map(small).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_kinds_are_names_and_other_top_lines_are_not() {
        for (line, want) in [
            ("Jane Miller", Some("Jane Miller")),
            ("JANE O'NEILL-SMITH", Some("Jane O'Neill-Smith")),
            ("Dr. José María de la Cruz", Some("José María de la Cruz")),
            ("Jane Q. Miller, PhD", Some("Jane Q. Miller")),
            ("Jane (Janey) Miller", Some("Jane")),
            ("Ludwig van Beethoven", Some("Ludwig van Beethoven")),
            ("Curriculum Vitae", None),
            ("Senior Software Engineer", None),
            ("San Francisco, CA", None),
            ("12 Main Street", None),
            ("jane@example.org", None),
            ("Last updated in May", None),
            ("Builds things that last.", None),
        ] {
            let found = as_name(line).or_else(|| short(line)).map(|f| f.value);
            assert_eq!(found.as_deref(), want, "{line}");
        }
    }
}
