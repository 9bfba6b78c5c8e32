//! What can be asked for.

use std::path::PathBuf;

use chatbot_core::recruiting::ApplicationStatus;
use chatbot_http::whatsapp::WhatsAppArgs;
use chatbot_telegram::TelegramArgs;
use clap::{Parser, Subcommand, ValueEnum};
use uuid::Uuid;

/// Talk to the recruitment bot, run scripted conversations, look after jobs and applications.
#[derive(Debug, Parser)]
#[command(name = "chatbot", version, max_term_width = 100)]
pub(crate) struct Args {
    /// How lists and records are shown
    #[arg(long, global = true, value_enum, default_value_t = Output::Table)]
    pub(crate) output: Output,
    /// `sqlite://FILE` or `postgres://…`; else DATABASE_URL, else ASYNC_DATABASE_URL, else sqlite://chatbot.db
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// The PostgreSQL schema that holds everything
    #[arg(long, global = true, value_name = "NAME", env = "DATABASE_SCHEMA")]
    pub(crate) database_schema: Option<String>,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// How lists and records are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Talk to the bot here; in memory, unless a database is named or a slug is given
    Chat(Chat),
    /// Run conversation scripts and show where the bot says something else; in memory, unless told otherwise
    Run(Run),
    /// Talk to the bot and write the conversation into a script
    Record(Record),
    /// The database's schema and its consistency
    #[command(subcommand)]
    Db(Db),
    /// Jobs and their questions
    #[command(subcommand)]
    Jobs(Jobs),
    /// Applications and how their scores come about
    #[command(subcommand)]
    Applications(Applications),
    /// What needs a person
    #[command(subcommand)]
    Actions(Actions),
    /// What is held about people: export, erasure, how long it is kept
    #[command(subcommand)]
    Privacy(Privacy),
    /// Language models: what they cost, and whether they answer
    #[command(subcommand)]
    Providers(Providers),
    /// People of the employer's
    #[command(subcommand)]
    Users(Users),
    /// Where Telegram sends what candidates write
    #[command(subcommand)]
    Webhook(Webhook),
    /// Look at everything the bot needs: one line each, status 1 if something fails
    Doctor(Box<Doctor>),
    /// Print what makes a shell complete this command
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// `chat`
#[derive(Debug, clap::Args)]
pub(crate) struct Chat {
    /// A job file, or the slug of a job in the database; a sample job where absent
    #[arg(long, value_name = "FILE|SLUG")]
    pub(crate) job: Option<String>,
    /// Whom to speak as
    #[arg(long = "as", value_enum, default_value_t = Speaker::Candidate)]
    pub(crate) speaker: Speaker,
    /// The session to join as a recruiter; the newest where absent
    #[arg(long, value_name = "ID", value_parser = an_id)]
    pub(crate) session: Option<Uuid>,
}

/// Whom to speak as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Speaker {
    /// The person applying.
    Candidate,
    /// A person of the employer's.
    Recruiter,
}

/// `run`
#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// Scripts, or folders of them
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write what the bot said into the scripts
    #[arg(long)]
    pub(crate) bless: bool,
    /// Write a report for CI
    #[arg(long, value_name = "junit=FILE")]
    pub(crate) report: Option<String>,
    /// Run against this server
    #[arg(long, value_name = "URL", conflicts_with = "database_url")]
    pub(crate) server: Option<String>,
    /// An API token of the server's with the admin role
    #[arg(long, env = "CHATBOT_ADMIN_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// Ask the models of the PROVIDER variables and keep what they answer as tapes in this folder; without it only tapes are
    /// played (PROVIDER1_TYPE=replay) and no model is asked
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, require_equals = true, default_missing_value = "tapes", conflicts_with_all = ["server", "database_url"])]
    pub(crate) record: Option<PathBuf>,
}

/// `record`
#[derive(Debug, clap::Args)]
pub(crate) struct Record {
    /// The script to write; must not exist yet
    pub(crate) file: PathBuf,
    /// The job file the script is about
    #[arg(long, value_name = "FILE")]
    pub(crate) job: PathBuf,
    /// What the script shows
    #[arg(long)]
    pub(crate) name: Option<String>,
}

/// `db …`
#[derive(Debug, Subcommand)]
pub(crate) enum Db {
    /// Bring the schema up to this version's
    Migrate,
    /// Which migrations are applied
    Status,
    /// Look for contradictions: gaps, scores that don't recompute, stuck deliveries
    Verify,
}

/// `jobs …`
#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// Make jobs from files; a job that is there gets the file's fields and, if they differ, a new version of its questions
    Import {
        /// Job files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write a job as a file, to the standard output
    Export {
        /// Its name in links
        slug: String,
    },
    /// List jobs, newest first
    List,
    /// Show the addresses where candidates talk about a job: on the web, on Telegram and WhatsApp where they are set up
    Link(Box<Link>),
}

/// `jobs link`
#[derive(Debug, clap::Args)]
pub(crate) struct Link {
    /// The job's name in links
    pub(crate) slug: String,
    /// Where the address will stand, such as `newsletter`; shown with each application
    #[arg(long, value_name = "WORD")]
    pub(crate) source: Option<String>,
    #[command(flatten)]
    pub(crate) public: Public,
    #[command(flatten)]
    pub(crate) telegram: TelegramArgs,
    #[command(flatten)]
    pub(crate) whatsapp: WhatsAppArgs,
}

/// How the world reaches the server.
#[derive(Debug, clap::Args)]
pub(crate) struct Public {
    /// How the world reaches the server [default: from BIND_ADDR]
    #[arg(long, env = "PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Where the server listens
    #[arg(long, env = "BIND_ADDR", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub(crate) bind_addr: String,
}

