//! Personal data taken out before a text is sent, and put back into what comes: names, e-mail addresses, telephone numbers
//! and links to a person's pages become `[NAME_1]`, `[EMAIL_1]`, `[PHONE_1]`, `[LINK_1]`, the same words the same mark.

use crate::provider::{Reply, ReplyRequest};

/// Digits that make a telephone number.
const PHONE: std::ops::RangeInclusive<usize> = 9..=15;
/// A part of a name that is looked for on its own.
const SHORTEST_NAME: usize = 3;

/// What was taken out of one request.
#[derive(Debug, Clone, Default)]
pub struct Redaction {
    /// `(mark, words)`, in the order in which they were met.
    taken: Vec<(String, String)>,
}

impl Redaction {
    /// The request with marks for what is personal. What the employer wrote (the record, the form's question) stays.
    pub fn of(request: &ReplyRequest) -> (ReplyRequest, Self) {
        let mut redaction = Self::default();
        let names = names(&request.personal);
        let mut take = |text: &str| redaction.take(text, &names);
        let history = request.history.iter().map(|(sender, words)| (sender.clone(), take(words))).collect();
        let prompt = take(&request.prompt);
        (ReplyRequest { history, prompt, personal: Vec::new(), ..request.clone() }, redaction)
    }

    /// The text with the words in the marks' places.
    pub fn put_back(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for (mark, words) in &self.taken {
            if out.contains(mark.as_str()) {
                out = out.replace(mark.as_str(), words);
            }
        }
        out
    }

    /// The same for a reply.
    pub fn restore(&self, reply: Reply) -> Reply {
        Reply { text: reply.text.map(|text| self.put_back(&text)), ..reply }
    }

    fn mark(&mut self, kind: &str, words: &str) -> String {
        if let Some((mark, _)) = self.taken.iter().find(|(mark, known)| known == words && mark.starts_with(&format!("[{kind}_"))) {
            return mark.clone();
        }
        let n = self.taken.iter().filter(|(mark, _)| mark.starts_with(&format!("[{kind}_"))).count() + 1;
        let mark = format!("[{kind}_{n}]");
        self.taken.push((mark.clone(), words.to_owned()));
        mark
    }

    fn take(&mut self, text: &str, names: &[String]) -> String {
        let text = self.words(text);
        let text = self.phones(&text);
        self.names(&text, names)
    }

    /// Addresses and links: words by what they look like.
    fn words(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for piece in text.split_inclusive(char::is_whitespace) {
            let word = piece.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '"' | '\'' | '!' | '?'));
            let word = word.strip_prefix("mailto:").unwrap_or(word).trim_end_matches(['.', ':']);
            let kind = if is_email(word) {
                "EMAIL"
            } else if is_link(word) {
                "LINK"
            } else {
                out.push_str(piece);
                continue;
            };
            let mark = self.mark(kind, word);
            out.push_str(&piece.replacen(word, &mark, 1));
        }
        out
    }

    /// Runs of digits and what stands between the digits of a number.
    fn phones(&mut self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(c) = chars.get(at) {
            let before = at.checked_sub(1).and_then(|i| chars.get(i));
            let begins = (c.is_ascii_digit() || *c == '+') && !before.is_some_and(|b| b.is_alphanumeric() || *b == '_');
            let run: &[char] = if begins { chars.get(at..).unwrap_or_default() } else { &[] };
            let length = run.iter().take_while(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '.' | '/' | '(' | ')')).count();
            let trimmed = run.get(..length).unwrap_or_default().iter().rposition(char::is_ascii_digit).map_or(0, |last| last + 1);
            let number: String = run.get(..trimmed).unwrap_or_default().iter().collect();
            if PHONE.contains(&number.chars().filter(char::is_ascii_digit).count()) {
                out.push_str(&self.mark("PHONE", &number));
                at += trimmed;
            } else {
                let plain = trimmed.max(1);
                out.extend(chars.get(at..at + plain).unwrap_or_default());
                at += plain;
            }
        }
        out
    }

    /// The known names, whole words, whatever their case.
    fn names(&mut self, text: &str, names: &[String]) -> String {
        let mut text = text.to_owned();
        for name in names {
            let mut out = String::with_capacity(text.len());
            let mut rest = text.as_str();
            while let Some((before, found, after)) = find(rest, name) {
                out.push_str(before);
                let bounded = !before.chars().next_back().or(out.chars().next_back()).is_some_and(is_word)
                    && !after.chars().next().is_some_and(is_word);
                if bounded {
                    out.push_str(&self.mark("NAME", found));
                } else {
                    out.push_str(found);
                }
                rest = after;
            }
            out.push_str(rest);
            text = out;
        }
        text
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first place of `name` in `text`, whatever the case: before, found, after.
fn find<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str, &'t str)> {
    let length = name.chars().count();
    let wanted = name.to_lowercase();
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    for (n, from) in starts.iter().enumerate() {
        let Some(to) = starts.get(n + length) else { break };
        let found = text.get(*from..*to)?;
        if found.to_lowercase() == wanted {
            return Some((text.get(..*from)?, found, text.get(*to..)?));
        }
    }
    None
}

