//! One verb a file.

mod actions;
mod applications;
mod chat;
mod completions;
mod db;
mod doctor;
mod jobs;
mod link;
mod privacy;
mod providers;
mod record;
mod run;
mod users;
mod verify;
mod webhook;

use std::path::Path;

use chatbot_core::recruiting::JobFile;

use crate::args::{Args, Verb};
use crate::failure::Failure;
use crate::script::find::unreadable;

/// The job the bot talks about when none is named.
const SAMPLE: &str = include_str!("../../../examples/jobs/rust-engineer.yaml");

/// Does what was asked.
pub(crate) async fn run(args: Args) -> Result<(), Failure> {
    match &args.verb {
        Verb::Chat(wish) => chat::run(&args, wish).await,
        Verb::Run(wish) => run::run(&args, wish).await,
        Verb::Record(wish) => record::run(wish).await,
        Verb::Db(wish) => db::run(&args, wish).await,
        Verb::Jobs(wish) => jobs::run(&args, wish).await,
        Verb::Applications(wish) => applications::run(&args, wish).await,
        Verb::Actions(wish) => actions::run(&args, wish).await,
        Verb::Privacy(wish) => privacy::run(&args, wish).await,
        Verb::Providers(wish) => providers::run(&args, wish).await,
        Verb::Users(wish) => users::run(&args, wish).await,
        Verb::Webhook(wish) => webhook::run(args.output, wish).await,
        Verb::Doctor(wish) => doctor::run(&args, wish).await,
        Verb::Completions { shell } => {
            completions::run(*shell);
            Ok(())
        }
    }
}

/// Reads a job file; its warnings go to the standard error.
fn job_file(path: &Path) -> Result<JobFile, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| Failure::File(unreadable(path, &e)))?;
    let name = path.display().to_string();
    let job = JobFile::from_yaml(&text, Some(&name)).map_err(|e| Failure::File(e.to_string()))?;
    for warning in job.lint() {
        eprintln!("{name}: warning: {warning}");
    }
    Ok(job)
}

/// The built-in sample.
fn sample() -> Result<JobFile, Failure> {
    JobFile::from_yaml(SAMPLE, Some("the sample job")).map_err(|e| Failure::File(e.to_string()))
}
