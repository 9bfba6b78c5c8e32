//! Runs that kill, pause, crash and race the real servers while people write to them, and hold the end against what
//! everybody was promised. The program `torture` runs them whole, the ordinary tests with small figures.
//!
//! * [`fleet`], [`own_postgres`]: the processes, and a database that may be stopped at once.
//! * [`town`], [`people`], [`carrier`], [`form`]: who writes, how it gets there, and what must come of it.
//! * [`kills`], [`crashes`], [`pauses`], [`takeovers`], [`recovery`]: what is done to them.
//! * [`outcome`]: what a run says of itself; without an effect of its faults it has failed.
//! * [`dice`]: chance that can be repeated.

pub mod carrier;
pub mod crashes;
pub mod dice;
pub mod fleet;
pub mod form;
pub mod kills;
pub mod outcome;
pub mod own_postgres;
pub mod pauses;
pub mod people;
pub mod recovery;
pub mod takeovers;
pub mod town;
