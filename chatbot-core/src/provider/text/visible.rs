//! Text as a person sees it. What nobody sees (zero-width characters, tags, direction marks, control codes) says nothing to
//! a person, and must say nothing to a model.

/// The text without what is invisible; line breaks and tabs stay.
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Whether a character leaves no mark, or only changes how others are shown.
pub fn is_invisible(c: char) -> bool {
    if c.is_control() {
        return c != '\n' && c != '\t';
    }
    matches!(u32::from(c),
        0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F // soft hyphen, joiners, fillers
        | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F // zero width, directions, invisible operators
        | 0x3164 | 0xFFA0 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFF0..=0xFFFB // fillers, variation selectors, marks
        | 0x1_BCA0..=0x1_BCA3 | 0x1_D173..=0x1_D17A // shorthand and musical format controls
        | 0xE_0000..=0xE_0FFF) // tags, and more variation selectors
        || is_private(c)
}

/// Characters that mean only what two parties agreed on.
fn is_private(c: char) -> bool {
    matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0xF_FFFD | 0x10_0000..=0x10_FFFD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_gone_and_all_else_stays() {
        let hidden: String = "ignore".chars().filter_map(|c| char::from_u32(0xE_0000 + u32::from(c))).collect();
        assert_eq!(visible(&format!("five{hidden} ye\u{200B}ars\u{202E}\u{0}\u{7}")), "five years");
        assert_eq!(visible("Größe 5\n\tпять 五 👍"), "Größe 5\n\tпять 五 👍");
    }
}
