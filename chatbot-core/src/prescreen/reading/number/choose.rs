//! Which of several amounts answers the question: the one about its nouns, else the whole.

use super::super::asked::{Asked, stem};
use super::super::items::{Items, month};
use super::super::words::Sense;
use super::Candidate;

/// Skills that are written small: "5 years in rust" answers nothing about Go.
pub(super) const SKILLS: &[&str] = &[
    "rust",
    "go",
    "golang",
    "java",
    "javascript",
    "js",
    "typescript",
    "ts",
    "python",
    "ruby",
    "php",
    "c",
    "c++",
    "c#",
    "scala",
    "kotlin",
    "swift",
    "perl",
    "haskell",
    "elixir",
    "sql",
    "react",
    "angular",
    "vue",
    "node",
    "django",
    "rails",
    "spring",
    "docker",
    "kubernetes",
    "aws",
    "azure",
    "gcp",
    "linux",
    "terraform",
    "excel",
    "sap",
    "salesforce",
    "photoshop",
    "figma",
    "kafka",
    "rabbitmq",
    "postgres",
    "postgresql",
    "mysql",
    "mongodb",
    "oracle",
    "tokio",
    "spark",
    "hadoop",
    "matlab",
    "html",
    "css",
    "german",
    "french",
    "english",
    "spanish",
    "another",
    "other",
    "others",
    "else",
    "different",
];

/// The words about a candidate: behind it up to the next amount or stop, and before it back to the last.
fn about(items: &Items<'_>, c: &Candidate, all: &[Candidate]) -> Vec<usize> {
    let taken = |i: usize| all.iter().any(|o| (o.first..o.last).contains(&i));
    let shut = |i: usize| taken(i) || matches!(items.sense(i), Sense::Comma | Sense::Stop | Sense::Ask | Sense::End);
    let mut out: Vec<usize> = (c.last..items.list.len())
        .take_while(|i| !(shut(*i) || (all.len() > 1 && matches!(items.sense(*i), Sense::And | Sense::Plus)) || items.word(*i) == "but"))
        .collect();
    // A colon or dash before belongs to it ("Rust: 5"); words that follow another amount belong to that one.
    let before: Vec<usize> = (0..c.first)
        .rev()
        .take_while(|i| !shut(*i) || items.slice(*i, i + 1) == ":")
        .take_while(|i| !matches!(items.sense(*i), Sense::And) && items.word(*i) != "but")
        .collect();
    let touches_other = before.last().and_then(|i| i.checked_sub(1)).is_some_and(taken);
    if !touches_other {
        out.extend(before);
    }
    out
}

pub(super) fn choose(items: &Items<'_>, mut found: Vec<Candidate>, asked: &Asked) -> Option<Candidate> {
    let shouting = items.text.chars().filter(|c| c.is_lowercase()).count() * 2 < items.text.chars().filter(|c| c.is_uppercase()).count();
    let snapshot = found.clone();
    for c in &mut found {
        let around = about(items, c, &snapshot);
        let mut stems: Vec<String> = around.iter().map(|i| stem(items.word(*i))).filter(|s| asked.nouns.contains(s)).collect();
        stems.sort();
        stems.dedup();
        c.matched = stems.len();
        c.total = around.iter().any(|i| items.sense(*i) == Sense::Total);
        let behind = (c.last..items.list.len()).take_while(|i| around.contains(i));
        let named = |i: usize| {
            let raw = items.slice(i, i + 1);
            let word = items.word(i);
            let employer =
                (1..=2).any(|n| matches!(items.word_before(i, n), "at" | "for")) || matches!(items.word_before(i, 1), "as" | "a" | "an");
            // "ICU", "UK": wards, firms and countries; skills have their own table.
            let acronym = raw.len() <= 4 && raw.chars().all(|c| c.is_ascii_uppercase()) && raw.len() >= 2;
            let capital = !shouting
                && raw.chars().next().is_some_and(char::is_uppercase)
                && !employer
                && !acronym
                && items.sense(i) == Sense::Word
                && month(word).is_none();
            !asked.names(word) && (capital || (SKILLS.contains(&word) && items.sense(i) == Sense::Word))
        };
        let skill_before = around.iter().any(|i| *i < c.first && SKILLS.contains(&items.word(*i)) && !asked.names(items.word(*i)));
        c.foreign = c.matched == 0 && !asked.nouns.is_empty() && (behind.into_iter().any(named) || skill_before);
    }
    if let [only] = found.as_slice() {
        return (!only.part).then_some(*only);
    }
    let same = |list: &[Candidate]| -> Option<Candidate> {
        let first = list.first()?;
        list.iter().all(|c| (c.low - first.low).abs() < 1e-6 && c.high.is_some() == first.high.is_some()).then_some(*first)
    };
    let matched: Vec<Candidate> = found.iter().copied().filter(|c| c.matched > 0).collect();
    if !matched.is_empty() {
        let most = matched.iter().map(|c| c.matched).max()?;
        let best: Vec<Candidate> = matched.iter().copied().filter(|c| c.matched == most).collect();
        // "5 years of Rust, two of them part time" has one whole.
        let wholes: Vec<Candidate> = best.iter().copied().filter(|c| !c.part).collect();
        let best = if wholes.is_empty() { best } else { wholes };
        let other_wholes =
            found.iter().any(|c| c.matched > 0 && c.matched < most && !c.part && best.iter().all(|b| (b.low - c.low).abs() > 1e-6));
        // "10 years in tech, 3 of Rust": the named one; unnamed rivals must be named as something else.
        let rivals = found
            .iter()
            .filter(|c| c.matched == 0 && !c.part && !c.total && !c.foreign && best.iter().all(|b| (b.low - c.low).abs() > 1e-6))
            .any(|c| about(items, c, &snapshot).iter().all(|i| items.sense(*i) != Sense::Prep));
        return if other_wholes || (rivals && same(&found).is_none()) { best_after_rivals(items, &best, &found) } else { same(&best) };
    }
    // "8 years, 3 of those in Go" to a question about Rust: nobody said how many of Rust.
    if found.iter().any(|c| c.foreign) {
        return None;
    }
    let wholes: Vec<Candidate> = found.iter().copied().filter(|c| !c.part).collect();
    if let Some(one) = same(&wholes) {
        return Some(one);
    }
    // A total beside what is of something is the answer only if the question asks for no one thing.
    let totals: Vec<Candidate> = wholes.iter().copied().filter(|c| c.total).collect();
    if asked.nouns.is_empty() { same(&totals) } else { None }
}

/// "5 years but only 2 in Rust": the later, narrower one holds over a bare first amount.
fn best_after_rivals(items: &Items<'_>, best: &[Candidate], found: &[Candidate]) -> Option<Candidate> {
    let [one] = best else { return None };
    let narrower = found.iter().all(|c| {
        c.first == one.first
            || (c.last <= one.first && c.low >= one.low && (c.last..one.first).any(|i| matches!(items.word(i), "but" | "only")))
    });
    narrower.then_some(*one)
}
