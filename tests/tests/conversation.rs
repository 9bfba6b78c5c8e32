//! A conversation from its opening to a score a recruiter can read, over the real server.

use chatbot_tests::candidate::{assert_without_gaps, expects, text};
use chatbot_tests::job::{ANSWERS, SCORE, SCORES, SLUG, baker, cook};
use chatbot_tests::{Candidate, Engine, Server, eventually, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(
    opening_a_session_is_answered_with_a_token_and_an_application,
    the_token_of_a_session_finds_it_again,
    a_session_without_a_job_offers_what_is_open_and_none_for_an_unknown_or_closed_one,
    the_bot_speaks_first_says_it_is_one_and_asks_for_consent,
    a_prescreen_ends_in_the_score_computed_by_hand_with_a_reason_for_every_point,
    a_completed_prescreen_is_an_event_once,
    a_failed_must_have_files_an_action_and_rejects_nobody,
    a_question_in_the_middle_is_answered_from_the_jobs_facts_and_the_pending_one_repeated,
    history_is_one_order_that_can_be_read_in_pieces,
    a_recruiter_sees_consented_applications_ranked_by_score,
    a_refused_consent_stores_no_answer,
);

async fn opening_a_session_is_answered_with_a_token_and_an_application(engine: Engine) {
    let server = Server::on(engine).start().await;
    let job = server.create_job(&baker()).await;
    for wish in [json!({ "job_slug": SLUG }), json!({ "job_id": job["id"], "platform": "web", "locale": "en", "source": "newsletter" })] {
        let opened = server.api.post("/chat/sessions", &wish).await.expect(201);
        assert_eq!((&opened["created"], &opened["automation_enabled"]), (&json!(true), &json!(true)), "{opened}");
        for id in ["session_id", "application_id"] {
            assert!(uuid::Uuid::parse_str(&text(&opened[id])).is_ok(), "{opened}");
        }
        assert!(text(&opened["token"]).len() >= 32, "{opened}");
    }
    let seen = server.admin.get(&format!("/jobs/{}/applications", text(&job["id"]))).await.expect(200);
    assert_eq!(seen["items"], json!([]), "who has not consented is on no list");
}

async fn the_token_of_a_session_finds_it_again(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    let again = candidate.api.post("/chat/sessions", &json!({ "job_slug": "e2e-cook" })).await.expect(200);
    assert_eq!(again["session_id"], candidate.session.as_str());
    assert_eq!(again["created"], false);
    let other = Candidate::open(&server, "e2e-cook").await;
    assert_ne!((other.session, other.application), (candidate.session.clone(), candidate.application));
    let named = json!({ "platform": "web", "platform_user_id": "u-17", "job_slug": "e2e-cook" });
    let first = server.admin.post("/chat/sessions", &named).await.expect(201);
    let second = server.admin.post("/chat/sessions", &named).await.expect(200);
    assert_eq!(first["session_id"], second["session_id"]);
    server.api.post("/chat/sessions", &named).await.problem(401);
}

async fn a_session_without_a_job_offers_what_is_open_and_none_for_an_unknown_or_closed_one(engine: Engine) {
    let server = Server::on(engine).start().await;
    let job = server.create_job(&cook()).await;
    server.create_job(&baker()).await;
    let opened = server.api.post("/chat/sessions", &json!({})).await.expect(201);
    assert_eq!(opened.get("application_id"), None, "{opened}");
    let visitor = server.api.as_holder_of(text(&opened["token"]));
    let path = format!("/chat/{}/history", text(&opened["session_id"]));
    let offer = eventually("the bot offers the open jobs", async || visitor.get(&path).await.expect(200)["messages"].get(0).cloned()).await;
    for title in ["Cook", "Baker"] {
        assert!(text(&offer["content"]).contains(title), "{offer}");
    }
    let unknown = server.api.post("/chat/sessions", &json!({ "job_slug": "none" })).await;
    assert_eq!(unknown.problem(404)["code"], "job_not_found");
    let patch = server.admin.request(reqwest::Method::PATCH, &format!("/jobs/{}", text(&job["id"]))).json(&json!({ "status": "closed" }));
    chatbot_tests::Reply::of(patch).await.expect(200);
    let closed = server.api.post("/chat/sessions", &json!({ "job_slug": "e2e-cook" })).await;
    assert_eq!(closed.problem(409)["code"], "job_closed");
}

async fn the_bot_speaks_first_says_it_is_one_and_asks_for_consent(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let candidate = Candidate::open(&server, SLUG).await;
    let opening = candidate.last_bot_message().await.unwrap();
    assert_eq!(expects(&opening), "consent");
    let words = text(&opening["content"]);
    for said in ["bot", "Crust & Sons", "a person decides"] {
        assert!(words.contains(said), "{said:?} is not in: {words}");
    }
    assert!(opening["metadata"]["templates"].as_array().unwrap().contains(&json!("ask_consent")), "{opening}");
    assert_eq!(opening["metadata"]["buttons"].as_array().unwrap().len(), 2, "{opening}");
}

async fn a_prescreen_ends_in_the_score_computed_by_hand_with_a_reason_for_every_point(engine: Engine) {
    let server = Server::on(engine).start().await;
    let job = server.create_job(&baker()).await;
    let candidate = Candidate::open(&server, SLUG).await;
    candidate.interview(&ANSWERS).await;
    let application = candidate.application(&server).await;
    assert_eq!(application["jd_match_score"], json!(SCORE), "{application:#}");
    assert_eq!(application["status"], "prescreen_completed");
    assert_eq!(application["must_have_failed"], false);
    assert_eq!((&application["job_id"], &application["session_id"]), (&job["id"], &json!(candidate.session)));
    let answers = application["answers"].as_array().unwrap();
    assert_eq!(answers.len(), ANSWERS.len());
    for ((answer, score), (_, words)) in answers.iter().zip(SCORES).zip(ANSWERS) {
        assert!((answer["score"].as_f64().unwrap() - score).abs() < 0.0051, "{answer}");
        assert_eq!(answer["answer_text"], words);
        let reason = text(&answer["reason"]);
        assert!(reason.contains("you wrote \"") && reason.contains("rule: "), "{reason}");
    }
    let reason = text(&answers[0]["reason"]);
    assert!(reason.ends_with("2.25 of 3: you wrote \"about three years\", rule: at least 4 years"), "{reason}");
    assert_eq!(answers[4]["value"], json!({ "amount": 3600, "currency": "EUR", "period": "month" }));
    assert_eq!((&answers[3]["value"], &answers[5]["value"]), (&json!("P2M"), &json!("2028-02-01")));
    let person = server.admin.get(&format!("/candidates/{}", text(&application["candidate_id"]))).await.expect(200);
    assert_eq!((&person["name"], &person["emails"]), (&json!("Ada Example"), &json!(["ada@example.org"])), "{person}");
}

async fn a_completed_prescreen_is_an_event_once(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let candidate = Candidate::open(&server, SLUG).await;
    candidate.interview(&ANSWERS[..3]).await;
    assert_eq!(candidate.activity(&server, "CHAT_PRESCREEN_COMPLETED").await.len(), 0);
    candidate.interview(&ANSWERS).await;
    candidate.say("submit").await;
    let events = candidate.activity(&server, "CHAT_PRESCREEN_COMPLETED").await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["application_id"], candidate.application.as_str());
    assert_eq!(server.database.count("select count(*) from events").await, 1);
}

