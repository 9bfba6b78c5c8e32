use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::support::{ADMIN, Chat, Reply, Server, ask};

const BOUNDARY: &str = "------------------------b0undary";

fn part(name: &str, file_name: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let file = file_name.map(|f| format!("; filename=\"{f}\"")).unwrap_or_default();
    let mut out = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes();
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
    out
}

async fn upload(server: &Server, chat: &Chat, parts: &[Vec<u8>]) -> Reply {
    let mut body = parts.concat();
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    let request = ask(Method::POST, &chat.path("attachments"), &chat.token)
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    server.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_file_is_stored_and_read_back_by_its_owner_and_by_staff_and_by_nobody_else() {
    let server = Server::new();
    let (mine, other) = (server.chat().await, server.chat().await);
    let reply =
        upload(&server, &mine, &[part("client_message_id", None, b"f-1"), part("file", Some("../cv <1>.pdf"), b"%PDF-1.7 x")]).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let body = reply.json();
    assert_eq!((body["file"]["name"].as_str(), body["file"]["size"].as_i64()), (Some("cv <1>.pdf"), Some(10)));
    assert!(body["seq"].is_i64() && body["message_id"].is_string());
    let path = format!("/files/{}", body["file"]["id"].as_str().unwrap());
    for token in [mine.token.as_str(), ADMIN] {
        let file = server.get(&path, token).await;
        assert_eq!((file.status, file.bytes.as_ref()), (StatusCode::OK, &b"%PDF-1.7 x"[..]));
        assert!(file.header("content-disposition").starts_with("attachment; filename*=UTF-8''cv%20%3C1%3E.pdf"));
        assert!(file.header("content-security-policy").starts_with("sandbox"));
        assert_eq!(file.header("x-content-type-options"), "nosniff");
    }
    let foreign = server.get(&path, &other.token).await;
    let absent = server.get("/files/00000000-0000-4000-8000-000000000000", &other.token).await;
    assert_eq!((foreign.status, foreign.bytes), (StatusCode::NOT_FOUND, absent.bytes));
}

#[tokio::test]
async fn a_form_without_a_file_an_empty_file_and_a_huge_one_are_each_refused_for_what_they_are() {
    let server = Server::new();
    let chat = server.chat().await;
    let missing = upload(&server, &chat, &[part("client_message_id", None, b"x")]).await;
    assert_eq!((missing.status, missing.json()["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("file")));
    let empty = upload(&server, &chat, &[part("file", Some("a.txt"), b"")]).await;
    assert_eq!((empty.status, empty.problem().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "empty_file"));
    let huge = upload(&server, &chat, &[part("file", Some("a.txt"), &vec![b'x'; 10 * 1024 * 1024 + 1])]).await;
    assert_eq!((huge.status, huge.problem().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    let unknown = upload(&server, &chat, &[part("role", None, b"admin")]).await;
    assert_eq!(unknown.json()["field"], "role");
    let request = ask(Method::POST, &chat.path("attachments"), &chat.token).header("content-type", "application/json");
    assert_eq!(server.send(request.body(Body::from("{}")).unwrap()).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let request = ask(Method::POST, &chat.path("attachments"), &chat.token).header("content-type", "multipart/form-data; boundary=x");
    assert_eq!(server.send(request.body(Body::from("garbage")).unwrap()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(server.history(&chat).await.len(), 1, "nothing was stored");
}
