//! From YAML's text to a document's tree.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_saphyr::Spanned;

use super::document::{Content, DocumentError, Key, Node};

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
