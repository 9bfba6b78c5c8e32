//! What is SQL's own: opening, migrating, the writer's batches, and how columns are kept. What any store promises is in
//! `testing::contract`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

#[cfg(feature = "postgres")]
mod beside;
mod covered;
mod fill;
#[cfg(feature = "sqlite")]
mod flat;
mod plans;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod verify;
pub(in crate::store::sql) mod watch;
#[cfg(feature = "sqlite")]
mod writer;

use std::any::Any;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::future::{BoxFuture, FutureExt};
use serde::Serialize;
use tokio::sync::Notify;

use super::text::storable_json;
use crate::clock::FakeClock;
use crate::message::{Delivery, EntryKind, Sender};
use crate::privacy::ErasureReason;
use crate::recruiting::{ActionStatus, ActionType, ApplicationStatus, JobStatus, Kind, OnMustHaveFail};
use crate::store::rows::Rows;
use crate::store::{Operation, Run, StoreError};

fn clock() -> Arc<FakeClock> {
    Arc::new(FakeClock::new("2026-11-22T09:00:00Z".parse::<DateTime<Utc>>().unwrap()))
}

/// An operation as the writer takes it.
fn operation<T, F>(run: F) -> Operation
where
    T: Send + 'static,
    F: for<'r> Fn(&'r mut dyn Rows) -> BoxFuture<'r, Result<T, StoreError>> + Send + Sync + 'static,
{
    let run = Arc::new(run);
    let run: Run = Arc::new(move |rows, _| {
        let run = Arc::clone(&run);
        async move { run(rows).await.map(|out| Box::new(out) as Box<dyn Any + Send>) }.boxed()
    });
    run.into()
}

/// Puts a setting.
fn put(name: &'static str, value: &'static str) -> Operation {
    operation(move |rows| async move { rows.put_setting(name, value).await }.boxed())
}

/// Writes a setting and keeps the writer busy until told; `started` when it has begun.
fn hold(started: &Arc<Notify>, go: &Arc<Notify>) -> Operation {
    let (started, go) = (Arc::clone(started), Arc::clone(go));
    operation(move |rows| {
        let (started, go) = (Arc::clone(&started), Arc::clone(&go));
        async move {
            rows.put_setting("held", "by the first").await?;
            started.notify_one();
            go.notified().await;
            Ok(())
        }
        .boxed()
    })
}

#[test]
fn what_is_stored_under_a_name_is_read_by_that_name() {
    fn same<T: Serialize + Copy>(all: &[T], name: fn(T) -> &'static str) {
        for value in all {
            assert_eq!(serde_json::to_value(value).unwrap(), name(*value));
        }
    }
    same(&[Sender::Candidate, Sender::Bot, Sender::Recruiter, Sender::System], Sender::as_str);
    same(&[Delivery::Ready, Delivery::Sending, Delivery::Sent, Delivery::Failed, Delivery::Cancelled, Delivery::Unknown], Delivery::as_str);
    same(
        &[EntryKind::Start, EntryKind::Text, EntryKind::Button, EntryKind::File, EntryKind::Edit, EntryKind::Release, EntryKind::Say],
        EntryKind::as_str,
    );
    same(&[Kind::YesNo, Kind::Number, Kind::Choice, Kind::Duration, Kind::Date, Kind::Money, Kind::Text], Kind::as_str);
    same(&ApplicationStatus::ALL, ApplicationStatus::as_str);
    same(&[JobStatus::Open, JobStatus::Closed], JobStatus::as_str);
    same(&[OnMustHaveFail::Finish, OnMustHaveFail::Stop], OnMustHaveFail::as_str);
    same(&[ErasureReason::Asked, ErasureReason::ByStaff, ErasureReason::Retention], ErasureReason::as_str);
    same(&[ActionStatus::Open, ActionStatus::Resolved], ActionStatus::as_str);
    same(
        &[ActionType::MustHaveFailed, ActionType::HumanRequested, ActionType::UnreadAnswer, ActionType::CandidateWaiting],
        ActionType::as_str,
    );
}

#[test]
fn a_nul_anywhere_in_json_is_replaced() {
    let cleaned = storable_json(serde_json::json!({"a\0": ["b\0", {"c": "\0"}], "d": 1}));
    assert_eq!(cleaned, serde_json::json!({"a\u{FFFD}": ["b\u{FFFD}", {"c": "\u{FFFD}"}], "d": 1}));
}
