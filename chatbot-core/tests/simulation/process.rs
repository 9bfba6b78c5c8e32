//! One process: a boot id, its inbox, its worker, its sender. When it dies, all that is not in the database dies with it.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use chatbot_core::inbox::Inbox;
use chatbot_core::outbox::deliver::Deliverer;
use chatbot_core::session::StoredSessions;
use chatbot_core::store::Store;
use chatbot_core::wake::LocalWake;
use chatbot_core::worker::{Claim, LEASE, Processor, RENEW_EVERY, TurnStore};
use chrono::Duration;
use uuid::Uuid;

use crate::parrot::Parrot;
use crate::pigeon::Pigeon;
use crate::port::Port;
use crate::sim::{Sim, steps};

/// How long an idle session stays open.
pub const TTL: Duration = Duration::minutes(10);
/// Turns of one process that run at once.
const SLOTS: usize = 3;

/// What runs by itself until it ends or its process dies.
pub type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Claims whose turns are to begin, the turns that run, and those that are to stop because their claim was lost.
#[derive(Default)]
pub struct Hands {
    pub begin: VecDeque<Claim>,
    pub running: BTreeMap<Uuid, i64>,
    pub stop: Vec<(Uuid, i64)>,
}

pub struct Process {
    pub number: usize,
    pub port: Port,
    pub processor: Processor,
    pub inbox: Inbox,
    pub sessions: StoredSessions,
    pub hands: Arc<Mutex<Hands>>,
    /// Steps of the schedule for which it does nothing at all.
    pub paused: u64,
}

impl Process {
    /// Starts a process on the run's database.
    pub fn start(sim: &Sim, number: usize) -> Self {
        let memory = sim.memory.another_process(&sim.dice);
        let boot = memory.boot_id();
        let store = Store::from(memory).with_ids(Arc::new(sim.dice.clone()));
        let port = Port { sim: sim.clone(), store, process: number, boot };
        let wake = Arc::new(LocalWake::default());
        let shared = Arc::new(port.clone());
        Self {
            number,
            processor: Processor::new(shared.clone(), Arc::new(Parrot(sim.clone())), wake.clone(), TTL),
            inbox: Inbox::new(shared.clone(), wake, TTL),
            sessions: StoredSessions::new(shared, TTL),
            port,
            hands: Arc::default(),
            paused: 0,
        }
    }

    /// What a process does all the time: claim, renew, send.
    pub fn standing(&self) -> [Task; 3] {
        [Box::pin(self.claims()), Box::pin(self.renews()), Box::pin(self.sends())]
    }

    fn claims(&self) -> impl Future<Output = ()> + use<> {
        let (port, hands) = (self.port.clone(), Arc::clone(&self.hands));
        async move {
            loop {
                steps(port.sim.dice.between(1, 4)).await;
                let busy = { hands.lock().unwrap().running.len() };
                if busy < SLOTS
                    && let Ok(claims) = port.claim((SLOTS - busy) as i64, LEASE, None).await
                {
                    hands.lock().unwrap().begin.extend(claims);
                }
            }
        }
    }

    fn renews(&self) -> impl Future<Output = ()> + use<> {
        let (port, hands) = (self.port.clone(), Arc::clone(&self.hands));
        async move {
            loop {
                tokio::time::sleep(RENEW_EVERY).await;
                let held: Vec<(Uuid, i64)> = { hands.lock().unwrap().running.iter().map(|(id, n)| (*id, *n)).collect() };
                if !held.is_empty()
                    && let Ok(kept) = port.renew(held.clone(), LEASE).await
                {
                    hands.lock().unwrap().stop.extend(held.into_iter().filter(|(id, _)| !kept.contains(id)));
                }
            }
        }
    }

    fn sends(&self) -> impl Future<Output = ()> + use<> {
        let port = self.port.clone();
        let pigeon = Pigeon { sim: port.sim.clone(), process: self.number };
        let deliverer = Deliverer::new(Arc::new(port.clone()), Arc::new(pigeon));
        async move {
            loop {
                steps(port.sim.dice.between(1, 4)).await;
                // A store that is away is tried again.
                let _ = deliverer.deliver_due().await;
            }
        }
    }
}
