//! `chatbot users`

use chatbot_core::access::{Role, TokenKind, User};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::args::{self, Args, Output, Users};
use crate::database::{PAGE, current};
use crate::failure::Failure;
use crate::output::{self, say};

pub(super) async fn run(args: &Args, wish: &Users) -> Result<(), Failure> {
    let chatbot = current(args).await?;
    match wish {
        Users::List => {
            let users = chatbot.users(PAGE).await?;
            output::list(args.output, &users, &["id", "email", "name", "role"], |u: &User| {
                vec![u.id.to_string(), u.email.clone(), u.name.clone(), u.role.as_str().into()]
            })?;
        }
        Users::Add { email, name, role } => {
            let role = match role {
                args::Role::Viewer => Role::Viewer,
                args::Role::Recruiter => Role::Recruiter,
                args::Role::Admin => Role::Admin,
            };
            let user = chatbot.add_user(email, name, role).await?;
            let token = chatbot.issue_token(user.id, TokenKind::Api, None).await?;
            match args.output {
                Output::Json => output::json(&json!({"user": user, "token": token.expose_secret()}))?,
                Output::Table => {
                    say!("{} ({}) may now use the API with this token, which is shown only once:", user.name, user.role.as_str());
                    say!("{}", token.expose_secret());
                }
            }
        }
    }
    chatbot.close().await;
    Ok(())
}
