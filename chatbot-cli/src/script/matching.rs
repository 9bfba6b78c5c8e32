//! What the bot said against what the script names, in order.

use serde_json::Value;

use super::glob;
use super::steps::Named;

/// A message of the bot's, as far as scripts look at it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Said {
    /// The words.
    pub content: String,
    /// The templates they came from.
    pub templates: Vec<String>,
    /// What is expected next.
    pub expects: String,
    /// `(label, value)` of the buttons.
    pub buttons: Vec<(String, String)>,
    /// The question that is asked.
    pub question_id: Option<String>,
}

impl Said {
    /// From `content` and `metadata` of a stored message.
    pub fn new(content: &str, metadata: &Value) -> Self {
        let text = |v: Option<&Value>| v.and_then(Value::as_str).unwrap_or_default().to_owned();
        let list = |key: &str| metadata.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let expects = metadata.get("expects");
        Self {
            content: content.to_owned(),
            templates: list("templates").iter().map(|t| text(Some(t))).collect(),
            expects: text(expects.and_then(|e| e.get("type"))),
            buttons: list("buttons").iter().map(|b| (text(b.get("label")), text(b.get("value")))).collect(),
            question_id: expects.and_then(|e| e.get("question_id")).and_then(Value::as_str).map(str::to_owned),
        }
    }
}

impl Named {
    /// Whether this message is meant.
    pub fn fits(&self, said: &Said) -> bool {
        self.glob.as_ref().is_none_or(|g| glob::matches(g.trim(), said.content.trim()))
            && self.contains.as_ref().is_none_or(|c| said.content.to_lowercase().contains(&c.to_lowercase()))
            && self.template.as_ref().is_none_or(|t| said.templates.contains(t))
            && self.expects.as_ref().is_none_or(|e| said.expects == *e)
    }
}

/// What a step of a group names.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// One message.
    One(&'a Named),
    /// Any number of messages.
    Any,
}

/// How one line of a comparison turned out; the numbers count wanted and said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// Named and said.
    Same(usize, usize),
    /// Said where anything may be.
    Covered(usize),
    /// Named, but not said.
    Missing(usize),
    /// Said, but not named.
    Extra(usize),
    /// Where an `any` ends.
    Any(usize),
}

