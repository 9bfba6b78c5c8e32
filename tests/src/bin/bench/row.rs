//! One row of the benchmark: a bot on a database under a load, run once a round, its medians at the end.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::time::sleep;

use crate::bots::{Bots, Plan, SECRET, itself};
use crate::costs::{cpu_ms, family_cpu_ms, peak_mib, resident_mib, sqlite_commits};
use crate::figures::median;
use crate::protocol::{Listening, Load, Order, Outcome};
use crate::stage::Stage;
use crate::{script, stored};

/// The first candidate's chat; every load begins a million later, and all numbers have as many digits.
const FIRST_CHAT: i64 = 1_000_000_000;
const CHATS: i64 = 1_000_000;
/// How long a bot settles before its idle memory is read.
const SETTLE: Duration = Duration::from_secs(1);

/// How long a lease holds, and a little: after that somebody might do once more what he should know to be done.
const LEASE: Duration = Duration::from_millis(2_500);

/// What a row runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Engine {
    /// One process on a SQLite file.
    Sqlite,
    /// One process on PostgreSQL.
    Postgres,
    /// Two processes on one PostgreSQL, updates to each in turn.
    PostgresTwo,
    /// No bot at all: the harness's own ceiling.
    Echo,
}

impl Engine {
    /// As tables call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::PostgresTwo => "PostgreSQL, 2 processes",
            Self::Echo => "echo, stores nothing",
        }
    }
}

/// A row's load.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Setting {
    /// On what.
    pub(crate) engine: Engine,
    /// Candidates at a time.
    pub(crate) concurrency: usize,
    /// Conversations of a run; none: as many as fit into its seconds.
    pub(crate) conversations: Option<u64>,
    /// Seconds of a run.
    pub(crate) seconds: f64,
    /// Seconds of load before a run that is not measured.
    pub(crate) warm_up: f64,
    /// Turns a second that begin by the clock.
    pub(crate) rate: Option<f64>,
    /// Of a hundred updates, how many are delivered twice.
    pub(crate) twice_percent: u64,
    /// How long Telegram takes for each message.
    pub(crate) delay_ms: u64,
    /// Whether the echo, too, is held to what a prescreen says.
    pub(crate) strict: bool,
}

/// What a run came to: what the Telegram side saw, and what it cost.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Run {
    /// What the Telegram side saw.
    #[serde(flatten)]
    pub(crate) outcome: Outcome,
    /// By name; what can't be counted is absent.
    pub(crate) costs: BTreeMap<&'static str, f64>,
}

/// A row with its runs so far.
#[derive(Serialize)]
pub(crate) struct Row {
    /// What is run.
    pub(crate) setting: Setting,
    /// Each run, in order.
    pub(crate) runs: Vec<Run>,
    #[serde(skip)]
    database: String,
}

impl Row {
    /// Makes its database and imports the job.
    pub(crate) async fn prepare(stage: &mut Stage, setting: Setting) -> Self {
        let database = stage.new_database(setting.engine).await;
        let row = Self { setting, runs: Vec::new(), database };
        if row.setting.engine != Engine::Echo {
            let bots = Bots::start(&row.plan(stage, "http://127.0.0.1:9".into(), 1)).await;
            bots.import(&script::job()).await;
            bots.stop().await;
        }
        row
    }

