//! The conversation script: its shape, and errors that name file, line, column and what was expected.

use std::path::{Path, PathBuf};

use chatbot_core::recruiting::job_file::document::{Content, DocumentError, Node};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::find::unreadable;
use super::steps::{self, Kind, Step};

/// A script as it was read.
#[derive(Debug, Clone)]
pub struct Script {
    /// The file.
    pub path: PathBuf,
    /// What it is about.
    pub name: String,
    /// The job file, relative to the script's folder already resolved.
    pub job: PathBuf,
    /// Job files that are open besides. What such a script expects depends on which jobs there are, so it runs in memory alone.
    pub other_jobs: Vec<PathBuf>,
    /// Where the fake clock begins; none: the script does not depend on the time.
    pub clock: Option<DateTime<Utc>>,
    /// What happens, in order.
    pub steps: Vec<Step>,
    /// How things stand in the end.
    pub expect: Expect,
    /// The other files it names, and where.
    names: Vec<NamedFile>,
}

/// Another file a script names.
#[derive(Debug, Clone)]
struct NamedFile {
    /// From the folder we stand in.
    path: PathBuf,
    /// The key it is named under.
    field: String,
    line: Option<u64>,
    column: Option<u64>,
}

/// Keys and the values they must have.
pub type Fields = Vec<(String, Value)>;

/// What is checked after the last step; what is absent is not.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// Fields of the application.
    pub application: Option<Place<Fields>>,
    /// Every answer there is.
    pub answers: Option<Place<Vec<Fields>>>,
    /// Every event's type.
    pub events: Option<Place<Vec<Fields>>>,
    /// Every action.
    pub actions: Option<Place<Vec<Fields>>>,
}

/// Something and where it is written.
#[derive(Debug, Clone)]
pub struct Place<T> {
    /// From 1.
    pub line: u64,
    /// What is written there.
    pub what: T,
}

const KEYS: [&str; 6] = ["name", "job", "other_jobs", "clock", "steps", "expect"];
const EXPECT: [&str; 4] = ["application", "answers", "events", "actions"];
const APPLICATION: [&str; 11] = [
    "status",
    "jd_match_score",
    "must_have_failed",
    "must_have_unknown",
    "question_set_version",
    "answered",
    "total",
    "source",
    "candidate_name",
    "submitted_at",
    "consented_at",
];
const ANSWER: [&str; 11] =
    ["question", "value", "score", "passed", "answer_text", "reason", "evidence", "state", "question_text", "kind", "must_have"];
const EVENT: [&str; 1] = ["type"];
const ACTION: [&str; 2] = ["type", "status"];

impl Script {
    /// Reads a script; `text` is the content of the file at `path`.
    pub fn parse(text: &str, path: &Path) -> Result<Self, DocumentError> {
        let name = path.display().to_string();
        read(text, path).map_err(|e| e.in_file(Some(&name)))
    }

    /// Whether the files it names can be read; the error says where the first that can't is named.
    pub fn check_files(&self) -> Result<(), DocumentError> {
        let name = self.path.display().to_string();
        for named in &self.names {
            if let Err(error) = std::fs::read(&named.path) {
                let mut wrong = DocumentError::new(named.field.as_str(), unreadable(&named.path, &error));
                (wrong.line, wrong.column) = (named.line, named.column);
                return Err(wrong.in_file(Some(&name)));
            }
        }
        Ok(())
    }

    /// Whether it can only be run where the clock can be moved and workers stand still when told to: messages that are
    /// sent at once must be there together before the first is answered.
    pub fn needs_clock(&self) -> bool {
        let candidate = |s: &Step| matches!(s.kind, Kind::Say(_) | Kind::Press(_) | Kind::File(_));
        let together = self.steps.iter().zip(self.steps.iter().skip(1)).any(|(a, b)| candidate(a) && candidate(b));
        self.clock.is_some() || together || self.steps.iter().any(|s| matches!(s.kind, Kind::Wait(_)))
    }
}

fn read(text: &str, path: &Path) -> Result<Script, DocumentError> {
    let root = Node::from_yaml(text)?;
    known(&root, "", &KEYS)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let job = file(need(&root, "job", "job: ../jobs/rust-engineer.yaml")?, "job", folder)?;
    let clock = match root.get("clock") {
        Some(node) => Some(time(node)?),
        None => None,
    };
    let list = need(&root, "steps", "steps: [{candidate: \"/start\"}, {bot: {template: ask_consent}}]")?;
    let (mut steps, mut sent) = (Vec::new(), Vec::new());
    for (i, node) in items(list, "steps")?.iter().enumerate() {
        let field = format!("steps[{i}]");
        let step = steps::read(node, &field)?;
        if let (Kind::File(_), Some(node)) = (&step.kind, node.get("candidate").and_then(|candidate| candidate.get("file"))) {
            sent.push(file(node, &format!("{field}.candidate.file"), folder)?);
        }
        steps.push(step);
    }
    let expect = match root.get("expect") {
        Some(node) => expectations(node)?,
        None => Expect::default(),
    };
    let name = match root.get("name") {
        Some(node) => words(node, "name")?.to_owned(),
        None => path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default(),
    };
    let others = match root.get("other_jobs") {
        Some(list) => items(list, "other_jobs")?.iter().map(|node| file(node, "other_jobs", folder)).collect::<Result<Vec<_>, _>>()?,
        None => Vec::new(),
    };
    let (job_path, other_jobs) = (job.path.clone(), others.iter().map(|other| other.path.clone()).collect());
    let names = std::iter::once(job).chain(others).chain(sent).collect();
    Ok(Script { path: path.to_owned(), name, job: job_path, other_jobs, clock, steps, expect, names })
}

