//! Requests that can't be used: each is answered with a clear error, nothing is stored, and the server goes on.

use chatbot_tests::candidate::expects;
use chatbot_tests::job::{baker, cook};
use chatbot_tests::server::ADMIN_TOKEN;
use chatbot_tests::{Candidate, Engine, Reply, Server, on_both_engines};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

on_both_engines!(
    a_wrong_token_opens_nothing,
    ids_that_are_foreign_absent_or_malformed_are_answered_with_the_same_bytes,
    a_body_that_is_not_a_message_is_refused_and_stored_nowhere,
    a_field_that_cannot_be_used_is_named_with_an_example,
    a_job_that_cannot_be_read_names_the_field_and_an_example,
    a_request_that_breaks_off_harms_nobody,
);

async fn a_wrong_token_opens_nothing(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    let history = candidate.path("history");
    let own = candidate.api.token().unwrap();
    for wrong in [
        "x",
        &ADMIN_TOKEN[1..],
        &ADMIN_TOKEN[..38],
        &ADMIN_TOKEN.to_uppercase(),
        &own[1..],
        &format!("{own}x"),
        "null",
        "' or 1=1 --",
        "..",
        "\u{e9}",
    ] {
        for path in [history.as_str(), "/jobs", "/actions", "/stats"] {
            server.api.as_holder_of(wrong).get(path).await.problem(401);
        }
    }
    for header in [format!("Basic {own}"), own.to_owned(), "Bearer".into(), "Bearer ".into(), format!("Token {ADMIN_TOKEN}")] {
        let request = server.api.request(Method::GET, &history).header("authorization", header);
        Reply::of(request).await.problem(401);
    }
    let twice = candidate.api.request(Method::GET, &history).header("authorization", format!("Bearer {own}"));
    Reply::of(twice).await.problem(401);
    server.api.get(&format!("{history}?token={own}")).await.problem(401);
    for path in ["/jobs", "/actions", "/activity", "/stats", "/openapi.json"] {
        let status = candidate.api.get(path).await.status;
        assert!(status == 403 || path == "/openapi.json", "{path} answers a candidate with {status}");
    }
    candidate.api.post("/jobs", &cook()).await.problem(403);
    candidate.api.delete("/demo").await.problem(403);
    server.api.delete("/demo").await.problem(401);
    candidate.api.get(&history).await.expect(200);
}

async fn ids_that_are_foreign_absent_or_malformed_are_answered_with_the_same_bytes(engine: Engine) {
    let server = Server::on(engine).start().await;
    let job = server.create_job(&cook()).await;
    let (mine, theirs) = (Candidate::open(&server, "e2e-cook").await, Candidate::open(&server, "e2e-cook").await);
    let malformed = [
        "x",
        "0",
        "-1",
        "null",
        "..%2f..",
        "%00",
        "%ff",
        "00000000-0000-0000-0000-00000000000g",
        "{}",
        "%7B%7B7*7%7D%7D",
        "' or ''='",
        &"9".repeat(2_000),
    ];
    let absent = "00000000-0000-4000-8000-000000000000";
    for rest in ["history", "events", "messages", "attachments"] {
        let answer = async |id: &str| {
            let path = format!("/chat/{id}/{rest}");
            match rest {
                "messages" => mine.api.post(&path, &json!({ "content": "hi" })).await,
                "attachments" => {
                    let form = Form::new().part("file", Part::bytes(b"x".to_vec()).file_name("x.txt"));
                    Reply::of(mine.api.request(Method::POST, &path).multipart(form)).await
                }
                _ => mine.api.get(&path).await,
            }
        };
        let nothing = answer(absent).await;
        nothing.problem(404);
        for id in malformed.into_iter().chain([theirs.session.as_str(), job["id"].as_str().unwrap()]) {
            let reply = answer(id).await;
            assert_eq!((reply.status, reply.text()), (404, nothing.text()), "{rest} of {id}");
        }
    }
    for route in ["/jobs/ID", "/jobs/ID/applications", "/applications/ID", "/candidates/ID", "/chat/ID/history"] {
        let nothing = server.admin.get(&route.replace("ID", absent)).await;
        nothing.problem(404);
        for id in malformed.into_iter().chain([theirs.session.as_str()]).filter(|id| !route.starts_with("/chat") || *id != theirs.session) {
            let reply = server.admin.get(&route.replace("ID", id)).await;
            assert_eq!((reply.status, reply.text()), (404, nothing.text()), "{route} of {id}");
        }
    }
    for verb in ["takeover", "release"] {
        let nothing = server.admin.post(&format!("/chat/{absent}/{verb}"), &json!({})).await;
        nothing.problem(404);
        assert!(!nothing.text().contains(absent));
    }
    assert_eq!(theirs.history().await.len(), 1, "nobody wrote there");
}

