//! The Telegram side, a process of its own: the Bot API, and the candidates, who are its users.
//!
//! Both are in one process because a reply must be matched with the update it answers, and that costs nothing where the two
//! meet in memory; over another hop the harness would take more of the machine from the bot than it does. What it takes is
//! printed beside every figure, and so is its own ceiling, with a bot that only says back what it hears.

use std::io::Write as _;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::candidates;
use crate::protocol::{Listening, Order};
use crate::telegram::Telegram;
use crate::wire::each_caller;

/// Serves until its standard input ends; each line of it is an order.
pub(crate) async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    say(&Listening { api_url: format!("http://{}", listener.local_addr().unwrap()) });
    let telegram = Arc::new(Telegram::default());
    let api = Arc::clone(&telegram);
    tokio::spawn(each_caller(listener, move |wire| Arc::clone(&api).serve(wire)));
    // The lines come seldom: a thread waits for each.
    while let Some(line) = tokio::task::spawn_blocking(|| std::io::stdin().lines().next()).await.unwrap() {
        let line = line.unwrap();
        match serde_json::from_str(&line).unwrap() {
            Order::Put(load) => say(&candidates::run(&telegram, load).await),
            Order::CountDoubles => say(&telegram.phones.doubled()),
        }
    }
}

fn say(what: &impl serde::Serialize) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string(what).unwrap()).unwrap();
    out.flush().unwrap();
}
