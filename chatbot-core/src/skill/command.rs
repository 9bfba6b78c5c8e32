//! Slash commands as they are written: `/start rust-engineer`. Which of them mean what is the dialogue's and the skills' own.

/// A slash command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command<'t> {
    /// Its name without the slash, in lower case, without the bot's name behind an `@`.
    pub name: String,
    /// The first word after it.
    pub argument: Option<&'t str>,
    /// All words after it.
    pub rest: &'t str,
}

/// The command a text is; `None` where the slash begins something else, such as a path or a fraction.
pub fn command(text: &str) -> Option<Command<'_>> {
    let said = text.trim().strip_prefix('/')?;
    let (name, rest) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    // "/help@our_bot" in a group.
    let name = name.split('@').next().unwrap_or(name);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.contains('/') && name.len() <= 64;
    is_name.then(|| Command { name: name.to_lowercase(), argument: rest.split_whitespace().next(), rest: rest.trim() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_command_has_a_name_and_words_behind_it() {
        let want = Command { name: "jobs".into(), argument: Some("yes"), rest: "yes  please" };
        assert_eq!(command(" /Jobs@our_bot yes  please "), Some(want));
        assert_eq!(command("/jobs"), Some(Command { name: "jobs".into(), argument: None, rest: "" }));
        for none in ["", "/", "/ home", "/home/user", "/5", "jobs", "and/or", "//"] {
            assert_eq!(command(none), None, "{none}");
        }
    }
}
