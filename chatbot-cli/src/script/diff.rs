//! What was expected beside what was said.

use std::fmt::Write as _;

use super::matching::{Line, Said, Wanted, compare};
use super::play::Group;
use super::steps::Named;

/// The most letters of a message shown.
const SHOWN: usize = 300;

/// One group's comparison in lines, or nothing if all holds.
pub(crate) fn group(path: &str, group: &Group) -> Option<String> {
    let wanted: Vec<Wanted<'_>> = group.wanted();
    let lines = compare(&wanted, &group.said);
    if !lines.iter().any(|l| matches!(l, Line::Missing(_) | Line::Extra(_))) {
        return None;
    }
    let mut out = format!("{path}:{}: after {}\n", group.line, group.after);
    for line in lines {
        let _ = match line {
            Line::Same(_, j) | Line::Covered(j) => writeln!(out, "      said     {}", group.said.get(j).map_or_else(String::new, said)),
            Line::Extra(j) => writeln!(out, "    + said     {}", group.said.get(j).map_or_else(String::new, said)),
            Line::Missing(i) => writeln!(out, "    - expected {}", wanted.get(i).copied().map_or_else(String::new, expected)),
            Line::Any(_) => Ok(()),
        };
    }
    Some(out.trim_end().to_owned())
}

/// A message in one line: its words, where they came from, what it waits for.
pub(crate) fn said(said: &Said) -> String {
    let mut out = quoted(&said.content);
    let mut notes = Vec::new();
    if !said.templates.is_empty() {
        notes.push(said.templates.join(", "));
    }
    if !said.expects.is_empty() && said.expects != "none" {
        notes.push(format!("expects {}", said.expects));
    }
    if !said.buttons.is_empty() {
        notes.push(format!("buttons {}", said.buttons.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>().join(" | ")));
    }
    if !notes.is_empty() {
        let _ = write!(out, "  [{}]", notes.join("; "));
    }
    out
}

fn expected(wanted: Wanted<'_>) -> String {
    match wanted {
        Wanted::Any => "anything".into(),
        Wanted::One(named) => describe(named),
    }
}

fn describe(named: &Named) -> String {
    let mut parts = Vec::new();
    if let Some(glob) = &named.glob {
        parts.push(quoted(glob));
    }
    if let Some(template) = &named.template {
        parts.push(format!("template {template}"));
    }
    if let Some(words) = &named.contains {
        parts.push(format!("contains {}", quoted(words)));
    }
    if let Some(expects) = &named.expects {
        parts.push(format!("expects {expects}"));
    }
    parts.join(", ")
}

/// In quotes on one line, not endlessly long.
pub(crate) fn quoted(text: &str) -> String {
    let line = text.replace('\r', "").replace('\n', " ⏎ ");
    if line.chars().count() <= SHOWN { format!("\"{line}\"") } else { format!("\"{}…\"", line.chars().take(SHOWN).collect::<String>()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;
    use crate::script::steps::{Kind, Step};

    fn step(kind: Kind) -> Step {
        Step { line: 7, kind }
    }

    #[test]
    fn a_difference_shows_what_was_expected_and_what_was_said_in_order() {
        let consent = Named { template: Some("ask_consent".into()), ..Named::default() };
        let said = |content: &str| Said {
            content: content.into(),
            templates: vec!["welcome".into()],
            expects: "consent".into(),
            ..Said::default()
        };
        let group = Group {
            line: 6,
            after: "the opening".into(),
            first: 0,
            steps: vec![step(Kind::Bot(Named { glob: Some("Hello*".into()), ..Named::default() })), step(Kind::Bot(consent))],
            said: vec![said("Hello!\nI am a bot."), said("More")],
        };
        assert_eq!(
            super::group("a.yaml", &group).unwrap(),
            "a.yaml:6: after the opening\n      said     \"Hello! ⏎ I am a bot.\"  [welcome; expects consent]\n    - expected template ask_consent\n    + said     \"More\"  [welcome; expects consent]"
        );
    }
}
