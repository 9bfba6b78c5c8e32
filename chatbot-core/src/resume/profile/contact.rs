//! Ways to reach somebody: addresses, numbers, a place, pages.

use super::tidy::pieces;
use crate::recruiting::profile::Found;

/// Values of one kind, at most.
const MOST: usize = 5;

/// E-mail addresses, each once: those shown, and those that links lead to.
pub(super) fn emails(lines: &[String], links: &[String]) -> Vec<Found<String>> {
    let mut out: Vec<Found<String>> = Vec::new();
    let mut add = |found: Found<String>| {
        if out.len() < MOST && !out.iter().any(|o| o.value.eq_ignore_ascii_case(&found.value)) {
            out.push(found);
        }
    };
    for link in links {
        if let Some(address) = strip_scheme(link, "mailto:") {
            let address = address.split('?').next().unwrap_or_default().replace("%40", "@");
            if is_address(&address) {
                add(Found::new(address, link.clone()));
            }
        }
    }
    for (at, line) in lines.iter().enumerate() {
        let spelt = line.replace(" [at] ", "@").replace(" (at) ", "@").replace("[at]", "@").replace("(at)", "@").replace("[dot]", ".");
        for (sign, _) in spelt.match_indices('@').take(20) {
            let (before, after) = (spelt.get(..sign).unwrap_or_default(), spelt.get(sign + 1..).unwrap_or_default());
            // A line that ends behind the sign goes on in the next.
            let next = lines.get(at + 1).map(|l| l.split(['\t', ' ']).next().unwrap_or_default()).unwrap_or_default();
            let after = if after.trim().is_empty() { next } else { after };
            // Wide type leaves a space beside the sign.
            let local = before.trim_end_matches(' ').rsplit(|c: char| !local_sign(c)).next().unwrap_or_default();
            let domain =
                after.trim_start_matches(' ').split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.')).next().unwrap_or_default();
            let domain = domain.trim_end_matches(['.', '-']);
            let address = format!("{}@{domain}", local.trim_start_matches(['.', '-', '_', '\'', '/']));
            if is_address(&address) {
                add(Found::new(address, line.clone()));
            }
        }
    }
    out
}

fn local_sign(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._%+-'/".contains(c)
}

/// Enough of RFC 5321 to tell an address from a slip.
fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let label = |l: &str| !l.is_empty() && l.len() <= 63 && !l.starts_with('-') && !l.ends_with('-');
    (1..=64).contains(&local.len())
        && local.chars().all(|c| local_sign(c) && c != '/')
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.len() <= 190
        && domain.contains('.')
        && domain.split('.').all(label)
        && domain.rsplit('.').next().is_some_and(|tld| tld.len() >= 2 && tld.chars().all(char::is_alphabetic))
}

fn strip_scheme<'a>(link: &'a str, scheme: &str) -> Option<&'a str> {
    let head = link.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| link.get(scheme.len()..).unwrap_or_default())
}

/// Phone numbers: those that links lead to, then those at the top, then those beside a label anywhere.
pub(super) fn phones(header: &[String], lines: &[String], links: &[String], location: Option<&str>) -> Vec<Found<String>> {
    let mut out: Vec<Found<String>> = Vec::new();
    let mut add = |number: Option<String>, said: &str| {
        let Some(number) = number else { return };
        // The same number with and without its country is one.
        let tail = |n: &str| n.chars().rev().take(9).collect::<String>();
        if out.len() < MOST && !out.iter().any(|o| tail(&o.value) == tail(&number)) {
            out.push(Found::new(number, said));
        }
    };
    for link in links {
        if let Some(number) = strip_scheme(link, "tel:") {
            add(normal(number, location), link);
        }
    }
    for line in header {
        for candidate in numbers(line) {
            add(normal(candidate, location), line);
        }
    }
    for line in lines.iter().take(200) {
        let lower = line.to_lowercase();
        if ["phone", "tel:", "tel.", "mobile", "cell:", "telefon"].iter().any(|label| lower.contains(label)) {
            for candidate in numbers(line) {
                add(normal(candidate, location), line);
            }
        }
    }
    out
}

