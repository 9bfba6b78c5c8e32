//! What the examples share: a job, a candidate in this process, and the words of both.
#![allow(dead_code, reason = "each example uses its part")]

use std::error::Error;
use std::io::Write as _;

use chatbot_core::Chatbot;
use chatbot_core::message::{ChatMessage, InboxEntry, Person};
use chatbot_core::recruiting::JobFile;
use chatbot_core::session::OpenSession;
use uuid::Uuid;

const JOB: &str = "{title: Gardener, employer: Example Parks, prescreen: {questions: [{text: 'How many years have you gardened?', kind: number, rule: {min: 1}}]}}";

/// A conversation that has been opened.
pub(crate) struct Talk {
    chatbot: Chatbot,
    /// Its id.
    pub(crate) session_id: Uuid,
}

/// Makes the job and opens a conversation about it; the bot speaks first.
pub(crate) async fn begin(chatbot: &Chatbot) -> Result<Talk, Box<dyn Error + Send + Sync>> {
    chatbot.migrate().await?;
    let job = chatbot.create_job(&JobFile::from_yaml(JOB, None)?, false).await?;
    let person = Person { platform: "web".into(), job_id: Some(job.id), ..Person::default() };
    let opened = chatbot.open_session(OpenSession::new(person)).await?;
    chatbot.drain().await?;
    Ok(Talk { chatbot: chatbot.clone(), session_id: opened.session.id })
}

impl Talk {
    /// Says these one after the other; answers the whole conversation so far.
    pub(crate) async fn say(&self, words: &[&str]) -> Result<Vec<ChatMessage>, Box<dyn Error + Send + Sync>> {
        for text in words {
            self.chatbot.save_incoming_message(InboxEntry::text(self.session_id, *text)).await?;
            // A server runs `Chatbot::run`; here the turn is run by call.
            self.chatbot.drain().await?;
        }
        Ok(self.chatbot.history(self.session_id, 0, 200).await?)
    }
}

/// Writes a conversation.
pub(crate) fn show(messages: &[ChatMessage]) {
    for message in messages {
        let _ = writeln!(std::io::stdout(), "{:>10}: {}", message.sender.as_str(), message.content.replace('\n', "\n            "));
    }
}
