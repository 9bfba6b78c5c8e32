//! JSON bodies. Whatever is wrong with one is said with the field's name and an example.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use chrono::DateTime;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

use crate::body::{self, MAX_JSON_BYTES};
use crate::problem::{Answer, Problem};
use crate::strict::Strict;

/// How deep a body may nest.
const MAX_DEPTH: usize = 32;

/// A body that can show what a right one looks like.
pub(crate) trait Example {
    /// A whole body that is right.
    fn example() -> Value;

    /// Whether no body at all means all defaults.
    const OPTIONAL: bool = false;
}

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned + Example> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let bytes = raw(request, T::OPTIONAL, &T::example()).await?;
        let bytes = if T::OPTIONAL && bytes.is_empty() { b"{}".to_vec() } else { bytes };
        parse(&bytes).map(Self)
    }
}

/// The bytes of a JSON body, checked for what no JSON of ours may hold.
async fn raw(request: Request, optional: bool, example: &Value) -> Answer<Vec<u8>> {
    let (parts, content) = request.into_parts();
    let typed = body::expect_type(&parts.headers, is_json, "Send JSON, with `content-type: application/json`.");
    if !optional {
        typed.clone().map_err(|problem| problem.example(example.clone()))?;
    }
    let bytes = body::read(content, MAX_JSON_BYTES).await?;
    if !bytes.is_empty() {
        typed.map_err(|problem| problem.example(example.clone()))?;
    }
    tidy(&bytes).map_err(|problem| problem.example(example.clone()))
}

fn is_json(essence: &str) -> bool {
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// A body whose sense the core reads.
pub(crate) async fn value(request: Request, example: &Value) -> Answer<Value> {
    let bytes = raw(request, false, example).await?;
    serde_json::from_slice(&bytes).map(|Strict(value)| value).map_err(|error| refuse(&error, ".", example))
}

/// A value as a type of ours, naming what is wrong.
pub(crate) fn typed<T: DeserializeOwned>(value: Value, example: &Value) -> Answer<T> {
    if !value.is_object() {
        return Err(no_object(example));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        refuse(error.inner(), &path, example)
    })
}

/// Reads a body, naming what is wrong.
fn parse<T: DeserializeOwned + Example>(bytes: &[u8]) -> Answer<T> {
    // serde would take a list for an object, its items for the fields in their order here.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        let example = T::example();
        return Err(match serde_json::from_slice::<Strict>(bytes) {
            Ok(_) => no_object(&example),
            Err(error) => refuse(&error, ".", &example),
        });
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        refuse(error.inner(), &path, &T::example())
    })?;
    reader.end().map_err(|error| refuse(&error, ".", &T::example()))?;
    Ok(value)
}

fn refuse(error: &serde_json::Error, path: &str, example: &Value) -> Problem {
    let said = error.to_string();
    if error.classify() != Category::Data {
        let place = format!("The body isn't valid JSON (line {}, column {}).", error.line(), error.column());
        return Problem::new(StatusCode::BAD_REQUEST, "malformed_json", place).example(example.clone());
    }
    // A name may be as long as the body; an answer that repeats it is not.
    let brief = |name: &str| name.chars().take(80).collect::<String>();
    let (quoted, path) = (&brief(said.split('`').nth(1).unwrap_or_default()), &brief(path));
    let inside = |name: &str| if path == "." { name.to_owned() } else { format!("{path}.{name}") };
    if said.starts_with("duplicate field") {
        let detail = format!("`{quoted}` stands twice in the body.");
        return Problem::new(StatusCode::BAD_REQUEST, "duplicate_field", detail).field(quoted.as_str()).example(example.clone());
    }
    let (code, field, detail) = if said.starts_with("unknown field") {
        // serde's path already ends with the unknown field.
        let field = if path == "." || path.is_empty() { quoted.clone() } else { path.clone() };
        ("unknown_field", field, format!("`{quoted}` is not a field of this body."))
    } else if said.starts_with("missing field") {
        ("missing_field", inside(quoted), format!("`{quoted}` is missing."))
    } else {
        // What was sent is not repeated, only what was wanted.
        let wanted = wanted(&said, example.get(path.as_str()).unwrap_or(example));
        let what = if path == "." { "The body".to_owned() } else { format!("`{path}`") };
        ("invalid_field", path.clone(), format!("{what} should be {wanted}."))
    };
    let shown = example.get(&field).cloned().unwrap_or_else(|| example.clone());
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail).example(shown);
    if field == "." { problem } else { problem.field(field) }
}

