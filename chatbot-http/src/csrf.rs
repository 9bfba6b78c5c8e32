//! Requests that ride on a cookie must come from our own pages: they carry a token the page was given,
//! and the browser says they come from here.

use axum::http::{HeaderMap, header};
use chatbot_core::access::token::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Where the token stands in a request.
pub(crate) const HEADER: &str = "x-csrf-token";

const LABEL: &[u8] = b"chatbot console csrf 1";

/// The token that belongs to a console cookie. Knowing it doesn't give the cookie.
pub(crate) fn token(cookie: &str) -> String {
    // HMAC takes a key of any length, so there is always a token.
    Hmac::<Sha256>::new_from_slice(cookie.as_bytes())
        .map(|mut mac| {
            mac.update(LABEL);
            hex(&mac.finalize().into_bytes())
        })
        .unwrap_or_default()
}

/// Whether an unsafe request that rides on a cookie may pass.
pub(crate) fn allowed(headers: &HeaderMap, expected: &str) -> bool {
    let sent = headers.get(HEADER).map_or(&b""[..], |value| value.as_bytes());
    !expected.is_empty() && bool::from(sent.ct_eq(expected.as_bytes())) && same_site(headers)
}

/// What the browser says about where a request was made. Scripts outside a browser say nothing, and pass.
pub(crate) fn same_site(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let origin = origin.to_str().ok().and_then(|value| value.split_once("://")).map(|(_, host)| host);
    origin.is_some() && origin == host
}
