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
        Users::Link { email } => {
            let user = chatbot.user_by_email(email).await?;
            let unknown = || Failure::Other(format!("no user has the address `{email}`; `chatbot users list` shows who there is"));
            let link = chatbot.link_code(user.ok_or_else(unknown)?.id).await?.ok_or_else(unknown)?;
            let code = link.code.expose_secret();
            match args.output {
                Output::Json => output::json(&json!({"user_id": link.user.id, "code": code, "expires_at": link.expires_at}))?,
                Output::Table => {
                    say!(
                        "Send this to the bot from {}'s chat, before {} UTC; it works once:",
                        link.user.name,
                        output::time(link.expires_at)
                    );
                    say!("/link {code}");
                }
            }
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
