//! Every list with every filter: their texts are put together when they are asked.

use uuid::Uuid;

use crate::recruiting::list::{ActivityFilter, ApplicationFilter, SessionFilter};
use crate::recruiting::{ActionStatus, JobStatus};
use crate::testing::contract::bench::{Bench, page};

/// Asks for them all.
pub(super) async fn ask_for_all(bench: &Bench) {
    let mut reader = bench.reader().await;
    let (page, some) = (page(50, 0), [None, Some(Uuid::nil())]);
    for job_id in some {
        for flag in [true, false] {
            for open in [None, Some(true), Some(false)] {
                reader.sessions(&SessionFilter { open, job_id, waiting: flag }, page).await.unwrap();
            }
            for consented_only in [true, false] {
                let filter = ApplicationFilter { job_id, by_score: flag, consented_only };
                reader.applications(&filter, page).await.unwrap();
                reader.application_ids(&filter).await.unwrap();
            }
        }
    }
    for session_id in some {
        for status in [None, Some(ActionStatus::Open), Some(ActionStatus::Resolved)] {
            reader.actions(status, session_id, page).await.unwrap();
        }
        for application_id in some {
            reader.open_actions(session_id, application_id).await.unwrap();
            for activity_type in [None, Some("answer".to_owned())] {
                reader.activity(&ActivityFilter { session_id, application_id, activity_type }, page).await.unwrap();
            }
        }
    }
    for status in [None, Some(JobStatus::Open)] {
        reader.jobs(status, page).await.unwrap();
    }
}