/// Stretches of a line that could be numbers: digits and what is written between them.
fn numbers(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let sign = |c: char| c.is_ascii_digit() || " +-().–/ ".contains(c);
    for stretch in line.split(|c: char| !sign(c)) {
        let stretch = stretch.trim_matches(|c: char| !c.is_ascii_digit() && c != '+' && c != '(');
        // A year and a year, a date, a postal code with a house number: none of these is a number to call.
        let groups: Vec<&str> = stretch.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
        let digits: usize = groups.iter().map(|g| g.len()).sum();
        let year = |g: &&str| g.len() == 4 && (g.starts_with("19") || g.starts_with("20"));
        // Two years, with or without their months, are all that the stretch is.
        let short = groups.iter().all(|g| g.len() <= 2 || year(g));
        let dates = !stretch.starts_with(['+', '(', '0']) && groups.iter().any(year) && (digits <= 8 || short);
        if (7..=15).contains(&digits) && !dates && !is_inside_address(line, stretch) {
            out.push(stretch);
        }
    }
    out
}

/// Digits that belong to a page's address or an identifier.
fn is_inside_address(line: &str, stretch: &str) -> bool {
    let Some(at) = line.find(stretch) else { return false };
    let before = line.get(..at).unwrap_or_default();
    before.ends_with(|c: char| c.is_alphanumeric() || "/@_=#".contains(c))
        || line.get(at + stretch.len()..).is_some_and(|after| after.starts_with(|c: char| c.is_alphanumeric() || "@_".contains(c)))
}

/// `+` and digits where the country is known: written, or North American by its shape and place. Otherwise digits alone.
fn normal(written: &str, location: Option<&str>) -> Option<String> {
    let written = written.replace("(0)", "");
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let international = written.trim_start().starts_with('+') || written.trim_start().starts_with("(+");
    // ITU E.164: at most 15 digits; shorter than 7 is nobody's number.
    if !(7..=15).contains(&digits.len()) {
        return None;
    }
    if international {
        return Some(format!("+{digits}"));
    }
    if let Some(rest) = digits.strip_prefix("00") {
        return Some(format!("+{rest}"));
    }
    let american = location.is_some_and(is_north_american);
    Some(match digits.len() {
        10 if american && !digits.starts_with(['0', '1']) => format!("+1{digits}"),
        11 if american && digits.starts_with('1') => format!("+{digits}"),
        _ => digits,
    })
}

/// "San Francisco, CA", "Austin, Texas, USA".
fn is_north_american(location: &str) -> bool {
    let last = location.rsplit(',').next().unwrap_or_default().trim();
    let state = last.split(' ').next().unwrap_or_default();
    matches!(last, "USA" | "US" | "U.S.A." | "United States" | "Canada") || STATES.contains(&state)
}

/// Postal abbreviations of states and provinces.
const STATES: &[&str] = &[
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI",
    "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT",
    "VT", "VA", "WA", "WV", "WI", "WY", "DC", "ON", "QC", "BC", "AB", "MB", "SK", "NS", "NB",
];

/// A place at the top: beside a label, or "City, Country".
pub(super) fn location(header: &[String]) -> Option<Found<String>> {
    for piece in header.iter().flat_map(|line| pieces(line)) {
        if let Some((label, value)) = piece.split_once(':')
            && matches!(label.trim().to_lowercase().as_str(), "location" | "address" | "city" | "based in" | "residence")
            && !value.trim().is_empty()
        {
            return Some(Found::new(value.trim().to_owned(), piece));
        }
    }
    header.iter().take(12).flat_map(|line| pieces(line)).find(|piece| is_place(piece)).map(|piece| Found::new(piece.to_owned(), piece))
}

/// "City, ST" and the like: capitals on both sides of a comma, few words, nothing of an address to write to.
pub(super) fn is_place(piece: &str) -> bool {
    let parts: Vec<&str> = piece.split(',').map(str::trim).collect();
    let few = |p: &&str| {
        let words: Vec<&str> = p.split(' ').collect();
        (1..=4).contains(&words.len())
            && p.chars().next().is_some_and(char::is_uppercase)
            && p.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit() || " -'’.".contains(c))
    };
    let digits = piece.chars().filter(char::is_ascii_digit).count();
    (2..=4).contains(&parts.len()) && parts.iter().all(few) && digits <= 9 && piece.chars().count() <= 60 && !named_like_a_firm(piece)
}

fn named_like_a_firm(piece: &str) -> bool {
    let lower = piece.to_lowercase();
    ["inc", "ltd", "llc", "gmbh", "university", "phd", "mba", "engineer", "manager", "developer"]
        .iter()
        .any(|word| lower.split(|c: char| !c.is_alphanumeric()).any(|w| w == *word))
}

