//! A written file as a tree of values that know where they stand, so that an error can name line, column and field.
//!
//! Job files and conversation scripts are both read through it, from YAML; the API's JSON bodies too, without positions.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;

/// What is wrong with a written file, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentError {
    /// The file as it was named to us.
    pub file: Option<String>,
    /// From 1.
    pub line: Option<u64>,
    /// From 1.
    pub column: Option<u64>,
    /// The path of the field, such as `prescreen.questions[2].rule.max`; empty: the whole.
    pub field: String,
    /// What is wrong, and what was expected.
    pub problem: String,
    /// Something that would be right.
    pub example: Option<String>,
}

impl DocumentError {
    /// A problem of this field.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into(), ..Self::default() }
    }

    /// With something that would be right.
    #[must_use]
    pub fn example(mut self, example: impl Into<String>) -> Self {
        self.example = Some(example.into());
        self
    }

    /// At the field's place in the document, unless a place is known already.
    #[must_use]
    pub fn located_in(mut self, root: &Node) -> Self {
        if self.line.is_none() {
            let node = root.nearest(&self.field);
            (self.line, self.column) = (node.line, node.column);
        }
        self
    }

    /// In this file.
    #[must_use]
    pub fn in_file(mut self, file: Option<&str>) -> Self {
        self.file = file.map(str::to_owned);
        self
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line, self.column) {
            (Some(file), Some(line), Some(column)) => write!(f, "{file}:{line}:{column}: ")?,
            (Some(file), _, _) => write!(f, "{file}: ")?,
            (None, Some(line), Some(column)) => write!(f, "line {line}, column {column}: ")?,
            _ => {}
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.problem)?;
        if let Some(example) = &self.example {
            write!(f, "; example: {example}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DocumentError {}

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// From 1; none for JSON bodies.
    pub line: Option<u64>,
    /// From 1; none for JSON bodies.
    pub column: Option<u64>,
    /// The value.
    pub content: Content,
    /// A number or a truth value as it was spelled, for fields that want words: `007` stays `007`.
    pub spelling: Option<String>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Nothing was written.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Words.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values, in the file's order.
    Map(Vec<(Key, Node)>),
}

/// A key and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: String,
    /// From 1; none for JSON bodies.
    pub line: Option<u64>,
    /// From 1; none for JSON bodies.
    pub column: Option<u64>,
}

impl Node {
    /// Reads YAML (of which JSON is a part).
    pub fn from_yaml(text: &str) -> Result<Self, DocumentError> {
        let mut options = serde_saphyr::Options::default();
        // Only `true` and `false` are truth values: a candidate's "yes" is a word.
        options.strict_booleans = true;
        match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options) {
            Ok(root) => Ok(Self::placed(root, text)),
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// A tree without places.
    pub fn from_json(value: Value) -> Self {
        let content = match value {
            Value::Null => Content::Null,
            Value::Bool(b) => Content::Bool(b),
            Value::Number(n) => Content::Number(n),
            Value::String(s) => Content::Text(s),
            Value::Array(list) => Content::List(list.into_iter().map(Self::from_json).collect()),
            Value::Object(map) => Content::Map(
                map.into_iter().map(|(name, value)| (Key { name, line: None, column: None }, Self::from_json(value))).collect(),
            ),
        };
        Self { line: None, column: None, content, spelling: None }
    }

    /// The value without places.
    pub fn to_json(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Bool(b) => Value::Bool(*b),
            Content::Number(n) => Value::Number(n.clone()),
            Content::Text(s) => Value::String(s.clone()),
            Content::List(list) => Value::Array(list.iter().map(Self::to_json).collect()),
            Content::Map(map) => Value::Object(map.iter().map(|(k, v)| (k.name.clone(), v.to_json())).collect::<Map<_, _>>()),
        }
    }

    /// What it is, for an error's words.
    pub fn describe(&self) -> String {
        match &self.content {
            Content::Null => "nothing".into(),
            Content::Bool(b) => self.spelling.clone().unwrap_or_else(|| b.to_string()),
            Content::Number(n) => format!("the number {}", self.spelling.clone().unwrap_or_else(|| n.to_string())),
            Content::Text(s) => format!("\"{}\"", shortened(s)),
            Content::List(_) => "a list".into(),
            Content::Map(_) => "keys and values".into(),
        }
    }

    /// The words, also of a number or a truth value that was spelled in a YAML file.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(s) => Some(s),
            _ => self.spelling.as_deref(),
        }
    }

    /// The value under a key.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match &self.content {
            Content::Map(map) => map.iter().find(|(k, _)| k.name == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The node a path leads to, or the last one on the way there.
    fn nearest(&self, path: &str) -> &Self {
        let mut node = self;
        for step in path.split(['.', '[']).filter(|s| !s.is_empty()) {
            let next = match (&node.content, step.trim_end_matches(']').parse::<usize>()) {
                (Content::List(list), Ok(index)) => list.get(index),
                _ => node.get(step),
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    fn placed(raw: Spanned<Raw>, source: &str) -> Self {
        let spelling = match raw.value {
            Raw::Bool(_) | Raw::Number(_) => spelled(source, &raw.defined),
            _ => None,
        };
        let content = match raw.value {
            Raw::Null => Content::Null,
            Raw::Bool(b) => Content::Bool(b),
            Raw::Number(n) => Content::Number(n),
            Raw::Text(s) => Content::Text(s),
            Raw::List(list) => Content::List(list.into_iter().map(|v| Self::placed(v, source)).collect()),
            Raw::Map(map) => Content::Map(
                map.into_iter()
                    .map(|(k, v)| {
                        let key = Key { line: Some(k.referenced.line()), column: Some(k.referenced.column()), name: k.value };
                        (key, Self::placed(v, source))
                    })
                    .collect(),
            ),
        };
        Self { line: Some(raw.referenced.line()), column: Some(raw.referenced.column()), content, spelling }
    }
}

/// The scalar's own letters.
fn spelled(source: &str, at: &serde_saphyr::Location) -> Option<String> {
    let span = at.span();
    let from = usize::try_from(span.byte_offset()?).ok()?;
    let to = from.checked_add(usize::try_from(span.byte_len()?).ok()?)?;
    source.get(from..to).map(|s| s.trim().to_owned())
}

fn shortened(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= 60 { one_line } else { one_line.chars().take(57).chain("…".chars()).collect() }
}

/// The parser's complaint in one line of ours.
fn unreadable(error: &serde_saphyr::Error) -> DocumentError {
    let text = error.without_snippet().to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    // The parser names its own switches; whoever writes a job has none.
    let text = text.split(", set ").next().unwrap_or_default();
    let text = text.split("; use from_str").next().unwrap_or_default();
    let text = text.split(" rejected by ").next().unwrap_or_default();
    let mut out = DocumentError::new("", format!("this is not readable YAML: {text}"));
    if let Some(at) = error.location() {
        (out.line, out.column) = (Some(at.line()), Some(at.column()));
    }
    out
}

/// A value while it is being read, before the spelling is looked up.
enum Raw {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, b: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(b))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Raw, E> {
        Ok(Raw::Number(n.into()))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Raw, E> {
        Ok(Raw::Number(n.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, n: f64) -> Result<Raw, E> {
        Number::from_f64(n).map(Raw::Number).ok_or_else(|| E::custom("the number is not finite"))
    }

    fn visit_str<E>(self, s: &str) -> Result<Raw, E> {
        Ok(Raw::Text(s.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}
