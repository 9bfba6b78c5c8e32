//! What may stand in a log.

use tracing::{Level, Metadata};

/// Whether a line may be written whatever the operator asked for. Our own lines hold ids and counts at every level.
/// Those of the crates below us may hold bytes of requests and arguments of statements at their finer levels, so of
/// these only warnings and errors and general notes are let through. A binary adds this as a filter beside the
/// operator's own (`RUST_LOG`), so that `RUST_LOG=trace` shows no name, no word and no token either.
pub fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let ours = target == "chatbot" || target.starts_with("chatbot_") || target.starts_with("chatbot::");
    if ours {
        return true;
    }
    // What a model is asked and answers stands in whatever the library says.
    if target == "genai" || target.starts_with("genai::") {
        return false;
    }
    // A statement that is slow is told whole by the driver, and the server's notices may quote a row.
    let driver = target == "sqlx" || target.starts_with("sqlx");
    *metadata.level() <= if driver { Level::ERROR } else { Level::INFO }
}
