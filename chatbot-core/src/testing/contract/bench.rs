//! A store under test, with a clock that stands still and ids in sequence.

use std::any::Any;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use futures::future::{BoxFuture, FutureExt};
use uuid::Uuid;

use crate::clock::{Clock, FakeClock, IdSource};
use crate::message::{ChatMessage, Delivery};
use crate::outbox::OutboxRow;
use crate::recruiting::{Application, Job};
use crate::session::{Fence, Session};
use crate::store::rows::{Page, Result, Rows};
use crate::store::{Backend, Run};
use crate::testing::{SeqIds, fixtures};

/// What is done when a test has held its promise: a schema is dropped, a folder deleted.
pub(crate) type CleanUp = BoxFuture<'static, ()>;

/// A store and what a promise needs to try it.
pub(crate) struct Bench {
    pub(crate) store: Arc<dyn Backend>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) ids: Arc<SeqIds>,
    clean_up: CleanUp,
}

/// Runs the body as one write over clones of what is listed: `tx!(bench, [session], |rows| rows.insert_session(&session).await)`.
macro_rules! tx {
    ($bench:expr, [$($own:ident),*], |$rows:ident| $body:expr) => {{
        $(let $own = $own.clone();)*
        $bench
            .write(move |$rows| {
                $(let $own = $own.clone();)*
                Box::pin(async move { $body })
            })
            .await
    }};
}
pub(crate) use tx;

impl Bench {
    pub(crate) fn new(store: Arc<dyn Backend>, clock: Arc<FakeClock>, clean_up: CleanUp) -> Self {
        Self { store, clock, ids: Arc::new(SeqIds::after(1000)), clean_up }
    }

    /// Closes the store and takes away what it leaves.
    pub(crate) async fn end(self) {
        self.store.close().await;
        drop(self.store);
        self.clean_up.await;
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The clock's time so many seconds on.
    pub(crate) fn at(&self, seconds: i64) -> DateTime<Utc> {
        self.now() + Duration::seconds(seconds)
    }

    pub(crate) fn id(&self) -> Uuid {
        self.ids.uuid()
    }

    pub(crate) async fn reader(&self) -> Box<dyn Rows + '_> {
        self.store.reader().await.expect("a reader")
    }

    /// Runs an operation in the writer's transaction.
    pub(crate) async fn write<T, F>(&self, operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'r> Fn(&'r mut dyn Rows) -> BoxFuture<'r, Result<T>> + Send + Sync + 'static,
    {
        self.write_at(move |rows, _| operation(rows)).await
    }

    /// The same, with the transaction's time.
    pub(crate) async fn write_at<T, F>(&self, operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'r> Fn(&'r mut dyn Rows, DateTime<Utc>) -> BoxFuture<'r, Result<T>> + Send + Sync + 'static,
    {
        let operation = Arc::new(operation);
        let run: Run = Arc::new(move |rows, now| {
            let operation = Arc::clone(&operation);
            async move { operation(rows, now).await.map(|out| Box::new(out) as Box<dyn Any + Send>) }.boxed()
        });
        Ok(*self.store.write(run.into()).await?.downcast::<T>().expect("the answer to this operation"))
    }

    /// A session in the store, changed before it is added.
    pub(crate) async fn session_with(&self, change: impl FnOnce(&mut Session)) -> Session {
        let mut session = fixtures::session(self.ids.as_ref(), self.now());
        change(&mut session);
        tx!(self, [session], |rows| rows.insert_session(&session).await).expect("a session");
        session
    }

    /// A session in the store.
    pub(crate) async fn session(&self) -> Session {
        self.session_with(|_| {}).await
    }

    /// The session as it stands.
    pub(crate) async fn session_now(&self, id: Uuid) -> Session {
        self.reader().await.session(id).await.expect("a read").expect("the session")
    }

    /// Claims this session for 2 s; its row and fence.
    pub(crate) async fn claim(&self, id: Uuid, boot: Uuid, n: i64) -> Option<(Session, Fence)> {
        let (now, until) = (self.now(), self.at(2));
        let claimed = tx!(self, [], |rows| rows.claim_sessions(boot, n, now, until, 10, Some(id)).await).expect("a claim");
        let session = claimed.into_iter().next()?;
        let fence = Fence { boot, n, control_epoch: session.control_epoch, last_handled: session.last_handled };
        Some((session, fence))
    }

    /// A job in the store, changed before it is added.
    pub(crate) async fn job_with(&self, change: impl FnOnce(&mut Job)) -> Job {
        let mut job = fixtures::job(self.ids.as_ref(), self.now());
        change(&mut job);
        tx!(self, [job], |rows| rows.insert_job(&job).await).expect("a job");
        job
    }

    /// A job in the store.
    pub(crate) async fn job(&self) -> Job {
        self.job_with(|_| {}).await
    }

    /// Somebody new in the store.
    pub(crate) async fn candidate(&self) -> Uuid {
        let candidate = fixtures::candidate(self.ids.as_ref(), self.now());
        tx!(self, [candidate], |rows| rows.insert_candidate(&candidate).await).expect("a candidate");
        candidate.id
    }

    /// Somebody's application for the job, changed before it is added.
    pub(crate) async fn application_with(&self, job: &Job, change: impl FnOnce(&mut Application)) -> Application {
        let candidate = self.candidate().await;
        let mut application = fixtures::application(self.ids.as_ref(), self.now(), job, candidate);
        change(&mut application);
        tx!(self, [application], |rows| rows.insert_application(&application).await).expect("an application");
        application
    }

    /// A message of a session in the store.
    pub(crate) async fn message(&self, session_id: Uuid, seq: i64) -> ChatMessage {
        let message = fixtures::message(self.ids.as_ref(), self.now(), session_id, seq, &format!("words {seq}"));
        tx!(self, [message], |rows| rows.insert_message(&message).await).expect("a message");
        message
    }

    /// A message on its way in the store: its row, changed before it is added.
    pub(crate) async fn outbox_with(&self, session: &Session, seq: i64, change: impl FnOnce(&mut OutboxRow)) -> OutboxRow {
        let message = self.message(session.id, seq).await;
        let mut row = OutboxRow::new(self.id(), session, &message, self.now());
        change(&mut row);
        tx!(self, [row], |rows| rows.insert_outbox(&row).await).expect("an outbox row");
        row
    }

    /// Moves a row to another state.
    pub(crate) async fn move_outbox(&self, row: &OutboxRow, to: Delivery) -> bool {
        let (from, row) = (row.state, OutboxRow { state: to, ..row.clone() });
        tx!(self, [row], |rows| rows.move_outbox(from, &row).await).expect("a move")
    }
}

/// The first rows of a list, or those after them.
pub(crate) fn page(limit: i64, offset: i64) -> Page {
    Page { limit, offset }
}
