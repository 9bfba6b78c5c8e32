//! Skills and languages: lists, however they are set.

use super::tidy::{is_bullet, unbulleted};
use crate::recruiting::profile::Found;

/// Skills, at most.
const MOST: usize = 80;
/// Lines of one list.
const MAX_LINES: usize = 60;

/// Languages that people speak, English and own names.
const SPOKEN: &[&str] = &[
    "english",
    "german",
    "deutsch",
    "french",
    "français",
    "spanish",
    "español",
    "italian",
    "italiano",
    "portuguese",
    "português",
    "dutch",
    "nederlands",
    "polish",
    "polski",
    "russian",
    "ukrainian",
    "czech",
    "slovak",
    "hungarian",
    "romanian",
    "bulgarian",
    "greek",
    "turkish",
    "türkçe",
    "arabic",
    "hebrew",
    "persian",
    "farsi",
    "hindi",
    "urdu",
    "bengali",
    "punjabi",
    "tamil",
    "telugu",
    "marathi",
    "gujarati",
    "chinese",
    "mandarin",
    "cantonese",
    "japanese",
    "korean",
    "vietnamese",
    "thai",
    "indonesian",
    "malay",
    "tagalog",
    "filipino",
    "swahili",
    "amharic",
    "yoruba",
    "hausa",
    "igbo",
    "zulu",
    "afrikaans",
    "swedish",
    "danish",
    "norwegian",
    "finnish",
    "icelandic",
    "estonian",
    "latvian",
    "lithuanian",
    "serbian",
    "croatian",
    "bosnian",
    "slovenian",
    "albanian",
    "macedonian",
    "catalan",
    "basque",
    "galician",
    "irish",
    "welsh",
    "englisch",
    "französisch",
    "spanisch",
    "latin",
];

/// A speakable language, perhaps with how well: "English (native)", "German - B2".
fn is_spoken(item: &str) -> bool {
    let first = item.split(|c: char| !c.is_alphabetic()).find(|w| !w.is_empty()).unwrap_or_default().to_lowercase();
    SPOKEN.contains(&first.as_str())
}

/// Adds the skills in these lines; spoken languages among them go to `languages`.
/// `name`: a page's foot bears it and is no skill.
pub(super) fn skills(lines: &[String], name: Option<&str>, skills: &mut Vec<Found<String>>, languages: &mut Vec<Found<String>>) {
    for line in lines.iter().take(MAX_LINES).filter(|line| !name.is_some_and(|name| line.contains(name))) {
        for item in items(line) {
            let words = item.split(' ').count();
            if skills.len() >= MOST || words > 6 || item.chars().count() > 50 || !item.chars().any(char::is_alphabetic) {
                continue;
            }
            let target = if is_spoken(&item) { &mut *languages } else { &mut *skills };
            push(target, item, line);
        }
    }
}

/// Adds the languages in these lines; programming languages are none of these.
pub(super) fn languages(lines: &[String], languages: &mut Vec<Found<String>>) {
    for line in lines.iter().take(MAX_LINES) {
        // "English: native" names one language, "Native: English" too.
        let whole = unbulleted(line);
        if let Some((name, level)) = whole.split_once(':')
            && is_spoken(name)
            && !level.contains(',')
        {
            push(languages, format!("{} ({})", name.trim(), level.trim()), line);
            continue;
        }
        for item in items(line).into_iter().filter(|i| is_spoken(i)) {
            push(languages, item, line);
        }
    }
}

fn push(target: &mut Vec<Found<String>>, item: String, line: &str) {
    let same = |a: &str| a.to_lowercase() == item.to_lowercase();
    if !target.iter().any(|f| same(&f.value)) {
        target.push(Found::new(item, line));
    }
}

/// The items of a line, without its label. What stands in brackets belongs to its item.
fn items(line: &str) -> Vec<String> {
    let mut text = unbulleted(line);
    if let Some((label, rest)) = text.split_once(':')
        && label.split(' ').count() <= 5
        && !rest.trim().is_empty()
        && !label.contains(',')
    {
        text = rest;
    }
    let mut out = vec![String::new()];
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let parts = matches!(c, ',' | ';' | '|' | '•' | '·' | '\t' | '◦' | '▪') && depth == 0;
        match out.last_mut() {
            Some(last) if !parts => last.push(c),
            _ => out.push(String::new()),
        }
    }
    out.iter()
        .map(|item| {
            let item = item.trim().trim_end_matches(['.', ':', ';']).trim();
            let item = item.strip_prefix("and ").unwrap_or(item);
            if is_bullet(item) { unbulleted(item).to_owned() } else { item.to_owned() }
        })
        .filter(|item| !item.is_empty())
        .collect()
}

/// "10+ years of experience", where no position is dated.
pub(super) fn stated_years(lines: &[String]) -> Option<Found<f64>> {
    for line in lines.iter().take(200) {
        let lower = line.to_lowercase();
        if !lower.contains("experience") {
            continue;
        }
        let words: Vec<&str> = lower.split(|c: char| c.is_whitespace() || c == '-').filter(|w| !w.is_empty()).collect();
        for pair in words.windows(2) {
            let &[number, unit] = pair else { continue };
            if unit.starts_with("year") || unit.starts_with("yr") {
                let number: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
                if let Some(years) = number.parse::<f64>().ok().filter(|y| (0.5..=60.0).contains(y)) {
                    return Some(Found::new(years, line.clone()));
                }
            }
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn lists_are_taken_apart_and_languages_told_from_skills() {
        let lines: Vec<String> = ["Languages: Python, C++, Rust", "• Cloud: AWS (EC2, S3), GCP", "English (native), German - B2", "Python"]
            .map(String::from)
            .into();
        let (mut found, mut spoken) = (Vec::new(), Vec::new());
        skills(&lines, None, &mut found, &mut spoken);
        let values = |list: &[Found<String>]| list.iter().map(|f| f.value.clone()).collect::<Vec<_>>();
        assert_eq!(values(&found), ["Python", "C++", "Rust", "AWS (EC2, S3)", "GCP"]);
        assert_eq!(values(&spoken), ["English (native)", "German - B2"]);
        let mut more = Vec::new();
        languages(&["Spanish: fluent".into(), "Cobol".into()], &mut more);
        assert_eq!(values(&more), ["Spanish (fluent)"]);
    }

    #[test]
    fn stated_years_are_read_where_nothing_is_dated() {
        let of = |line: &str| stated_years(&[line.to_owned()]).map(|y| y.value);
        assert_eq!(of("Engineer with 10+ years of experience"), Some(10.0));
        assert_eq!(of("a 12-year old company"), None);
    }
}
