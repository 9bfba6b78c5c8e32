//! The desk: what recruiters keep beside conversations, and how they pick one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ActionType;

/// What colleagues tell each other about a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id.
    pub id: Uuid,
    /// About which conversation.
    pub session_id: Uuid,
    /// Who wrote it; none: a service's token.
    pub author_id: Option<Uuid>,
    /// Their name then.
    pub author: String,
    /// The words.
    pub content: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// A reply that is written once and sent often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CannedReply {
    /// Its id.
    pub id: Uuid,
    /// What recruiters find it by.
    pub title: String,
    /// What is sent.
    pub content: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Who sees to a conversation, and how far its words can be searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeskRow {
    /// A user's id.
    pub assigned_to: Option<Uuid>,
    /// Since when.
    pub assigned_at: Option<DateTime<Utc>>,
    /// The newest message whose words are known.
    pub words_upto: i64,
}

/// A conversation somebody wrote in, and how far its words can be searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The conversation's id.
    pub session_id: Uuid,
    /// When something was last written.
    pub last_entry_at: DateTime<Utc>,
    /// Whose it is; none: nobody's words are kept.
    pub candidate_id: Option<Uuid>,
    /// Its newest message.
    pub last_seq: i64,
    /// The newest message whose words are known.
    pub words_upto: i64,
}

impl Heard {
    /// Whether it holds words that no search finds yet.
    pub fn is_behind(&self) -> bool {
        self.candidate_id.is_some() && self.words_upto < self.last_seq
    }
}

/// A word of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordRow {
    /// Lower case, without accents.
    pub word: String,
    /// In which conversation.
    pub session_id: Uuid,
    /// In which message.
    pub seq: i64,
    /// When that was sent.
    pub sent_at: DateTime<Utc>,
}

/// A message that a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// In which conversation.
    pub session_id: Uuid,
    /// Its number there.
    pub seq: i64,
}

/// A browser that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignIn {
    /// The token's id.
    pub id: Uuid,
    /// What the browser calls itself.
    pub agent: Option<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute or so.
    pub used_at: Option<DateTime<Utc>>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Which conversations of the desk, the newest entry first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeskFilter {
    /// Only open ones, or only closed ones; none: both.
    pub open: Option<bool>,
    /// About an application for this job.
    pub job_id: Option<Uuid>,
    /// On this channel.
    pub platform: Option<String>,
    /// An action of this type is open in them.
    pub reason: Option<ActionType>,
    /// An action that escalates is open in them.
    pub waiting: bool,
    /// A person has taken over.
    pub taken_over: bool,
    /// Seen to by this user.
    pub assigned_to: Option<Uuid>,
    /// Sorted under this word.
    pub tag: Option<String>,
    /// The application's score is at least this.
    pub min_score: Option<f64>,
    /// Something was said since this user last read it.
    pub unread_by: Option<Uuid>,
}

impl DeskFilter {
    /// Whether an index leads to the few that are wanted; if not, only [`WINDOW`] are looked through.
    pub fn is_selective(&self) -> bool {
        self.job_id.is_some() || self.reason.is_some() || self.waiting || self.assigned_to.is_some() || self.tag.is_some()
    }
}

/// Of how many of the newest conversations a filter that no index serves picks.
pub const WINDOW: i64 = 5_000;

/// The longest word that is kept.
const LONGEST: usize = 40;

/// The different words of a text as a search knows them: lower case, without accents, two characters at least.
pub fn search_words(text: &str) -> Vec<String> {
    let lower: String = text.chars().flat_map(char::to_lowercase).map(plain).collect();
    let mut words: Vec<String> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 2)
        .map(|word| word.chars().take(LONGEST).collect())
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// A letter without its accent, for the accents that European keyboards lack most often.
fn plain(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' | 'ā' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' | 'ē' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ı' | 'ī' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => 'o',
        'ś' | 'š' | 'ş' => 's',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
    use super::*;

    #[test]
    fn words_are_found_whatever_their_case_and_accents() {
        assert_eq!(search_words("Müller, MULLER & a B-52 köln"), ["52", "koln", "muller"]);
        assert!(search_words(" . – 1 x").is_empty());
    }
}
