//! One process: a boot id, its inbox, its worker, its sender, on a runtime of its own with its own monotonic clock. When it
//! dies, all that is not in the database dies with it.

use std::sync::Arc;

use chatbot_core::inbox::Inbox;
use chatbot_core::outbox::deliver::Deliverer;
use chatbot_core::session::StoredSessions;
use chatbot_core::store::Store;
use chatbot_core::wake::{LocalWake, Wake};
use chatbot_core::worker::{Processor, Worker};
use chrono::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::parrot::Parrot;
use crate::pigeon::Pigeon;
use crate::port::Port;
use crate::sim::{Pace, Sim};

/// How long an idle session stays open.
pub const TTL: Duration = Duration::minutes(10);

pub struct Process {
    pub number: usize,
    pub life: u64,
    pub port: Port,
    pub processor: Processor,
    pub worker: Worker,
    pub inbox: Inbox,
    pub sessions: StoredSessions,
    /// Steps of the schedule for which it does nothing at all.
    pub paused: u64,
    /// Time that passed meanwhile.
    owed: Duration,
    runtime: Runtime,
}

impl Process {
    /// Starts a process on the run's database: its worker and its sender run until it dies.
    pub fn start(sim: &Sim, number: usize, life: u64) -> Self {
        let memory = sim.memory.another_process(&sim.dice);
        let boot = memory.boot_id();
        let store = Store::from(memory).with_ids(Arc::new(sim.dice.clone()));
        let pace = Pace { sim: sim.clone(), process: number, life };
        let port = Port { sim: sim.clone(), pace: pace.clone(), store, process: number, boot };
        let wake = Arc::new(LocalWake::default());
        let shared = Arc::new(port.clone());
        let sender = Deliverer::new(shared.clone(), Arc::new(Pigeon { pace: pace.clone() }));
        let processor = Processor::new(shared.clone(), Arc::new(Parrot(pace)), wake.clone(), TTL).with_senders(Arc::from([sender.clone()]));
        let worker = Worker::new(shared.clone(), processor.clone(), wake.clone());
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let (loops, listens) = (worker.clone(), wake.clone());
        runtime.spawn(async move { loops.run(CancellationToken::new()).await });
        runtime.spawn(async move { sender.run(listens.as_ref() as &dyn Wake, CancellationToken::new()).await });
        let process = Self {
            number,
            life,
            processor,
            inbox: Inbox::new(shared.clone(), Arc::new(worker.clone()), wake, TTL),
            sessions: StoredSessions::new(shared, TTL),
            worker,
            port,
            paused: 0,
            owed: Duration::zero(),
            runtime,
        };
        process.run();
        process
    }

    /// Lets everything run that waits for nothing.
    pub fn run(&self) {
        self.runtime.block_on(async {
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        });
    }

    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(task);
        self.run();
    }

    /// Moves its monotonic clock; one that stands still finds out later.
    pub fn time_passes(&mut self, by: Duration) {
        self.owed += by;
        if self.paused == 0 {
            let by = std::mem::replace(&mut self.owed, Duration::zero());
            self.runtime.block_on(tokio::time::advance(by.to_std().unwrap()));
            self.run();
        }
    }

    /// One step less to stand still for.
    pub fn stands(&mut self) {
        if self.paused > 0 {
            self.paused -= 1;
            self.time_passes(Duration::zero());
        }
    }

    pub fn wakes(&mut self) {
        self.paused = 0;
        self.time_passes(Duration::zero());
    }
}
