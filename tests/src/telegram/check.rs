//! A call's parameters against the description of the API: none unknown, none missing, each of its type.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::params::{Given, Upload};
use super::spec::{Field, Kind, Object, Spec};

/// Parameters that were found in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Args {
    /// By name.
    pub(super) values: Map<String, Value>,
    /// Files, by the parameter they were given for.
    pub(super) files: BTreeMap<String, Upload>,
}

impl Args {
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.values.get(name).and_then(Value::as_i64)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.values.get(name) == Some(&Value::Bool(true))
    }
}

const ATTACHED: &str = "attach://";

/// Checks a call; the error says what the API doesn't take.
pub(super) fn check(spec: &Spec, fields: &[Field], given: Vec<(String, Given)>) -> Result<Args, String> {
    let mut args = Args::default();
    // Files may come under names of their own, to which parameters refer.
    let mut parts = BTreeMap::new();
    for (name, value) in given {
        let Some(field) = fields.iter().find(|f| f.name == name) else {
            match value {
                Given::File(upload) => {
                    parts.insert(name, upload);
                    continue;
                }
                _ => return Err(format!("there is no parameter \"{name}\"")),
            }
        };
        if args.values.contains_key(&name) || args.files.contains_key(&name) {
            return Err(format!("{name} is given twice"));
        }
        match value {
            Given::File(upload) if field.kinds.contains(&Kind::File) => {
                args.files.insert(name, upload);
            }
            Given::File(_) => return Err(format!("{name} is no file")),
            Given::Text(text) => {
                let value = typed(spec, field, &text)?;
                args.values.insert(name, value);
            }
            Given::Json(value) => {
                one_of(spec, &field.kinds, &value).map_err(|problem| format!("{name}{problem}"))?;
                args.values.insert(name, value);
            }
        }
    }
    for field in fields.iter().filter(|f| f.kinds.contains(&Kind::File)) {
        let Some(part) = args.text(&field.name).and_then(|text| text.strip_prefix(ATTACHED)) else { continue };
        let upload = parts.remove(part).ok_or_else(|| format!("{}: there is no part \"{part}\"", field.name))?;
        args.values.remove(&field.name);
        args.files.insert(field.name.clone(), upload);
    }
    if let Some(part) = parts.keys().next() {
        return Err(format!("no parameter refers to the file \"{part}\""));
    }
    match fields.iter().find(|f| f.is_required && !args.values.contains_key(&f.name) && !args.files.contains_key(&f.name)) {
        Some(missing) => Err(format!("parameter \"{}\" is required", missing.name)),
        None => Ok(args),
    }
}

/// A parameter that came as text, as one of the types it may have.
fn typed(spec: &Spec, field: &Field, text: &str) -> Result<Value, String> {
    for kind in &field.kinds {
        let value = match kind {
            Kind::Integer => text.parse::<i64>().ok().map(Value::from),
            Kind::Float => text.parse::<f64>().ok().map(Value::from),
            Kind::Boolean => text.to_lowercase().parse::<bool>().ok().map(Value::from),
            Kind::String => Some(Value::from(text)),
            Kind::File => text.starts_with(ATTACHED).then(|| Value::from(text)),
            Kind::Array(_) | Kind::Object(_) => {
                serde_json::from_str(text).ok().filter(|value| one_of(spec, std::slice::from_ref(kind), value).is_ok())
            }
        };
        if let Some(value) = value {
            return Ok(value);
        }
    }
    Err(format!("{} is none of {:?}", field.name, field.kinds))
}

fn one_of(spec: &Spec, kinds: &[Kind], value: &Value) -> Result<(), String> {
    let mut problems = Vec::new();
    for kind in kinds {
        match fits(spec, kind, value) {
            Ok(()) => return Ok(()),
            Err(problem) => problems.push(problem),
        }
    }
    // The deepest problem is of the type that was most likely meant.
    Err(problems.into_iter().max_by_key(|problem| problem.matches(['.', '[']).count()).unwrap_or_default())
}

fn fits(spec: &Spec, kind: &Kind, value: &Value) -> Result<(), String> {
    let holds = match (kind, value) {
        (Kind::Integer, Value::Number(number)) => number.is_i64() || number.is_u64(),
        (Kind::Float, Value::Number(_)) | (Kind::String, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) => true,
        (Kind::Array(of), Value::Array(items)) => {
            for (i, item) in items.iter().enumerate() {
                fits(spec, of, item).map_err(|problem| format!("[{i}]{problem}"))?;
            }
            true
        }
        (Kind::Object(name), Value::Object(map)) => return object(spec, name, map),
        _ => false,
    };
    if holds { Ok(()) } else { Err(format!(": expected {kind:?}, found {value}")) }
}

