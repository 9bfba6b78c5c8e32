//! What a text says about its writer: a resume, read. Nothing in it is confirmed.

use serde::{Deserialize, Serialize};

/// A value and the words it was read from, as they stand in the text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found<T> {
    /// What was understood.
    pub value: T,
    /// The words.
    pub said: String,
}

impl<T> Found<T> {
    /// A value and its words.
    pub fn new(value: T, said: impl Into<String>) -> Self {
        Self { value, said: said.into() }
    }
}

/// A stretch of work.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// For whom.
    pub employer: Option<String>,
    /// As what.
    pub title: Option<String>,
    /// `2020-06`, or `2020` where no month is named.
    pub from: Option<String>,
    /// As `from`; `present` while it lasts.
    pub to: Option<String>,
}

/// A stretch of learning.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Education {
    /// Where.
    pub institution: Option<String>,
    /// With what end, and in what.
    pub degree: Option<String>,
    /// As in [`Position`].
    pub from: Option<String>,
    /// As in [`Position`].
    pub to: Option<String>,
}

/// All that was found.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// What they are called.
    pub name: Option<Found<String>>,
    /// E-mail addresses, in order.
    pub emails: Vec<Found<String>>,
    /// Phone numbers: `+` and digits where the country is known, digits alone where it isn't.
    pub phones: Vec<Found<String>>,
    /// Where they live.
    pub location: Option<Found<String>>,
    /// Their pages.
    pub links: Vec<Found<String>>,
    /// Languages they speak, with their own word for how well.
    pub languages: Vec<Found<String>>,
    /// Skills, as they name them.
    pub skills: Vec<Found<String>>,
    /// Where they worked.
    pub positions: Vec<Found<Position>>,
    /// Where they learned.
    pub education: Vec<Found<Education>>,
    /// Years of work: those of the positions, months that overlap counted once.
    pub years_experience: Option<Found<f64>>,
}

impl Profile {
    /// Whether it holds a person: a name or a way to reach them, or a course of life.
    pub fn is_somebody(&self) -> bool {
        self.name.is_some() || !self.emails.is_empty() || !self.phones.is_empty() || !self.positions.is_empty()
    }
}

impl std::fmt::Debug for Profile {
    /// Counts only: what it holds is somebody's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name.is_some())
            .field("emails", &self.emails.len())
            .field("phones", &self.phones.len())
            .field("skills", &self.skills.len())
            .field("positions", &self.positions.len())
            .finish_non_exhaustive()
    }
}
