//! A server that is killed at a system call, or whose system calls fail, one after the other.
//!
//! * [`strace`], [`threads`]: the tool, and which thread is which.
//! * [`subject`]: the server, and whoever talks to it in spite of all; [`story`], [`visitor`], [`phone`]: what is said.
//! * [`account`], [`database`], [`verdict`]: what is left, held against an undisturbed run.
//! * [`kill`]: killed at each call of a thread; [`boot`]: at each call of a start; [`points`]: what both share. [`fault`]: calls
//!   that fail; [`postgres`]: those of the database server's own process. [`choice`]: which of all points; [`tally`]: the figures.

pub mod account;
pub mod boot;
pub mod choice;
pub mod database;
pub mod fault;
pub mod kill;
pub mod phone;
pub mod points;
pub mod postgres;
pub mod story;
pub mod strace;
pub mod subject;
pub mod tally;
pub mod threads;
pub mod verdict;
pub mod visitor;
