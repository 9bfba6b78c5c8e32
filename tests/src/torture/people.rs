//! People who apply, one after the other in each place, whatever becomes of the servers: they read what the bot shows,
//! answer it once, and write again what was not acknowledged, under the same id.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use super::dice::Dice;
use super::form::{Form, SLUG};
use super::town::{PATIENCE, Receipt, Town};
use crate::api::{Api, Reply};
use crate::telegram::Shown;

const LOOK: Duration = Duration::from_millis(8);
const LOOK_OVER_HTTP: Duration = Duration::from_millis(40);

/// What to do next.
enum Next {
    Say(String),
    Press { label: String, data: String, message: i64 },
    Leave,
}

/// Fills so many places with people until the town closes; each place's people come one after the other, every `web`th
/// place's by the web.
pub async fn live(town: &Arc<Town>, places: u64, web: u64) {
    let mut all = Vec::new();
    for place in 0..places {
        let (town, mut dice) = (Arc::clone(town), town.dice.of(1000 + place));
        all.push(tokio::spawn(async move {
            while !town.is_closing() {
                if web > 0 && place % web == web - 1 {
                    by_web(&town, &mut dice).await;
                } else {
                    by_telegram(&town, &mut dice).await;
                }
            }
        }));
    }
    for one in all {
        one.await.unwrap();
    }
}

/// Counts who waits.
struct Waits<'t>(&'t Town);

impl<'t> Waits<'t> {
    fn of(town: &'t Town) -> Self {
        town.waiting.fetch_add(1, Ordering::SeqCst);
        Self(town)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

fn reply(shown: &Shown, form: &Form) -> Next {
    let button = |label: &str| shown.buttons.iter().find(|(l, _)| l == label);
    let press = |(label, data): &(String, String)| Next::Press { label: label.clone(), data: data.clone(), message: shown.id };
    if let Some(submit) = button("Submit") {
        return press(submit);
    }
    let question = shown.text.rsplit("Question ").next().unwrap_or_default();
    if let Some(answer) = form.answer(question).filter(|_| shown.text.contains("Question ")) {
        return Next::Say(answer);
    }
    match button("Yes") {
        Some(yes) => press(yes),
        None if shown.text.contains("name") => Next::Say("Ada Example".into()),
        None if shown.text.contains("mail") || shown.text.contains("reach") => Next::Say("ada@example.org".into()),
        None => Next::Leave,
    }
}

async fn by_telegram(town: &Town, dice: &mut Dice) {
    let form = Form::thrown(dice);
    let phone = town.fake.user("Ada");
    let mut receipt = Receipt { platform: "telegram", person: phone.user.to_string(), said: Vec::new(), ids: Vec::new(), form: None };
    phone.starts(SLUG);
    let mut answered: Vec<String> = Vec::new();
    let mut submitted = false;
    loop {
        town.said.fetch_add(1, Ordering::SeqCst);
        town.collect(dice);
        let waits = Waits::of(town);
        // What was sent twice has been answered once.
        let end = Instant::now() + PATIENCE;
        let new = loop {
            let new = phone.last_heard().filter(|last| !answered.contains(&last.text));
            if new.is_some() || Instant::now() > end {
                break new;
            }
            sleep(LOOK).await;
        };
        drop(waits);
        let Some(shown) = new else {
            town.stuck.lock().unwrap().push(format!("telegram {}: no reply to {:?}", phone.user, receipt.said.last()));
            break;
        };
        answered.push(shown.text.clone());
        if submitted {
            receipt.form = Some(form);
            break;
        }
        match reply(&shown, &form) {
            Next::Say(words) => {
                phone.says(&words);
                receipt.said.push(words);
            }
            Next::Press { label, data, message } => {
                submitted = label == "Submit";
                phone.presses_data(message, &data);
                receipt.said.push(label);
            }
            Next::Leave => {
                town.stuck.lock().unwrap().push(format!("telegram {}: nobody knows what to say to {:?}", phone.user, shown.text));
                break;
            }
        }
    }
    town.receipts.lock().unwrap().push(receipt);
}

/// Posts until it is answered with one of these; none: patience ended, or it is refused.
async fn insist(api: &Api, path: &str, body: &Value, wanted: &[u16]) -> Option<Value> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        match api.try_post(path, body).await {
            Some(answer) if wanted.contains(&answer.status) => return Some(answer.json()),
            // Whoever is closing or has lost its database says so.
            Some(answer) if answer.status != 503 => return None,
            _ => sleep(LOOK_OVER_HTTP).await,
        }
    }
    None
}

