//! `chatbot db`

use serde_json::json;

use super::verify;
use crate::args::{Args, Db, Output};
use crate::database::{beside, settings};
use crate::failure::Failure;
use crate::output::{self, say};

pub(super) async fn run(args: &Args, wish: &Db) -> Result<(), Failure> {
    let chatbot = beside(args).await?;
    let result = match wish {
        Db::Migrate => {
            chatbot.migrate().await?;
            status(args, &chatbot).await
        }
        Db::Status => status(args, &chatbot).await,
        Db::Verify => verify::run(args.output, &chatbot).await,
    };
    chatbot.close().await;
    result
}

/// Which migrations are applied; status 1 if one is missing.
async fn status(args: &Args, chatbot: &chatbot_core::Chatbot) -> Result<(), Failure> {
    let migrations = chatbot.migrations().await?;
    let mut all = migrations.known.clone();
    all.extend(migrations.applied.iter().filter(|(v, _)| !migrations.known.iter().any(|(k, _)| k == v)).cloned());
    all.sort();
    let state = |version: i64| {
        let has = |list: &[(i64, String)]| list.iter().any(|(v, _)| *v == version);
        match (has(&migrations.applied), has(&migrations.known)) {
            (true, true) => "applied",
            (true, false) => "applied by a newer version",
            _ => "missing",
        }
    };
    match args.output {
        Output::Json => {
            let items: Vec<_> = all.iter().map(|(v, name)| json!({"version": v, "name": name, "state": state(*v)})).collect();
            output::json(&json!({"engine": chatbot.engine(), "up_to_date": migrations.up_to_date(), "migrations": items}))?;
        }
        Output::Table => {
            say!(
                "{}",
                output::table(&["version", "name", "state"], all.iter().map(|(v, n)| vec![v.to_string(), n.clone(), state(*v).into()]))
            );
            let whose = settings(args).variable;
            let verdict =
                if migrations.up_to_date() { "the schema is up to date" } else { "migrations are missing: run `chatbot db migrate`" };
            say!("\n{} ({whose}): {verdict}", chatbot.engine());
        }
    }
    if migrations.up_to_date() { Ok(()) } else { Err(Failure::Told) }
}
