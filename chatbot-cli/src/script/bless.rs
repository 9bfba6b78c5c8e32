//! `--bless`: the script's `bot` steps become what the bot said. Everything else, comments too, stays as it is.

use super::format::Script;
use super::matching::{Line, compare};
use super::play::Group;

/// The text of the script with the groups' steps replaced; `None` if nothing changes. The error says what stands in the way.
pub(crate) fn blessed(text: &str, script: &Script, groups: &[Group]) -> Result<Option<String>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<String> = Vec::new();
    // Lines of the file that are written already.
    let mut done = 0;
    let mut changed = false;
    for group in groups {
        let compared = compare(&group.wanted(), &group.said);
        if !compared.iter().any(|l| matches!(l, Line::Missing(_) | Line::Extra(_))) {
            continue;
        }
        changed = true;
        let extents: Vec<(usize, usize)> = group.steps.iter().map(|s| extent(&lines, s.line)).collect::<Result<_, _>>()?;
        // New lines go where the group's first step stands; without one, behind what happened.
        let (start, indent) = match (extents.first(), group.first.checked_sub(1).and_then(|i| script.steps.get(i))) {
            (Some((start, _)), _) => (*start, indent(&lines, *start)),
            (None, Some(step)) => {
                let (from, to) = extent(&lines, step.line)?;
                (to, indent(&lines, from))
            }
            (None, None) => return Err("the bot spoke before the first step; begin with - candidate: \"/start\"".into()),
        };
        copy(&lines, &mut done, start, &mut out);
        let step_text =
            |i: usize| extents.get(i).map(|(from, to)| lines.get(*from..*to).unwrap_or_default().iter().map(|l| (*l).to_owned()));
        for line in compared {
            match line {
                Line::Same(i, _) | Line::Any(i) => out.extend(step_text(i).into_iter().flatten()),
                Line::Extra(j) => out.extend(group.said.get(j).map(|said| format!("{indent}- bot: {}", yaml(&said.content)))),
                Line::Covered(_) | Line::Missing(_) => {}
            }
        }
        done = extents.last().map_or(start, |(_, to)| *to);
    }
    copy(&lines, &mut done, lines.len(), &mut out);
    Ok(changed.then(|| out.join("\n") + "\n"))
}

/// A text as YAML writes it in quotes, on one line.
pub(crate) fn yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn copy(lines: &[&str], done: &mut usize, upto: usize, out: &mut Vec<String>) {
    out.extend(lines.get(*done..upto).unwrap_or_default().iter().map(|l| (*l).to_owned()));
    *done = upto.max(*done);
}

fn indent(lines: &[&str], at: usize) -> String {
    lines.get(at).map(|l| l.chars().take_while(|c| *c == ' ').collect()).unwrap_or_default()
}

/// The lines `from..to` of a step that begins on this line (from 1).
fn extent(lines: &[&str], line: u64) -> Result<(usize, usize), String> {
    let from = usize::try_from(line).unwrap_or(0).saturating_sub(1);
    let first = lines.get(from).copied().unwrap_or_default();
    if !first.trim_start().starts_with("- ") {
        return Err(format!("line {line}: a step that shares its line with others cannot be rewritten; put each on a line of its own"));
    }
    let depth = first.len() - first.trim_start().len();
    let belongs = |l: &&&str| !l.trim().is_empty() && l.len() - l.trim_start().len() > depth;
    let more = lines.iter().skip(from + 1).take_while(belongs).count();
    Ok((from, from + 1 + more))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;
    use crate::script::matching::Said;
    use crate::script::steps::Kind;

    const SCRIPT: &str = "job: j.yaml\n# what it shows\nsteps:\n  - candidate: \"/start\"\n  - bot:\n      contains: \"agree\"\n  # yes, of course\n  - candidate: \"yes\"\n  - bot: \"old words\"   # stale\n  - any: []\n  - wait: 3h\n\nexpect: {}\n";

    fn said(words: &[&str]) -> Vec<Said> {
        words.iter().map(|w| Said { content: (*w).into(), ..Said::default() }).collect()
    }

    #[test]
    fn only_what_the_bot_said_otherwise_is_rewritten() {
        let script = Script::parse(SCRIPT, std::path::Path::new("a.yaml")).unwrap();
        let group = |first: usize, count: usize, words: &[&str]| Group {
            line: 1,
            after: String::new(),
            first,
            steps: script.steps[first..first + count].to_vec(),
            said: said(words),
        };
        assert!(matches!(script.steps[1].kind, Kind::Bot(_)));
        let groups = [group(1, 1, &["Do you agree?"]), group(3, 2, &["Hm.\nAgain?"]), group(6, 0, &["Still there?"])];
        let out = blessed(SCRIPT, &script, &groups).unwrap().unwrap();
        // The `any` covers whatever was said.
        assert!(out.contains("  - any: []"));
        assert!(!out.contains("old words"), "{out}");
        assert!(out.contains("  - wait: 3h\n  - bot: \"Still there?\"\n\nexpect: {}\n"), "{out}");
        assert!(out.contains("  - bot:\n      contains: \"agree\"\n  # yes, of course\n"), "{out}");
        let again = Script::parse(&out, std::path::Path::new("a.yaml")).unwrap();
        assert_eq!(again.steps.len(), 6);
        assert_eq!(blessed(SCRIPT, &script, &groups[..1]).unwrap(), None);
    }

    #[test]
    fn words_survive_the_quotes() {
        let text = "A \"quoted\" text: with ⏎\nand a \\ and * stars";
        let node = chatbot_core::recruiting::job_file::document::Node::from_yaml(&yaml(text)).unwrap();
        assert_eq!(node.text(), Some(text));
    }
}
