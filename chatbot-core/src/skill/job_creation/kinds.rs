//! What sort of answer a question asks for: guessed from its words, chosen by its name.

use crate::recruiting::Kind;

/// Every kind, in the order they are offered.
pub(super) const ALL: [Kind; 7] = [Kind::YesNo, Kind::Number, Kind::Choice, Kind::Duration, Kind::Money, Kind::Date, Kind::Text];

/// Words that name a kind, besides its own name.
const NAMES: [(Kind, &[&str]); 7] = [
    (Kind::YesNo, &["a yes or no", "yes/no", "yes or no", "yes no", "yesno", "boolean"]),
    (Kind::Number, &["a number", "numbers", "count"]),
    (Kind::Choice, &["a choice", "choices", "options", "list", "one of several"]),
    (Kind::Duration, &["a duration", "length of time", "a length of time", "time span", "period"]),
    (Kind::Money, &["amount", "an amount", "an amount of money", "salary", "pay"]),
    (Kind::Date, &["a date", "day", "a day"]),
    (Kind::Text, &["free text", "free words", "words", "open", "a text"]),
];

/// The kind that is named.
pub(super) fn named(said: &str) -> Option<Kind> {
    let said = said.trim().trim_end_matches('.').to_lowercase();
    NAMES.into_iter().find(|(kind, names)| said == kind.as_str() || names.contains(&said.as_str())).map(|(kind, _)| kind)
}

/// The kind a question's words suggest.
pub(super) fn guess(question: &str) -> Kind {
    let text = question.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    let first = text.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).unwrap_or_default();
    let closed = matches!(
        first,
        "do" | "does"
            | "are"
            | "is"
            | "have"
            | "has"
            | "can"
            | "could"
            | "will"
            | "would"
            | "did"
            | "were"
            | "was"
            | "may"
            | "must"
            | "am"
            | "should"
    );
    if has(&["salary", "how much do you", "how much would you", "earn", "hourly rate", "day rate", "wage", "compensation"]) && !closed {
        Kind::Money
    } else if has(&["how many", "number of", "how much experience", "years of experience"]) && !closed {
        Kind::Number
    } else if has(&["how long", "notice period"]) && !closed {
        Kind::Duration
    } else if first == "when" || has(&["which date", "what date", "from which day", "start date", "earliest day"]) && !closed {
        Kind::Date
    } else if has(&[" or "]) && (!closed && has(&[", ", "which", "prefer"]) || text.starts_with("would you rather")) {
        Kind::Choice
    } else if closed {
        Kind::YesNo
    } else {
        Kind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_guessed_from_a_questions_words() {
        for (question, kind) in [
            ("How many years have you worked with Rust?", Kind::Number),
            ("Are you allowed to work in the EU, as a citizen or with a permit?", Kind::YesNo),
            ("Do you hold a driving licence?", Kind::YesNo),
            ("How do you want to work: remote, hybrid or onsite?", Kind::Choice),
            ("How long is your notice period?", Kind::Duration),
            ("What yearly salary do you expect?", Kind::Money),
            ("When could you start?", Kind::Date),
            ("Which databases have you run in production?", Kind::Text),
            ("Why us?", Kind::Text),
            ("", Kind::Text),
        ] {
            assert_eq!(guess(question), kind, "{question}");
        }
    }

    #[test]
    fn a_kind_is_named_in_plain_words() {
        for (said, kind) in [("yes_no", Kind::YesNo), ("Yes/No", Kind::YesNo), ("Free text.", Kind::Text), (" money ", Kind::Money)] {
            assert_eq!(named(said), Some(kind), "{said}");
        }
        assert_eq!(named("maybe"), None);
    }
}
