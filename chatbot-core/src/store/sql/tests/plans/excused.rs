//! Statements that read a growing table from end to end, and may.

/// A statement that may.
pub(super) struct Excused {
    /// On which engines it does.
    pub(super) engines: &'static [&'static str],
    /// What its text has in it, and no other's.
    pub(super) statement: &'static str,
    /// What it reads, as the plan has it.
    pub(super) reads: &'static str,
    /// Why it may.
    #[allow(dead_code, reason = "for whoever reads the list")]
    pub(super) why: &'static str,
}

pub(super) const EXCUSED: [Excused; 0] = [];