/// A file that is named here, relative to the script's folder.
fn file(node: &Node, field: &str, folder: &Path) -> Result<NamedFile, DocumentError> {
    let path = folder.join(words(node, field)?);
    Ok(NamedFile { path, field: field.to_owned(), line: node.line, column: node.column })
}

fn expectations(node: &Node) -> Result<Expect, DocumentError> {
    known(node, "expect", &EXPECT)?;
    let application = match node.get("application") {
        Some(node) => Some(Place { line: node.line.unwrap_or(0), what: fields(node, "expect.application", &APPLICATION)? }),
        None => None,
    };
    let list = |key: &str, keys: &[&str]| match node.get(key) {
        Some(list) => {
            let path = format!("expect.{key}");
            let read = |(i, item): (usize, &Node)| entry(item, &format!("{path}[{i}]"), keys);
            let what = items(list, &path)?.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
            Ok(Some(Place { line: list.line.unwrap_or(0), what }))
        }
        None => Ok(None),
    };
    let answers = list("answers", &ANSWER)?;
    if let Some(list) = node.get("answers") {
        numbered(items(list, "expect.answers")?)?;
    }
    Ok(Expect { application, answers, events: list("events", &EVENT)?, actions: list("actions", &ACTION)? })
}

/// Every expected answer says to which question.
fn numbered(answers: &[Node]) -> Result<(), DocumentError> {
    let number = |node: &Node| node.get("question").is_some_and(|n| n.to_json().as_u64().is_some_and(|n| n > 0));
    match answers.iter().enumerate().find(|(_, node)| !number(node)) {
        Some((i, node)) => {
            let problem = "which question? Its number, from 1, is missing".to_owned();
            Err(at(node, &format!("expect.answers[{i}].question"), problem).example("{question: 1, value: 5, score: 1}"))
        }
        None => Ok(()),
    }
}

/// A type's name alone, or keys and values.
fn entry(node: &Node, path: &str, keys: &[&str]) -> Result<Fields, DocumentError> {
    match &node.content {
        Content::Text(name) if keys.first() == Some(&"type") => Ok(vec![("type".into(), Value::String(name.clone()))]),
        _ => fields(node, path, keys),
    }
}

fn fields(node: &Node, path: &str, keys: &[&str]) -> Result<Fields, DocumentError> {
    known(node, path, keys)?;
    let Content::Map(map) = &node.content else { return Ok(Vec::new()) };
    Ok(map.iter().map(|(key, value)| (key.name.clone(), value.to_json())).collect())
}

fn time(node: &Node) -> Result<DateTime<Utc>, DocumentError> {
    let text = words(node, "clock")?;
    DateTime::parse_from_rfc3339(text)
        .map(|t| t.to_utc())
        .map_err(|_| at(node, "clock", format!("expected a time, found \"{text}\"")).example("clock: 2026-11-22T09:00:00Z"))
}

/// An error at this node.
pub fn at(node: &Node, field: &str, problem: String) -> DocumentError {
    let mut error = DocumentError::new(field, problem);
    (error.line, error.column) = (node.line, node.column);
    error
}

/// Keys and values, none of them unknown.
pub fn known(node: &Node, path: &str, keys: &[&str]) -> Result<(), DocumentError> {
    let Content::Map(map) = &node.content else {
        return Err(at(node, path, format!("expected keys and values ({}), found {}", keys.join(", "), node.describe())));
    };
    match map.iter().find(|(key, _)| !keys.contains(&key.name.as_str())) {
        Some((key, _)) => {
            let field = if path.is_empty() { key.name.clone() } else { format!("{path}.{}", key.name) };
            let mut error = DocumentError::new(field, format!("unknown key \"{}\"; known keys: {}", key.name, keys.join(", ")));
            (error.line, error.column) = (key.line, key.column);
            Err(error)
        }
        None => Ok(()),
    }
}

/// A text.
pub fn words<'a>(node: &'a Node, path: &str) -> Result<&'a str, DocumentError> {
    node.text().ok_or_else(|| at(node, path, format!("expected text, found {}", node.describe())))
}

fn items<'a>(node: &'a Node, path: &str) -> Result<&'a [Node], DocumentError> {
    match &node.content {
        Content::List(list) => Ok(list),
        _ => Err(at(node, path, format!("expected a list, found {}", node.describe()))),
    }
}

fn need<'a>(root: &'a Node, key: &str, example: &str) -> Result<&'a Node, DocumentError> {
    root.get(key).ok_or_else(|| at(root, key, "is missing".into()).example(example))
}

#[cfg(test)]
mod tests;
