//! The schedule: what happens next, whoever's turn it is.

use chatbot_core::outbox::deliver::SENDER_LEASE;
use chatbot_core::worker::LEASE;
use chrono::Duration;

use crate::sim::at_once;
use crate::world::World;

impl World {
    /// One step of a run's wild part.
    pub fn something_happens(&mut self) {
        let dice = self.sim.dice.clone();
        match dice.below(1000) {
            0..=19 => self.write(),
            20..=34 => self.deliver_again(),
            35..=36 => self.open(),
            37..=41 => self.recruiter_writes(),
            42..=47 => self.take_over(),
            48..=52 => self.release(),
            53..=72 => self.time_passes(Duration::milliseconds(dice.between(1, 400).cast_signed())),
            73..=78 => self.time_passes(LEASE + Duration::milliseconds(dice.below(2500).cast_signed())),
            79..=80 => self.time_passes(SENDER_LEASE + Duration::seconds(dice.below(10).cast_signed())),
            81 => self.time_passes(Duration::seconds(dice.between(30, 60).cast_signed())),
            82 if dice.permille(200) => self.time_passes(Duration::minutes(dice.between(5, 15).cast_signed())),
            83..=86 => self.pause(),
            87..=88 => self.process_dies(),
            89..=94 => self.start_missing(),
            95 if !self.alone && dice.permille(300) => self.database_crashes(),
            // As soon as there is something to lose.
            95 if !self.alone => self.crash_is_near = true,
            96..=97 if self.clock_is_set => self.set_the_clock(),
            _ if self.move_one() => {}
            _ => self.time_passes(Duration::milliseconds(dice.between(20, 250).cast_signed())),
        }
        if self.crash_is_near && !self.sim.witness().unflushed.is_empty() && self.sim.dice.permille(300) {
            self.crash_is_near = false;
            self.database_crashes();
        }
    }

    /// A process does nothing for a while; often for longer than its leases hold.
    fn pause(&mut self) {
        let Some(at) = self.any_process() else { return };
        let process = &mut self.processes[at];
        process.paused = self.sim.dice.between(20, 200);
        let mut witness = self.sim.witness();
        witness.trace.line(format!("p{} stands still", process.number));
        witness.tally.count("faults: a process stood still");
    }

    fn process_dies(&mut self) {
        let numbers: Vec<usize> = self.processes.iter().map(|p| p.number).collect();
        if let Some(number) = self.sim.dice.pick(&numbers) {
            self.sim.witness().tally.count("faults: a process died");
            self.kill(number);
        }
    }

    /// Somebody sets the database's clock. What a process measures by its own goes on as ever.
    fn set_the_clock(&mut self) {
        let by =
            if self.sim.dice.below(2) == 0 { Duration::hours(1) } else { -Duration::milliseconds(self.sim.dice.below(1500).cast_signed()) };
        self.sim.clock.advance(by);
        if by < Duration::zero() {
            self.set_back.push((self.sim.now(), -by));
        }
        let mut witness = self.sim.witness();
        witness.trace.line(format!("the clock is set by {by}"));
        witness.tally.count("faults: the clock was set");
        witness.clock_was_set = true;
    }

    /// Calls under way fail, and claims that were not flushed yet are as if they had never been made.
    fn database_crashes(&mut self) {
        let lost = {
            let mut witness = self.sim.witness();
            witness.trace.line("the database crashes".into());
            witness.tally.count("faults: the database crashed");
            let unflushed = witness.unflushed.len();
            let at = self.sim.dice.index(unflushed + 1);
            (at < unflushed).then(|| witness.forget(at))
        };
        if let Some(before) = lost {
            at_once(self.sim.memory.restore(&before));
        }
        self.sim.database_crashed();
    }
}
