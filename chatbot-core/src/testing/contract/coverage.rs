//! The suite itself: nothing of `Rows` is left out.

const ROWS: &str = include_str!("../../store/rows.rs");

/// What calls the operations.
const CALLERS: [&str; 24] = [
    include_str!("calls.rs"),
    include_str!("bench.rs"),
    include_str!("ahead.rs"),
    include_str!("settings.rs"),
    include_str!("sessions.rs"),
    include_str!("claims.rs"),
    include_str!("ending.rs"),
    include_str!("inbox.rs"),
    include_str!("quarantine.rs"),
    include_str!("matching.rs"),
    include_str!("messages.rs"),
    include_str!("outbox.rs"),
    include_str!("timers.rs"),
    include_str!("events.rs"),
    include_str!("jobs.rs"),
    include_str!("applications.rs"),
    include_str!("actions.rs"),
    include_str!("files.rs"),
    include_str!("people.rs"),
    include_str!("erasure.rs"),
    include_str!("figures.rs"),
    include_str!("privacy.rs"),
    include_str!("verify.rs"),
    include_str!("writer.rs"),
];

#[test]
fn every_operation_is_called() {
    let operations = ROWS.split("async fn ").skip(1).filter_map(|rest| rest.split('(').next());
    let uncalled: Vec<_> = operations.filter(|name| !CALLERS.iter().any(|text| text.contains(&format!(".{name}(")))).collect();
    assert!(uncalled.is_empty(), "operations of Rows that no promise calls: {uncalled:?}");
}
