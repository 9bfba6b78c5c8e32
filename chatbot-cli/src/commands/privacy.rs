//! `chatbot privacy`

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use crate::args::{Args, Output, Privacy};
use crate::database::current;
use crate::failure::Failure;
use crate::output::{self, say};

pub(super) async fn run(args: &Args, wish: &Privacy) -> Result<(), Failure> {
    let nobody = || Failure::Other("no such candidate: ids stand in `chatbot applications list --output json`".into());
    let chatbot = current(args).await?;
    match wish {
        Privacy::Export { id, out } => {
            let export = chatbot.export_candidate(*id).await?.ok_or_else(nobody)?;
            match out {
                None => output::json(&export)?,
                Some(path) => {
                    let bytes = serde_json::to_vec_pretty(&export).map_err(Failure::of)?;
                    write_new(path, &bytes)?;
                    match args.output {
                        Output::Json => output::json(&json!({"file": path, "bytes": bytes.len()}))?,
                        Output::Table => say!("{} bytes written to {}", bytes.len(), path.display()),
                    }
                }
            }
        }
        Privacy::Erase { id, yes } => {
            if !yes {
                return Err(Failure::Other("nothing was deleted: this can't be undone, so say --yes as well".into()));
            }
            let erasure = chatbot.erase_candidate(*id, None).await?.ok_or_else(nobody)?;
            match args.output {
                Output::Json => output::json(&erasure)?,
                Output::Table => {
                    say!("erased at {}", output::time(erasure.erased_at));
                    let rows = erasure.deleted.iter().map(|(table, rows)| vec![table.clone(), rows.to_string()]);
                    say!("{}", output::table(&["table", "rows"], rows));
                }
            }
        }
        Privacy::Retain { older_than, dry_run } => {
            let done = chatbot.retain(*older_than, *dry_run).await?;
            match args.output {
                Output::Json => output::json(&done)?,
                Output::Table => {
                    let verb = if *dry_run { "would be erased" } else { "erased" };
                    say!("{} candidates and {} conversations nobody agreed to {verb}", done.candidates, done.sessions);
                }
            }
        }
    }
    chatbot.close().await;
    Ok(())
}

/// Only for its owner's eyes, and never over another file.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|e| Failure::Other(format!("{} can't be written: {e}; name a file that isn't there yet", path.display())))
}
