//! Whole texts against a pattern in which `*` stands for anything, line breaks too.

/// Whether the pattern covers the whole text. A `*` in the text matches itself.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    // The leftmost place for each part leaves the most for those after it.
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_the_rest_for_itself() {
        for (pattern, text) in [
            ("*How many years*", "Question 1 of 7: How many years?\nYou may skip."),
            ("Hello*", "Hello"),
            ("*", ""),
            ("a*b*c", "a-b-b-c"),
            ("*?", "How many?"),
            ("5 * 3 = 15", "5 * 3 = 15"),
            ("", ""),
            ("*grüße", "Viele grüße"),
        ] {
            assert!(matches(pattern, text), "{pattern} should match {text}");
        }
        for (pattern, text) in [("How many", "How many years"), ("*years", "years?"), ("a*b*b", "ab"), ("", "x"), ("ab*ba", "aba")] {
            assert!(!matches(pattern, text), "{pattern} should not match {text}");
        }
    }
}
