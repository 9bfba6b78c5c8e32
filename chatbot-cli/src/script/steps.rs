//! The steps of a script.

use chatbot_core::recruiting::job_file::document::{Content, DocumentError, Node};
use chrono::Duration;

use super::format::{at, known, words};
use super::wait;

/// One step and where it is written.
#[derive(Debug, Clone)]
pub struct Step {
    /// From 1.
    pub line: u64,
    /// What happens.
    pub kind: Kind,
}

/// What happens in a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// The candidate writes.
    Say(String),
    /// The candidate presses the button with this label under the bot's last message that has buttons.
    Press(String),
    /// The candidate sends the file at this path, relative to the script.
    File(String),
    /// The bot has said this.
    Bot(Named),
    /// The bot has said anything, any number of times.
    Any,
    /// Time passes.
    Wait(Duration),
    /// A person of the employer's writes.
    RecruiterSays(String),
    /// A person takes over.
    Takeover,
    /// A person hands back.
    Release,
}

/// What a message of the bot's must be. All that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    /// A glob over the whole text.
    pub glob: Option<String>,
    /// Words in the text, case aside.
    pub contains: Option<String>,
    /// A template among the message's.
    pub template: Option<String>,
    /// What the bot then waits for.
    pub expects: Option<String>,
}

const VERBS: [&str; 5] = ["candidate", "bot", "any", "wait", "recruiter"];
const EXPECTS: [&str; 5] = ["consent", "question", "field", "submit", "none"];
const EXAMPLE: &str = "- candidate: \"yes\"";

/// Reads one step.
pub fn read(node: &Node, path: &str) -> Result<Step, DocumentError> {
    known(node, path, &VERBS).map_err(|e| e.example(EXAMPLE))?;
    let Content::Map(map) = &node.content else { return Err(at(node, path, "expected a step".into()).example(EXAMPLE)) };
    let [(verb, value)] = map.as_slice() else {
        let problem = format!("a step does one thing ({}); this has {} keys", VERBS.join(", "), map.len());
        return Err(at(node, path, problem).example(EXAMPLE));
    };
    let field = format!("{path}.{}", verb.name);
    let kind = match verb.name.as_str() {
        "candidate" => candidate(value, &field)?,
        "bot" => Kind::Bot(named(value, &field)?),
        "any" => any(value, &field)?,
        "wait" => Kind::Wait(wait::parse(words(value, &field)?).map_err(|problem| at(value, &field, problem).example("- wait: 3h"))?),
        _ => recruiter(value, &field)?,
    };
    Ok(Step { line: node.line.unwrap_or(0), kind })
}

fn candidate(node: &Node, path: &str) -> Result<Kind, DocumentError> {
    if let Some(text) = node.text() {
        return Ok(Kind::Say(text.to_owned()));
    }
    let example = "- candidate: {button: \"Yes\"}";
    let (name, value) = one(node, path, &["button", "file"]).map_err(|e| e.example(example))?;
    let text = words(value, &format!("{path}.{name}"))?.to_owned();
    Ok(if name == "button" { Kind::Press(text) } else { Kind::File(text) })
}

fn named(node: &Node, path: &str) -> Result<Named, DocumentError> {
    if let Some(text) = node.text() {
        return Ok(Named { glob: Some(text.to_owned()), ..Named::default() });
    }
    let example = "- bot: {template: ask_consent}";
    known(node, path, &["template", "contains", "expects"]).map_err(|e| e.example(example))?;
    let read = |key: &str| node.get(key).map(|value| words(value, &format!("{path}.{key}")).map(str::to_owned)).transpose();
    let named = Named { glob: None, contains: read("contains")?, template: read("template")?, expects: read("expects")? };
    if named == Named::default() {
        return Err(at(node, path, "names nothing the bot could have said".into()).example(example));
    }
    match (&named.expects, node.get("expects")) {
        (Some(expects), Some(value)) if !EXPECTS.contains(&expects.as_str()) => {
            let problem = format!("\"{expects}\" is not known; expected one of: {}", EXPECTS.join(", "));
            Err(at(value, &format!("{path}.expects"), problem))
        }
        _ => Ok(named),
    }
}

fn any(node: &Node, path: &str) -> Result<Kind, DocumentError> {
    match &node.content {
        Content::List(list) if list.is_empty() => Ok(Kind::Any),
        Content::Null => Ok(Kind::Any),
        _ => Err(at(node, path, format!("takes nothing, found {}", node.describe())).example("- any: []")),
    }
}

fn recruiter(node: &Node, path: &str) -> Result<Kind, DocumentError> {
    let example = "- recruiter: {say: \"Hello Jane\"}";
    let (name, value) = one(node, path, &["say", "takeover", "release"]).map_err(|e| e.example(example))?;
    let field = format!("{path}.{name}");
    match name {
        "say" => Ok(Kind::RecruiterSays(words(value, &field)?.to_owned())),
        _ if value.content != Content::Bool(true) => Err(at(value, &field, format!("expected true, found {}", value.describe()))),
        "takeover" => Ok(Kind::Takeover),
        _ => Ok(Kind::Release),
    }
}

/// The one key of a node, and its value.
fn one<'a>(node: &'a Node, path: &str, keys: &[&str]) -> Result<(&'a str, &'a Node), DocumentError> {
    known(node, path, keys)?;
    match &node.content {
        Content::Map(map) => match map.as_slice() {
            [(key, value)] => Ok((&key.name, value)),
            _ => Err(at(node, path, format!("expected one of: {}", keys.join(", ")))),
        },
        _ => Err(at(node, path, format!("expected one of: {}", keys.join(", ")))),
    }
}
