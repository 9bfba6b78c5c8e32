//! `chatbot run`

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chatbot_core::Chatbot;
use chatbot_core::clock::{Clock, FakeClock, IdSource as _, RandomIds};
use chatbot_core::recruiting::JobFile;
use chatbot_core::store::MemoryStore;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::job_file;
use crate::args::{Args, Output, Run};
use crate::database;
use crate::failure::Failure;
use crate::http::Client;
use crate::models::Models;
use crate::output::{self, say};
use crate::room::local::Local;
use crate::room::server::{self, Server};
use crate::room::{Room, RoomError};
use crate::script::format::Script;
use crate::script::junit::{self, Case};
use crate::script::play::{Played, play};
use crate::script::{bless, find};

/// A Monday morning, for scripts that don't say when they happen.
const DEFAULT_CLOCK: &str = "2026-11-23T09:00:00Z";

/// A script with its text and its job, all read before the first is run.
struct Read {
    script: Script,
    text: String,
    job: JobFile,
    other_jobs: Vec<JobFile>,
}

/// Where scripts are run.
enum Place {
    /// Each in a memory of its own, with these models.
    Memory(Models),
    /// All on a database, one after the other.
    Database(Chatbot, Arc<FakeClock>),
    /// On a server; whether its clock can be moved.
    Server(Client, bool),
}

pub(super) async fn run(args: &Args, wish: &Run) -> Result<(), Failure> {
    let report = match wish.report.as_deref().map(|r| r.split_once('=')) {
        None => None,
        Some(Some(("junit", file))) if !file.is_empty() => Some(Path::new(file)),
        Some(_) => return Err(Failure::Other("--report: the format is missing; example: --report junit=report.xml".into())),
    };
    let read = find::scripts(&wish.paths).map_err(Failure::File)?.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let default = DateTime::parse_from_rfc3339(DEFAULT_CLOCK).map_err(Failure::of)?.to_utc();

    let mut lock = None;
    let place = match (&wish.server, &args.database_url) {
        (Some(url), _) => {
            let client = Client::new(url, wish.token.clone())?;
            let has_clock = server::set_clock(&client, default).await?;
            if has_clock {
                server::pause(&client, true).await?;
            }
            Place::Server(client, has_clock)
        }
        (None, Some(_)) => {
            let clock = Arc::new(FakeClock::new(default));
            let (chatbot, held) = database::as_server(args, Arc::clone(&clock)).await?;
            lock = held;
            Place::Database(chatbot, clock)
        }
        (None, None) => Place::Memory(Models::of(wish.record.as_deref())?),
    };
    let cases = all(&read, &place, default, wish.bless, args.output).await;
    match &place {
        Place::Database(chatbot, _) => chatbot.close().await,
        Place::Server(client, true) => server::pause(client, false).await?,
        _ => {}
    }
    drop(lock);
    let cases = cases?;
    if let Some(path) = report {
        std::fs::write(path, junit::report(&cases)).map_err(|e| Failure::Other(format!("{}: cannot be written: {e}", path.display())))?;
    }
    finish(args.output, &cases)
}

async fn all(read: &[Read], place: &Place, default: DateTime<Utc>, wish_bless: bool, output: Output) -> Result<Vec<Case>, Failure> {
    let mut cases = Vec::new();
    for read in read {
        let case = one(read, place, default, wish_bless).await?;
        if output == Output::Table {
            show(&case);
        }
        cases.push(case);
    }
    Ok(cases)
}

fn read(path: &Path) -> Result<Read, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| Failure::File(find::unreadable(path, &e)))?;
    let script = Script::parse(&text, path).map_err(|e| Failure::File(e.to_string()))?;
    script.check_files().map_err(|e| Failure::File(e.to_string()))?;
    let job = job_file(&script.job)?;
    let other_jobs = script.other_jobs.iter().map(|path| job_file(path)).collect::<Result<_, _>>()?;
    Ok(Read { script, text, job, other_jobs })
}

