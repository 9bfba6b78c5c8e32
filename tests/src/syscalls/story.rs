//! The conversations that are disturbed, each short and each about other transactions. They begin on a stage: the files
//! of a server that was stopped in good order.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use tempfile::TempDir;

use super::phone::{self, Line};
use super::subject::Subject;
use super::visitor::Visitor;
use crate::candidate::text;
use crate::job::cook;

/// Part of all that whoever will be erased says, and of nothing else in the world.
pub const CANARY: &str = "uetzal";

/// A conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Story {
    /// On the web page: from opening the session to submission.
    Interview,
    /// On the web page: a person takes over, writes, is answered and hands back.
    Takeover,
    /// Two are erased, one by staff and one at their own wish, while a third goes on.
    Erasure,
    /// On Telegram's webhook: an interview with a takeover in its middle.
    Telegram,
}

/// Every story.
pub const STORIES: [Story; 4] = [Story::Interview, Story::Takeover, Story::Erasure, Story::Telegram];

/// Where a story begins.
#[derive(Debug)]
pub struct Stage {
    /// Which story's.
    pub story: Story,
    folder: Option<TempDir>,
    visitors: Vec<Visitor>,
    /// Candidates to be erased.
    erased: Vec<String>,
}

/// Those who take part, as it goes on.
#[derive(Debug)]
pub struct Cast {
    /// Visitors of the page who stay.
    pub visitors: Vec<Visitor>,
    /// Visitors who are erased, and their ids as candidates.
    pub erased: Vec<(Visitor, String)>,
    /// Somebody on Telegram.
    pub line: Option<Line>,
}

impl Story {
    /// Plays what comes before the story, on a server that nothing disturbs, and keeps its files.
    pub async fn stage(self) -> Stage {
        let mut subject = Subject::on(None, &[]);
        subject.start().await;
        assert_eq!(subject.admin.post("/jobs", &cook()).await.status, 201);
        let (mut visitors, mut erased) = (Vec::new(), Vec::new());
        let count = match self {
            Self::Interview | Self::Telegram => 0,
            Self::Takeover => 1,
            Self::Erasure => 3,
        };
        for n in 0..count {
            let mut visitor = Visitor::open(&mut subject).await;
            visitor.says(&mut subject, "yes").await;
            if n > 0 {
                erased.push(tells_everything(&mut subject, &mut visitor).await);
            }
            visitors.push(visitor);
        }
        subject.stop().await;
        Stage { story: self, folder: Some(subject.files()), visitors, erased }
    }
}

/// Answers with the canary in it; answers the candidate's id.
async fn tells_everything(subject: &mut Subject, visitor: &mut Visitor) -> String {
    let part = Part::bytes(b"Quetzal, born in Quetzaltenango".to_vec()).file_name("quetzal-cv.txt").mime_str("text/plain").unwrap();
    let upload = subject.api.as_holder_of(&*visitor.token).request(Method::POST, &visitor.path("attachments"));
    assert_eq!(crate::Reply::of(upload.multipart(Form::new().part("file", part))).await.status, 202);
    for words in ["5 years at Quetzal Breads", "6 in the Quetzal mill"] {
        visitor.says(subject, words).await;
    }
    text(&subject.admin.get(&format!("/applications/{}", visitor.application)).await.expect(200)["candidate_id"])
}

impl Cast {
    /// Nobody yet.
    pub fn empty() -> Self {
        Self { visitors: Vec::new(), erased: Vec::new(), line: None }
    }
}

impl Stage {
    /// No stage: the story is played on a server that has all it needs.
    pub fn bare(story: Story) -> Self {
        Self { story, folder: None, visitors: Vec::new(), erased: Vec::new() }
    }

