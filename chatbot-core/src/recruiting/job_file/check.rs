//! Whether a job makes sense: every value within its limits, every rule fitting its question.

mod rule;

use serde_json::Value;

use super::document::DocumentError;
use super::{JobFile, Prescreen, QuestionFile, slug};
use crate::recruiting::hours::Hours;
use crate::recruiting::question::Kind;

type Checked = Result<(), DocumentError>;

const MOST_QUESTIONS: usize = 100;
const MOST_OPTIONS: usize = 50;
const MOST_FACTS: usize = 100;
const HEAVIEST: f64 = 1000.0;

pub(super) fn job(job: &JobFile) -> Checked {
    if let Some(slug) = &job.slug
        && !slug::is_slug(slug)
    {
        let problem = format!("\"{slug}\" is not a name for links: a-z, 0-9 and -, at most {} letters", slug::LONGEST);
        return Err(DocumentError::new("slug", problem).example("rust-engineer"));
    }
    fields(job)?;
    prescreen(&job.prescreen, "prescreen.")
}

/// Everything but slug and questions.
pub(super) fn fields(job: &JobFile) -> Checked {
    text("title", &job.title, 200)?;
    for (field, value, most) in [
        ("employer", &job.employer, 200),
        ("contact", &job.contact, 500),
        ("privacy_url", &job.privacy_url, 2000),
        ("owner", &job.owner, 320),
        ("location", &job.location, 500),
        ("description", &job.description, 20_000),
    ] {
        if let Some(value) = value {
            short(field, value, most)?;
        }
    }
    if let Some(link) = &job.privacy_url {
        url("privacy_url", link)?;
    }
    if let Some(zone) = &job.timezone
        && zone.parse::<chrono_tz::Tz>().is_err()
    {
        return Err(explained(DocumentError::new("timezone", format!("\"{zone}\" is not a time zone's name"))));
    }
    if let Some(hours) = &job.hours {
        Hours::parse(hours).map_err(|problem| explained(DocumentError::new("hours", problem)))?;
    }
    facts(&job.facts)?;
    if let Some(step) = &job.next_step {
        text("next_step.text", &step.text, 1000)?;
        if let Some(link) = &step.url {
            url("next_step.url", link)?;
        }
    }
    Ok(())
}

fn facts(facts: &serde_json::Map<String, Value>) -> Checked {
    if facts.len() > MOST_FACTS {
        return Err(DocumentError::new("facts", format!("{} facts are too many; at most {MOST_FACTS}", facts.len())));
    }
    for (name, value) in facts {
        let field = format!("facts.{name}");
        let plain = |v: &Value| v.is_string() || v.is_number() || v.is_boolean();
        match value {
            Value::String(s) => text(&field, s, 2000)?,
            Value::Array(list) if !list.is_empty() && list.iter().all(plain) => {}
            v if plain(v) => {}
            _ => {
                return Err(DocumentError::new(field, "a fact is a text, a number, true or false, or a list of these")
                    .example("salary: \"70–85 k€\""));
            }
        }
    }
    Ok(())
}

/// `prefix` is what stands before `questions` in a field's path.
pub(super) fn prescreen(prescreen: &Prescreen, prefix: &str) -> Checked {
    let questions = &prescreen.questions;
    if questions.len() > MOST_QUESTIONS {
        let problem = format!("{} questions are too many; at most {MOST_QUESTIONS}", questions.len());
        return Err(DocumentError::new(format!("{prefix}questions"), problem));
    }
    for (i, q) in questions.iter().enumerate() {
        question(q, &format!("{prefix}questions[{i}]"))?;
    }
    Ok(())
}

fn question(q: &QuestionFile, path: &str) -> Checked {
    text(&format!("{path}.text"), &q.text, 500)?;
    number(&format!("{path}.weight"), q.weight, 0.0, HEAVIEST)?;
    options(q, path)?;
    match &q.rule {
        Some(rule) => rule::check(q, rule, &format!("{path}.rule")),
        None if q.must_have => {
            let problem = "is missing: a must-have needs a rule that says what passes";
            let example = rule::example(q.kind);
            Err(DocumentError::new(format!("{path}.rule"), problem).example(example))
        }
        None => Ok(()),
    }
}

