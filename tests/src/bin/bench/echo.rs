//! A bot that stores nothing and says back what it hears: how fast the harness itself can go.

use std::io::Result;
use std::sync::{Arc, Mutex};

use serde::Deserialize;
use tokio::net::TcpListener;

use crate::phones::locked;
use crate::telegram::TOKEN;
use crate::wire::{Wire, each_caller};

#[derive(Deserialize)]
struct Update {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    chat: Chat,
    text: String,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
}

/// Serves until the process is ended. `api`: `127.0.0.1:PORT` of the Bot API.
pub(crate) async fn serve(bind: &str, api: String) {
    let listener = TcpListener::bind(bind).await.unwrap();
    let (api, idle) = (Arc::new(api), Arc::new(Mutex::new(Vec::new())));
    each_caller(listener, move |wire| echo(wire, Arc::clone(&api), Arc::clone(&idle))).await;
}

async fn echo(mut wire: Wire, api: Arc<String>, idle: Arc<Mutex<Vec<Wire>>>) -> Result<()> {
    let path = format!("/bot{TOKEN}/sendMessage");
    while let Some(request) = wire.request().await? {
        let update: Update = serde_json::from_slice(&request.body).map_err(std::io::Error::other)?;
        let body = serde_json::json!({"chat_id": update.message.chat.id, "text": update.message.text}).to_string();
        let kept = locked(&idle).pop();
        let mut out = match kept {
            Some(wire) => wire,
            None => Wire::connect(&api).await?,
        };
        out.post(&path, None, body.as_bytes()).await?;
        locked(&idle).push(out);
        wire.respond(200, "{}").await?;
    }
    Ok(())
}