    /// A server on a copy of the stage, not started yet, and who takes part.
    pub async fn set(&self) -> (Cast, Subject) {
        let line = if self.story == Story::Telegram { Some(Line::new().await) } else { None };
        let subject = Subject::on(self.folder.as_ref().map(TempDir::path), &line.as_ref().map(Line::env).unwrap_or_default());
        if let Some(line) = &line {
            line.leads_to(&subject);
        }
        let (staying, leaving) = self.visitors.split_at(self.visitors.len() - self.erased.len());
        let erased = leaving.iter().cloned().zip(self.erased.iter().cloned()).collect();
        (Cast { visitors: staying.to_vec(), erased, line }, subject)
    }

    /// Plays the story to its end, whatever becomes of the server.
    pub async fn play(&self, cast: &mut Cast, subject: &mut Subject) {
        match self.story {
            Story::Interview => interview(cast, subject).await,
            Story::Takeover => takeover(&mut cast.visitors[0], subject).await,
            Story::Erasure => erasure(cast, subject).await,
            Story::Telegram => phone::interview(cast.line.as_mut().unwrap(), subject).await,
        }
    }

    /// Somebody else comes, for a server that is still to be disturbed when the story has ended.
    pub async fn go_on(&self, cast: &mut Cast, subject: &mut Subject) {
        match &mut cast.line {
            Some(line) => phone::passer_by(line, subject).await,
            None => {
                let mut visitor = Visitor::open(subject).await;
                visitor.says(subject, "yes").await;
                visitor.says(subject, "5").await;
            }
        }
    }
}

async fn interview(cast: &mut Cast, subject: &mut Subject) {
    let mut visitor = Visitor::open(subject).await;
    for words in ["yes", "5", "6", "7", "Ada Example", "ada@example.org", "submit"] {
        visitor.says(subject, words).await;
    }
    cast.visitors.push(visitor);
}

async fn takeover(visitor: &mut Visitor, subject: &mut Subject) {
    visitor.says(subject, "5").await;
    visitor.recruiter(subject, "takeover", &json!({})).await;
    visitor.writes(subject, "Is anybody there?").await;
    visitor.recruiter(subject, "messages", &json!({ "content": "Yes, this is Grace.", "client_message_id": "grace-1" })).await;
    visitor.writes(subject, "Good to know.").await;
    visitor.recruiter(subject, "messages", &json!({ "content": "The bot goes on now.", "client_message_id": "grace-2" })).await;
    visitor.recruiter(subject, "release", &json!({})).await;
    visitor.hears(subject, "the release", |last| last["sender"] == "bot").await;
    for words in ["6", "7", "Ada Example"] {
        visitor.says(subject, words).await;
    }
}

async fn erasure(cast: &mut Cast, subject: &mut Subject) {
    let [(by_staff, id), (by_wish, _)] = &mut cast.erased[..] else { panic!("two are erased") };
    let stays = &mut cast.visitors[0];
    stays.says(subject, "5").await;
    let path = format!("/candidates/{id}");
    let receipt = subject.insist(|s| s.admin.request(Method::DELETE, &path), &[200]).await.json();
    let again = subject.insist(|s| s.admin.request(Method::DELETE, &path), &[200]).await.json();
    if receipt != again {
        subject.problems.push(format!("two receipts of one erasure: {receipt} and {again}"));
    }
    // A late copy of what was said before: the token is nobody's.
    let late = json!({ "content": "5 years at Quetzal Breads", "client_message_id": "said-2" });
    let path = by_staff.path("messages");
    subject.insist(|s| s.api.as_holder_of(&*by_staff.token).request(Method::POST, &path).json(&late), &[401]).await;
    stays.says(subject, "6").await;
    by_wish.says(subject, "please delete my data").await;
    let yes = by_wish.numbered(&json!({ "content": "Yes, delete", "metadata": { "button": "yes, delete" } }));
    let path = by_wish.path("messages?wait=3");
    // Whoever is erased before the acknowledgement arrives is told that the conversation is over.
    subject.insist(|s| s.api.as_holder_of(&*by_wish.token).request(Method::POST, &path).json(&yes), &[200, 202, 409]).await;
    by_wish.hears(subject, "the wish to be deleted", |last| last["metadata"]["templates"] == json!(["erased"])).await;
    stays.says(subject, "7").await;
}