/// 422: JSON, and not of the shape that all bodies have.
fn no_object(example: &Value) -> Problem {
    let detail = "The body should be an object.";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_field", detail).example(example.clone())
}

/// What serde's words say was wanted, in the caller's words. `right` would have done.
fn wanted(said: &str, right: &Value) -> String {
    if said.starts_with("UUID parsing failed") {
        return "a UUID".to_owned();
    }
    let Some((_, wanted)) = said.rsplit_once("expected ") else {
        // Of a time only what was found is told.
        let time = right.as_str().filter(|text| DateTime::parse_from_rfc3339(text).is_ok());
        return time.map_or_else(|| "something else".to_owned(), |time| format!("a time as {time}"));
    };
    match wanted.split(" at line ").next().unwrap_or(wanted) {
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a sequence" => "a list".to_owned(),
        other if other.starts_with("struct ") => "an object".to_owned(),
        other => other.to_owned(),
    }
}

/// Refuses what nests too deep, and leaves out the character NUL, which PostgreSQL can't keep.
fn tidy(bytes: &[u8]) -> Answer<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let (mut depth, mut in_string) = (0_usize, false);
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if in_string {
            match byte {
                b'\\' if rest.starts_with(b"u0000") => {
                    rest = rest.get(5..).unwrap_or_default();
                    continue;
                }
                b'\\' => {
                    out.push(byte);
                    if let Some((&escaped, after)) = rest.split_first() {
                        out.push(escaped);
                        rest = after;
                    }
                    continue;
                }
                b'"' => in_string = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => in_string = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > MAX_DEPTH {
                let detail = format!("The body nests deeper than {MAX_DEPTH} levels.");
                return Err(Problem::new(StatusCode::BAD_REQUEST, "too_deep", detail));
            }
        }
        out.push(byte);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nul_is_left_out_and_an_escaped_backslash_before_u0000_is_not() {
        assert_eq!(tidy(br#"{"a":"x\u0000y"}"#).unwrap(), br#"{"a":"xy"}"#);
        assert_eq!(tidy(br#"{"a":"x\\u0000y"}"#).unwrap(), br#"{"a":"x\\u0000y"}"#);
    }

    #[test]
    fn what_is_wanted_is_said_without_the_names_of_our_types() {
        let time = Value::from("2026-11-22T09:00:00Z");
        for (said, in_words) in [
            ("invalid type: integer `1`, expected struct Line at line 1 column 9", "an object"),
            ("invalid length 1, expected struct Line with 2 elements at line 1 column 9", "an object"),
            ("UUID parsing failed: invalid length: expected 16 bytes, found 11 at line 1 column 20", "a UUID"),
            ("UUID parsing failed: invalid character: found `n` at 0 at line 1 column 20", "a UUID"),
            ("invalid type: string \"x\", expected i64 at line 1 column 9", "a whole number"),
            ("invalid type: integer `5`, expected a string at line 1 column 9", "a string"),
            ("premature end of input at line 1 column 9", "a time as 2026-11-22T09:00:00Z"),
        ] {
            assert_eq!(wanted(said, &time), in_words, "{said}");
        }
        assert_eq!(wanted("premature end of input", &Value::from("x")), "something else");
    }

    #[test]
    fn depth_is_counted_outside_strings_only() {
        let brackets = format!("\"{}\"", "[".repeat(10_000));
        assert!(tidy(brackets.as_bytes()).is_ok());
        assert!(tidy("[".repeat(10_000).as_bytes()).is_err());
        assert!(tidy(format!("{}{}", "[".repeat(32), "]".repeat(32)).as_bytes()).is_ok());
    }

    proptest! {
        #[test]
        fn json_without_nul_passes_unchanged(text in "[^\u{0}]*") {
            let json = serde_json::to_vec(&serde_json::json!({ "text": text })).unwrap();
            prop_assert_eq!(tidy(&json).unwrap(), json);
        }
    }
}