async fn a_body_that_is_not_a_message_is_refused_and_stored_nowhere(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    let before = candidate.history().await;
    let mut bodies: Vec<Vec<u8>> =
        serde_json::from_str::<Vec<String>>(include_str!("../data/bodies.json")).unwrap().into_iter().map(String::into_bytes).collect();
    bodies.extend([
        b"{\"content\":\"\xff\xfe\"}".to_vec(),
        b"{\"content\":\"\xed\xa0\x80\"}".to_vec(),
        b"{\"content\":\"\xc0\xaf\"}".to_vec(),
        b"\xef\xbb\xbf{\"content\":\"hi\"}".to_vec(),
        b"\xff\xfe{\0\"\0".to_vec(),
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec(),
        vec![0; 64],
        "[".repeat(10_000).into_bytes(),
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)).into_bytes(),
        format!("{{\"content\":\"hi\",\"metadata\":{}1{}}}", "{\"a\":".repeat(10_000), "}".repeat(10_000)).into_bytes(),
        format!("{{\"content\":\"hi\",\"metadata\":{}1{}}}", "{\"a\":".repeat(40), "}".repeat(40)).into_bytes(),
        format!("{{\"content\":{}}}", "9".repeat(100_000)).into_bytes(),
        format!("{{\"content\":\"hi\",\"metadata\":{{\"n\":1e{}}}}}", "9".repeat(50)).into_bytes(),
        format!("{{\"content\":\"hi\",\"metadata\":{{\"k\":\"{}\"}}}}", "v".repeat(20_000)).into_bytes(),
        format!("{{\"content\":\"hi\",\"client_message_id\":\"{}\"}}", "i".repeat(5_000)).into_bytes(),
        format!("{{\"content\":\"hi\",\"{}\":1}}", "k".repeat(10_000)).into_bytes(),
    ]);
    assert!(bodies.len() >= 60, "{}", bodies.len());
    for body in bodies {
        let reply = candidate.api.post_bytes(&candidate.path("messages?wait=5"), body.clone()).await;
        let shown: String = String::from_utf8_lossy(&body).chars().take(120).collect();
        assert!(matches!(reply.status, 400 | 422), "{shown}: {reply:?}");
        reply.problem(reply.status);
        assert!(reply.body.len() < 2_000, "{shown}: the answer repeats what was sent: {} bytes", reply.body.len());
    }
    for (name, value) in
        [("content-type", "text/plain"), ("content-type", "application/x-www-form-urlencoded"), ("content-encoding", "gzip")]
    {
        let request = candidate.api.request(Method::POST, &candidate.path("messages")).header(name, value);
        let request = if name == "content-type" { request.body("{\"content\":\"hi\"}") } else { request.json(&json!({ "content": "hi" })) };
        Reply::of(request).await.problem(415);
    }
    assert_eq!(candidate.history().await, before);
    assert_eq!(expects(candidate.say("yes").await.last().unwrap()), "question");
}

async fn a_field_that_cannot_be_used_is_named_with_an_example(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    let messages = candidate.path("messages");
    for (path, body, field) in [
        (messages.as_str(), json!({}), "content"),
        (&messages, json!({ "content": 5 }), "content"),
        (&messages, json!({ "content": "" }), "content"),
        (&messages, json!({ "content": " \u{0}\n" }), "content"),
        (&messages, json!({ "content": "hi", "colour": "red" }), "colour"),
        (&messages, json!({ "content": "hi", "content_format": "Rich Text" }), "content_format"),
        (&messages, json!({ "content": "hi", "content_format": "file" }), "content_format"),
        (&messages, json!({ "content": "hi", "metadata": [] }), "metadata"),
        (&messages, json!({ "content": "hi", "metadata": { "button": 1 } }), "metadata.button"),
        ("/chat/sessions", json!({ "job_id": "e2e-cook" }), "job_id"),
        ("/chat/sessions", json!({ "slug": "e2e-cook" }), "slug"),
        ("/chat/sessions", json!({ "platform": "WEB!" }), "platform"),
        ("/chat/sessions", json!({ "locale": "x".repeat(50) }), "locale"),
    ] {
        let problem = candidate.api.post(path, &body).await.problem(422);
        assert_eq!(problem["field"], field, "{body}: {problem}");
        assert!(!problem["example"].is_null() && problem["detail"].as_str().unwrap().contains(field), "{body}: {problem}");
    }
    for query in ["limit=0", "limit=501", "limit=ten", "after=-1", "after=99999999999999999999", "colour=red", "limit=1&limit=2"] {
        let problem = candidate.api.get(&candidate.path(&format!("history?{query}"))).await.problem(422);
        assert_eq!(problem["field"], query.split('=').next().unwrap(), "{query}: {problem}");
    }
    for query in ["status=done", "limit=-1", "cursor=zz", "cursor=ffff", "session_id=x"] {
        server.admin.get(&format!("/actions?{query}")).await.problem(422);
    }
    assert_eq!(candidate.history().await.len(), 1);
}