async fn a_failed_must_have_files_an_action_and_rejects_nobody(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let candidate = Candidate::open(&server, SLUG).await;
    let mut answers = ANSWERS;
    answers[1].1 = "no, I don't";
    candidate.interview(&answers).await;
    let application = candidate.application(&server).await;
    assert_eq!(
        (&application["must_have_failed"], &application["status"]),
        (&json!(true), &json!("prescreen_completed")),
        "{application:#}"
    );
    // Two of eleven points less.
    assert_eq!(application["jd_match_score"], json!(64.39));
    let open = server.admin.get("/actions?status=open").await.expect(200);
    let [action] = &open["items"].as_array().unwrap()[..] else { panic!("one action: {open}") };
    assert_eq!(action["type"], "must_have_failed");
    assert_eq!((&action["session_id"], &action["application_id"]), (&json!(candidate.session), &json!(candidate.application)));
    let resolve = format!("/actions/{}/resolve", text(&action["id"]));
    let resolved = server.admin.post(&resolve, &json!({ "note": "read it" })).await.expect(200);
    assert_eq!((&resolved["status"], &resolved["resolved_by"]), (&json!("resolved"), &json!("admin")), "{resolved}");
    assert_eq!(server.admin.get("/actions?status=open").await.expect(200)["items"], json!([]));
}

