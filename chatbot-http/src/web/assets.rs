//! Styles, scripts and the icon, embedded in the binary; compressed once, when they are first asked for.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chatbot_core::access::token::hex;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// Style sheets that a page needs together come as one: what is painted first waits for one answer.
const TOGETHER: [(&str, &[&str]); 2] = [("talk.css", &["base.css", "chat.css"]), ("desk.css", &["base.css", "chat.css", "console.css"])];

/// An asset as it is sent.
struct Packed {
    kind: &'static str,
    tag: String,
    plain: Bytes,
    /// Where compressing gains anything.
    gzip: Option<Bytes>,
}

static PACKED: LazyLock<HashMap<String, Packed>> = LazyLock::new(|| {
    let single = Assets::iter().filter_map(|name| Some((name.to_string(), Assets::get(&name)?.data.into_owned())));
    let joined = TOGETHER.iter().map(|(name, parts)| {
        let parts = parts.iter().filter_map(|part| Assets::get(part));
        ((*name).to_owned(), parts.flat_map(|part| part.data.into_owned()).collect::<Vec<u8>>())
    });
    single
        .chain(joined)
        .filter_map(|(name, bytes)| Some((pack(content_type(&name)?, bytes), name)))
        .map(|(packed, name)| (name, packed))
        .collect()
});

fn pack(kind: &'static str, plain: Vec<u8>) -> Packed {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory doesn't fail; if it did, the plain bytes are as good.
    let gzip = packer.write_all(&plain).and_then(|()| packer.finish()).ok().filter(|packed| packed.len() < plain.len());
    Packed { kind, tag: entity_tag(&plain), plain: Bytes::from(plain), gzip: gzip.map(Bytes::from) }
}

/// `GET /assets/{name}`. Names are stable, so browsers keep a copy and ask each time whether it still holds:
/// after an upgrade no page runs with yesterday's script.
pub(crate) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = PACKED.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let answer = [
        (header::ETAG, file.tag.as_str()),
        (header::CACHE_CONTROL, "public, no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::VARY, "accept-encoding"),
    ];
    if holds(&headers, &file.tag) {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    match &file.gzip {
        Some(gzip) if takes_gzip(&headers) => {
            (answer, [(header::CONTENT_TYPE, file.kind), (header::CONTENT_ENCODING, "gzip")], gzip.clone()).into_response()
        }
        _ => (answer, [(header::CONTENT_TYPE, file.kind)], file.plain.clone()).into_response(),
    }
}

/// `GET /widget.js`: the same file under the name that hosts write into their pages, which may be anybody's.
pub(crate) async fn widget(headers: HeaderMap) -> Response {
    let mut response = asset(Path("widget.js".to_owned()), headers).await;
    let anybody = HeaderValue::from_static("cross-origin");
    response.headers_mut().insert(HeaderName::from_static("cross-origin-resource-policy"), anybody);
    response
}

/// Only these kinds are served; anything else that lies in the folder isn't.
fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

/// A weak one: it stands for the compressed bytes as well.
fn entity_tag(bytes: &[u8]) -> String {
    let start: Vec<u8> = Sha256::digest(bytes).iter().take(12).copied().collect();
    format!("W/\"{}\"", hex(&start))
}

/// Whether `accept-encoding` names gzip and doesn't refuse it.
fn takes_gzip(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(
        |coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
            name.trim().eq_ignore_ascii_case("gzip") && !refused
        },
    )
}

fn holds(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag.trim_start_matches("W/"))
}
