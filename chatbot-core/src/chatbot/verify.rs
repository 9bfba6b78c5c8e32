//! Looking for contradictions: what every committed state must satisfy, checked over the rows themselves.

use std::collections::HashMap;

use super::Chatbot;
use crate::fault::Fault;
use crate::message::{Delivery, Sender};
use crate::outbox::is_pulled;
use crate::prescreen::scoring::{Scored, job_score};
use crate::recruiting::list::{ApplicationFilter, Page, SessionFilter};
use crate::session::Session;
use crate::store::rows::Rows;

/// Rows read at once.
const MANY: i64 = 500;

/// What was looked at, and what contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verification {
    /// Sessions looked at.
    pub sessions: usize,
    /// Messages looked at.
    pub messages: usize,
    /// Applications looked at.
    pub applications: usize,
    /// One line each; empty: all is well.
    pub problems: Vec<String>,
}

impl Chatbot {
    /// Checks every session (numbers without gap or double, nothing handled that has not come, deliveries that can go
    /// on) and every application (the score recomputed from its answers). Beside a running server a line may be about
    /// a change under way: look twice.
    pub async fn verify(&self) -> Result<Verification, Fault> {
        let mut found = Verification::default();
        let mut rows = self.rows().await?;
        let mut page = Page { limit: MANY, offset: 0 };
        loop {
            let sessions = rows.sessions(&SessionFilter::default(), page).await?;
            for session in &sessions {
                check_session(rows.as_mut(), session, &mut found).await?;
            }
            found.sessions += sessions.len();
            page.offset += MANY;
            if (sessions.len() as i64) < MANY {
                break;
            }
        }
        let filter = ApplicationFilter { job_id: None, by_score: false, consented_only: false };
        page.offset = 0;
        loop {
            let applications = rows.applications(&filter, page).await?;
            for application in &applications {
                check_score(rows.as_mut(), application, &mut found).await?;
            }
            found.applications += applications.len();
            page.offset += MANY;
            if (applications.len() as i64) < MANY {
                return Ok(found);
            }
        }
    }
}