fn object(spec: &Spec, name: &str, map: &Map<String, Value>) -> Result<(), String> {
    let fields = match spec.object(name) {
        None => return Err(format!(": the type {name} is not described")),
        Some(Object::OneOf(names)) => {
            let kinds: Vec<_> = names.iter().cloned().map(Kind::Object).collect();
            return one_of(spec, &kinds, &Value::Object(map.clone()));
        }
        Some(Object::Fields(fields)) => fields,
    };
    for (key, value) in map {
        let field = fields.iter().find(|f| f.name == *key).ok_or_else(|| format!(": a {name} has no \"{key}\""))?;
        one_of(spec, &field.kinds, value).map_err(|problem| format!(".{key}{problem}"))?;
    }
    match fields.iter().find(|f| f.is_required && !map.contains_key(&f.name)) {
        Some(missing) => Err(format!(": a {name} needs \"{}\"", missing.name)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(method: &str, body: &Value) -> Result<Args, String> {
        let spec = Spec::load();
        let given = body.as_object().unwrap().iter().map(|(name, value)| (name.clone(), Given::Json(value.clone()))).collect();
        check(&spec, spec.method(method).unwrap().1, given)
    }

    #[test]
    fn what_the_api_takes_is_taken() {
        for (method, body) in [
            ("getMe", json!({})),
            ("sendMessage", json!({"chat_id": 7, "text": "hi"})),
            ("sendMessage", json!({"chat_id": "@somebody", "text": "hi"})),
            (
                "sendMessage",
                json!({"chat_id": 7, "text": "hi", "reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}], []]}}),
            ),
            (
                "sendMessage",
                json!({"chat_id": 7, "text": "hi", "reply_markup": {"keyboard": [[{"text": "Share", "request_contact": true}]]}}),
            ),
            ("sendMessage", json!({"chat_id": 7, "text": "hi", "reply_markup": {"remove_keyboard": true}})),
            ("getUpdates", json!({"offset": -1, "allowed_updates": ["message"]})),
        ] {
            assert!(call(method, &body).is_ok(), "{method} {body}: {:?}", call(method, &body));
        }
    }

    #[test]
    fn what_it_does_not_take_is_refused_with_the_place() {
        for (method, body, place) in [
            ("sendMessage", json!({"chat_id": 7}), "\"text\" is required"),
            ("sendMessage", json!({"chat_id": 7, "text": "hi", "buttons": []}), "no parameter \"buttons\""),
            ("sendMessage", json!({"chat_id": 7.5, "text": "hi"}), "chat_id"),
            ("sendMessage", json!({"chat_id": 7, "text": 5}), "text: expected String"),
            (
                "sendMessage",
                json!({"chat_id": 7, "text": "hi", "reply_markup": {"inline_keyboard": [[{"label": "Yes"}]]}}),
                "inline_keyboard[0][0]",
            ),
            (
                "sendMessage",
                json!({"chat_id": 7, "text": "hi", "reply_markup": {"inline_keyboard": [{"text": "Yes"}]}}),
                "inline_keyboard[0]",
            ),
            ("sendDocument", json!({"chat_id": 7, "document": "attach://nothing"}), "no part \"nothing\""),
            ("getUpdates", json!({"allowed_updates": "message"}), "allowed_updates"),
        ] {
            let problem = call(method, &body).unwrap_err();
            assert!(problem.contains(place), "{method} {body}: {problem}");
        }
    }

    #[test]
    fn text_is_read_as_the_type_it_should_have_and_files_are_found_where_they_are_attached() {
        let spec = Spec::load();
        let fields = spec.method("sendDocument").unwrap().1;
        let text = |s: &str| Given::Text(s.into());
        let upload = Upload { name: "a.txt".into(), mime: "text/plain".into(), bytes: b"words".to_vec() };
        let given = vec![
            ("chat_id".to_owned(), text("7")),
            ("document".into(), text("attach://one")),
            ("one".into(), Given::File(upload.clone())),
            ("disable_notification".into(), text("True")),
        ];
        let args = check(&spec, fields, given).unwrap();
        assert_eq!((args.int("chat_id"), args.flag("disable_notification"), args.files.get("document")), (Some(7), true, Some(&upload)));
    }
}
