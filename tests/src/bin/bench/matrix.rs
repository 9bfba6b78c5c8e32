//! Everything in one run: groups of rows, each group beside the limits of its minute, the medians of its rounds.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::limits::{self, Limits};
use crate::options::{Common, verdict};
use crate::row::{Engine, Row, Setting};
use crate::stage::Stage;
use crate::{aims, table};

/// Candidates at a time.
const CONCURRENCIES: [usize; 4] = [1, 8, 50, 200];
/// Of a hundred updates, how many come twice where they do.
const TWICE: u64 = 20;
/// How long Telegram takes where it takes long, in milliseconds.
const SLOW: u64 = 50;
/// The engines of the bot.
const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::PostgresTwo];

/// How long things are measured.
#[derive(Args)]
pub(crate) struct AllArgs {
    /// Seconds each run lasts
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Seconds of load before each run that are not measured
    #[arg(long, default_value_t = 0.7)]
    warm_up: f64,
    /// Seconds each limit is measured in each round
    #[arg(long, default_value_t = 1)]
    limit_seconds: u64,
}

/// Rows that are run in turn, round by round, beside the limits.
pub(crate) struct Group {
    /// What is special about it.
    pub(crate) name: String,
    /// What is run.
    pub(crate) rows: Vec<Row>,
    /// The limits, one of each round.
    pub(crate) limits: Vec<Limits>,
}

impl Group {
    /// The row of an engine.
    pub(crate) fn row(&self, engine: Engine) -> &Row {
        self.rows.iter().find(|row| row.setting.engine == engine).expect("every engine has a row")
    }
}

/// Runs everything and prints it.
pub(crate) async fn all(arguments: &AllArgs, common: &Common) -> ExitCode {
    let mut stage = common.stage().with_postgres().await;
    limits::prepare(stage.postgres()).await;
    println!("{}\n", stage.describe().await);
    let setting = |engine, concurrency| Setting {
        engine,
        concurrency,
        conversations: None,
        seconds: arguments.seconds,
        warm_up: arguments.warm_up,
        rate: None,
        twice_percent: 0,
        delay_ms: 0,
        strict: false,
    };
    let each = Duration::from_secs(arguments.limit_seconds);
    let mut groups = Vec::new();
    for concurrency in CONCURRENCIES {
        let mut settings = Vec::from(ENGINES.map(|engine| setting(engine, concurrency)));
        settings.push(setting(Engine::Echo, concurrency));
        groups.push(group(&mut stage, format!("{concurrency} at a time"), settings, common.rounds, each).await);
    }
    let twice = ENGINES.map(|engine| Setting { twice_percent: TWICE, ..setting(engine, 50) });
    groups.push(group(&mut stage, "a fifth delivered twice".into(), twice.into(), common.rounds, each).await);
    for concurrency in [50, 200] {
        let slow = ENGINES.map(|engine| Setting { delay_ms: SLOW, ..setting(engine, concurrency) });
        groups.push(group(&mut stage, format!("slow Telegram, {concurrency} at a time"), slow.into(), common.rounds, each).await);
    }
    let peak = groups[2].row(Engine::Postgres).median(|outcome| outcome.turns_per_second);
    let calm = Setting { rate: Some((peak / 3.0).max(1.0)), ..setting(Engine::Postgres, 50) };
    groups.push(group(&mut stage, "a third of the peak".into(), vec![calm], common.rounds, each).await);
    stage.end().await;
    for group in &groups {
        println!(
            "### {}\n\n{}\n{}\n{}",
            group.name,
            table::speed(&group.rows, &group.limits),
            table::costs(&group.rows),
            table::limits(&group.limits)
        );
    }
    let aims = aims::of(&groups);
    println!("### Aims\n\n{}", aims::render_all(&aims));
    let found: Vec<_> = groups.iter().map(|group| json!({ "name": group.name, "limits": group.limits, "rows": group.rows })).collect();
    common.keep(&json!({ "groups": found, "aims": aims }));
    verdict(groups.iter().flat_map(|group| &group.rows))
}

async fn group(stage: &mut Stage, name: String, settings: Vec<Setting>, rounds: usize, each: Duration) -> Group {
    let mut rows = Vec::new();
    for setting in settings {
        rows.push(Row::prepare(stage, setting).await);
    }
    let mut found = Vec::new();
    for round in 1..=rounds {
        eprintln!("bench: {name}, round {round} of {rounds}");
        found.push(limits::measure(stage.postgres(), stage.folder(), each).await);
        for row in &mut rows {
            row.run(stage).await;
        }
    }
    for row in &rows {
        row.finish(stage).await;
    }
    Group { name, rows, limits: found }
}
