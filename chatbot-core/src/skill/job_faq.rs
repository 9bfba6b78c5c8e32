//! The job FAQ: answers a question from the job's facts, and from nothing else. It is no skill: the dialogue asks it once
//! every skill has passed, and for questions put in the middle of something.

use serde_json::{Value, json};

use crate::recruiting::Job;
use crate::template::Templates;
use crate::turn::{Effects, Turn};

/// Words that ask about the same thing, each group led by names a fact may have. A group matches a fact when the
/// fact's name has one of its words, and a question when the question has one.
const TOPICS: &[&[&str]] = &[
    &["salary", "pay", "paid", "wage", "wages", "money", "compensation", "earn", "rate", "remuneration"],
    &["remote", "home", "wfh", "office", "hybrid", "onsite", "anywhere"],
    &["location", "where", "city", "address", "place", "located", "site", "based"],
    &["hours", "schedule", "shift", "shifts", "overtime", "weekend", "weekends", "time", "nights"],
    &["start", "begin", "starting", "date"],
    &["benefits", "perks", "insurance", "pension", "bonus", "equity", "health", "bike"],
    &["vacation", "holiday", "holidays", "leave", "days"],
    &["contract", "permanent", "temporary", "fixed", "probation", "type", "freelance"],
    &["team", "people", "colleagues", "size", "report", "manager", "boss", "lead"],
    &["visa", "sponsorship", "sponsor", "relocation", "relocate", "move"],
    &["language", "languages", "english", "german", "speak"],
    &["process", "interview", "interviews", "next", "steps", "stages"],
    &["training", "learning", "course", "courses", "budget", "onboarding"],
    &["equipment", "laptop", "hardware", "tools", "uniform", "clothing"],
    &["stack", "technology", "technologies", "tech", "framework", "databases"],
    &["travel", "travelling", "trips", "commute", "parking", "car"],
];

/// Words that carry nothing.
const STOP: &[&str] = &[
    "a", "an", "the", "is", "are", "was", "be", "do", "does", "did", "what", "whats", "which", "who", "how", "when", "why", "can", "could",
    "would", "will", "i", "you", "we", "it", "to", "of", "in", "on", "at", "for", "and", "or", "my", "me", "your", "there", "any", "about",
    "tell", "much", "many", "this", "that", "have", "has", "get", "job", "work", "working", "with", "from", "if", "by", "as", "so",
    "please", "know", "more", "like", "long",
];

/// Answers from facts.
#[derive(Debug, Clone)]
pub struct JobFaq {
    templates: Templates,
}

impl JobFaq {
    /// Speaks with these templates.
    pub fn new(templates: Templates) -> Self {
        Self { templates }
    }

    /// What the facts say to a question; `None` if they don't.
    pub fn answer(&self, turn: &Turn, question: &str) -> Option<Effects> {
        let job = turn.job.as_deref()?;
        let (label, fact) = best(job, question)?;
        let mut effects = Effects::new();
        effects.save_bot_message(self.templates.say("faq_answer", json!({"label": label, "fact": fact})));
        effects.log("faq_answered", "bot", json!({"fact": label}));
        Some(effects)
    }
}

/// The fact whose name and words share most with the question; a tie is nobody's to break, so it answers with none.
fn best(job: &Job, question: &str) -> Option<(String, String)> {
    let asked = tokens(question);
    let mut scored: Vec<(usize, String, String)> =
        facts(job).into_iter().map(|(name, fact)| (score(&asked, &name, &fact), name, fact)).filter(|(score, ..)| *score > 0).collect();
    scored.sort_by_key(|(score, ..)| std::cmp::Reverse(*score));
    match scored.as_slice() {
        [(first, ..), (second, ..), ..] if first == second && *first < 4 => None,
        [(_, name, fact), ..] => Some((sentence_case(name), fact.clone())),
        [] => None,
    }
}

/// The job's facts; its place and hours besides, where no fact names them.
fn facts(job: &Job) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = job.facts.iter().map(|(k, v)| (k.replace(['_', '-'], " "), plain(v))).collect();
    if let Some(location) = &job.location
        && !job.facts.contains_key("location")
    {
        out.push(("location".into(), location.clone()));
    }
    out
}

fn score(asked: &[String], name: &str, fact: &str) -> usize {
    let named = tokens(name);
    let said = tokens(fact);
    let direct = asked.iter().filter(|w| named.iter().any(|n| same(n, w))).count() * 4;
    let topic =
        TOPICS.iter().filter(|t| asked.iter().any(|w| t.contains(&w.as_str())) && named.iter().any(|n| t.contains(&n.as_str()))).count()
            * 3;
    let words = asked.iter().filter(|w| w.len() > 3 && said.iter().any(|s| same(s, w))).count();
    direct + topic + words
}

/// Equal, or differing by a plural s.
fn same(a: &str, b: &str) -> bool {
    a == b || a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a)
}

fn tokens(text: &str) -> Vec<String> {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty() && !STOP.contains(w)).map(str::to_owned).collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn sentence_case(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
