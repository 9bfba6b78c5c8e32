//! HTTP/1.1 over one connection that stays, from both ends, and no more of it than the benchmark needs.
//!
//! A client or server library would do; it would also take a share of the two processors that are to be measured. Both
//! ends write a message with one system call and never copy what they read more than once.

use std::io::{Error, ErrorKind, Result};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The header Telegram shows a webhook's secret in.
pub(crate) const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";
const MAX_HEADERS: usize = 32;
/// Room for one read: more than a call or an answer takes.
const ROOM: usize = 8 * 1024;

/// A connection.
pub(crate) struct Wire {
    stream: TcpStream,
    unread: Vec<u8>,
    unsent: Vec<u8>,
}

/// What a caller asked for.
pub(crate) struct Request {
    /// The path, with its query.
    pub(crate) path: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Wire {
    /// To a server.
    pub(crate) async fn connect(address: &str) -> Result<Self> {
        Self::over(TcpStream::connect(address).await?)
    }

    /// From a caller.
    pub(crate) fn over(stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, unread: Vec::with_capacity(ROOM), unsent: Vec::with_capacity(ROOM) })
    }

    /// Posts JSON; answers the status. `secret` is shown if there is one.
    pub(crate) async fn post(&mut self, path: &str, secret: Option<&str>, body: &[u8]) -> Result<u16> {
        self.unsent.clear();
        let length = body.len();
        let secret = secret.map(|secret| format!("{SECRET_HEADER}: {secret}\r\n")).unwrap_or_default();
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{secret}Content-Length: {length}\r\n\r\n");
        self.unsent.extend_from_slice(head.as_bytes());
        self.unsent.extend_from_slice(body);
        self.stream.write_all(&self.unsent).await?;
        loop {
            let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
            let mut head = httparse::Response::new(&mut headers);
            let parsed = head.parse(&self.unread).map_err(Error::other)?;
            if let httparse::Status::Complete(at) = parsed {
                let (status, end) = (head.code.unwrap_or(0), at + length_of(head.headers)?);
                self.take(end).await?;
                return Ok(status);
            }
            self.fill().await?;
        }
    }

    /// The next request; none once the caller has gone.
    pub(crate) async fn request(&mut self) -> Result<Option<Request>> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
            let mut head = httparse::Request::new(&mut headers);
            let parsed = head.parse(&self.unread).map_err(Error::other)?;
            if let httparse::Status::Complete(at) = parsed {
                let (path, end) = (head.path.unwrap_or("/").to_owned(), at + length_of(head.headers)?);
                let whole = self.take(end).await?;
                return Ok(Some(Request { path, body: whole.get(at..).unwrap_or_default().to_vec() }));
            }
            match self.fill().await {
                Ok(()) => {}
                Err(_) if self.unread.is_empty() => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Answers it with JSON.
    pub(crate) async fn respond(&mut self, status: u16, body: &str) -> Result<()> {
        self.unsent.clear();
        let reason = if status == 200 { "OK" } else { "Bad Request" };
        let length = body.len();
        let head = format!("HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        self.unsent.extend_from_slice(head.as_bytes());
        self.unsent.extend_from_slice(body.as_bytes());
        self.stream.write_all(&self.unsent).await
    }

    /// The next `end` bytes, once they have come.
    async fn take(&mut self, end: usize) -> Result<Vec<u8>> {
        while self.unread.len() < end {
            self.fill().await?;
        }
        Ok(self.unread.drain(..end).collect())
    }

    async fn fill(&mut self) -> Result<()> {
        self.unread.reserve(ROOM);
        match self.stream.read_buf(&mut self.unread).await? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// How long a body is. What comes in pieces of unsaid length is none of ours.
fn length_of(headers: &[httparse::Header<'_>]) -> Result<usize> {
    if headers.iter().any(|header| header.name.eq_ignore_ascii_case("transfer-encoding")) {
        return Err(Error::other("a body in chunks"));
    }
    let length = headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let number = |value: &[u8]| std::str::from_utf8(value).ok()?.trim().parse().ok();
    length.map_or(Ok(0), |header| number(header.value).ok_or_else(|| Error::other("a length that is no number")))
}

/// Serves each caller with a task of `serve`'s, as long as the process lives.
pub(crate) async fn each_caller<F: Future<Output = Result<()>> + Send + 'static>(listener: TcpListener, serve: impl Fn(Wire) -> F) {
    loop {
        let accepted = listener.accept().await.and_then(|(stream, _)| Wire::over(stream));
        match accepted {
            Ok(wire) => {
                let served = serve(wire);
                tokio::spawn(async move {
                    // A caller that breaks off has its own reasons; what it did not get shows in the figures.
                    let _ = served.await;
                });
            }
            Err(error) => eprintln!("bench: no connection: {error}"),
        }
    }
}
