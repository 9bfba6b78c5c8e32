//! Showing lists and records: as a table for people, as JSON for programs.

use std::io::Write as _;

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use serde_json::Value;

use crate::args::Output;
use crate::failure::Failure;

/// Writes to the standard output, as it is. Whoever reads it may stop reading (`chatbot jobs list | head`), and that is
/// no failure of ours.
pub(crate) fn raw(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// A line on the standard output.
macro_rules! say {
    ($($text:tt)*) => { $crate::output::raw(&(format!($($text)*) + "\n")) };
}
pub(crate) use say;

/// A list: `columns` and one row of cells an item for people, the items whole for programs.
pub(crate) fn list<T: Serialize>(output: Output, items: &[T], columns: &[&str], row: impl Fn(&T) -> Vec<String>) -> Result<(), Failure> {
    match output {
        Output::Json => json(&items),
        Output::Table => {
            say!("{}", table(columns, items.iter().map(row)));
            Ok(())
        }
    }
}

/// A table without frame; nothing but the head if there is nothing.
pub(crate) fn table(columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if !columns.is_empty() {
        table.set_header(columns.iter().map(|c| c.to_uppercase()));
    }
    for row in rows {
        table.add_row(row);
    }
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// JSON, indented.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    say!("{}", serde_json::to_string_pretty(value).map_err(Failure::of)?);
    Ok(())
}

/// A score to four decimals, or a dash.
pub(crate) fn score(score: Option<f64>) -> String {
    score.map_or_else(|| "–".into(), |s| ((s * 1e4).round() / 1e4).to_string())
}

/// A value as people write it.
pub(crate) fn value(value: &Value) -> String {
    match value {
        Value::Null => "–".into(),
        Value::String(s) => s.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        other => other.to_string(),
    }
}

/// To the minute.
pub(crate) fn time(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}
