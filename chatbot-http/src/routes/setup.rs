//! Getting in and out: the one-time set-up link, the sign-in page, signing out.

use std::time::Duration;

use axum::Form;
use axum::extract::{FromRequest as _, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chatbot_core::fault::Fault;
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::auth::{self, COOKIE};
use crate::csrf;
use crate::limits::{self, Class, Whose};
use crate::password;
use crate::problem::{Answer, Problem};
use crate::routes::pages::NoPage;
use crate::web::error::ErrorView;
use crate::web::respond;
use crate::web::setup::{SetupView, SigninView};

/// How long a browser keeps the cookie; the server's own limit may be shorter.
const COOKIE_SECONDS: u32 = 30 * 24 * 60 * 60;

/// `GET /signin`.
pub(crate) async fn signin(State(app): State<App>) -> Response {
    respond(StatusCode::OK, &SigninView { base: app.base.clone(), refused: false, wait: None })
}

/// What the sign-in form sends.
#[derive(serde::Deserialize)]
pub(crate) struct SigninForm {
    /// An e-mail address and the password that goes with it …
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
    /// … or a user's API token.
    #[serde(default)]
    token: SecretString,
}

/// `POST /signin`: an address with its password, or a user's API token, for a console cookie.
///
/// Wrong ones are counted for the account as it is tried from this address, and for the address: whoever guesses waits,
/// and the account's owner gets in from theirs all the while.
pub(crate) async fn enter(State(app): State<App>, request: Request) -> Result<Response, NoPage> {
    let (parts, body) = request.into_parts();
    if !csrf::same_site(&parts.headers) {
        return Ok(Problem::forbidden().into_response());
    }
    let from = limits::address(&parts.extensions, &parts.headers, &app.options.trusted_proxies);
    let form = Form::<SigninForm>::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Ok(Form(form)) = form else { return Ok(refused(&app)) };
    let named: String = form.email.trim().to_lowercase().chars().take(254).collect();
    let account = if named.is_empty() { None } else { Some(Whose::Account(named, from)) };
    let tries = [account, from.map(Whose::Address)];
    for whose in tries.iter().flatten() {
        if let Err(wait) = app.limits.take(Class::SignIn, whose.clone()) {
            return Ok(wait_a_little(&app, wait));
        }
    }
    let console = if form.email.trim().is_empty() {
        app.chatbot.console_token(form.token.expose_secret().trim()).await.map_err(NoPage::fault(&app))?
    } else {
        by_password(&app, &form).await.map_err(NoPage::fault(&app))?
    };
    let Some(console) = console else { return Ok(refused(&app)) };
    for whose in tries.into_iter().flatten() {
        app.limits.give_back(Class::SignIn, whose);
    }
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(300).collect();
    app.chatbot.note_sign_in(console.expose_secret(), &agent).await.map_err(NoPage::fault(&app))?;
    Ok(welcome(&app, console.expose_secret()))
}

async fn by_password(app: &App, form: &SigninForm) -> Result<Option<SecretString>, Fault> {
    let known = app.chatbot.password_of(&form.email).await?;
    let (user, hash) = known.map_or((None, None), |(user, hash)| (Some(user), Some(hash)));
    let right = password::verify(form.password.expose_secret().to_owned(), hash).await;
    match user.filter(|_| right) {
        Some(user) => app.chatbot.console_token_of(user.id).await.map(Some),
        None => Ok(None),
    }
}

fn refused(app: &App) -> Response {
    respond(StatusCode::UNAUTHORIZED, &SigninView { base: app.base.clone(), refused: true, wait: None })
}

fn wait_a_little(app: &App, wait: Duration) -> Response {
    let minutes = wait.as_secs() / 60 + 1;
    let mut page = respond(StatusCode::TOO_MANY_REQUESTS, &SigninView { base: app.base.clone(), refused: false, wait: Some(minutes) });
    page.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    page
}

/// Sets the cookie and leads to the console.
fn welcome(app: &App, console: &str) -> Response {
    let mut response = Redirect::to(&format!("{}/console", app.base)).into_response();
    if let Ok(mut value) = HeaderValue::from_str(&cookie(app, console, COOKIE_SECONDS)) {
        value.set_sensitive(true);
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// `GET /setup/{token}`: shows the button. Messengers open links to preview them, so opening changes nothing.
pub(crate) async fn show(State(app): State<App>, Path(token): Path<String>) -> Result<Response, NoPage> {
    let valid = app.chatbot.setup_token_valid(&token).await.map_err(NoPage::fault(&app))?;
    let page = if valid { respond(StatusCode::OK, &SetupView { base: app.base.clone() }) } else { used(&app) };
    Ok(secretive(page))
}

/// `POST /setup/{token}`: uses the link up and signs in.
pub(crate) async fn redeem(State(app): State<App>, headers: HeaderMap, Path(token): Path<String>) -> Result<Response, NoPage> {
    if !csrf::same_site(&headers) {
        return Ok(Problem::forbidden().into_response());
    }
    let Some(console) = app.chatbot.use_setup_token(&token).await.map_err(NoPage::fault(&app))? else {
        return Ok(secretive(used(&app)));
    };
    Ok(secretive(welcome(&app, console.expose_secret())))
}

/// `POST /signout`: ends the console token and forgets the cookie.
pub(crate) async fn signout(State(app): State<App>, headers: HeaderMap) -> Answer<Response> {
    if let Some(token) = auth::cookie(&headers) {
        app.chatbot.sign_out(token).await?;
    }
    let forget = HeaderValue::from_str(&cookie(&app, "", 0)).map_err(|_| Problem::internal())?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, forget)]).into_response())
}

fn used(app: &App) -> Response {
    respond(StatusCode::GONE, &ErrorView::link_used(&app.base))
}

/// The address holds a secret: it is told to nobody.
fn secretive(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn cookie(app: &App, token: &str, seconds: u32) -> String {
    let secure = if app.options.public_url.as_deref().is_none_or(is_loopback) { "" } else { "; Secure" };
    format!("{COOKIE}={token}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Strict{secure}")
}

/// A browser on this machine, where there is no https.
fn is_loopback(url: &str) -> bool {
    let host = url.strip_prefix("http://").unwrap_or_default();
    let host = host.split(['/', '?']).next().unwrap_or_default();
    let host = if let Some(bracketed) = host.strip_prefix('[') { bracketed.split(']').next() } else { host.split(':').next() };
    let host = host.unwrap_or_default();
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
    use super::*;

    #[test]
    fn only_this_machine_does_without_a_secure_cookie() {
        for local in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080/x"] {
            assert!(is_loopback(local), "{local}");
        }
        for far in ["https://jobs.example.org", "http://jobs.example.org", "http://localhost.example.org", "https://127.0.0.1"] {
            assert!(!is_loopback(far), "{far}");
        }
    }
}
