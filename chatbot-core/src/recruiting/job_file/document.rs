//! A written file as a tree of values that know where they stand, so that an error can name line, column and field.
//!
//! Job files and conversation scripts are both read through it, from YAML; the API's JSON bodies too, without positions.

use std::fmt;

use serde_json::{Map, Number, Value};

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
}

fn shortened(text: &str) -> String {
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if one_line.chars().count() <= 60 { one_line } else { one_line.chars().take(57).chain("…".chars()).collect() }
}