async fn a_question_in_the_middle_is_answered_from_the_jobs_facts_and_the_pending_one_repeated(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let candidate = Candidate::consented(&server, SLUG).await;
    let replies = candidate.say("what is the salary?").await;
    let words: Vec<String> = replies.iter().map(|reply| text(&reply["content"])).collect();
    assert!(words.concat().contains("2,900 euros a month"), "{words:?}");
    assert!(words.concat().contains("How many years"), "{words:?}");
    assert_eq!(expects(replies.last().unwrap()), "question");
}

async fn history_is_one_order_that_can_be_read_in_pieces(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let candidate = Candidate::open(&server, SLUG).await;
    candidate.interview(&ANSWERS).await;
    let whole = candidate.history().await;
    assert_without_gaps(&whole);
    assert!(whole.is_sorted_by_key(|message| text(&message["sent_at"])), "{whole:?}");
    assert!(whole.iter().all(|message| message["delivery"] == "sent"), "{whole:?}");
    let (mut pieces, mut after) = (Vec::<Value>::new(), 0);
    loop {
        let piece = candidate.api.get(&candidate.path(&format!("history?after={after}&limit=3"))).await.expect(200);
        let messages = piece["messages"].as_array().unwrap();
        assert!(messages.len() <= 3);
        if messages.is_empty() {
            assert_eq!(piece["next_after"], json!(after));
            break;
        }
        pieces.extend(messages.clone());
        after = piece["next_after"].as_i64().unwrap();
    }
    assert_eq!(pieces, whole);
}

async fn a_recruiter_sees_consented_applications_ranked_by_score(engine: Engine) {
    let server = Server::on(engine).start().await;
    let job = server.create_job(&baker()).await;
    let mut better = ANSWERS;
    better[0].1 = "8";
    let mut failed = better;
    failed[1].1 = "no";
    let mut order = Vec::new();
    for answers in [failed, ANSWERS, better] {
        let candidate = Candidate::open(&server, SLUG).await;
        candidate.interview(&answers).await;
        order.insert(0, json!(candidate.application));
    }
    let unfinished = Candidate::consented(&server, SLUG).await;
    order.push(json!(unfinished.application));
    Candidate::open(&server, SLUG).await;
    let ranked = server.admin.get(&format!("/jobs/{}/applications?sort=score", text(&job["id"]))).await.expect(200);
    let ids: Vec<Value> = ranked["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    assert_eq!(ids, order, "{ranked:#}");
}

async fn a_refused_consent_stores_no_answer(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&baker()).await;
    let candidate = Candidate::open(&server, SLUG).await;
    let refused = candidate.say("no").await;
    assert!(text(&refused[0]["content"]).contains("jobs@crust.example"), "{refused:?}");
    candidate.say("about three years").await;
    let application = candidate.application(&server).await;
    assert_eq!((&application["answers"], &application["consented_at"]), (&json!([]), &Value::Null), "{application}");
}