/// The comparison with the fewest missing and extra messages, in order.
pub fn compare(wanted: &[Wanted<'_>], said: &[Said]) -> Vec<Line> {
    // cost[i][j]: the fewest differences between wanted from i on and said from j on.
    let (n, m) = (wanted.len(), said.len());
    let width = m + 1;
    let mut cost = vec![0_usize; (n + 1) * width];
    let at = |i: usize, j: usize| i * width + j;
    let get = |cost: &[usize], i: usize, j: usize| cost.get(at(i, j)).copied().unwrap_or(usize::MAX / 2);
    for i in (0..=n).rev() {
        for j in (0..=m).rev() {
            let best = options(wanted.get(i), said.get(j))
                .into_iter()
                .flatten()
                .map(|o| o.price() + get(&cost, i + o.wanted(), j + o.said()))
                .min();
            if let Some(cell) = cost.get_mut(at(i, j)) {
                *cell = best.unwrap_or(0);
            }
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < n || j < m {
        let here = get(&cost, i, j);
        let step = options(wanted.get(i), said.get(j))
            .into_iter()
            .flatten()
            .find(|o| o.price() + get(&cost, i + o.wanted(), j + o.said()) == here);
        let Some(step) = step else { break };
        match step {
            Move::Same => lines.push(Line::Same(i, j)),
            Move::Cover => lines.push(Line::Covered(j)),
            Move::Miss => lines.push(Line::Missing(i)),
            Move::Extra => lines.push(Line::Extra(j)),
            Move::Leave => lines.push(Line::Any(i)),
        }
        (i, j) = (i + step.wanted(), j + step.said());
    }
    lines
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Move {
    Same,
    /// `any` takes a message and stays.
    Cover,
    /// `any` takes no more.
    Leave,
    Miss,
    Extra,
}

impl Move {
    fn price(self) -> usize {
        usize::from(matches!(self, Self::Miss | Self::Extra))
    }

    fn wanted(self) -> usize {
        usize::from(matches!(self, Self::Same | Self::Leave | Self::Miss))
    }

    fn said(self) -> usize {
        usize::from(matches!(self, Self::Same | Self::Cover | Self::Extra))
    }
}

fn options(wanted: Option<&Wanted<'_>>, said: Option<&Said>) -> [Option<Move>; 3] {
    match (wanted, said) {
        (Some(Wanted::Any), said) => [said.map(|_| Move::Cover), Some(Move::Leave), None],
        (Some(Wanted::One(named)), Some(said)) => [named.fits(said).then_some(Move::Same), Some(Move::Miss), Some(Move::Extra)],
        (Some(Wanted::One(_)), None) => [Some(Move::Miss), None, None],
        (None, Some(_)) => [Some(Move::Extra), None, None],
        (None, None) => [None; 3],
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn said(words: &[&str]) -> Vec<Said> {
        words.iter().map(|w| Said { content: (*w).into(), ..Said::default() }).collect()
    }

    fn named(words: &[&str]) -> Vec<Named> {
        words.iter().map(|w| Named { glob: Some((*w).into()), ..Named::default() }).collect()
    }

    fn lines(wanted: &[&str], words: &[&str]) -> Vec<Line> {
        let named = named(wanted);
        let wanted: Vec<_> = named.iter().map(|n| if n.glob.as_deref() == Some("ANY") { Wanted::Any } else { Wanted::One(n) }).collect();
        compare(&wanted, &said(words))
    }

    #[test]
    fn every_message_must_be_named_in_order() {
        assert_eq!(lines(&["a", "b"], &["a", "b"]), [Line::Same(0, 0), Line::Same(1, 1)]);
        assert_eq!(lines(&["a", "b"], &["a"]), [Line::Same(0, 0), Line::Missing(1)]);
        assert_eq!(lines(&["a"], &["a", "b"]), [Line::Same(0, 0), Line::Extra(1)]);
        assert_eq!(lines(&["b", "a"], &["a", "b"]), [Line::Missing(0), Line::Same(1, 0), Line::Extra(1)]);
    }

    #[test]
    fn any_covers_what_stands_where_it_stands() {
        assert_eq!(lines(&["ANY"], &[]), [Line::Any(0)]);
        assert_eq!(lines(&["a", "ANY"], &["a", "b", "c"]), [Line::Same(0, 0), Line::Covered(1), Line::Covered(2), Line::Any(1)]);
        assert_eq!(lines(&["ANY", "c"], &["a", "c", "b", "c"]).iter().filter(|l| matches!(l, Line::Covered(_))).count(), 3);
        assert_eq!(lines(&["ANY", "x"], &["a"]), [Line::Covered(0), Line::Any(0), Line::Missing(1)]);
    }

    #[test]
    fn a_message_is_named_by_template_words_or_what_it_expects() {
        let metadata = serde_json::json!({"templates": ["a", "ask_consent"], "expects": {"type": "consent"}, "buttons": [{"label": "Yes", "value": "yes"}]});
        let said = Said::new("Do you agree?", &metadata);
        let by = |template: Option<&str>, contains: Option<&str>, expects: Option<&str>| Named {
            template: template.map(str::to_owned),
            contains: contains.map(str::to_owned),
            expects: expects.map(str::to_owned),
            glob: None,
        };
        assert!(by(Some("ask_consent"), None, None).fits(&said));
        assert!(by(None, Some("YOU AGREE"), Some("consent")).fits(&said));
        assert!(!by(None, Some("agree"), Some("question")).fits(&said));
        assert_eq!(said.buttons, [("Yes".to_owned(), "yes".to_owned())]);
    }
}
