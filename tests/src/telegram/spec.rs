//! What the Bot API takes: its methods, its types.
//!
//! From the machine-readable description of the whole API where one is at hand (`TELEGRAM_BOT_API_SPEC`, or
//! `shared/samples/telegram/bot-api-spec.json` in a folder above), else from the table in `tests/data/bot_api.json`, which
//! has the methods the bot calls.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

const TABLE: &str = include_str!("../../data/bot_api.json");
const WHOLE: &str = "shared/samples/telegram/bot-api-spec.json";

/// The API's methods and types.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    /// By name in lower case: the API doesn't mind the case of a method's name.
    methods: BTreeMap<String, (String, Vec<Field>)>,
    types: BTreeMap<String, Object>,
}

/// A parameter, or a field of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it may be; one of these.
    pub kinds: Vec<Kind>,
    /// Whether it must be there.
    pub is_required: bool,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// A text.
    String,
    /// True or false.
    Boolean,
    /// The content of a file.
    File,
    /// Any number of these.
    Array(Box<Kind>),
    /// An object of this type.
    Object(String),
}

/// A type.
#[derive(Debug, Clone)]
pub enum Object {
    /// With these fields.
    Fields(Vec<Field>),
    /// One of these types.
    OneOf(Vec<String>),
}

impl Spec {
    /// The whole description where there is one, else our table.
    pub fn load() -> Self {
        whole()
            .and_then(|path| std::fs::read(path).ok())
            .map_or_else(Self::table, |bytes| Self::of(&serde_json::from_slice(&bytes).unwrap()))
    }

    /// Our table.
    pub fn table() -> Self {
        let table: Value = serde_json::from_str(TABLE).unwrap();
        let fields = |list: &Value| list.as_array().unwrap().iter().map(|line| Field::of_line(line.as_str().unwrap())).collect::<Vec<_>>();
        let mut spec = Self::default();
        for (name, list) in table["methods"].as_object().unwrap() {
            spec.methods.insert(name.to_lowercase(), (name.clone(), fields(list)));
        }
        for (name, list) in table["types"].as_object().unwrap() {
            spec.types.insert(name.clone(), Object::Fields(fields(list)));
        }
        spec
    }

    /// The published description's shape: `methods` and `types` by name, each with `fields` or `subtypes`.
    fn of(whole: &Value) -> Self {
        let fields = |of: &Value| of["fields"].as_array().map(|list| list.iter().map(Field::of_object).collect()).unwrap_or_default();
        let mut spec = Self::default();
        for (name, method) in whole["methods"].as_object().unwrap() {
            spec.methods.insert(name.to_lowercase(), (name.clone(), fields(method)));
        }
        for (name, object) in whole["types"].as_object().unwrap() {
            let object = match object["subtypes"].as_array() {
                Some(list) => Object::OneOf(list.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
                None => Object::Fields(fields(object)),
            };
            spec.types.insert(name.clone(), object);
        }
        spec
    }

    /// A method's name as documented, and its parameters.
    pub fn method(&self, name: &str) -> Option<(&str, &[Field])> {
        self.methods.get(&name.to_lowercase()).map(|(name, fields)| (name.as_str(), fields.as_slice()))
    }

    /// A type.
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.types.get(name)
    }
}

impl Field {
    /// `name?: Kind|Kind`; without the question mark it is required.
    fn of_line(line: &str) -> Self {
        let (name, kinds) = line.split_once(": ").unwrap();
        let optional = name.strip_suffix('?');
        Self { name: optional.unwrap_or(name).into(), kinds: kinds.split('|').map(Kind::of).collect(), is_required: optional.is_none() }
    }

    fn of_object(object: &Value) -> Self {
        let kinds = object["types"].as_array().unwrap().iter().map(|kind| Kind::of(kind.as_str().unwrap())).collect();
        Self { name: object["name"].as_str().unwrap().into(), kinds, is_required: object["required"] == true }
    }
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "Integer" => Self::Integer,
            "Float" => Self::Float,
            "String" => Self::String,
            "Boolean" | "True" => Self::Boolean,
            "InputFile" => Self::File,
            _ => match name.strip_prefix("Array of ") {
                Some(of) => Self::Array(Box::new(Self::of(of))),
                None => Self::Object(name.into()),
            },
        }
    }
}

/// Where the whole description lies, if it does.
fn whole() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("TELEGRAM_BOT_API_SPEC") {
        return Some(path.into());
    }
    let start = std::env::current_dir().ok()?;
    start.ancestors().map(|folder| folder.join(WHOLE)).find(|path| path.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_table_says_nothing_that_the_whole_description_does_not() {
        let Some(path) = whole() else { return };
        let all = Spec::of(&serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap());
        let ours = Spec::table();
        let within = |name: &str, ours: &[Field], all: &[Field]| {
            for field in ours {
                let there = all.iter().find(|f| f.name == field.name).unwrap_or_else(|| panic!("{name}.{} is not in the API", field.name));
                assert_eq!(there, field, "{name}");
            }
            for field in all.iter().filter(|f| f.is_required) {
                assert!(ours.contains(field), "{name}.{} is required", field.name);
            }
        };
        for (name, (_, fields)) in &ours.methods {
            within(name, fields, all.method(name).unwrap().1);
        }
        for (name, object) in &ours.types {
            let (Object::Fields(ours), Some(Object::Fields(all))) = (object, all.object(name)) else { panic!("{name}") };
            within(name, ours, all);
        }
    }

    #[test]
    fn a_name_is_found_in_any_case() {
        assert_eq!(Spec::table().method("SendMessage").unwrap().0, "sendMessage");
        assert!(Spec::table().method("sendMassage").is_none());
    }
}
