//! From a document's tree to a type: serde's derive says the shape, this says what is wrong and where.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::document::{Content, DocumentError, Key, Node};

impl Node {
    /// Reads a `T` out of this node, which stands at `field` of its document.
    pub fn decode<T: DeserializeOwned>(&self, field: &str) -> Result<T, DocumentError> {
        T::deserialize(At { node: self, path: Path::Root(field) }).map_err(|m| m.error)
    }
}

/// An error on its way up: it gets its place from the innermost node it passes.
#[derive(Debug)]
struct Mistake {
    error: DocumentError,
    placed: bool,
    /// The key that lacks in the node the error is about.
    lacks: Option<&'static str>,
}

impl Mistake {
    fn new(problem: impl Into<String>) -> Self {
        Self { error: DocumentError::new("", problem), placed: false, lacks: None }
    }

    fn placed(mut self, path: Path<'_>, line: Option<u64>, column: Option<u64>) -> Self {
        if !self.placed {
            self.placed = true;
            self.error.field = match self.lacks {
                Some(key) => Path::Key(&path, key).to_string(),
                None => path.to_string(),
            };
            (self.error.line, self.error.column) = (line, column);
        }
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Mistake {}

impl serde::de::Error for Mistake {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self::new(problem.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}, found {found}"))
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("\"{found}\" is not known; expected one of: {}", known.join(", ")))
    }

    fn unknown_field(found: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!("unknown key \"{found}\"; known keys: {}", known.join(", ")))
    }

    fn missing_field(key: &'static str) -> Self {
        Self { lacks: Some(key), ..Self::new("is missing") }
    }

    fn duplicate_field(key: &'static str) -> Self {
        Self::new(format!("\"{key}\" stands here twice"))
    }
}

/// The way from the root, kept on the stack.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root(&'a str),
    Key(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(name) => f.write_str(name),
            Self::Key(Self::Root(""), key) => f.write_str(key),
            Self::Key(parent, key) => write!(f, "{parent}.{key}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

#[derive(Clone, Copy)]
struct At<'a> {
    node: &'a Node,
    path: Path<'a>,
}

impl At<'_> {
    fn expected<T>(self, what: &str) -> Result<T, Mistake> {
        self.place(Err(Mistake::new(format!("expected {what}, found {}", self.node.describe()))))
    }

    fn place<T>(self, result: Result<T, Mistake>) -> Result<T, Mistake> {
        result.map_err(|m| m.placed(self.path, self.node.line, self.node.column))
    }
}

impl<'de> Deserializer<'de> for At<'_> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let out = match &self.node.content {
            Content::Null => visitor.visit_unit(),
            Content::Bool(b) => visitor.visit_bool(*b),
            Content::Number(n) => match (n.as_u64(), n.as_i64(), n.as_f64()) {
                (Some(n), _, _) => visitor.visit_u64(n),
                (_, Some(n), _) => visitor.visit_i64(n),
                (_, _, Some(n)) => visitor.visit_f64(n),
                _ => return self.expected("a number of ordinary size"),
            },
            Content::Text(s) => visitor.visit_str(s),
            Content::List(list) => visitor.visit_seq(Items { list: list.iter().enumerate(), path: self.path }),
            Content::Map(map) => visitor.visit_map(Entries { map: map.iter(), value: None, path: self.path }),
        };
        self.place(out)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.node.content {
            Content::Bool(b) => self.place(visitor.visit_bool(*b)),
            _ => self.expected("true or false"),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.node.content {
            Content::Number(n) => match n.as_f64() {
                Some(n) => self.place(visitor.visit_f64(n)),
                None => self.expected("a number of ordinary size"),
            },
            _ => self.expected("a number"),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.node.content {
            Content::Number(n) if n.is_u64() => self.deserialize_any(visitor),
            _ => self.expected("a whole number"),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.node.content {
            Content::Number(n) if n.is_i64() => self.deserialize_any(visitor),
            _ => self.expected("a whole number"),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.node.text() {
            Some(s) => self.place(visitor.visit_str(s)),
            None => self.expected("text"),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.node.content {
            Content::Null => visitor.visit_none(),
            _ => self.place(visitor.visit_some(self)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.node.content {
            Content::List(_) => self.deserialize_any(visitor),
            _ => self.expected("a list"),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match &self.node.content {
            Content::Map(_) => self.deserialize_any(visitor),
            _ => self.expected("keys and values"),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match &self.node.content {
            Content::Map(_) => self.deserialize_any(visitor),
            _ => self.expected(&format!("keys and values ({})", fields.join(", "))),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        match self.node.text() {
            Some(name) => self.place(visitor.visit_enum(Variant(name))),
            None => self.expected(&format!("one of: {}", variants.join(", "))),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Mistake> {
        self.place(visitor.visit_newtype_struct(self))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

struct Items<'a> {
    list: std::iter::Enumerate<std::slice::Iter<'a, Node>>,
    path: Path<'a>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mistake> {
        let Some((index, node)) = self.list.next() else { return Ok(None) };
        seed.deserialize(At { node, path: Path::Item(&self.path, index) }).map(Some)
    }
}

struct Entries<'a> {
    map: std::slice::Iter<'a, (Key, Node)>,
    value: Option<(&'a Key, &'a Node)>,
    path: Path<'a>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mistake> {
        let Some((key, node)) = self.map.next() else { return Ok(None) };
        self.value = Some((key, node));
        seed.deserialize(StrDeserializer::<Mistake>::new(&key.name))
            .map(Some)
            .map_err(|m| m.placed(Path::Key(&self.path, &key.name), key.line, key.column))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        let Some((key, node)) = self.value.take() else { return Err(Mistake::new("a value without a key")) };
        seed.deserialize(At { node, path: Path::Key(&self.path, &key.name) })
    }
}

/// A name out of a closed set.
struct Variant<'a>(&'a str);

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Mistake;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Mistake> {
        seed.deserialize(StrDeserializer::<Mistake>::new(self.0)).map(|name| (name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Mistake;

    fn unit_variant(self) -> Result<(), Mistake> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Mistake> {
        Err(Mistake::new("expected a name alone"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Mistake> {
        Err(Mistake::new("expected a name alone"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Mistake> {
        Err(Mistake::new("expected a name alone"))
    }
}
