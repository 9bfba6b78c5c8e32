//! A prescreen from hello to score through the packaged crate, on the store that the feature brings.

use std::error::Error;

use chatbot_core::Chatbot;
use chatbot_core::message::{InboxEntry, Person};
use chatbot_core::recruiting::JobFile;
use chatbot_core::session::OpenSession;
use chatbot_core::store::Store;

const JOB: &str = "{title: Gardener, prescreen: {questions: [{text: 'How many years have you gardened?', kind: number, rule: {min: 2}}]}}";

#[cfg(any(feature = "sqlite", feature = "postgres"))]
async fn store() -> Result<Store, Box<dyn Error + Send + Sync>> {
    use std::sync::Arc;

    use chatbot_core::clock::{RandomIds, SystemClock};
    use chatbot_core::store::open::{DatabaseSettings, open};

    let url = std::env::var("STRANGER_DATABASE_URL")?;
    let settings = DatabaseSettings::new("STRANGER_DATABASE_URL", url, Some(format!("stranger_{}", std::process::id())));
    Ok(open(&settings, Arc::new(SystemClock), Arc::new(RandomIds)).await?)
}

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
async fn store() -> Result<Store, Box<dyn Error + Send + Sync>> {
    Ok(chatbot_core::MemoryStore::default().into())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let chatbot = Chatbot::builder(store().await?).build()?;
    chatbot.migrate().await?;
    let job = chatbot.create_job(&JobFile::from_yaml(JOB, None)?, false).await?;
    let person = Person { platform: "web".into(), job_id: Some(job.id), ..Person::default() };
    let opened = chatbot.open_session(OpenSession::new(person)).await?;
    for text in ["yes", "one", "Ada", "ada@example.org", "submit"] {
        chatbot.drain().await?;
        chatbot.save_incoming_message(InboxEntry::text(opened.session.id, text)).await?;
    }
    chatbot.drain().await?;
    let application = opened.session.application_id.ok_or("no application")?;
    let view = chatbot.application(application, None).await?.ok_or("the application is gone")?;
    chatbot.close().await;
    // One year of the two that are asked for.
    if view.jd_match_score != Some(50.0) || view.status.as_str() != "prescreen_completed" {
        return Err(format!("{:?} {}", view.jd_match_score, view.status.as_str()).into());
    }
    println!("{}: {}", chatbot.engine(), view.answers.first().map_or("", |a| a.reason.as_str()));
    Ok(())
}
