//! The whole server: its own socket, its own file.

use chatbot_http::{Args, Config, serve};
use clap::Parser as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

fn config(folder: &std::path::Path, more: &[&str]) -> Config {
    let url = format!("sqlite://{}/chatbot.db", folder.display());
    let args = ["chatbot-http", "--database-url", &url, "--bind-addr", "127.0.0.1:0"];
    Config::new(Args::parse_from(args.iter().copied().chain(more.iter().copied())), std::iter::empty()).unwrap()
}

async fn get(addr: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_serves_stops_when_told_to_and_keeps_a_second_one_off_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let first = tokio::spawn(serve(config(folder.path(), &["--demo"]), listener, stop.clone()));
    assert!(get(addr, "/readyz").await.starts_with("HTTP/1.1 200"));
    assert!(get(addr, "/demo").await.starts_with("HTTP/1.1 200"));

    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = serve(config(folder.path(), &["--worker-type", "api"]), other, CancellationToken::new()).await.unwrap_err().to_string();
    assert!(refused.contains(&addr.to_string()) && !refused.contains('\n'), "{refused}");

    stop.cancel();
    first.await.unwrap().unwrap();
    let third = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stop = CancellationToken::new();
    let addr = third.local_addr().unwrap();
    let next = tokio::spawn(serve(config(folder.path(), &[]), third, stop.clone()));
    assert!(get(addr, "/demo").await.starts_with("HTTP/1.1 200"), "what was there stays");
    stop.cancel();
    next.await.unwrap().unwrap();
}