fn options(q: &QuestionFile, path: &str) -> Checked {
    let field = format!("{path}.options");
    if q.kind != Kind::Choice {
        if !q.options.is_empty() {
            return Err(DocumentError::new(field, format!("options belong to kind choice; this is {}", q.kind.as_str())));
        }
        if q.multiple {
            return Err(DocumentError::new(format!("{path}.multiple"), format!("belongs to kind choice; this is {}", q.kind.as_str())));
        }
        return Ok(());
    }
    match q.options.len() {
        0 | 1 => {
            return Err(
                DocumentError::new(field, "a choice needs at least two options").example("options: [{value: remote}, {value: onsite}]")
            );
        }
        n if n > MOST_OPTIONS => return Err(DocumentError::new(field, format!("{n} options are too many; at most {MOST_OPTIONS}"))),
        _ => {}
    }
    for (i, option) in q.options.iter().enumerate() {
        let value = format!("{field}[{i}].value");
        text(&value, &option.value, 200)?;
        if q.options.iter().take(i).any(|o| same(&o.value, &option.value)) {
            return Err(DocumentError::new(value, format!("\"{}\" stands here twice", option.value)));
        }
        if let Some(label) = &option.label {
            text(&format!("{field}[{i}].label"), label, 200)?;
        }
        for (k, alias) in option.aliases.iter().enumerate() {
            let at = format!("{field}[{i}].aliases[{k}]");
            text(&at, alias, 200)?;
            let taken = |(other, o): (usize, &crate::recruiting::ChoiceOption)| {
                other != i && (same(&o.value, alias) || o.label.as_ref().is_some_and(|l| same(l, alias)))
                    || other < i && o.aliases.iter().any(|a| same(a, alias))
            };
            if q.options.iter().enumerate().any(taken) {
                return Err(DocumentError::new(at, format!("\"{alias}\" means another option already")));
            }
        }
    }
    Ok(())
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// Something is written, and not too much.
fn text(field: &str, value: &str, most: usize) -> Checked {
    if value.trim().is_empty() {
        return Err(explained(DocumentError::new(field, "is empty")));
    }
    short(field, value, most)
}

fn short(field: &str, value: &str, most: usize) -> Checked {
    let count = value.chars().count();
    if count > most {
        return Err(DocumentError::new(field, format!("{count} characters are too many; at most {most}")));
    }
    match value.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        Some(c) => Err(DocumentError::new(field, format!("holds the control character U+{:04X}", u32::from(c)))),
        None => Ok(()),
    }
}

fn number(field: &str, value: f64, least: f64, most: f64) -> Checked {
    if value.is_finite() && (least..=most).contains(&value) {
        return Ok(());
    }
    Err(explained(DocumentError::new(field, format!("{value} is not between {least} and {most}"))))
}

fn url(field: &str, value: &str) -> Checked {
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    let host = rest.and_then(|r| r.split(['/', '?', '#']).next());
    if host.is_some_and(|h| !h.is_empty()) && !value.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(explained(DocumentError::new(field, format!("\"{value}\" is not a web address (https://…)"))))
}

/// Adds what would be right, for fields where an example says more than the problem.
pub(super) fn explained(mut error: DocumentError) -> DocumentError {
    if error.example.is_some() {
        return error;
    }
    let last = error.field.rsplit('.').next().unwrap_or_default();
    let example = match last {
        "title" => "title: Rust Engineer",
        "text" => "text: \"How many years have you worked with Rust?\"",
        "kind" => "kind: number",
        "timezone" => "timezone: Europe/Berlin",
        "hours" => "hours: \"Mon-Fri 09:00-17:00\"",
        "privacy_url" | "url" => "https://example.org/privacy",
        "weight" => "weight: 2",
        "min" => "min: 3",
        "max" => "max: 85000, or for durations max: P3M",
        "expected" => "expected: true",
        "accept" => "accept: [remote, hybrid]",
        "before" => "before: 2028-03-01",
        "keywords" => "keywords: [{term: postgresql, aliases: [postgres], weight: 2}]",
        "questions" => "questions: [{text: \"May you work in the EU?\", kind: yes_no}]",
        "options" => "options: [{value: remote}, {value: onsite}]",
        "required" | "must_have" | "multiple" | "model_reading" => "true",
        _ => return error,
    };
    if last == "before" && !error.problem.starts_with("expected") {
        "expected a day as YYYY-MM-DD".clone_into(&mut error.problem);
    }
    error.example(example)
}
