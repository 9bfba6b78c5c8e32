//! The other parts: skills, experience, title, place, languages. Each names what it found.

use std::collections::BTreeSet;

use super::demand::Demand;
use super::evidence::{Evidence, asks_language, chosen, counts};
use super::words::{self, Kept};
use super::{Part, PartName, Person, two_decimals};
use crate::recruiting::{Job, Kind};

/// The share of what is asked that makes a full score: nobody names everything.
const ENOUGH: f64 = 0.6;
/// At least so many points make a full score, however little a job asks.
const LEAST: f64 = 2.0;
/// Words shown of what matched or lacks.
const SHOWN: usize = 5;

impl Part {
    /// A part that could be told; `share` in `[0, 1]`.
    pub(super) fn told(name: PartName, share: f64, reason: String, words: Vec<String>) -> Self {
        Self { name, score: Some(two_decimals(share * 100.0)), reason, words }
    }

    /// A part that can't be told.
    pub(super) fn unknown(name: PartName, why: &str) -> Self {
        Self { name, score: None, reason: why.to_owned(), words: Vec::new() }
    }
}

pub(super) fn skills(evidence: &Evidence, demand: &Demand) -> Part {
    if demand.asked.is_empty() && demand.told.is_empty() {
        return Part::unknown(PartName::Skills, "the job names no skills");
    }
    if evidence.is_empty() {
        return Part::unknown(PartName::Skills, "no skills known");
    }
    let (mut points, mut of) = (0.0, 0.0);
    let (mut found, mut lacking) = (Vec::new(), Vec::new());
    for asked in &demand.asked {
        of += asked.weight;
        match asked.ways.iter().find(|(stems, _)| evidence.has(stems)) {
            Some((_, shown)) => {
                points += asked.weight;
                found.push(shown.clone());
            }
            None => lacking.extend(asked.ways.first().map(|(_, shown)| shown.clone())),
        }
    }
    for term in demand.told.iter().filter(|t| evidence.has(std::slice::from_ref(&t.stem))) {
        points += 0.5;
        found.push(term.shown.clone());
    }
    let share = (points / (of * ENOUGH).max(LEAST)).min(1.0);
    let (found, lacking) = (distinct(found), distinct(lacking));
    let reason = if found.is_empty() {
        format!("names nothing the job asks for ({})", list(lacking.get(..SHOWN.min(lacking.len())).unwrap_or_default()))
    } else {
        format!("names {}, which the job asks for", list(found.get(..SHOWN.min(found.len())).unwrap_or_default()))
    };
    Part::told(PartName::Skills, share, reason, found)
}

pub(super) fn experience(person: &Person, job: &Job) -> Part {
    let years = |unit: Option<&String>| unit.is_some_and(|u| u.to_lowercase().starts_with("year"));
    let wanted = job.questions.iter().filter(|q| q.kind == Kind::Number && !words::is_protected(&q.text));
    let wanted = wanted.filter_map(|q| q.rule.as_ref()).filter(|r| years(r.unit.as_ref()));
    let Some(least) = wanted.filter_map(|r| r.min).filter(|min| *min > 0.0).max_by(f64::total_cmp) else {
        return Part::unknown(PartName::Experience, "the job asks for no years");
    };
    let answered = person.answers.iter().filter(|p| counts(p) && years(p.question.rule.as_ref().and_then(|r| r.unit.as_ref())));
    let answered = answered.filter_map(|p| p.answer.value.as_f64()).max_by(f64::total_cmp);
    let Some(known) = person.candidate.years_experience.or(answered).filter(|n| n.is_finite() && *n >= 0.0) else {
        return Part::unknown(PartName::Experience, "no years known");
    };
    let noun = if (known - 1.0).abs() < f64::EPSILON { "year" } else { "years" };
    Part::told(
        PartName::Experience,
        (known / least).min(1.0),
        format!("has {known} {noun}; the job asks for {least}"),
        vec![known.to_string()],
    )
}

#[allow(clippy::cast_precision_loss, reason = "counts of words")]
pub(super) fn title(person: &Person, job: &Job) -> Part {
    let wanted: BTreeSet<String> = words::all(&job.title, Kept::Titles).into_iter().map(|t| t.stem).collect();
    if wanted.is_empty() {
        return Part::unknown(PartName::Title, "the title says too little");
    }
    let held = person.candidate.positions.iter().filter_map(|p| p.get("title")?.as_str()).filter(|t| !t.trim().is_empty());
    let shares = held.map(|text| {
        let stems: BTreeSet<String> = words::all(text, Kept::Titles).into_iter().map(|t| t.stem).collect();
        (wanted.intersection(&stems).count() as f64 / wanted.len() as f64, text)
    });
    // Between equals the first by name, so that the order of positions doesn't show.
    match shares.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1))) {
        None => Part::unknown(PartName::Title, "no earlier positions known"),
        Some((share, text)) if share > 0.0 => {
            let text: String = text.trim().chars().take(80).collect();
            Part::told(PartName::Title, share, format!("has worked as “{text}”"), vec![text])
        }
        Some(_) => Part::told(PartName::Title, 0.0, "earlier positions have other titles".into(), Vec::new()),
    }
}

