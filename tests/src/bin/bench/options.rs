//! What the program is asked for.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chatbot_tests::server::binary;
use clap::{Args, Parser, Subcommand};
use serde_json::{Value, json};

use crate::matrix::{self, AllArgs};
use crate::row::{Engine, Row, Setting};
use crate::stage::Stage;
use crate::{echo, limits, models, side, table};

/// How many turns a second the bot does, how soon a reply comes, what that costs, and what the machine could do at most.
///
/// Starts its own PostgreSQL (fsync on, every durability setting as it comes), its own Telegram, and the bot. Ends with 1 if
/// anything was lost, doubled or wrong; what the bot stored is compared after every run.
#[derive(Parser)]
#[command(name = "bench")]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Everything, about ten minutes long
    All {
        #[command(flatten)]
        times: AllArgs,
        #[command(flatten)]
        common: Common,
    },
    /// One row, quickly
    Run {
        #[command(flatten)]
        load: LoadArgs,
        /// What to run on
        #[arg(long, value_enum, default_value = "postgres")]
        engine: Engine,
        /// Measures the machine's limits in each round too
        #[arg(long)]
        limits: bool,
        #[command(flatten)]
        common: Common,
    },
    /// The machine's limits alone
    Limits {
        #[command(flatten)]
        common: Common,
    },
    /// What the bot adds to a model's time
    Models {
        /// How often calls are timed; the median is printed
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
    /// The Bot API and the candidates: a part of the program that it starts by itself
    #[command(hide = true)]
    TelegramSide,
    /// A bot that stores nothing: a part of the program that it starts by itself
    #[command(hide = true)]
    Echo {
        /// Where updates are taken
        #[arg(long)]
        bind: String,
        /// The Bot API, `127.0.0.1:PORT`
        #[arg(long)]
        api: String,
    },
}

/// A row's load.
#[derive(Args)]
pub(crate) struct LoadArgs {
    /// Candidates at a time
    #[arg(long, default_value_t = 50)]
    concurrency: usize,
    /// Holds this many conversations a run, instead of as many as fit into its seconds
    #[arg(long)]
    conversations: Option<u64>,
    /// Seconds a run lasts
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Seconds of load before each run that are not measured
    #[arg(long, default_value_t = 0.7)]
    warm_up: f64,
    /// Begins this many turns a second whatever becomes of those before: an open loop
    #[arg(long)]
    rate: Option<f64>,
    /// Delivers this share of the updates twice, in percent
    #[arg(long, default_value_t = 0)]
    twice: u64,
    /// How long Telegram takes for a message, in milliseconds
    #[arg(long, default_value_t = 0)]
    delay: u64,
    /// Holds the echo, too, to what a prescreen says: it must be found wrong
    #[arg(long, hide = true)]
    strict: bool,
}

/// What every verb takes.
#[derive(Args)]
pub(crate) struct Common {
    /// How often each is measured; the medians are printed
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: usize,
    /// Writes every run there as JSON
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// `chatbot-http` [default: in CHATBOT_BIN, or beside this program]
    #[arg(long)]
    pub(crate) program: Option<PathBuf>,
    /// A variable for it, NAME=VALUE
    #[arg(long, value_parser = variable)]
    pub(crate) env: Vec<(String, String)>,
    /// The folder for databases: on the disk in question [default: the system's folder for such things]
    #[arg(long)]
    pub(crate) folder: Option<PathBuf>,
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("not NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Common {
    /// A stage without a PostgreSQL.
    pub(crate) fn stage(&self) -> Stage {
        let program = self.program.clone().unwrap_or_else(beside);
        Stage::new(self.folder.as_deref(), program, self.env.clone())
    }

    /// Writes what was found where it was asked for.
    pub(crate) fn keep(&self, found: &Value) {
        if let Some(path) = &self.json {
            std::fs::write(path, format!("{found:#}\n")).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}

/// `chatbot-http` of the same build.
fn beside() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let beside = here.with_file_name("chatbot-http");
    if std::env::var_os("CHATBOT_BIN").is_none() && beside.exists() { beside } else { binary("chatbot-http") }
}

/// Does it; 1 if something was lost, doubled or wrong.
pub(crate) async fn follow(arguments: Arguments) -> ExitCode {
    match arguments.verb {
        Verb::Run { load, engine, limits, common } => run(&load, engine, limits, &common).await,
        Verb::All { times, common } => matrix::all(&times, &common).await,
        Verb::Limits { common } => only_limits(&common).await,
        Verb::Models { rounds } => models::models(rounds).await,
        Verb::TelegramSide => {
            side::serve().await;
            ExitCode::SUCCESS
        }
        Verb::Echo { bind, api } => {
            echo::serve(&bind, api).await;
            ExitCode::SUCCESS
        }
    }
}

async fn run(load: &LoadArgs, engine: Engine, with_limits: bool, common: &Common) -> ExitCode {
    let mut stage = common.stage();
    if with_limits || matches!(engine, Engine::Postgres | Engine::PostgresTwo) {
        stage = stage.with_postgres().await;
    }
    let setting = Setting {
        engine,
        concurrency: load.concurrency,
        conversations: load.conversations,
        seconds: load.seconds,
        warm_up: load.warm_up,
        rate: load.rate,
        twice_percent: load.twice,
        delay_ms: load.delay,
        strict: load.strict,
    };
    let mut row = Row::prepare(&mut stage, setting).await;
    if with_limits {
        limits::prepare(stage.postgres()).await;
    }
    let mut found = Vec::new();
    for _ in 0..common.rounds {
        if with_limits {
            found.push(limits::measure(stage.postgres(), stage.folder(), Duration::from_secs(1)).await);
        }
        row.run(&stage).await;
    }
    row.finish(&stage).await;
    stage.end().await;
    println!("{}\n{}", table::speed([&row], &found), table::costs([&row]));
    if with_limits {
        println!("{}", table::limits(&found));
    }
    common.keep(&json!({ "rows": [row], "limits": found }));
    verdict([&row])
}

async fn only_limits(common: &Common) -> ExitCode {
    let stage = common.stage().with_postgres().await;
    limits::prepare(stage.postgres()).await;
    let mut found = Vec::new();
    for _ in 0..common.rounds {
        found.push(limits::measure(stage.postgres(), stage.folder(), Duration::from_secs(2)).await);
    }
    stage.end().await;
    println!("{}", table::limits(&found));
    common.keep(&json!({ "limits": found }));
    ExitCode::SUCCESS
}

/// Says what was not as it should be, of every row; 1 if anything was.
pub(crate) fn verdict<'a>(rows: impl IntoIterator<Item = &'a Row>) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for row in rows {
        for run in &row.runs {
            let outcome = &run.outcome;
            // A run in which nothing was said proves nothing.
            if outcome.lost + outcome.doubled + outcome.wrong > 0 || outcome.turns == 0 {
                let what = outcome.first_problem.as_deref().unwrap_or("messages came twice, or no turn was answered");
                eprintln!("bench: {}, {} candidates: {what}", row.setting.engine.name(), row.setting.concurrency);
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}
