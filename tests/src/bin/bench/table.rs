//! Tables for people, in the form documents have them.

use crate::figures::median;
use crate::limits::{CLIENTS, Limits};
use crate::row::{Engine, Row};

/// A table in Markdown, its columns aligned.
pub(crate) fn render(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut lines: Vec<Vec<String>> = vec![head.iter().map(|cell| (*cell).to_owned()).collect()];
    lines.extend(rows.iter().cloned());
    let widths: Vec<usize> = (0..head.len())
        .map(|column| lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let line = |cells: &Vec<String>| {
        // Words to the left, figures to the right.
        let cell = |(place, width): (usize, &usize)| {
            let text = cells.get(place).map_or("", String::as_str);
            if place == 0 { format!("{text:<width$}") } else { format!("{text:>width$}") }
        };
        format!("| {} |\n", widths.iter().enumerate().map(cell).collect::<Vec<_>>().join(" | "))
    };
    let rule = |(place, width): (usize, &usize)| {
        if place == 0 { "-".repeat(*width) } else { format!("{}:", "-".repeat(width.saturating_sub(1).max(1))) }
    };
    let mut text = line(&lines[0]);
    text += &format!("| {} |\n", widths.iter().enumerate().map(rule).collect::<Vec<_>>().join(" | "));
    lines.iter().skip(1).for_each(|cells| text += &line(cells));
    text
}

/// Speed, and whether it was right.
pub(crate) fn speed<'a>(rows: impl IntoIterator<Item = &'a Row>, rounds: &[Limits]) -> String {
    let head =
        ["on", "candidates", "twice", "Telegram", "turns/s", "÷ limit", "p50 ms", "p95 ms", "p99 ms", "turns", "lost", "doubled", "wrong"];
    let cells = |row: &Row| {
        let setting = &row.setting;
        let twice = if setting.twice_percent == 0 { "–".into() } else { format!("{} %", setting.twice_percent) };
        let delay = if setting.delay_ms == 0 { "–".into() } else { format!("{} ms", setting.delay_ms) };
        let load = setting.rate.map_or_else(String::new, |rate| format!(" at {rate:.0}/s"));
        vec![
            setting.engine.name().to_owned(),
            format!("{}{load}", setting.concurrency),
            twice,
            delay,
            figure(row.median(|o| o.turns_per_second)),
            limit_of(row.setting.engine, rounds).map_or("–".into(), |limit| figure(row.median(|o| o.turns_per_second) / limit)),
            figure(row.median(|o| o.p50_ms)),
            figure(row.median(|o| o.p95_ms)),
            figure(row.median(|o| o.p99_ms)),
            row.sum(|o| o.turns).to_string(),
            row.sum(|o| o.lost).to_string(),
            row.sum(|o| o.doubled).to_string(),
            row.sum(|o| o.wrong).to_string(),
        ]
    };
    render(&head, &rows.into_iter().map(cells).collect::<Vec<_>>())
}

/// What the database of an engine does at most, a turn at a time: on PostgreSQL as a statement each of 32 clients, on SQLite
/// as a commit each.
pub(crate) fn limit_of(engine: Engine, rounds: &[Limits]) -> Option<f64> {
    let of = |limits: &Limits| match engine {
        Engine::Sqlite => Some(limits.sqlite_per_second),
        Engine::Postgres | Engine::PostgresTwo => limits.postgres_per_second.last().copied(),
        Engine::Echo => None,
    };
    median(rounds.iter().filter_map(of))
}

/// What a turn costs, and what a process takes.
pub(crate) fn costs<'a>(rows: impl IntoIterator<Item = &'a Row>) -> String {
    let head = [
        "a turn on",
        "candidates",
        "commits",
        "log syncs",
        "transactions",
        "bot ms",
        "PostgreSQL ms",
        "harness ms",
        "idle MiB",
        "peak MiB",
        "ready ms",
    ];
    let names = ["commits", "syncs", "transactions", "bot_cpu_ms", "postgres_cpu_ms", "harness_cpu_ms", "idle_mib", "peak_mib", "ready_ms"];
    let cells = |row: &Row| {
        let costs = names.iter().map(|name| row.cost(name).map_or("n/a".into(), figure));
        [row.setting.engine.name().to_owned(), row.setting.concurrency.to_string()].into_iter().chain(costs).collect()
    };
    render(&head, &rows.into_iter().map(cells).collect::<Vec<_>>())
}

/// The machine's own limits: medians of rounds.
pub(crate) fn limits(rounds: &[Limits]) -> String {
    let of = |figure: &dyn Fn(&Limits) -> f64| median(rounds.iter().map(figure)).unwrap_or(0.0);
    let mut rows = vec![
        vec![
            "fdatasync of 4 KiB".into(),
            figure(of(&|l| l.fdatasync_per_second)),
            figure(of(&|l| l.fdatasync_p50_ms)),
            figure(of(&|l| l.fdatasync_p99_ms)),
        ],
        vec!["SQLite, a turn a commit".into(), figure(of(&|l| l.sqlite_per_second))],
    ];
    for (place, clients) in CLIENTS.iter().enumerate() {
        let plural = if *clients == 1 { "client" } else { "clients" };
        rows.push(vec![format!("PostgreSQL, a turn a statement, {clients} {plural}"), figure(of(&|l| l.postgres_per_second[place]))]);
    }
    render(&["limit", "a second", "p50 ms", "p99 ms"], &rows)
}

/// A figure with as many digits as say something.
pub(crate) fn figure(value: f64) -> String {
    match value.abs() {
        0.0 => "0".into(),
        100.0.. => format!("{value:.0}"),
        10.0.. => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_figures_have_the_digits_that_count() {
        let rows = [vec!["SQLite".to_owned(), figure(1234.5)], vec!["no".into(), figure(1.234)]];
        assert_eq!(
            render(&["on", "turns/s"], &rows),
            "| on     | turns/s |\n| ------ | ------: |\n| SQLite |    1234 |\n| no     |    1.23 |\n"
        );
    }
}
