//! What the figures are to be, as ratios to what the machine could do in the same minute.

use serde::Serialize;

use crate::figures::median;
use crate::matrix::Group;
use crate::row::Engine;
use crate::table::{figure, limit_of, render};

/// One of them.
#[derive(Debug, Serialize)]
pub(crate) struct Aim {
    what: String,
    found: Option<f64>,
    wanted: String,
}

/// One candidate alone is to wait no longer than with a dialogue bot that stores less, in milliseconds.
const ALONE_MS: f64 = 2.8;

/// All of them. `groups`: as the whole matrix has them.
pub(crate) fn of(groups: &[Group]) -> Vec<Aim> {
    let [one, _, fifty, two_hundred, twice, .., calm] = groups else { return Vec::new() };
    let ratio = |engine| Some(fifty.row(engine).median(|outcome| outcome.turns_per_second) / limit_of(engine, &fifty.limits)?);
    let patience = 5.0 + 3.0 * median(calm.limits.iter().map(|limits| limits.fdatasync_p99_ms)).unwrap_or(0.0);
    let wrong = twice.rows.iter().map(|row| row.sum(|outcome| outcome.lost + outcome.doubled + outcome.wrong)).sum::<u64>();
    let aim = |what: &str, found: Option<f64>, wanted: String| Aim { what: what.into(), found, wanted };
    vec![
        aim("PostgreSQL, 50 candidates ÷ a turn a statement at 32 clients", ratio(Engine::Postgres), "1.0, at least 0.6".into()),
        aim("the same with two processes", ratio(Engine::PostgresTwo), "–".into()),
        aim("SQLite, 50 candidates ÷ a turn a commit", ratio(Engine::Sqlite), "at least 2".into()),
        aim("log syncs a turn, 50 candidates", fifty.row(Engine::Postgres).cost("syncs"), "at most 0.2".into()),
        aim("log syncs a turn, 200 candidates", two_hundred.row(Engine::Postgres).cost("syncs"), "at most 0.1".into()),
        aim(
            "PostgreSQL, one candidate, p50 ms",
            Some(one.row(Engine::Postgres).median(|outcome| outcome.p50_ms)),
            format!("at most {ALONE_MS}"),
        ),
        aim(
            "PostgreSQL, a third of the peak, p99 ms",
            Some(calm.row(Engine::Postgres).median(|outcome| outcome.p99_ms)),
            format!("at most {}: 5 + 3 × p99 of fdatasync", figure(patience)),
        ),
        aim("idle, MiB", one.row(Engine::Postgres).cost("idle_mib"), "under 30".into()),
        aim("from start to ready, ms", one.row(Engine::Postgres).cost("ready_ms"), "under 100".into()),
        aim("lost, doubled or wrong with a fifth delivered twice", Some(wrong as f64), "0".into()),
    ]
}

/// For people.
pub(crate) fn render_all(aims: &[Aim]) -> String {
    let cells = |aim: &Aim| vec![aim.what.clone(), aim.found.map_or("n/a".into(), figure), aim.wanted.clone()];
    render(&["aim", "found", "wanted"], &aims.iter().map(cells).collect::<Vec<_>>())
}