    fn plan<'a>(&self, stage: &'a Stage, api_url: String, processes: usize) -> Plan<'a> {
        let folder = stage.folder().to_path_buf();
        Plan { program: &stage.program, database_url: stage.url(&self.database), api_url, processes, env: &stage.env, folder }
    }

    /// Runs it once more.
    pub(crate) async fn run(&mut self, stage: &Stage) {
        let setting = &self.setting;
        let mut side = Side::start().await;
        let postgres = stage.postgres.as_ref().filter(|_| matches!(setting.engine, Engine::Postgres | Engine::PostgresTwo));
        let counts = async || match postgres {
            Some(postgres) => Some(postgres.counts(&self.database).await),
            None => None,
        };
        let position = async || match postgres {
            Some(postgres) => Some(postgres.log_position().await),
            None => None,
        };
        let before = counts().await;
        let bots = match setting.engine {
            Engine::Echo => Bots::echo(&side.api_url).await,
            engine => Bots::start(&self.plan(stage, side.api_url.clone(), if engine == Engine::PostgresTwo { 2 } else { 1 })).await,
        };
        sleep(SETTLE).await;
        let most = |figures: Vec<f64>| figures.into_iter().fold(0.0, f64::max);
        let idle = most(bots.pids().into_iter().map(resident_mib).collect());
        let first_chat = FIRST_CHAT + self.runs.len() as i64 * 2 * CHATS;
        let mut load = self.load(&bots, first_chat);
        let warm_up = Load { conversations: None, seconds: setting.warm_up, rate: None, ..load.clone() };
        let warmed = if setting.warm_up > 0.0 { side.put(&warm_up).await } else { Outcome::default() };
        load.first_chat += CHATS;
        let harness = side.pid();
        let spent = || [bots.pids().into_iter().map(cpu_ms).sum(), postgres.map_or(0, |p| family_cpu_ms(p.pid())), cpu_ms(harness)];
        let index = stage.folder().join(format!("{}-shm", self.database));
        let written = sqlite_commits(&index);
        let (from, cpu) = (position().await, spent());
        let mut outcome = side.put(&load).await;
        let (to, cpu_after) = (position().await, spent());
        if setting.engine != Engine::Echo {
            let url = stage.url(&self.database);
            let mut wrong = stored::problems(&url, load.first_chat, &outcome.turns_of).await;
            wrong.extend(stored::problems(&url, warm_up.first_chat, &warmed.turns_of).await);
            outcome.wrong += wrong.len() as u64;
            outcome.first_problem = outcome.first_problem.or(warmed.first_problem).or(wrong.into_iter().next());
        }
        // What goes wrong while it is not measured is wrong all the same.
        outcome.lost += warmed.lost;
        outcome.wrong += warmed.wrong;
        let mut costs = BTreeMap::from([("ready_ms", bots.ready_ms), ("idle_mib", idle)]);
        costs.insert("peak_mib", most(bots.pids().into_iter().map(peak_mib).collect()));
        let turns = outcome.turns.max(1) as f64;
        for (name, (after, before)) in ["bot_cpu_ms", "postgres_cpu_ms", "harness_cpu_ms"].into_iter().zip(cpu_after.iter().zip(cpu)) {
            costs.insert(name, after.saturating_sub(before) as f64 / turns);
        }
        if postgres.is_none() {
            costs.remove("postgres_cpu_ms");
        }
        if let (Some(postgres), Some(from), Some(to)) = (postgres, from, to)
            && let Some(commits) = postgres.commits_between(&from, &to).await
        {
            costs.insert("commits", commits as f64 / turns);
        }
        if let (Some(from), Some(to)) = (written, sqlite_commits(&index)) {
            costs.insert("commits", f64::from(to.wrapping_sub(from)) / turns);
        }
        if setting.twice_percent > 0 {
            sleep(LEASE).await;
        }
        bots.stop().await;
        outcome.doubled = side.doubles().await;
        if let (Some(before), Some(after)) = (before, counts().await) {
            let all = turns + warmed.turns as f64;
            costs.insert("transactions", (after.transactions - before.transactions) as f64 / all);
            costs.insert("syncs", (after.syncs - before.syncs) as f64 / all);
        }
        outcome.turns_of.clear();
        self.runs.push(Run { outcome, costs });
    }

    fn load(&self, bots: &Bots, first_chat: i64) -> Load {
        let setting = &self.setting;
        Load {
            hooks: bots.addresses(),
            secret: SECRET.into(),
            concurrency: setting.concurrency,
            conversations: setting.conversations,
            seconds: setting.seconds,
            rate: setting.rate,
            twice_percent: setting.twice_percent,
            delay_ms: setting.delay_ms,
            first_chat,
            echo: setting.engine == Engine::Echo && !setting.strict,
        }
    }

    /// A figure's median over the runs.
    pub(crate) fn median(&self, figure: impl Fn(&Outcome) -> f64) -> f64 {
        median(self.runs.iter().map(|run| figure(&run.outcome))).unwrap_or(0.0)
    }

    /// A cost's median; none if it was not counted.
    pub(crate) fn cost(&self, name: &str) -> Option<f64> {
        median(self.runs.iter().filter_map(|run| run.costs.get(name).copied()))
    }

    /// A count over all runs.
    pub(crate) fn sum(&self, count: impl Fn(&Outcome) -> u64) -> u64 {
        self.runs.iter().map(|run| count(&run.outcome)).sum()
    }

    /// Gives its database back.
    pub(crate) async fn finish(&self, stage: &Stage) {
        stage.drop_database(self.setting.engine, &self.database).await;
    }
}

/// The Telegram side's process.
struct Side {
    process: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    api_url: String,
}

impl Side {
    async fn start() -> Self {
        let mut process = itself("telegram-side").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let orders = process.stdin.take().unwrap();
        let mut answers = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = answers.next_line().await.unwrap().expect("the Telegram side comes up");
        let Listening { api_url } = serde_json::from_str(&first).unwrap();
        Self { process, orders, answers, api_url }
    }

    fn pid(&self) -> u32 {
        self.process.id().unwrap()
    }

    async fn put(&mut self, load: &Load) -> Outcome {
        self.order(&Order::Put(load.clone())).await
    }

    async fn doubles(&mut self) -> u64 {
        self.order(&Order::CountDoubles).await
    }

    async fn order<T: DeserializeOwned>(&mut self, order: &Order) -> T {
        let line = format!("{}\n", serde_json::to_string(order).unwrap());
        self.orders.write_all(line.as_bytes()).await.unwrap();
        self.orders.flush().await.unwrap();
        let answer = self.answers.next_line().await.unwrap().expect("the Telegram side answers");
        serde_json::from_str(&answer).unwrap()
    }
}
