//! The world of one run: processes, people who write, recruiters who take over; and the schedule that lets one thing move
//! at a time.

use chatbot_core::worker::TurnStore;
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::people::Updates;
use crate::process::Process;
use crate::sim::{Sim, at_once};

pub struct World {
    pub sim: Sim,
    pub processes: Vec<Process>,
    pub updates: Updates,
    /// One process alone may have the database: it voids all leases when it starts, as on SQLite.
    pub alone: bool,
    /// In this run the database's clock may be set.
    pub clock_is_set: bool,
    /// By how much it was set back, and at what time it then was.
    pub set_back: Vec<(DateTime<Utc>, Duration)>,
    /// The database crashes at the next claim that it could forget.
    pub crash_is_near: bool,
    /// How many processes there are when all run.
    pub most: usize,
    lives: u64,
}

impl World {
    pub fn new(seed: u64, kept: bool) -> Self {
        let sim = Sim::new(seed, kept);
        let alone = sim.dice.below(4) == 0;
        let clock_is_set = sim.dice.below(10) == 0;
        let most = if alone { 1 } else { sim.dice.between(2, 3) as usize };
        let updates = Updates::of(&sim);
        let mut world =
            Self { updates, sim, processes: Vec::new(), alone, clock_is_set, set_back: Vec::new(), crash_is_near: false, most, lives: 0 };
        world.start_missing();
        world
    }

    fn start(&mut self, number: usize) {
        self.sim.witness().trace.line(format!("p{number} starts"));
        self.lives += 1;
        let process = Process::start(&self.sim, number, self.lives);
        if self.alone {
            at_once(process.port.store.void_leases()).unwrap();
            self.sim.witness().voided();
        }
        self.processes.push(process);
        self.processes.sort_by_key(|p| p.number);
    }

    /// Starts what has died.
    pub fn start_missing(&mut self) {
        for number in 1..=self.most {
            if self.processes.iter().all(|p| p.number != number) {
                self.start(number);
            }
        }
    }

    /// Everything of a process is gone from one moment to the next.
    pub fn kill(&mut self, number: usize) {
        let Some(at) = self.processes.iter().position(|p| p.number == number) else { return };
        let life = self.processes.remove(at).life;
        let mut gates = self.sim.gates.lock().unwrap();
        let under_way = gates.iter().filter(|gate| gate.life == life).count();
        gates.retain(|gate| gate.life != life);
        drop(gates);
        let mut witness = self.sim.witness();
        witness.trace.line(format!("p{number} dies with {under_way} things under way"));
        witness.tally.add("things under way that died with their process", under_way as u64);
    }

    /// Lets one thing go on, whichever the dice choose, in a process that doesn't stand still. False: all sleep.
    pub fn move_one(&mut self) -> bool {
        let moved = self.open_a_gate();
        self.processes.iter_mut().for_each(Process::stands);
        moved
    }

    fn open_a_gate(&self) -> bool {
        loop {
            let (gate, life) = {
                let mut gates = self.sim.gates.lock().unwrap();
                let runs = |life: u64| self.processes.iter().any(|p| p.life == life && p.paused == 0);
                let able: Vec<usize> = (0..gates.len()).filter(|at| runs(gates[*at].life)).collect();
                let Some(at) = self.sim.dice.pick(&able) else { return false };
                let gate = gates.remove(at);
                let life = gate.life;
                (gate, life)
            };
            if gate.open() {
                self.processes.iter().filter(|p| p.life == life).for_each(Process::run);
                return true;
            }
        }
    }

    pub fn time_passes(&mut self, by: Duration) {
        self.sim.witness().trace.line(format!("{by} pass"));
        self.sim.clock.advance(by);
        self.processes.iter_mut().for_each(|process| process.time_passes(by));
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
}