async fn a_job_that_cannot_be_read_names_the_field_and_an_example(engine: Engine) {
    let server = Server::on(engine).start().await;
    let question = |change: Value| {
        let mut question = json!({ "text": "How many years?", "kind": "number", "rule": { "min": 3 } });
        change.as_object().unwrap().iter().for_each(|(key, value)| question[key] = value.clone());
        json!({ "title": "Clerk", "prescreen": { "questions": [question] } })
    };
    for (job, field) in [
        (json!({ "prescreen": { "questions": [] } }), "title"),
        (json!({ "title": 5 }), "title"),
        (json!({ "title": "Clerk", "salery": 3 }), "salery"),
        (json!({ "title": "Clerk", "timezone": "Mars/Olympus" }), "timezone"),
        (json!({ "title": "Clerk", "slug": "Not A Slug" }), "slug"),
        (json!({ "title": "Clerk", "prescreen": { "on_must_have_fail": "explode", "questions": [] } }), "on_must_have_fail"),
        (json!({ "title": "Clerk", "prescreen": { "questions": [{ "kind": "number" }] } }), "text"),
        (question(json!({ "kind": "numbr" })), "kind"),
        (question(json!({ "weight": -1 })), "weight"),
        (question(json!({ "weight": "heavy" })), "weight"),
        (question(json!({ "rule": { "minimum": 3 } })), "minimum"),
        (question(json!({ "rule": { "min": "three" } })), "min"),
        (question(json!({ "rule": { "min": 5, "max": 3 } })), "rule"),
        (question(json!({ "kind": "choice" })), "options"),
        (question(json!({ "kind": "duration", "rule": { "max": "three months" } })), "max"),
        (question(json!({ "kind": "date", "rule": { "before": "31.02.2027" } })), "before"),
        (question(json!({ "kind": "money", "rule": { "max": 5, "currency": "doubloons" } })), "currency"),
    ] {
        let reply = server.admin.post("/jobs", &job).await;
        let problem = reply.problem(422);
        assert!(problem["field"].as_str().is_some_and(|named| named.contains(field)), "{job}: {problem}");
        let shows = !problem["example"].is_null()
            || ["known keys: ", "expected one of: "].iter().any(|words| problem["detail"].as_str().unwrap().contains(words));
        assert!(shows, "nothing shows what would be right: {job}: {problem}");
    }
    for body in ["", "title: Clerk", "[]", "{\"title\":\"a\",\"title\":\"b\"}", "{\"title\":NaN}"] {
        let reply = server.admin.post_bytes("/jobs", body).await;
        assert!(matches!(reply.status, 400 | 422), "{body}: {reply:?}");
        reply.problem(reply.status);
    }
    assert_eq!(server.admin.get("/jobs").await.expect(200)["items"], json!([]));
    server.create_job(&baker()).await;
    assert_eq!(server.admin.post("/jobs", &baker()).await.problem(409)["code"], "slug_taken");
}

async fn a_request_that_breaks_off_harms_nobody(engine: Engine) {
    let server = Server::on(engine).start().await;
    server.create_job(&cook()).await;
    let candidate = Candidate::open(&server, "e2e-cook").await;
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
        candidate.path("messages"),
        candidate.api.token().unwrap()
    );
    for rest in [
        "content-length: 100\r\n\r\n{\"content\":\"hi\"}",
        "transfer-encoding: chunked\r\n\r\nzz\r\n",
        "content-length: -1\r\n\r\n",
        "content-length: 9\r\ncontent-length: 1\r\n\r\n{",
        "\0\r\n\r\n",
        "",
    ] {
        let mut stream = tokio::net::TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(format!("{head}{rest}").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{rest:?}: {answer}");
    }
    assert_eq!(candidate.said_by("candidate").await.len(), 0);
    assert_eq!(expects(candidate.say("yes").await.last().unwrap()), "question");
}