async fn check_session(rows: &mut dyn Rows, session: &Session, found: &mut Verification) -> Result<(), Fault> {
    let name = |problem: String| format!("session {}: {problem}", session.id);
    if !(session.last_handled <= session.last_inbound && session.last_inbound <= session.last_seq) {
        let problem =
            format!("handled up to {}, received up to {}, counted up to {}", session.last_handled, session.last_inbound, session.last_seq);
        found.problems.push(name(problem));
    }
    if session.candidate_id.is_none() && session.closed_at.is_some() {
        // All but the confirmation was erased with the person.
        return Ok(());
    }
    // Every number belongs to a message, an entry, or (a person's words) to both.
    let mut taken: HashMap<i64, (usize, usize)> = HashMap::new();
    let mut after = 0;
    loop {
        let messages = rows.messages(session.id, after, MANY).await?;
        let Some(last) = messages.last() else { break };
        after = last.seq;
        found.messages += messages.len();
        for message in &messages {
            taken.entry(message.seq).or_default().0 += 1;
            let waits = matches!(message.delivery, Delivery::Ready | Delivery::Sending);
            if waits && message.sender == Sender::Bot && is_pulled(&session.platform) {
                found.problems.push(name(format!("message {} waits to be sent, though it is read from the history", message.seq)));
            }
        }
    }
    for entry in rows.inbound(session.id, 0, i64::MAX).await? {
        taken.entry(entry.seq).or_default().1 += 1;
    }
    let numbers = 1..=session.last_seq;
    if let Some(gap) = numbers.clone().find(|n| !taken.contains_key(n)) {
        found.problems.push(name(format!("number {gap} of {} belongs to nothing", session.last_seq)));
    }
    let mut doubles: Vec<i64> = taken.iter().filter(|(_, (messages, entries))| *messages > 1 || *entries > 1).map(|(n, _)| *n).collect();
    doubles.extend(taken.keys().filter(|n| !numbers.contains(n)));
    doubles.sort_unstable();
    for n in doubles {
        found.problems.push(name(format!("number {n} is given twice or was never counted")));
    }
    for state in [Delivery::Ready, Delivery::Sending] {
        for row in rows.outbox_of_session(session.id, state).await? {
            let message = rows.message(row.message_id).await?;
            match message {
                None => found.problems.push(name(format!("the outbox row {} has no message", row.id))),
                Some(message) if message.delivery != state => {
                    found.problems.push(name(format!(
                        "message {} is {} and its outbox row {}",
                        message.seq,
                        message.delivery.as_str(),
                        state.as_str()
                    )));
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

async fn check_score(rows: &mut dyn Rows, application: &crate::recruiting::Application, found: &mut Verification) -> Result<(), Fault> {
    let name = |problem: String| format!("application {}: {problem}", application.id);
    let Some(job) = rows.job(application.job_id, Some(application.question_set_version)).await? else {
        found.problems.push(name(format!("version {} of its questions is not there", application.question_set_version)));
        return Ok(());
    };
    let answers = rows.answers(application.id).await?;
    if let Some(stray) = answers.iter().find(|a| job.question(a.question_id).is_none()) {
        found.problems.push(name(format!("an answer to question {}, which its version lacks", stray.question_id)));
    }
    let scored = answers.iter().filter_map(|a| {
        let q = job.question(a.question_id)?;
        Some(Scored { weight: q.weight, required: q.required, state: a.state, score: a.score })
    });
    let recomputed = job_score(scored);
    if recomputed != application.jd_match_score {
        let show = |score: Option<f64>| score.map_or_else(|| "none".to_owned(), |s| s.to_string());
        found.problems.push(name(format!("its score is {}, its answers give {}", show(application.jd_match_score), show(recomputed))));
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use futures::future::FutureExt;

    use super::*;
    use crate::clock::RandomIds;
    use crate::store::{MemoryStore, Store};
    use crate::testing::fixtures;

    /// A session with messages of these numbers, counted up to `last_seq`, and an application with this score.
    async fn problems(numbers: &'static [i64], last_seq: i64, score: Option<f64>) -> Vec<String> {
        let store = Store::from(MemoryStore::new());
        let now = chrono::DateTime::UNIX_EPOCH;
        let job = fixtures::job(&RandomIds, now);
        let candidate = fixtures::candidate(&RandomIds, now);
        let mut application = fixtures::application(&RandomIds, now, &job, candidate.id);
        application.jd_match_score = score;
        let mut session = fixtures::session(&RandomIds, now);
        (session.candidate_id, session.application_id) = (Some(candidate.id), None);
        (session.last_seq, session.last_inbound, session.last_handled) = (last_seq, 0, 0);
        let messages: Vec<_> = numbers.iter().map(|n| fixtures::message(&RandomIds, now, session.id, *n, "hello")).collect();
        let written = store.write(move |rows, _| {
            let (job, candidate, application, session, messages) =
                (job.clone(), candidate.clone(), application.clone(), session.clone(), messages.clone());
            async move {
                rows.insert_job(&job).await?;
                rows.insert_candidate(&candidate).await?;
                rows.insert_application(&application).await?;
                rows.insert_session(&session).await?;
                for message in &messages {
                    rows.insert_message(message).await?;
                }
                Ok(())
            }
            .boxed()
        });
        written.await.unwrap();
        Chatbot::builder(store).build().unwrap().verify().await.unwrap().problems
    }

    #[tokio::test]
    async fn a_sound_store_has_no_problems() {
        assert_eq!(problems(&[1, 2, 3], 3, None).await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_missing_number_is_named() {
        let said = problems(&[1, 3], 3, None).await;
        assert!(said.len() == 1 && said[0].ends_with("number 2 of 3 belongs to nothing"), "{said:?}");
    }

    #[tokio::test]
    async fn a_number_that_was_never_counted_is_named() {
        let said = problems(&[1, 2], 1, None).await;
        assert!(said.len() == 1 && said[0].ends_with("number 2 is given twice or was never counted"), "{said:?}");
    }

    #[tokio::test]
    async fn a_score_its_answers_do_not_give_is_named() {
        let said = problems(&[1], 1, Some(50.0)).await;
        assert!(said.len() == 1 && said[0].ends_with("its score is 50, its answers give none"), "{said:?}");
    }
}