async fn one(read: &Read, place: &Place, default: DateTime<Utc>, wish_bless: bool) -> Result<Case, Failure> {
    let script = &read.script;
    let mut case = Case {
        name: script.name.clone(),
        path: script.path.display().to_string(),
        took: Duration::ZERO,
        problems: Vec::new(),
        skipped: None,
    };
    if script.needs_clock() && matches!(place, Place::Server(_, false)) {
        case.skipped = Some("it moves the clock or sends messages at once, and the server was not started with --test-clock".into());
        return Ok(case);
    }
    if !script.other_jobs.is_empty() && !matches!(place, Place::Memory(_)) {
        case.skipped = Some("what it expects depends on which jobs are open: it runs in memory".into());
        return Ok(case);
    }
    let begun = Instant::now();
    let mut played = match open(read, place, script.clock.unwrap_or(default)).await {
        Ok(mut room) => play(script, room.as_mut()).await,
        Err(error) => Played { problems: vec![format!("{}: {error}", case.path)], ..Played::default() },
    };
    if wish_bless
        && let Some(text) = bless::blessed(&read.text, script, &played.groups).map_err(|e| Failure::Other(format!("{}: {e}", case.path)))?
    {
        std::fs::write(&script.path, text).map_err(|e| Failure::Other(format!("{}: cannot be written: {e}", case.path)))?;
        // What is still wrong is no matter of words.
        played.problems.retain(|p| !p.contains("\n    - expected ") && !p.contains("\n    + said "));
    }
    if let Place::Memory(models) = place {
        played.problems.extend(models.missing().into_iter().map(|missing| format!("{}: {missing}; make it with --record", case.path)));
    }
    case.took = begun.elapsed();
    case.problems = played.problems;
    Ok(case)
}

async fn open(read: &Read, place: &Place, clock: DateTime<Utc>) -> Result<Box<dyn Room>, RoomError> {
    match place {
        Place::Memory(models) => {
            let clock = Arc::new(FakeClock::new(clock));
            let shown = Arc::clone(&clock) as Arc<dyn Clock>;
            let store = MemoryStore::with(Arc::clone(&shown), Arc::new(RandomIds));
            let chatbot =
                database::reading(Chatbot::builder(store)).provider_slots(models.slots()).clock(shown).build().map_err(RoomError::of)?;
            let job = chatbot.create_job(&read.job, false).await.map_err(RoomError::of)?;
            for other in &read.other_jobs {
                chatbot.create_job(other, false).await.map_err(RoomError::of)?;
            }
            Ok(Box::new(Local::open(chatbot, clock, job).await?))
        }
        Place::Database(chatbot, moved) => {
            moved.set(clock);
            let job = chatbot.create_job(&its_own(&read.job), false).await.map_err(RoomError::of)?;
            Ok(Box::new(Local::open(chatbot.clone(), Arc::clone(moved), job).await?))
        }
        Place::Server(client, has_clock) => {
            if *has_clock {
                server::set_clock(client, clock).await?;
            }
            let job = serde_json::to_value(its_own(&read.job)).map_err(RoomError::of)?;
            Ok(Box::new(Server::open(client.clone(), &job, has_clock.then_some(clock)).await?))
        }
    }
}

/// The job under a name nobody else has, so that a script can be run again on what keeps its jobs.
fn its_own(job: &JobFile) -> JobFile {
    let suffix: String = RandomIds.uuid().simple().to_string().chars().skip(24).collect();
    let name: String = job.slug().chars().take(50).collect();
    JobFile { slug: Some(format!("{}-{suffix}", name.trim_end_matches('-'))), ..job.clone() }
}

fn show(case: &Case) {
    let mark = match (&case.skipped, case.problems.is_empty()) {
        (Some(_), _) => "skip",
        (None, true) => "ok  ",
        (None, false) => "FAIL",
    };
    say!("{mark} {} ({})", case.name, case.path);
    if let Some(why) = &case.skipped {
        say!("     {why}");
    }
    for problem in &case.problems {
        say!("     {}", problem.replace('\n', "\n     "));
    }
}

fn finish(output: Output, cases: &[Case]) -> Result<(), Failure> {
    let failed = cases.iter().filter(|c| !c.problems.is_empty()).count();
    let skipped = cases.iter().filter(|c| c.skipped.is_some()).count();
    match output {
        Output::Json => {
            let items: Vec<_> = cases
                .iter()
                .map(|c| json!({"name": c.name, "path": c.path, "seconds": c.took.as_secs_f64(), "problems": c.problems, "skipped": c.skipped}))
                .collect();
            output::json(&items)?;
        }
        Output::Table => {
            let also = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
            say!("{} of {} hold{also}", cases.len() - failed - skipped, cases.len());
        }
    }
    if failed == 0 { Ok(()) } else { Err(Failure::Told) }
}
