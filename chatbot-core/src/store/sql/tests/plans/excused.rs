//! Statements that read a growing table from end to end: those that may, and those that should not.

/// A statement that does.
pub(super) struct Excused {
    /// On which engines.
    pub(super) engines: &'static [&'static str],
    /// What its text has in it, and no other's.
    pub(super) statement: &'static str,
    /// What of the table it reads, in the plan's words.
    pub(super) reads: &'static str,
    /// Why it may.
    #[allow(dead_code, reason = "for whoever reads the list")]
    pub(super) why: &'static str,
}

const BOTH: &[&str] = &["postgres", "sqlite"];
const POSTGRES: &[&str] = &["postgres"];

const fn may(engines: &'static [&'static str], statement: &'static str, reads: &'static str, why: &'static str) -> Excused {
    Excused { engines, statement, reads, why }
}

/// No turn and no claim is among them. An entry that is needed no longer fails the test.
pub(super) const EXCUSED: [Excused; 20] = [
    // The dashboard's figures.
    may(BOTH, "count(*) as n from chat_sessions where closed_at is null", "chat_sessions", "counts them"),
    may(BOTH, "count(*) as n from inbound where handled_upto is not null", "inbound", "counts them, for the dashboard and not for metrics"),
    may(BOTH, "count(*) as n from outbox where state = 'ready'", "outbox_due", "counts what waits, all of that index"),
    may(BOTH, "from action_queue where status = 'open' group by type", "action_queue_open", "counts what is open, all of that index"),
    may(BOTH, "from applications where consented_at is not null group by status", "applications", "counts them"),
    may(&["sqlite"], "from model_calls where created_at >=", "model_calls", "what models cost since then"),
    may(&["sqlite"], "count(*) as n from action_queue where created_at >=", "action_queue", "the escalations of a period"),
    // Lists over all jobs.
    may(BOTH, "from applications where true order by case", "applications", "the best of everybody: all are compared"),
    may(BOTH, "from applications where true and consented_at is not null order by case", "applications", "the same"),
    may(POSTGRES, "select id from applications where true order by created_at", "applications", "an export of all"),
    may(POSTGRES, "from applications where true and consented_at is not null order by created_at", "applications", "stops at its page"),
    may(POSTGRES, "from chat_sessions where true and closed_at is", "chat_sessions_newest", "stops at its page"),
    may(POSTGRES, "from action_queue where true and status = $3 order by", "action_queue_newest", "stops at its page"),
    may(
        BOTH,
        "order by last_entry_minute desc, last_entry_at desc, id desc limit 5000)",
        "",
        "the desk picks from a window of the newest, however many there are",
    ),
    // What goes over everything on purpose.
    may(POSTGRES, " as gone from ", "", "`db verify`: looks up what a page names, which the planner may do by one pass"),
    may(BOTH, "select c.id as id from candidates c where c.updated_at <", "", "retention, once an hour"),
    may(BOTH, "from chat_sessions where closed_at is not null and (candidate_id is null or", "", "retention, once an hour"),
    may(BOTH, "with people as (", "consents_other_jobs", "matching: all who wish to be considered, by that index"),
    may(BOTH, "where demo", "_demo", "the sample's rows, a handful, by an index of only these"),
    may(
        POSTGRES,
        "set lease_boot = null, ready_at = $2 where lease_boot is not null",
        "chat_sessions",
        "SQLite's start, where an index helps",
    ),
];
