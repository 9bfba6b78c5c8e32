//! `chatbot db verify`

use chatbot_core::Chatbot;
use serde_json::json;

use crate::args::Output;
use crate::failure::Failure;
use crate::output::{self, say};

/// Shows what contradicts itself; status 1 if anything does.
pub(super) async fn run(output: Output, chatbot: &Chatbot) -> Result<(), Failure> {
    if !chatbot.migrations().await?.up_to_date() {
        return Err(Failure::Other("the schema is not up to date: run `chatbot db migrate` first".into()));
    }
    let found = chatbot.verify().await?;
    match output {
        Output::Json => output::json(
            &json!({"sessions": found.sessions, "messages": found.messages, "applications": found.applications, "problems": found.problems}),
        )?,
        Output::Table => {
            for problem in &found.problems {
                say!("{problem}");
            }
            let verdict = match found.problems.len() {
                0 => "no contradiction".into(),
                n => format!("{n} contradictions"),
            };
            say!("{} sessions, {} messages, {} applications: {verdict}", found.sessions, found.messages, found.applications);
        }
    }
    if found.problems.is_empty() { Ok(()) } else { Err(Failure::Told) }
}
