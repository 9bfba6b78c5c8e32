//! Query strings and path ids.

use std::ops::RangeInclusive;

use axum::extract::{FromRequestParts, Query, RawPathParams};
use axum::http::request::Parts;
use chatbot_core::recruiting::list::Page;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::problem::{Answer, Problem};

/// The id a route names. What isn't an id can't be anything's: 404, like an absent one.
pub(crate) struct Id(pub(crate) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        let named = params.iter().find(|(name, _)| name.ends_with("id")).map(|(_, value)| value);
        named.and_then(|text| Uuid::try_parse(text).ok()).map(Self).ok_or_else(Problem::not_found)
    }
}

/// The two ids a route names, in their order.
pub(crate) struct Ids(pub(crate) Uuid, pub(crate) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Ids {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        let mut ids = params.iter().filter(|(name, _)| name.ends_with("id")).map(|(_, value)| Uuid::try_parse(value).ok());
        match (ids.next().flatten(), ids.next().flatten()) {
            (Some(first), Some(second)) => Ok(Self(first, second)),
            _ => Err(Problem::not_found()),
        }
    }
}

/// A query string. Each parameter is taken by name; whatever is left at the end is refused by name.
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::new(axum::http::StatusCode::BAD_REQUEST, "malformed_query", "The query string can't be read."))?;
        Ok(Self(pairs))
    }
}

impl Params {
    /// A parameter's text.
    pub(crate) fn text(&mut self, name: &str) -> Answer<Option<String>> {
        let Some(at) = self.0.iter().position(|(key, _)| key == name) else { return Ok(None) };
        let (_, value) = self.0.swap_remove(at);
        if self.0.iter().any(|(key, _)| key == name) {
            return Err(Problem::invalid(name, "stands twice in the query", json!(value)));
        }
        Ok(Some(value.replace('\0', "")))
    }

    /// A whole number within a range.
    pub(crate) fn number(&mut self, name: &str, range: RangeInclusive<i64>, default: i64) -> Answer<i64> {
        let Some(text) = self.text(name)? else { return Ok(default) };
        text.parse().ok().filter(|n| range.contains(n)).ok_or_else(|| {
            let bounds = if *range.end() == i64::MAX {
                format!("from {}", range.start())
            } else {
                format!("from {} to {}", range.start(), range.end())
            };
            Problem::invalid(name, format!("should be a whole number {bounds}"), default)
        })
    }

    /// An id.
    pub(crate) fn id(&mut self, name: &str) -> Answer<Option<Uuid>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        Uuid::try_parse(&text).map(Some).map_err(|_| Problem::invalid(name, "should be a UUID", "3f2b8c1e-7d4a-4f5b-9c6d-8e1f2a3b4c5d"))
    }

    /// One of a few words.
    pub(crate) fn one_of<T: Copy>(&mut self, name: &str, words: &[(&'static str, T)]) -> Answer<Option<T>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Ok(Some(*value));
        }
        let list: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let example = words.first().map_or("", |(word, _)| word);
        Err(Problem::invalid(name, format!("should be {}", list.join(" or ")), example))
    }

    /// `limit` and `cursor`.
    pub(crate) fn page(&mut self) -> Answer<Page> {
        let limit = self.number("limit", 1..=500, 50)?;
        let offset = match self.text("cursor")? {
            None => 0,
            Some(cursor) => read_cursor(&cursor)
                .ok_or_else(|| Problem::invalid("cursor", "isn't one this server gave: use `next` of the page before", "63303530"))?,
        };
        Ok(Page { limit, offset })
    }

    /// Refuses what no route of ours knows.
    pub(crate) fn finish(self) -> Answer<()> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => {
                let name: String = name.chars().take(40).collect();
                Err(Problem::new(
                    axum::http::StatusCode::UNPROCESSABLE_ENTITY,
                    "unknown_parameter",
                    format!("`{name}` is not a parameter of this route."),
                )
                .field(name))
            }
        }
    }
}

/// A list as it is served.
#[derive(Debug, Serialize)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
}

impl<T> List<T> {
    /// `items` were read with [`one_more`]; the one too many tells that there is a next page.
    pub(crate) fn new(mut items: Vec<T>, page: Page) -> Self {
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        Self { items, next: more.then(|| cursor(page.offset + page.limit)) }
    }
}

/// The page to read for a page to serve.
pub(crate) fn one_more(page: Page) -> Page {
    Page { limit: page.limit + 1, offset: page.offset }
}

fn cursor(offset: i64) -> String {
    chatbot_core::access::token::hex(format!("c{offset}").as_bytes())
}

fn read_cursor(text: &str) -> Option<i64> {
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect();
    let offset: i64 = std::str::from_utf8(&bytes?).ok()?.strip_prefix('c')?.parse().ok()?;
    (0..=1_000_000_000).contains(&offset).then_some(offset)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_garbage_does_not() {
        assert_eq!(read_cursor(&cursor(50)), Some(50));
        for garbage in ["", "6", "zz", "63", "é", "632d31", "ffffffff"] {
            assert_eq!(read_cursor(garbage), None, "{garbage}");
        }
    }

    #[test]
    fn a_full_page_names_the_next_one_only_if_there_is_more() {
        let page = Page { limit: 2, offset: 4 };
        assert!(List::new(vec![1, 2], page).next.is_none());
        let list = List::new(vec![1, 2, 3], page);
        assert_eq!((list.items, list.next), (vec![1, 2], Some(cursor(6))));
    }
}
