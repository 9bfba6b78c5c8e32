//! `chatbot db verify`

use chatbot_core::Chatbot;
use chatbot_core::chatbot::Check;
use serde_json::{Value, json};

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
        Output::Json => {
            let problems: Vec<Value> = (found.problems.iter())
                .map(|p| {
                    json!({"check": p.check.name(), "promise": p.check.promise(), "found": p.found, "rows": p.rows, "action": p.check.advice()})
                })
                .collect();
            let broken: Value = found.broken.iter().map(|(check, times)| (check.name().to_owned(), json!(times))).collect();
            output::json(&json!({
                "sessions": found.sessions, "messages": found.messages, "entries": found.entries, "deliveries": found.deliveries,
                "applications": found.applications, "checks": Check::ALL.len(), "broken": broken, "problems": problems,
            }))?;
        }
        Output::Table => {
            for (check, times) in &found.broken {
                say!("{check} ({}): {} Broken {times} times; {}.", check.promise(), check.meaning(), check.advice());
                for problem in found.problems.iter().filter(|p| p.check == *check) {
                    say!("  {} [{}]", problem.found, problem.rows.join(", "));
                }
            }
            let verdict = match found.broken.values().sum::<u64>() {
                0 => "no contradiction".into(),
                n => format!("{n} contradictions"),
            };
            let deliveries = found.deliveries;
            say!(
                "{} sessions, {} messages, {deliveries} deliveries, {} applications, {} checks: {verdict}",
                found.sessions,
                found.messages,
                found.applications,
                Check::ALL.len()
            );
        }
    }
    if found.problems.is_empty() { Ok(()) } else { Err(Failure::Told) }
}
