//! Reading a call's parameters: from the query, a form, JSON or multipart, as the API takes them.

use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{Method, header};
use serde_json::{Map, Value};

/// A parameter as it was given.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// In JSON, with its type.
    Json(Value),
    /// As text, its type unsaid.
    Text(String),
    /// A file's content.
    File(Upload),
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) bytes: Vec<u8>,
}

/// The longest body: a file of 50 MB is the most a bot may send.
const MAX_BODY: usize = 55 << 20;

/// All parameters of a request; the error is for the caller.
pub(super) async fn read(request: Request) -> Result<Vec<(String, Given)>, String> {
    let mut given = text(request.uri().query().unwrap_or_default().as_bytes());
    if request.method() == Method::GET {
        return Ok(given);
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    if kind.starts_with("multipart/form-data") {
        given.extend(multipart(request).await?);
        return Ok(given);
    }
    let body = axum::body::to_bytes(request.into_body(), MAX_BODY).await.map_err(|e| e.to_string())?;
    match kind.split(';').next().unwrap_or_default().trim() {
        _ if body.is_empty() => {}
        "application/json" => {
            let object: Map<String, Value> = serde_json::from_slice(&body).map_err(|e| format!("the body is no JSON object: {e}"))?;
            given.extend(object.into_iter().map(|(name, value)| (name, Given::Json(value))));
        }
        "application/x-www-form-urlencoded" => given.extend(text(&body)),
        other => return Err(format!("a body of type \"{other}\"")),
    }
    Ok(given)
}

fn text(encoded: &[u8]) -> Vec<(String, Given)> {
    let decode = |s: &[u8]| String::from_utf8_lossy(&percent(s)).into_owned();
    let pairs = encoded.split(|b| *b == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let at = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            (decode(&pair[..at]), Given::Text(decode(pair.get(at + 1..).unwrap_or_default())))
        })
        .collect()
}

/// Percent signs and pluses of a form, undone.
pub(super) fn percent(encoded: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(encoded.len());
    let mut at = 0;
    while at < encoded.len() {
        let hex = encoded.get(at + 1..at + 3).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (encoded[at], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    out
}

async fn multipart(request: Request) -> Result<Vec<(String, Given)>, String> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|e| e.to_string())?;
    let mut given = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|e| e.to_string())? {
        let name = part.name().ok_or("a part without a name")?.to_owned();
        let file = part.file_name().map(str::to_owned);
        let mime = part.content_type().unwrap_or("application/octet-stream").to_owned();
        let bytes = part.bytes().await.map_err(|e| e.to_string())?.to_vec();
        given.push(match file {
            Some(file) => (name, Given::File(Upload { name: file, mime, bytes })),
            None => (name, Given::Text(String::from_utf8(bytes).map_err(|_| "a part that is no UTF-8")?)),
        });
    }
    Ok(given)
}
