//! What a job asks for: the words of its title, questions, keywords and options, and those of its description.

use std::collections::BTreeSet;

use serde_json::Value;

use super::words::{self, Kept, Term};
use crate::recruiting::{Job, Kind, Question};

/// One thing that is asked for.
#[derive(Debug)]
pub(super) struct Asked {
    /// Any of these will do, each in all its words; with how it is shown.
    pub(super) ways: Vec<(Vec<String>, String)>,
    /// Its share.
    pub(super) weight: f64,
}

/// What a job asks for.
#[derive(Debug, Default)]
pub(super) struct Demand {
    /// What counts towards the whole.
    pub(super) asked: Vec<Asked>,
    /// Words of the description: half a point each, beyond the whole.
    pub(super) told: Vec<Term>,
}

/// Facts that list what one works with.
const SKILL_FACTS: &[&str] = &["stack", "tech", "technology", "technologies", "tools", "skills", "requirements", "qualifications"];

impl Demand {
    pub(super) fn of(job: &Job) -> Self {
        let mut out = Self::default();
        for term in words::all(&job.title, Kept::Skills) {
            out.ask(vec![(vec![term.stem], term.shown)], 2.0);
        }
        for question in job.questions.iter().filter(|q| !words::is_protected(&q.text)) {
            out.question(question);
        }
        for (name, fact) in &job.facts {
            let is_skill =
                words::clauses(&name.replace(['_', '-'], " ")).into_iter().flatten().any(|(w, _)| SKILL_FACTS.contains(&w.as_str()));
            if let (true, Value::String(text)) = (is_skill, fact) {
                for term in words::all(text, Kept::Skills) {
                    out.ask(vec![(vec![term.stem], term.shown)], 1.0);
                }
            }
        }
        let mut seen: BTreeSet<String> = out.asked.iter().flat_map(|a| a.ways.iter().flat_map(|(stems, _)| stems.clone())).collect();
        for term in words::all(job.description.as_deref().unwrap_or_default(), Kept::Skills) {
            if seen.insert(term.stem.clone()) {
                out.told.push(term);
            }
        }
        out
    }

    fn question(&mut self, q: &Question) {
        let rule = q.rule.as_ref();
        for keyword in rule.and_then(|r| r.keywords.as_ref()).into_iter().flatten() {
            let names = std::iter::once(&keyword.term).chain(&keyword.aliases);
            let ways = names.map(|name| (stems(name), keyword.term.clone())).filter(|(stems, _)| !stems.is_empty()).collect();
            self.ask(ways, 2.0);
        }
        let asks_skill = match q.kind {
            // "Do you need a visa?", where no is the right answer, asks for nothing.
            Kind::YesNo => rule.is_none_or(|r| r.expected != Some(false)),
            Kind::Number => rule.is_some_and(|r| r.min.is_some()),
            Kind::Text => rule.is_none_or(|r| r.keywords.is_none()),
            _ => false,
        };
        if asks_skill && !words::asks_permission(&q.text) {
            for term in words::all(&q.text, Kept::Skills) {
                self.ask(vec![(vec![term.stem], term.shown)], 1.0);
            }
        }
        if let (Kind::Choice, Some(accepted)) = (q.kind, rule.and_then(|r| r.accept.as_ref())) {
            let options = q.options.iter().filter(|o| accepted.contains(&o.value));
            let ways = options.map(|o| (stems(o.label()), o.label().to_owned())).filter(|(stems, _)| !stems.is_empty()).collect();
            self.ask(ways, 1.0);
        }
    }

    /// Asks for something, once, with its greatest weight.
    fn ask(&mut self, ways: Vec<(Vec<String>, String)>, weight: f64) {
        if ways.is_empty() {
            return;
        }
        let same = self.asked.iter_mut().find(|a| a.ways.iter().any(|(stems, _)| ways.iter().any(|(other, _)| other == stems)));
        match same {
            Some(asked) => {
                asked.weight = asked.weight.max(weight);
                for way in ways {
                    if !asked.ways.iter().any(|(stems, _)| *stems == way.0) {
                        asked.ways.push(way);
                    }
                }
            }
            None => self.asked.push(Asked { ways, weight }),
        }
    }
}

fn stems(text: &str) -> Vec<String> {
    words::all(text, Kept::Skills).into_iter().map(|t| t.stem).collect()
}
