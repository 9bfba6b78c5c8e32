//! `GET` and `POST /webhooks/whatsapp`: Meta's handshake, and its deliveries. Acknowledged after everything is stored.

use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chatbot_core::access::token;
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::body;
use crate::problem::{Answer, Problem};
use crate::whatsapp::{PLATFORM, accept, normalise, signature};

/// The largest delivery. <https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks>: up to 3 MB.
const MAX_BODY: usize = 3 * 1024 * 1024;
/// The longest challenge; Meta's are a few digits.
const MAX_CHALLENGE_CHARS: usize = 128;

/// Shows Meta that the address is ours: whoever knows our verify token gets their challenge back.
pub(crate) async fn handshake(
    State(app): State<App>,
    query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Answer<Response> {
    let channel = app.options.whatsapp.as_ref().ok_or_else(Problem::not_found)?;
    let bad = |detail: &str| Problem::new(StatusCode::BAD_REQUEST, "bad_handshake", detail);
    let Query(pairs) = query.map_err(|_| bad("The query string can't be read."))?;
    // A parameter that is there twice says nothing.
    let one = |name: &str| {
        let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    };
    let expected = token::hash(channel.config().verify_token.expose_secret());
    let sent = token::hash(one("hub.verify_token").unwrap_or_default());
    if !bool::from(sent.ct_eq(&expected)) {
        let detail = "`hub.verify_token` is not the one in WHATSAPP_VERIFY_TOKEN.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "wrong_verify_token", detail));
    }
    if one("hub.mode") != Some("subscribe") {
        return Err(bad("`hub.mode` should be `subscribe`."));
    }
    let challenge = one("hub.challenge").filter(|c| (1..=MAX_CHALLENGE_CHARS).contains(&c.chars().count()));
    let challenge = challenge.ok_or_else(|| bad("`hub.challenge` should be 1 to 128 characters."))?;
    tracing::info!("Meta has verified the WhatsApp webhook");
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    let headers = [(header::CONTENT_TYPE, plain), (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))];
    Ok((headers, challenge.to_owned()).into_response())
}

/// Takes a delivery. Answers 200 once every message in it is stored or kept as unreadable; a failure is a 503, and Meta
/// delivers the whole again: what was stored by then has no second effect.
pub(crate) async fn receive(State(app): State<App>, request: Request) -> Answer<StatusCode> {
    let channel = app.options.whatsapp.as_ref().ok_or_else(Problem::not_found)?;
    let (parts, body) = request.into_parts();
    let Some(signature) = signature::of(&parts.headers) else { return Err(unsigned()) };
    let body = body::read(body, MAX_BODY).await?;
    if !signature::is_valid(&signature, &body, &channel.config().app_secrets) {
        return Err(unsigned());
    }
    let account = &channel.config().phone_number_id;
    let unreadable = match normalise::read(&body, account) {
        Ok(delivery) => {
            metrics::counter!("updates_ignored_total", "platform" => PLATFORM).increment(delivery.ignored);
            accept::all(&app.chatbot, channel, delivery.events).await?;
            delivery.unreadable.first().copied()
        }
        Err(why) => Some(why),
    };
    if let Some(why) = unreadable {
        app.chatbot.quarantine(PLATFORM, account, why, &body).await?;
    }
    Ok(StatusCode::OK)
}

fn unsigned() -> Problem {
    metrics::counter!("webhooks_refused_total", "platform" => PLATFORM).increment(1);
    let detail = "`X-Hub-Signature-256` should be `sha256=` and the HMAC-SHA256 of the body with WHATSAPP_APP_SECRET, in hexadecimal.";
    Problem::new(StatusCode::UNAUTHORIZED, "wrong_signature", detail)
}
