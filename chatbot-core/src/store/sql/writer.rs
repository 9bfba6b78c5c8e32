//! What writes: one task, and on PostgreSQL a second where many wait.
//!
//! It takes everything that waits, reads what all of it needs, runs it in order in one transaction, writes for all of it
//! (one statement a table), commits, and answers all; when idle it waits for nothing else. Only what nobody waits for
//! waits a moment for something else to go with. If any of it fails the transaction is rolled back whole and each request is run alone, so that one
//! request's failing is no other's. A caller that went away changes nothing: what was handed over is run.

use std::any::Any;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::batch::{run_all, turn_to_run};
use super::engine::{Engine, Holds};
use super::fail::fail;
use super::time::Ts;
use crate::clock::Clock;
use crate::store::{Operation, StoreError};

/// Requests run in one transaction at most: a longer one would make the first wait for the last.
const BATCH: usize = 256;
/// Requests that may wait before callers do.
const QUEUE: usize = 4096;
/// How long a lost database is looked for before those who wait are told.
const RECONNECT: Duration = Duration::from_secs(5);
/// Requests for which a second transaction is begun beside one that runs.
pub(super) const MANY: usize = 80;
/// How long what nobody waits for waits for company.
const COMPANY: Duration = Duration::from_millis(4);
/// Runs of one transaction that the database asked to run again.
const TRIES: u32 = 6;

pub(super) type Answer = Box<dyn Any + Send>;
pub(super) type Options<E> = <<E as sqlx::Database>::Connection as Connection>::Options;

/// A request on its way to the writer.
struct Request {
    operation: Operation,
    answer: oneshot::Sender<Result<Answer, StoreError>>,
}

/// What waits to be written; whichever writer is free takes all of it.
type Waiting = Arc<tokio::sync::Mutex<mpsc::Receiver<Request>>>;

enum State {
    Idle,
    Running { requests: mpsc::Sender<Request>, tasks: Vec<JoinHandle<()>> },
    Closed,
}

/// The writer as the store holds it. Its task begins with the first write and ends with the store.
pub(super) struct Writer<E: Engine> {
    options: Options<E>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl<E: Engine> Writer<E> {
    pub(super) fn new(options: Options<E>, clock: Arc<dyn Clock>) -> Self {
        Self { options, clock, state: Mutex::new(State::Idle) }
    }

    /// Hands an operation over and waits until it is committed or refused.
    pub(super) async fn write(&self, operation: Operation) -> Result<Answer, StoreError> {
        let (answer, answered) = oneshot::channel();
        let stopped = || StoreError::Unavailable("the writer has stopped".into());
        self.requests()?.send(Request { operation, answer }).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Ends the task after what waits is done.
    pub(super) async fn close(&self) {
        let before = std::mem::replace(&mut *self.state.lock().unwrap_or_else(PoisonError::into_inner), State::Closed);
        if let State::Running { requests, tasks } = before {
            drop(requests);
            for task in tasks {
                // Its only way to fail is a runtime that is going away itself.
                let _ = task.await;
            }
        }
    }

    fn requests(&self) -> Result<mpsc::Sender<Request>, StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Closed => return Err(StoreError::Unavailable("the store is closed".into())),
            State::Running { requests, .. } if !requests.is_closed() => return Ok(requests.clone()),
            // Not begun, or its runtime is gone.
            State::Idle | State::Running { .. } => {}
        }
        let (requests, waiting) = mpsc::channel(QUEUE);
        let (waiting, others) = (Arc::new(tokio::sync::Mutex::new(waiting)), Arc::<Others>::default());
        let worker = |_| {
            let (options, clock) = (self.options.clone(), Arc::clone(&self.clock));
            let worker = Worker::<E> { options, clock, connection: None, others: Arc::clone(&others) };
            tokio::spawn(worker.run(Arc::clone(&waiting)))
        };
        let tasks = (0..E::WRITERS).map(worker).collect();
        *state = State::Running { requests: requests.clone(), tasks };
        Ok(requests)
    }
}

