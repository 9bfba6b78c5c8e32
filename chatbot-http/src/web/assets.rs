//! Styles, scripts and the icon, embedded in the binary.

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::fmt::Write;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// `GET /assets/{name}`. Names are stable, so browsers keep a copy and ask each time whether it still holds:
/// after an upgrade no page runs with yesterday's script.
pub(crate) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let (Some(file), Some(kind)) = (Assets::get(&name), content_type(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let tag = entity_tag(&file.metadata.sha256_hash());
    let answer = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, "public, no-cache"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    if holds(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    let body = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    (answer, [(header::CONTENT_TYPE, kind)], body).into_response()
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

fn entity_tag(hash: &[u8; 32]) -> String {
    let mut tag = String::from("\"");
    for byte in hash.iter().take(12) {
        // Writing to a string can't fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

fn holds(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}