const REMOTE: &[&str] = &["remote", "remotely", "anywhere", "home", "wfh"];

pub(super) fn place(person: &Person, job: &Job) -> Part {
    let facts = job.facts.iter().filter(|(name, _)| REMOTE.contains(&name.to_lowercase().as_str())).filter_map(|(_, v)| v.as_str());
    let remote = says_remote(job.location.as_deref().unwrap_or_default()) || facts.into_iter().any(says_remote);
    if remote {
        return Part::told(PartName::Place, 1.0, "the work can be done remotely".into(), vec!["remote".into()]);
    }
    let names = |place: Option<&str>| words::all(&place.unwrap_or_default().replace('-', " "), Kept::Content);
    let there = names(job.location.as_deref());
    if there.is_empty() {
        return Part::unknown(PartName::Place, "the job names no place");
    }
    let here = names(person.candidate.location.as_deref());
    if here.is_empty() {
        let only_remote = person.answers.iter().filter(|p| counts(p) && p.question.kind == Kind::Choice).any(|p| {
            let names = chosen(p);
            !names.is_empty() && names.iter().all(|n| says_remote(n))
        });
        if only_remote {
            return Part::told(PartName::Place, 0.0, "wants to work remotely; the work is on site".into(), Vec::new());
        }
        return Part::unknown(PartName::Place, "no place known");
    }
    match there.iter().find(|t| here.iter().any(|h| h.stem == t.stem)) {
        Some(term) => Part::told(PartName::Place, 1.0, format!("lives where the work is: {}", term.shown), vec![term.shown.clone()]),
        None => Part::told(PartName::Place, 0.0, "lives elsewhere".into(), Vec::new()),
    }
}

/// "remote", "from home", "anywhere": not "no remote work".
fn says_remote(text: &str) -> bool {
    words::clauses(text).into_iter().any(|clause| {
        let at = clause.iter().position(|(w, _)| REMOTE.contains(&w.as_str()));
        at.is_some_and(|at| !clause.iter().take(at).any(|(w, _)| matches!(w.as_str(), "no" | "not" | "never" | "nicht")))
    })
}

#[allow(clippy::cast_precision_loss, reason = "counts of languages")]
pub(super) fn languages(person: &Person, job: &Job) -> Part {
    let facts = job.facts.iter().filter(|(name, _)| name.to_lowercase().contains("language")).filter_map(|(_, v)| v.as_str());
    let questions = job.questions.iter().map(|q| q.text.as_str());
    let told = job.description.as_deref().unwrap_or_default().split(". ");
    let asking = questions.chain(told).chain(job.title.split(',')).filter(|text| asks_language(text));
    let wanted: BTreeSet<&str> = asking.chain(facts).flat_map(named).collect();
    if wanted.is_empty() {
        return Part::unknown(PartName::Languages, "the job asks for no language");
    }
    let spoken: BTreeSet<&str> = person.candidate.languages.iter().flat_map(|l| named(l)).collect();
    let (has, lacks): (Vec<&str>, Vec<&str>) = wanted.iter().partition(|l| spoken.contains(**l) || Evidence::speaks(person, l));
    if has.is_empty() && spoken.is_empty() {
        return Part::unknown(PartName::Languages, "no languages known");
    }
    let capital = |list: &[&str]| list.iter().map(|l| capitalised(l)).collect::<Vec<_>>();
    let reason = match (has.as_slice(), lacks.as_slice()) {
        (has, []) => format!("speaks {}", list(&capital(has))),
        ([], lacks) => format!("is not known to speak {}", list(&capital(lacks))),
        (has, lacks) => format!("speaks {}; is not known to speak {}", list(&capital(has)), list(&capital(lacks))),
    };
    Part::told(PartName::Languages, has.len() as f64 / wanted.len() as f64, reason, capital(&has))
}

/// Languages a text names.
fn named(text: &str) -> Vec<&'static str> {
    let words = words::clauses(text).into_iter().flatten().map(|(word, _)| word);
    let plain = words.map(|w| words::OWN_NAMES.iter().find(|(own, _)| *own == w).map_or(w, |(_, name)| (*name).to_owned()));
    plain.filter_map(|w| words::LANGUAGES.iter().copied().find(|l| *l == w)).collect()
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Each once, whatever its case.
fn distinct(words: Vec<String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words.into_iter().filter(|w| seen.insert(w.to_lowercase())).collect()
}

/// "a, b and c".
pub(super) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}