/// Why a transaction did not happen.
enum Failure {
    /// It was rolled back; another may do better.
    Refused(StoreError),
    /// The database is out of reach, or whether it committed is not known: nothing more is tried.
    Lost(StoreError),
}

struct Worker<E: Engine> {
    options: Options<E>,
    clock: Arc<dyn Clock>,
    connection: Option<E::Connection>,
    others: Arc<Others>,
}

/// The writers at work, counted.
#[derive(Default)]
struct Others {
    busy: AtomicUsize,
    ended: Notify,
}

impl<E: Engine> Worker<E> {
    async fn run(mut self, waiting: Waiting) {
        let mut batch = Vec::new();
        loop {
            let mut next = waiting.lock().await;
            if next.recv_many(&mut batch, BATCH).await == 0 {
                break;
            }
            self.gather(&mut batch, &mut next).await;
            self.others.busy.fetch_add(1, Ordering::SeqCst);
            drop(next);
            // They wait side by side, so none has a claim to come before another.
            batch.sort_by_key(|request| turn_to_run(&request.operation.hint));
            self.serve(std::mem::take(&mut batch)).await;
            self.others.busy.fetch_sub(1, Ordering::SeqCst);
            self.others.ended.notify_one();
        }
        if let Some(connection) = self.connection.take() {
            let _ = connection.close().await;
        }
    }

