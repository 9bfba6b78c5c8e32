//! Values as the pages write them.

/// A number with at most two decimals: `3`, `2.5`, `86.67`.
pub(crate) fn tidy(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `2026-11-22T09:00:12.5Z` as `2026-11-22 09:00 UTC`; scripts then show the reader's own zone.
pub(crate) fn utc(time: &str) -> String {
    match (time.get(..10), time.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day} {minute} UTC"),
        _ => time.to_owned(),
    }
}

/// `prescreen_completed` as `prescreen completed`.
pub(crate) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

/// Whether a must-have state (`passed`, `unknown`, `failed`, `none`) reads well, badly or neither.
pub(crate) fn tone(must_haves: &str) -> &'static str {
    match must_haves {
        "passed" => "good",
        "failed" => "bad",
        _ => "plain",
    }
}

/// What a must-have state is called in lists.
pub(crate) fn must_have_words(must_haves: &str) -> &'static str {
    match must_haves {
        "passed" => "passed",
        "failed" => "not met",
        "none" => "none",
        _ => "open",
    }
}
