//! A recruiter's first hour, as one story: a job made by chat, its links, two candidates on two channels, an escalation, a
//! takeover, a release, a stage move, an export and an erasure.

use chatbot_tests::candidate::text;
use chatbot_tests::server::{binary, command, run};
use chatbot_tests::telegram::{FakeTelegram, Phone, Shown};
use chatbot_tests::{Candidate, Engine, Server, Texter, eventually, on_both_engines};
use reqwest::Method;
use serde_json::{Value, json};

on_both_engines!(a_recruiters_first_hour);

/// `chatbot …` beside the server, its answer as JSON.
async fn chatbot(server: &Server, args: &[&str]) -> Value {
    let mut verb = command(binary("chatbot"));
    verb.args(args).args(["--output", "json"]).env("DATABASE_URL", &server.database.url).current_dir(server.folder());
    if let Some(schema) = &server.database.schema {
        verb.env("DATABASE_SCHEMA", &schema.0);
    }
    let (status, out, err) = run(verb).await;
    assert!(status.success(), "chatbot {args:?}: {err}");
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("not JSON: {out}"))
}

/// Says something and waits for the bot's word to it.
async fn says(phone: &Phone, words: &str) -> Shown {
    let next = phone.heard().len() + 1;
    phone.says(words);
    phone.hears(next).await
}

async fn a_recruiters_first_hour(engine: Engine) {
    let telegram = FakeTelegram::start().await;
    let server = Server::on(engine).telegram(&telegram).env("PUBLIC_URL", "https://jobs.example.org").start().await;

    // Grace gets a user and links her own phone.
    let added = chatbot(&server, &["users", "add", "grace@example.org", "--name", "Grace"]).await;
    let grace = server.api.as_holder_of(text(&added["token"]));
    let code = text(&chatbot(&server, &["users", "link", "grace@example.org"]).await["code"]);
    let phone = telegram.user("Grace");
    let linked = says(&phone, &format!("/link {code}")).await;
    assert!(linked.text.contains("Grace"), "{linked:?}");

    // She makes a job by chat, with a must-have, and gets its links.
    for words in ["new job", "Welder", "Example GmbH", "Hamburg", "salary: 3,400 euros a month", "done"] {
        says(&phone, words).await;
    }
    for words in ["How many years have you been welding?", "yes", "at least 4 years", "no"] {
        says(&phone, words).await;
    }
    for words in ["Do you hold a valid certificate?", "yes", "must be yes", "yes", "done"] {
        says(&phone, words).await;
    }
    let made = says(&phone, "create").await;
    for link in ["https://jobs.example.org/j/welder", "?start=welder"] {
        assert!(made.text.contains(link), "{link}: {made:?}");
    }

    // Ada comes by Telegram, Ben by the web; both finish.
    let ada = Texter::open(&telegram, "welder").await;
    ada.interview(&[("welding", "two years"), ("certificate", "yes")]).await;
    let ben = Candidate::consented(&server, "welder").await;
    ben.interview(&[("welding", "nine"), ("certificate", "no, I don't")]).await;
    let completed = async |application: Value| (application["status"] == "prescreen_completed").then_some(application);
    let ada_applied = eventually("Ada's is complete", async || completed(ada.application(&server).await).await).await;
    let ben_applied = eventually("Ben's is complete", async || completed(ben.application(&server).await).await).await;
    // 1 of 2 · half the points for half the years; and the certificate alone missing.
    assert_eq!((&ada_applied["jd_match_score"], &ben_applied["jd_match_score"]), (&json!(75.0), &json!(50.0)));
    assert_eq!((&ben_applied["must_have_failed"], &ben_applied["status"]), (&json!(true), &json!("prescreen_completed")));
    let job = text(&ada_applied["job_id"]);
    let ranked = grace.get(&format!("/jobs/{job}/applications?sort=score")).await.expect(200);
    let order: Vec<_> = ranked["items"].as_array().unwrap().iter().map(|a| a["id"].clone()).collect();
    assert_eq!(order, [ada_applied["id"].clone(), ben_applied["id"].clone()], "who passed the must-have stands first");

    // Ben asks for a person: Grace's phone rings once, and the action waits.
    ben.say("I would like to talk to a person, please").await;
    let rung = phone.hears_last("https://jobs.example.org/").await;
    assert!(rung.text.contains("Welder") || rung.text.contains("person"), "{rung:?}");
    let open = grace.get("/actions?status=open&limit=500").await.expect(200);
    let asked: Vec<_> = open["items"].as_array().unwrap().iter().filter(|a| a["type"] == "human_requested").cloned().collect();
    assert_eq!(asked.len(), 1, "{open}");

    // She takes over, talks, and gives the chat back.
    let control = grace.post(&ben.path("takeover"), &json!({})).await.expect(200);
    assert_eq!(control["automation_enabled"], false);
    grace.post(&ben.path("messages"), &json!({"content": "Hello Ben, do you plan to take the certificate?"})).await.expect(202);
    assert_eq!(ben.say("in March").await, Vec::<Value>::new(), "the bot is silent");
    grace.post(&ben.path("release"), &json!({})).await.expect(200);
    grace.post(&format!("/actions/{}/resolve", text(&asked[0]["id"])), &json!({"note": "talked to him"})).await.expect(200);

    // She shortlists Ada, and rejects Ben, with a reason, once she has read his application.
    let patch = async |id: &Value, body: Value| {
        chatbot_tests::Reply::of(grace.request(Method::PATCH, &format!("/applications/{}", text(id))).json(&body)).await
    };
    assert_eq!(patch(&ada_applied["id"], json!({"status": "shortlisted"})).await.expect(200)["status"], "shortlisted");
    let unread = patch(&ben_applied["id"], json!({"status": "rejected"})).await;
    assert!((400..500).contains(&unread.status), "rejecting needs a reason: {unread:?}");
    grace.get(&format!("/applications/{}", text(&ben_applied["id"]))).await.expect(200);
    let rejected = patch(&ben_applied["id"], json!({"status": "rejected", "reason": "no certificate"})).await.expect(200);
    assert_eq!(rejected["status"], "rejected");
    let told = ben.history().await;
    assert!(!told.iter().any(|m| text(&m["content"]).to_lowercase().contains("reject")), "he is told by a person, or not at all");

    // The list for the spreadsheet names both.
    let csv = grace.get(&format!("/jobs/{job}/applications.csv")).await;
    assert_eq!((csv.status, csv.text().lines().count()), (200, 3), "{csv:?}");

    // Ben wants to see his data, then none of it kept. An administrator does both.
    let candidate = text(&ben_applied["candidate_id"]);
    let export = server.admin.get(&format!("/candidates/{candidate}/export")).await.expect(200);
    let all = export.to_string();
    for held in ["nine", "in March", "no certificate", "ada@example.org"] {
        assert!(all.contains(held), "{held} is held, so it is exported");
    }
    server.admin.delete(&format!("/candidates/{candidate}")).await.expect(200);
    assert_eq!(server.admin.get(&format!("/candidates/{candidate}")).await.status, 404);
    assert_eq!(grace.get(&format!("/applications/{}", text(&ben_applied["id"]))).await.status, 404);
    let left = grace.get(&format!("/jobs/{job}/applications?sort=score")).await.expect(200);
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "Ada's stands");
    assert_eq!(ada.application(&server).await["status"], "shortlisted");
    assert_eq!(telegram.violations(), Vec::<String>::new());
}
