//! The sample job, with three conversations played into it, so that a first look finds something to look at.
//! All of it is marked as demo and goes with one call.

use chatbot_core::Chatbot;
use chatbot_core::fault::Fault;
use chatbot_core::message::{ChatMessage, InboxEntry, Person, Sender};
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::recruiting::list::Page;
use chatbot_core::recruiting::{Job, JobStatus};
use chatbot_core::session::OpenSession;
use serde_json::Value;

use crate::serve::ServeError;

const JOB: &str = include_str!("../../examples/jobs/rust-engineer.yaml");

/// A person of the demo: what they answer to a question that holds a word.
struct Actor {
    name: &'static str,
    contact: &'static str,
    source: &'static str,
    /// (word of the question, answer)
    says: &'static [(&'static str, &'static str)],
    /// Goes away after so many answers.
    leaves_after: usize,
}

const CAST: [Actor; 3] = [
    Actor {
        name: "Jane Miller",
        contact: "jane.miller@example.org",
        source: "linkedin",
        says: &[
            ("years", "About five years, the last three full time."),
            ("allowed", "Yes, I'm a citizen"),
            ("want to work", "Remote, please"),
            ("notice", "Two months"),
            ("salary", "82,000 euros a year"),
            ("start", "1 March 2027"),
            ("databases", "PostgreSQL for six years, SQLite in our mobile app"),
        ],
        leaves_after: usize::MAX,
    },
    Actor {
        name: "Tom Fischer",
        contact: "tom.fischer@example.org",
        source: "newsletter",
        says: &[
            ("years", "One year, in my spare time"),
            ("allowed", "Yes"),
            ("want to work", "hybrid"),
            ("notice", "4 weeks"),
            ("salary", "60k"),
            ("start", "1 February 2027"),
            ("databases", "MySQL mostly"),
        ],
        leaves_after: usize::MAX,
    },
    Actor {
        name: "Amina Diallo",
        contact: "amina.diallo@example.org",
        source: "careers page",
        says: &[("years", "four"), ("allowed", "yes, I have a permit"), ("want to work", "hybrid")],
        leaves_after: 3,
    },
];

/// More than any prescreen of the demo takes.
const MAX_STEPS: usize = 40;

/// Loads the sample job and plays the conversations, unless a demo is there already.
pub(crate) async fn load(chatbot: &Chatbot) -> Result<(), ServeError> {
    if chatbot.has_demo().await? {
        return Ok(());
    }
    let file = JobFile::from_yaml(JOB, Some("the sample job")).map_err(|e| ServeError::Sample(e.to_string()))?;
    let slug = file.slug();
    if chatbot.job_by_slug(&slug).await?.is_some() {
        tracing::warn!(slug, "a job of the sample's name is there already: no demo is loaded");
        return Ok(());
    }
    let job = chatbot.create_job(&file, true).await?;
    for actor in &CAST {
        play(chatbot, &job, actor).await?;
    }
    Ok(())
}

/// The sample job, if it is there and open.
pub(crate) async fn job(chatbot: &Chatbot) -> Result<Option<Job>, Fault> {
    let jobs = chatbot.jobs(Some(JobStatus::Open), Page { limit: 500, offset: 0 }).await?;
    Ok(jobs.into_iter().find(|job| job.demo))
}

/// Does what the bot's last message expects, as a candidate would, until nothing more is or the actor leaves.
async fn play(chatbot: &Chatbot, job: &Job, actor: &Actor) -> Result<(), ServeError> {
    let person = Person {
        platform: "web".into(),
        job_id: Some(job.id),
        source: Some(actor.source.into()),
        locale: Some("en".into()),
        ..Person::default()
    };
    let mut wish = OpenSession::new(person);
    wish.demo = true;
    let session = chatbot.open_session(wish).await?.session.id;
    let mut answered = 0;
    for _ in 0..MAX_STEPS {
        chatbot.drain().await?;
        let said = chatbot.history(session, 0, 500).await?;
        let Some(last) = said.iter().rev().find(|message| message.sender == Sender::Bot) else { break };
        let Some(reply) = reply(actor, job, last) else { break };
        if is_question(last) {
            if answered == actor.leaves_after {
                break;
            }
            answered += 1;
        }
        chatbot.save_incoming_message(InboxEntry::text(session, reply)).await?;
    }
    Ok(())
}

fn expects<'a>(message: &'a ChatMessage, key: &str) -> Option<&'a str> {
    message.metadata.get("expects")?.get(key).and_then(Value::as_str)
}

fn is_question(message: &ChatMessage) -> bool {
    expects(message, "type") == Some("question")
}

fn reply(actor: &Actor, job: &Job, message: &ChatMessage) -> Option<&'static str> {
    match expects(message, "type")? {
        "consent" => Some("yes"),
        "submit" => Some("submit"),
        "field" if expects(message, "field")?.contains("name") => Some(actor.name),
        "field" => Some(actor.contact),
        "question" => {
            let id = expects(message, "question_id")?.parse().ok()?;
            let text = job.question(id)?.text.to_lowercase();
            actor.says.iter().find(|(word, _)| text.contains(word)).map(|(_, answer)| *answer)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
    use chatbot_core::MemoryStore;
    use chatbot_core::recruiting::ApplicationStatus;
    use chatbot_core::recruiting::list::ApplicationFilter;

    use super::*;

    #[tokio::test]
    async fn the_demo_shows_a_strong_candidate_a_failed_must_have_and_one_in_the_middle() {
        let chatbot = Chatbot::builder(MemoryStore::new()).build().unwrap();
        load(&chatbot).await.unwrap();
        load(&chatbot).await.unwrap();
        let job = job(&chatbot).await.unwrap().unwrap();
        let filter = ApplicationFilter { job_id: Some(job.id), by_score: true, consented_only: true };
        let ranked = chatbot.applications(&filter, Page { limit: 10, offset: 0 }).await.unwrap();
        let shown: Vec<_> =
            ranked.iter().map(|a| (a.candidate_name.as_deref(), a.status, a.must_have_failed, a.answered == a.total)).collect();
        assert_eq!(
            shown,
            [
                (Some("Jane Miller"), ApplicationStatus::PrescreenCompleted, false, true),
                (Some("Tom Fischer"), ApplicationStatus::PrescreenCompleted, true, true),
                (None, ApplicationStatus::InProgress, false, false),
            ]
        );
        assert!(ranked[0].jd_match_score.unwrap() > 90.0, "{:?}", ranked[0].jd_match_score);
        assert!(ranked[2].answered >= 3);
    }
}
