//! `chatbot jobs link`

use std::io::IsTerminal as _;

use chatbot_core::recruiting::Job;
use chatbot_core::template::Templates;
use chatbot_http::config::public_url;
use chatbot_http::whatsapp::{WhatsApp, WhatsAppConfig};
use chatbot_telegram::{Telegram, link};
use serde_json::json;

use crate::args::{Args, Link, Output};
use crate::database::current;
use crate::failure::Failure;
use crate::output::{self, say};

pub(super) async fn run(args: &Args, wish: &Link) -> Result<(), Failure> {
    let web = base(wish)?;
    // Whatever can't be used is told before anybody is asked.
    let telegram = wish.telegram.clone().check()?;
    let whatsapp = WhatsAppConfig::new(&wish.whatsapp).map_err(Failure::of)?;
    let chatbot = current(args).await?;
    let job = chatbot.job_by_slug(&wish.slug).await?;
    chatbot.close().await;
    let job = job.ok_or_else(|| Failure::Other(format!("there is no job {}; `chatbot jobs list` shows them", wish.slug)))?;
    let source = wish.source.as_deref().map(str::trim).filter(|source| !source.is_empty());

    let mut links = vec![("web", on_the_web(&web, &job, source))];
    if let Some(config) = telegram {
        let bot = Telegram::connect(config).await?;
        let told = bot.link(Some(&job), source).ok_or_else(|| Failure::Other("Telegram names no user name for this bot".into()))?;
        links.push(("telegram", told));
    }
    if let Some(config) = whatsapp {
        let line =
            WhatsApp::new(config, &Templates::english().map_err(Failure::of)?).map_err(Failure::of)?.check().await.map_err(Failure::of)?;
        links.push(("whatsapp", on_whatsapp(&line.display_number, &job, source)));
    }
    match args.output {
        Output::Json => output::json(&links.iter().map(|(name, url)| ((*name).to_owned(), json!(url))).collect::<serde_json::Map<_, _>>()),
        Output::Table => {
            for (name, url) in &links {
                say!("{name:<9} {url}");
            }
            // For the recruiter's own phone: on the channel that needs nothing but the phone.
            if let Some((_, url)) = links.iter().rev().find(|(name, _)| *name != "web").filter(|_| std::io::stdout().is_terminal())
                && let Some(code) = link::qr(url)
            {
                say!("\n{code}");
            }
            Ok(())
        }
    }
}

/// How the world reaches the server, as the server itself would say.
fn base(wish: &Link) -> Result<String, Failure> {
    match wish.public.public_url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
        Some(url) => public_url(url).map_err(Failure::of),
        None => Ok(format!("http://{}", wish.public.bind_addr.trim())),
    }
}

fn on_the_web(base: &str, job: &Job, source: Option<&str>) -> String {
    match source {
        None => format!("{base}/j/{}", job.slug),
        Some(source) => format!("{base}/j/{}?src={}", job.slug, encoded(source)),
    }
}

/// Opens a chat with our number, the first words written already.
/// <https://faq.whatsapp.com/5913398998672934>
fn on_whatsapp(number: &str, job: &Job, source: Option<&str>) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let words = format!("/start {}", link::payload(job, source));
    format!("https://wa.me/{digits}?text={}", encoded(&words))
}

/// As RFC 3986 has it in a query.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b"-._~".contains(&b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use chatbot_core::clock::RandomIds;
    use chatbot_core::testing::fixtures;

    use super::*;

    #[test]
    fn addresses_name_the_job_and_where_they_stand() {
        let mut job = fixtures::job(&RandomIds, chrono::DateTime::UNIX_EPOCH);
        job.slug = "cook".into();
        assert_eq!(on_the_web("https://x.example", &job, None), "https://x.example/j/cook");
        assert_eq!(on_the_web("https://x.example", &job, Some("job fair & co")), "https://x.example/j/cook?src=job%20fair%20%26%20co");
        assert_eq!(on_whatsapp("+1 555-0001", &job, Some("fair")), "https://wa.me/15550001?text=%2Fstart%20cook__fair");
    }
}