/// `webhook …`
#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Have Telegram send updates to PUBLIC_URL/webhooks/telegram, with TELEGRAM_WEBHOOK_SECRET
    Set(Box<SetWebhook>),
    /// Show what Telegram knows: the address, what waits, the last failure
    Info(Box<TelegramArgs>),
    /// Have Telegram keep updates until they are polled
    Delete(Box<TelegramArgs>),
}

/// `webhook set`
#[derive(Debug, clap::Args)]
pub(crate) struct SetWebhook {
    /// How the world reaches the server; https, unless TELEGRAM_API_URL is on this machine
    #[arg(long, env = "PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    #[command(flatten)]
    pub(crate) telegram: TelegramArgs,
}

/// `doctor`
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    /// What wakes other processes, as the servers are told
    #[arg(long, value_name = "URL", env = "MESSAGE_QUEUE_URL", hide_env_values = true)]
    pub(crate) message_queue_url: Option<String>,
    #[command(flatten)]
    pub(crate) telegram: TelegramArgs,
    #[command(flatten)]
    pub(crate) whatsapp: WhatsAppArgs,
}

/// `applications …`
#[derive(Debug, Subcommand)]
pub(crate) enum Applications {
    /// List applications; of one job: best first
    List {
        /// Of this job
        #[arg(long, value_name = "SLUG")]
        job: Option<String>,
    },
    /// Show an application with its answers
    Show {
        /// Its id
        #[arg(value_parser = an_id)]
        id: Uuid,
    },
    /// Show how the score comes about, point by point
    Receipt {
        /// The application's id
        #[arg(value_parser = an_id)]
        id: Uuid,
    },
    /// Move an application to another stage; the candidate is told nothing
    Move {
        /// The application's id
        #[arg(value_parser = an_id)]
        id: Uuid,
        /// shortlisted, interview, hired, rejected; back: prescreen_completed, or in_progress if it was never submitted
        #[arg(value_parser = stage)]
        status: ApplicationStatus,
        /// Why, for the log; needed to reject
        #[arg(long)]
        reason: Option<String>,
        /// What else should be remembered, for the log
        #[arg(long)]
        note: Option<String>,
    },
}

fn an_id(text: &str) -> Result<Uuid, String> {
    Uuid::parse_str(text).map_err(|_| "should be a UUID, as `chatbot applications list` and `chatbot actions list` print them".to_owned())
}

fn stage(name: &str) -> Result<ApplicationStatus, String> {
    let names = ApplicationStatus::ALL.map(ApplicationStatus::as_str);
    ApplicationStatus::parse(name).ok_or_else(|| format!("should be one of {}", names.join(", ")))
}

/// `actions …`
#[derive(Debug, Subcommand)]
pub(crate) enum Actions {
    /// List what needs a person, newest first
    List {
        /// Resolved ones too
        #[arg(long)]
        all: bool,
    },
    /// Mark as dealt with
    Resolve {
        /// Its id
        #[arg(value_parser = an_id)]
        id: Uuid,
        /// What was done
        #[arg(long)]
        note: Option<String>,
    },
}

/// `privacy …`
#[derive(Debug, Subcommand)]
pub(crate) enum Privacy {
    /// Write everything held about a candidate as one JSON document
    Export {
        /// The candidate's id
        #[arg(value_parser = an_id)]
        id: Uuid,
        /// Into this file, which must not exist yet; else to the standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Delete everything held about a candidate; it can't be undone
    Erase {
        /// The candidate's id
        #[arg(value_parser = an_id)]
        id: Uuid,
        /// Without this nothing is done
        #[arg(long)]
        yes: bool,
    },
    /// Erase everybody of whom nothing was heard for this long; those shortlisted, met for an interview or hired stay
    Retain {
        /// Days or weeks, such as 180d or 26w
        #[arg(long, value_name = "AGE", value_parser = age)]
        older_than: chrono::Duration,
        /// Only count
        #[arg(long)]
        dry_run: bool,
    },
}

/// `180d`, `26w`: at least one day, at most ten years.
fn age(text: &str) -> Result<chrono::Duration, String> {
    let wrong = || format!("`{text}` is no age: a number of days or weeks from 1d to 3650d, for example 180d");
    let (number, days) = match (text.strip_suffix('d'), text.strip_suffix('w')) {
        (Some(number), _) => (number, 1),
        (_, Some(number)) => (number, 7),
        _ => return Err(wrong()),
    };
    let days = number.parse::<i64>().ok().and_then(|n| n.checked_mul(days)).filter(|days| (1..=3650).contains(days));
    days.map(chrono::Duration::days).ok_or_else(wrong)
}

/// `providers …`
#[derive(Debug, Subcommand)]
pub(crate) enum Providers {
    /// Show what models took and cost, by slot, provider and model
    Usage {
        /// Of so many days, today's with them
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=3650))]
        days: i64,
    },
    /// Put one question to each slot of the PROVIDER variables and show how it answers; status 1 if one fails
    Test,
}

/// `users …`
#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// Add a person and print their API token, once
    Add {
        /// Their address
        email: String,
        /// What candidates see
        #[arg(long)]
        name: String,
        /// What they may do
        #[arg(long, value_enum, default_value_t = Role::Recruiter)]
        role: Role,
    },
    /// List people, oldest first
    List,
    /// Make a code by which somebody links their chat: they send it to the bot as `/link CODE`, once, within 15 minutes
    Link {
        /// Their address
        email: String,
    },
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Reads.
    Viewer,
    /// Works.
    Recruiter,
    /// Manages.
    Admin,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        super::Args::command().debug_assert();
    }
}