/// Sites where people have a page.
const SITES: &[&str] = &[
    "linkedin.com/in/",
    "github.com/",
    "gitlab.com/",
    "bitbucket.org/",
    "xing.com/profile/",
    "stackoverflow.com/users/",
    "orcid.org/",
    "scholar.google.com/citations",
    "twitter.com/",
    "x.com/",
    "medium.com/@",
    "kaggle.com/",
    "behance.net/",
    "dribbble.com/",
    "dev.to/",
    "mastodon.social/",
    "researchgate.net/profile/",
];

/// Pages at the top, and profiles that links lead to.
pub(super) fn links(header: &[String], annotations: &[String], emails: &[Found<String>]) -> Vec<Found<String>> {
    let mut out: Vec<Found<String>> = Vec::new();
    let mut add = |url: &str, said: &str| {
        let bare = |u: &str| {
            u.to_lowercase()
                .trim_start_matches("https://")
                .trim_start_matches("http://")
                .trim_start_matches("www.")
                .trim_end_matches('/')
                .to_owned()
        };
        if out.len() < 10 && !out.iter().any(|o| bare(&o.value) == bare(url)) {
            out.push(Found::new(if url.contains("://") { url.to_owned() } else { format!("https://{url}") }, said));
        }
    };
    for word in header.iter().flat_map(|line| line.split(['\t', ' ', '|', '•', '·', ',', ';', '(', ')'])) {
        let word = word.trim_matches(['.', ':', '<', '>', '"']);
        let shown = word.trim_start_matches("https://").trim_start_matches("http://");
        let host = shown.split('/').next().unwrap_or_default();
        let mail = emails.iter().any(|e| e.value.ends_with(&format!("@{host}"))) && !word.contains("://") && !shown.contains('/');
        if word.contains('@') && !word.contains("://") && !SITES.iter().any(|s| word.contains(s)) || mail {
            continue;
        }
        let tld = host.rsplit('.').next().unwrap_or_default();
        let is_host = host.contains('.')
            && host.split('.').all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-'))
            && (2..=10).contains(&tld.len())
            && tld.chars().all(|c| c.is_ascii_lowercase())
            && host.len() > 4;
        // "Node.js" is no page.
        if is_host && (word.contains("://") || !matches!(tld, "js" | "ts" | "pdf" | "docx" | "py" | "md")) {
            add(word, word);
        }
    }
    for link in annotations.iter().filter(|l| l.starts_with("http")) {
        let bare = link.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
        let profile = SITES.iter().any(|site| {
            bare.strip_prefix(site)
                .is_some_and(|rest| !rest.trim_matches('/').is_empty() && rest.trim_matches('/').matches('/').count() == 0)
        });
        if profile {
            add(link, link);
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn one(line: &str) -> Vec<String> {
        emails(&super::super::tidy::lines(line), &[]).into_iter().map(|e| e.value).collect()
    }

    #[test]
    fn addresses_are_read_exactly() {
        for (text, want) in [
            ("jane.miller+jobs@mail.example.org.", "jane.miller+jobs@mail.example.org"),
            ("E-mail:jane@example.org;", "jane@example.org"),
            ("mailto:jane@example.org", "jane@example.org"),
            ("\u{f0e0}jane@example.org\u{f095}+49 30 1234567", "jane@example.org"),
            ("jane@\nexample.org", "jane@example.org"),
            ("jane @ example.org", "jane@example.org"),
            ("jane [at] example.org", "jane@example.org"),
            ("<jane@example.org>", "jane@example.org"),
        ] {
            assert_eq!(one(text), [want], "{text}");
        }
        for text in ["jane@localhost", "@jane", "a..b@example.org", "jane@example.123"] {
            assert_eq!(one(text), [""; 0], "{text}");
        }
        assert_eq!(one(&"@".repeat(5_000)), [""; 0]);
    }

    #[test]
    fn numbers_are_told_from_years_and_get_their_country() {
        let of = |line: &str, place| phones(&[line.to_owned()], &[], &[], place).into_iter().map(|p| p.value).collect::<Vec<_>>();
        assert_eq!(of("+44 (0)20 7946 0000", None), ["+442079460000"]);
        assert_eq!(of("(609) 999-9995", Some("San Francisco, CA")), ["+16099999995"]);
        assert_eq!(of("0049 30 1234567", None), ["+49301234567"]);
        assert_eq!(of("030 1234567", None), ["0301234567"]);
        for none in ["2018 – 2023", "2018-09 - 2023-05", "github.com/1234567890", "10.1234/5678901234x"] {
            assert_eq!(of(none, None), [""; 0], "{none}");
        }
        assert_eq!(phones(&[], &[], &["tel:+1-609-999-9995".into()], None)[0].value, "+16099999995");
    }
}