/// Whole names first, then their parts. What has an `@` or is a number is found by its look.
fn names(personal: &[String]) -> Vec<String> {
    let known = personal.iter().map(|p| p.trim()).filter(|p| !p.contains('@') && p.chars().any(char::is_alphabetic));
    let mut names: Vec<String> = known
        .flat_map(|name| std::iter::once(name).chain(name.split_whitespace()))
        .filter(|part| part.chars().count() >= SHORTEST_NAME)
        .map(str::to_owned)
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
    names.dedup();
    names
}

fn is_email(word: &str) -> bool {
    word.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.split('.').filter(|part| !part.is_empty()).count() >= 2 && !host.contains('@') && !word.contains('/')
    })
}

fn is_link(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.contains("://") || lower.starts_with("www.") || ["linkedin.com/", "github.com/", "xing.com/"].iter().any(|site| lower.contains(site))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn personal_data_leaves_no_trace_and_comes_back() {
        let request = ReplyRequest {
            prompt: "I'm Jane Doe (jane@doe.example, +49 170 1234567). JANE here: see https://jane.example/cv. Is Jan 2027 fine?".into(),
            history: vec![("candidate".into(), "mail jane@doe.example".into())],
            personal: vec!["Jane Doe".into(), "jane@doe.example".into()],
            ..ReplyRequest::default()
        };
        let (sent, redaction) = Redaction::of(&request);
        for trace in ["Jane", "JANE", "Doe", "doe.example", "1234567", "jane.example"] {
            assert!(!format!("{sent:?}").contains(trace), "{trace} in {sent:?}");
        }
        assert!(sent.prompt.contains("Is Jan 2027 fine?"), "{}", sent.prompt);
        assert_eq!(sent.history[0].1, "mail [EMAIL_1]");
        assert_eq!(redaction.put_back(&sent.prompt), request.prompt);
        assert_eq!(redaction.restore(Reply::text("Hello [NAME_1], not [NAME_9]")).text.unwrap(), "Hello Jane Doe, not [NAME_9]");
    }

    #[test]
    fn years_amounts_and_dates_are_no_telephone_numbers() {
        for text in ["5 years", "since 2016", "85,000 EUR", "2026-11-28", "from 09:00 to 17:00", "1.000.000"] {
            let (sent, _) = Redaction::of(&ReplyRequest { prompt: text.into(), ..ReplyRequest::default() });
            assert_eq!(sent.prompt, text);
        }
    }

    #[test]
    fn the_same_words_get_the_same_marks_every_time() {
        let request = ReplyRequest { prompt: "a@b.example c@d.example a@b.example".into(), ..ReplyRequest::default() };
        assert_eq!(Redaction::of(&request).0.prompt, "[EMAIL_1] [EMAIL_2] [EMAIL_1]");
        assert_eq!(Redaction::of(&request).0, Redaction::of(&request).0);
    }
}
