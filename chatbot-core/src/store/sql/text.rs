//! Text as both engines can keep it.

use std::borrow::Cow;

use serde_json::Value;

/// PostgreSQL's text and jsonb have no U+0000. A candidate who sends one gets the replacement character, on both
/// engines, instead of an error.
pub(super) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{FFFD}")) } else { Cow::Borrowed(text) }
}

/// The same for every string and key within.
pub(super) fn storable_json(value: Value) -> Value {
    if !has_nul(&value) {
        return value;
    }
    match value {
        Value::String(s) => Value::String(storable(&s).into_owned()),
        Value::Array(list) => Value::Array(list.into_iter().map(storable_json).collect()),
        Value::Object(map) => Value::Object(map.into_iter().map(|(k, v)| (storable(&k).into_owned(), storable_json(v))).collect()),
        other => other,
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(s) => s.contains('\0'),
        Value::Array(list) => list.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(k, v)| k.contains('\0') || has_nul(v)),
        _ => false,
    }
}
