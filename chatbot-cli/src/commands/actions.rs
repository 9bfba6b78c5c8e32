//! `chatbot actions`

use chatbot_core::access::{Actor, Role};
use chatbot_core::recruiting::{Action, ActionStatus};

use crate::args::{Actions, Args, Output};
use crate::database::{PAGE, current};
use crate::failure::Failure;
use crate::output::{self, say};

pub(super) async fn run(args: &Args, wish: &Actions) -> Result<(), Failure> {
    let chatbot = current(args).await?;
    match wish {
        Actions::List { all } => {
            let status = if *all { None } else { Some(ActionStatus::Open) };
            let actions = chatbot.actions(status, None, PAGE).await?;
            let columns = ["id", "type", "status", "since", "session", "application"];
            output::list(args.output, &actions, &columns, |a: &Action| {
                let id = |id: Option<uuid::Uuid>| id.map_or_else(|| "–".into(), |id| id.to_string());
                vec![
                    a.id.to_string(),
                    a.action_type.as_str().into(),
                    a.status.as_str().into(),
                    output::time(a.created_at),
                    id(a.session_id),
                    id(a.application_id),
                ]
            })?;
        }
        Actions::Resolve { id, note } => {
            let by = Actor { user_id: None, name: "terminal".into(), role: Role::Admin };
            let action = chatbot.resolve_action(*id, &by, note.as_deref()).await?;
            let action = action.ok_or_else(|| Failure::Other(format!("there is no action {id}")))?;
            match args.output {
                Output::Json => output::json(&action)?,
                Output::Table => say!("{} {} is {}", action.action_type.as_str(), action.id, action.status.as_str()),
            }
        }
    }
    chatbot.close().await;
    Ok(())
}
