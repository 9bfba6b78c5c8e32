//! The world of one run: processes, people who write, recruiters who take over; and the schedule that lets one of them
//! move at a time.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Waker};

use chatbot_core::worker::TurnStore;
use tokio::task::unconstrained;
use uuid::Uuid;

use crate::people::Updates;
use crate::process::{Process, Task};
use crate::sim::Sim;

/// Something that runs in a process.
struct Actor {
    process: usize,
    /// The claim whose turn it is.
    turn: Option<(Uuid, i64)>,
    task: Task,
}

pub struct World {
    pub sim: Sim,
    pub processes: Vec<Process>,
    pub updates: Updates,
    /// One process alone may have the database: it voids all leases when it starts, as on SQLite.
    pub alone: bool,
    /// In this run the database's clock may be set.
    pub clock_is_set: bool,
    /// The database crashes at the next claim that it could forget.
    pub crash_is_near: bool,
    /// How many processes there are when all run.
    pub most: usize,
    actors: Vec<Actor>,
}

impl World {
    pub async fn new(seed: u64, kept: bool) -> Self {
        let sim = Sim::new(seed, kept);
        let alone = sim.dice.below(4) == 0;
        let clock_is_set = sim.dice.below(10) == 0;
        let most = if alone { 1 } else { sim.dice.between(2, 3) as usize };
        let mut world = Self {
            updates: Updates::of(&sim),
            sim,
            processes: Vec::new(),
            alone,
            clock_is_set,
            crash_is_near: false,
            most,
            actors: Vec::new(),
        };
        world.start_missing().await;
        world
    }

    pub async fn start(&mut self, number: usize) {
        let process = Process::start(&self.sim, number);
        self.sim.witness().trace.line(format!("p{number} starts"));
        if self.alone {
            process.port.store.void_leases().await.unwrap();
            self.sim.witness().voided();
        }
        for task in process.standing() {
            self.actors.push(Actor { process: number, turn: None, task });
        }
        self.processes.push(process);
        self.processes.sort_by_key(|p| p.number);
    }

    pub fn spawn(&mut self, process: usize, task: impl Future<Output = ()> + 'static) {
        self.actors.push(Actor { process, turn: None, task: Box::pin(task) });
    }

    /// Everything of a process is gone from one moment to the next.
    pub fn kill(&mut self, number: usize) {
        let in_turns = self.actors.iter().filter(|a| a.process == number && a.turn.is_some()).count();
        let mut witness = self.sim.witness();
        witness.trace.line(format!("p{number} dies in {in_turns} turns"));
        witness.tally.add("turns that died with their process", in_turns as u64);
        drop(witness);
        self.actors.retain(|actor| actor.process != number);
        self.processes.retain(|process| process.number != number);
    }

    fn is_paused(&self, number: usize) -> bool {
        self.processes.iter().any(|p| p.number == number && p.paused > 0)
    }

    /// Lets one actor of a process that runs move by one step, whichever the dice choose.
    pub async fn move_one(&mut self) {
        let able: Vec<usize> = (0..self.actors.len()).filter(|at| !self.is_paused(self.actors[*at].process)).collect();
        if let Some(at) = self.sim.dice.pick(&able) {
            self.move_this(at).await;
        }
        for process in &mut self.processes {
            process.paused = process.paused.saturating_sub(1);
        }
    }

    /// Lets every actor move once, in an order of the dice's.
    pub async fn move_all(&mut self) {
        let mut left = self.actors.len();
        while left > 0 && !self.actors.is_empty() {
            let at = self.sim.dice.index(self.actors.len());
            self.move_this(at).await;
            left -= 1;
        }
    }

    async fn move_this(&mut self, at: usize) {
        let mut done;
        loop {
            let mut task = unconstrained(&mut self.actors[at].task);
            done = Pin::new(&mut task).poll(&mut Context::from_waker(Waker::noop())).is_ready();
            if !self.sim.is_inside() {
                break;
            }
            // A call to the database is not interrupted; what it waits for runs on the runtime.
            tokio::task::yield_now().await;
        }
        if done {
            let actor = self.actors.swap_remove(at);
            if let Some((session, n)) = actor.turn
                && let Some(process) = self.processes.iter().find(|p| p.number == actor.process)
            {
                process.hands.lock().unwrap().running.retain(|id, held| (*id, *held) != (session, n));
            }
        }
        self.begin_and_stop_turns();
    }

    fn begin_and_stop_turns(&mut self) {
        let (mut begin, mut stop) = (Vec::new(), Vec::new());
        for process in &self.processes {
            let mut hands = process.hands.lock().unwrap();
            for (session, n) in std::mem::take(&mut hands.stop) {
                hands.running.retain(|id, held| (*id, *held) != (session, n));
                stop.push((process.number, session, n));
            }
            while let Some(claim) = hands.begin.pop_front() {
                let turn = (claim.session.id, claim.fence.n);
                hands.running.insert(turn.0, turn.1);
                let processor = process.processor.clone();
                // A store that fails leaves the turn to its lease.
                let task: Task = Box::pin(async move { drop(processor.process(claim).await) });
                begin.push(Actor { process: process.number, turn: Some(turn), task });
            }
        }
        for (process, session, n) in stop {
            self.sim.witness().tally.count("turns stopped, their claim being lost");
            self.actors.retain(|a| (a.process, a.turn) != (process, Some((session, n))));
        }
        self.actors.extend(begin);
    }

    /// A process by its place among those that run.
    pub fn any_process(&self) -> Option<usize> {
        let running: Vec<usize> = (0..self.processes.len()).filter(|at| self.processes[*at].paused == 0).collect();
        self.sim.dice.pick(&running)
    }

    pub fn any_session(&self) -> Option<Uuid> {
        let sessions = self.sim.witness().sessions();
        self.sim.dice.pick(&sessions)
    }

    /// Lets what was spawned on the runtime run.
    pub async fn breathe(&self) {
        tokio::task::yield_now().await;
    }
}