fn web_reply(message: &Value, form: &Form) -> Option<String> {
    let content = message["content"].as_str().unwrap_or_default();
    Some(match message["metadata"]["expects"]["type"].as_str().unwrap_or_default() {
        "consent" => "yes".into(),
        "submit" => "submit".into(),
        "field" if message["metadata"]["expects"]["field"].as_str().is_some_and(|field| field.contains("name")) => "Ada Example".into(),
        "field" => "ada@example.org".into(),
        "question" => form.answer(content.rsplit("Question ").next().unwrap_or(content))?,
        _ => return None,
    })
}

async fn by_web(town: &Town, dice: &mut Dice) {
    let form = Form::thrown(dice);
    let opened = insist(&town.api, "/chat/sessions", &json!({ "job_slug": SLUG }), &[201]).await;
    let Some(opened) = opened else {
        town.stuck.lock().unwrap().push("web: no session is opened".into());
        return;
    };
    let session = opened["session_id"].as_str().unwrap_or_default().to_owned();
    let api = town.api.as_holder_of(opened["token"].as_str().unwrap_or_default());
    let mut receipt = Receipt { platform: "web", person: session.clone(), said: Vec::new(), ids: Vec::new(), form: None };
    let (mut after, mut submitted) = (0, false);
    let stuck = |what: String| town.stuck.lock().unwrap().push(format!("web {session}: {what}"));
    loop {
        let waits = Waits::of(town);
        let end = Instant::now() + PATIENCE;
        let new = loop {
            let path = format!("/chat/{session}/history?limit=500&after={after}");
            let answer = Reply::attempt(api.request(reqwest::Method::GET, &path)).await.ok().filter(|reply| reply.status == 200);
            let messages = answer.map(|reply| reply.json()["messages"].as_array().cloned().unwrap_or_default()).unwrap_or_default();
            let last = messages.last().filter(|message| message["sender"] == "bot").cloned();
            if last.is_some() || Instant::now() > end {
                break last;
            }
            sleep(LOOK_OVER_HTTP).await;
        };
        drop(waits);
        let Some(message) = new else {
            stuck(format!("no reply to {:?}", receipt.said.last()));
            break;
        };
        if submitted {
            receipt.form = Some(form);
            break;
        }
        let Some(words) = web_reply(&message, &form) else {
            stuck(format!("nobody knows what to say to {message}"));
            break;
        };
        submitted = words == "submit";
        let key = format!("to-{}", message["seq"]);
        let body = json!({ "content": words, "client_message_id": key });
        town.said.fetch_add(1, Ordering::SeqCst);
        let path = format!("/chat/{session}/messages");
        let Some(taken) = insist(&api, &path, &body, &[200, 202]).await else {
            stuck(format!("{words:?} is not taken"));
            break;
        };
        // Some acknowledge twice: the second must say the same.
        if dice.below(5) == 0 {
            let again = insist(&api, &path, &body, &[200, 202]).await;
            if again.as_ref().is_none_or(|again| again["message_id"] != taken["message_id"] || again["seq"] != taken["seq"]) {
                stuck(format!("the same message was acknowledged as {taken} and as {again:?}"));
            }
        }
        after = taken["seq"].as_i64().unwrap_or_default();
        receipt.ids.push(taken["message_id"].as_str().unwrap_or_default().to_owned());
        receipt.said.push(words);
    }
    town.receipts.lock().unwrap().push(receipt);
}