    /// Waits a moment for company where nobody waits for any of the batch, or where others are at work.
    async fn gather(&mut self, batch: &mut Vec<Request>, waiting: &mut mpsc::Receiver<Request>) {
        let until = Instant::now() + COMPANY;
        while batch.len() < BATCH && batch.iter().all(|r| r.operation.hint.rides_along) {
            match tokio::time::timeout_at(until, waiting.recv_many(batch, BATCH)).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => break,
            }
        }
        // A transaction beside another pays if it does as much: few wait for the other to end, or to be many.
        while batch.len() < MANY && self.others.busy.load(Ordering::SeqCst) > 0 {
            tokio::select! {
                taken = waiting.recv_many(batch, BATCH) => if taken == 0 { return },
                () = self.others.ended.notified() => {}
            }
        }
    }

    async fn serve(&mut self, batch: Vec<Request>) {
        if batch.len() > 1 {
            let operations: Vec<Operation> = batch.iter().map(|r| r.operation.clone()).collect();
            match self.together(&operations).await {
                Ok(answers) => {
                    for (request, answer) in batch.into_iter().zip(answers) {
                        let _ = request.answer.send(Ok(answer));
                    }
                    return;
                }
                Err(Failure::Lost(error)) => return refuse(batch, &error),
                Err(Failure::Refused(_)) => {}
            }
        }
        let mut rest = batch.into_iter();
        while let Some(request) = rest.next() {
            match self.alone(&request.operation).await {
                Ok(answer) => drop(request.answer.send(Ok(answer))),
                Err(Failure::Refused(error)) => drop(request.answer.send(Err(error))),
                Err(Failure::Lost(error)) => {
                    refuse(rest, &error);
                    drop(request.answer.send(Err(error)));
                    return;
                }
            }
        }
    }

    /// All requests in one transaction, and once more where another process was first: what it wrote is found then.
    async fn together(&mut self, operations: &[Operation]) -> Result<Vec<Answer>, Failure> {
        match self.transaction(operations).await {
            Err(Failure::Refused(StoreError::Again | StoreError::Conflict { .. })) => self.transaction(operations).await,
            outcome => outcome,
        }
    }

    /// One request in a transaction of its own, again while the database asks for it.
    async fn alone(&mut self, operation: &Operation) -> Result<Answer, Failure> {
        let mut tries = 1;
        loop {
            match self.transaction(std::slice::from_ref(operation)).await {
                Ok(answers) => {
                    let answer = answers.into_iter().next();
                    return answer.ok_or_else(|| Failure::Refused(StoreError::Broken("an operation gave no answer".into())));
                }
                Err(Failure::Refused(StoreError::Again)) if tries < TRIES => {
                    sleep(Duration::from_millis(5 << tries)).await;
                    tries += 1;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn transaction(&mut self, operations: &[Operation]) -> Result<Vec<Answer>, Failure> {
        let Some(patience) = E::PATIENCE else { return self.attempt(operations).await };
        if let Ok(outcome) = timeout(patience, self.attempt(operations)).await {
            return outcome;
        }
        self.connection = None;
        Err(Failure::Lost(StoreError::Unavailable("the database did not answer in time".into())))
    }

    async fn attempt(&mut self, operations: &[Operation]) -> Result<Vec<Answer>, Failure> {
        let begin = if operations.iter().all(|o| o.hint.relaxed) { E::BEGIN_RELAXED } else { E::BEGIN };
        let (mut connection, now) = self.begin(begin).await.map_err(Failure::Lost)?;
        let answers = match run_all::<E>(&mut connection, operations, now).await {
            Some(Ok(answers)) => answers,
            Some(Err(error)) => {
                self.roll_back(connection).await;
                return Err(Failure::Refused(error));
            }
            // Whatever it was in the middle of, this connection is not asked again.
            None => {
                let _ = E::raw(&mut connection, "rollback").await;
                return Err(Failure::Refused(StoreError::Broken("an operation panicked; nothing of it was written".into())));
            }
        };
        match E::raw(&mut connection, "commit").await {
            Ok(_) => {
                self.connection = Some(connection);
                Ok(answers)
            }
            Err(error) if error.as_database_error().is_some() => {
                self.roll_back(connection).await;
                Err(Failure::Refused(fail::<E>(error)))
            }
            // The connection broke in mid-commit: it may stand or not, so nothing may be run again from here. The
            // caller repeats, and finds its dedupe key or a fence that has moved.
            Err(error) => Err(Failure::Lost(StoreError::Unavailable(format!("the connection was lost while committing: {error}")))),
        }
    }

    /// A connection with its transaction open, and the transaction's time.
    async fn begin(&mut self, how: &'static str) -> Result<(E::Connection, DateTime<Utc>), StoreError> {
        let deadline = Instant::now() + RECONNECT;
        loop {
            let problem = match self.try_begin(how, deadline).await {
                Ok(begun) => return Ok(begun),
                Err(problem) => problem,
            };
            if Instant::now() >= deadline {
                return Err(match problem {
                    StoreError::Unavailable(_) => problem,
                    other => StoreError::Unavailable(other.to_string()),
                });
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    async fn try_begin(&mut self, how: &'static str, deadline: Instant) -> Result<(E::Connection, DateTime<Utc>), StoreError> {
        let late = |_| StoreError::Unavailable("the database cannot be reached".into());
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => tokio::time::timeout_at(deadline, self.options.connect()).await.map_err(late)?.map_err(fail::<E>)?,
        };
        let row = E::raw(&mut connection, how).await.map_err(fail::<E>)?;
        let now = match row {
            Some(row) => self.clock.at(<E as Holds<Ts>>::take(&row, "now").map_err(fail::<E>)?.0),
            None => self.clock.now(),
        };
        Ok((connection, now))
    }

    /// Keeps the connection only if it could roll back.
    async fn roll_back(&mut self, mut connection: E::Connection) {
        if E::raw(&mut connection, "rollback").await.is_ok() {
            self.connection = Some(connection);
        }
    }
}

fn refuse(requests: impl IntoIterator<Item = Request>, error: &StoreError) {
    for request in requests {
        let _ = request.answer.send(Err(StoreError::Unavailable(match error {
            StoreError::Unavailable(why) => why.clone(),
            other => other.to_string(),
        })));
    }
}
