//! The server, with listener and shutdown as values.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use chatbot_core::Chatbot;
use chatbot_core::chatbot::{BuildError, JobError};
use chatbot_core::fault::Fault;
use chatbot_core::session::SessionError;
use chatbot_telegram::Telegram;
use chatbot_telegram::receive::Receiver;
use chatbot_telegram::update::receive_until;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::router;
use crate::config::{Config, WorkerType};
use crate::options::{Group, HttpOptions, RenderMetrics};
use crate::start::{Started, start};
use crate::whatsapp::LineError;
use crate::{figures, sample};

/// How long connections may take to end once the server stops.
const PATIENCE: Duration = Duration::from_secs(10);

/// Upper bounds of the histograms, in seconds.
const BUCKETS: [f64; 14] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0];

/// Why the server did not start, or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The parts don't fit together.
    #[error("the chatbot can't be built: {0}")]
    Build(#[from] BuildError),
    /// The bot on Telegram can't be started.
    #[error(transparent)]
    Telegram(#[from] chatbot_telegram::StartError),
    /// The database can't be opened, or a provider or the events' webhook not be called, as it is configured.
    #[error(transparent)]
    Host(#[from] chatbot_telegram::host::HostError),
    /// WhatsApp can't be reached at all.
    #[error("WhatsApp: {0}")]
    WhatsApp(#[from] LineError),
    /// The database failed.
    #[error("{0}")]
    Store(#[from] Fault),
    /// The sample job could not be loaded.
    #[error("the sample job can't be loaded: {0}")]
    Sample(String),
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Listen(#[from] std::io::Error),
}

impl From<JobError> for ServeError {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Fault(fault) => Self::Store(fault),
            other => Self::Sample(other.to_string()),
        }
    }
}

impl From<SessionError> for ServeError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Store(fault) => Self::Store(fault),
            other => Self::Sample(other.to_string()),
        }
    }
}

/// Opens the database, brings its schema up to date, prints where to go, and serves until `shutdown` is cancelled:
/// then nothing new is accepted, turns under way are finished, and leases are handed back.
pub async fn serve(config: Config, listener: TcpListener, shutdown: CancellationToken) -> Result<(), ServeError> {
    let addr = listener.local_addr()?;
    let url = config.url(addr);
    let render = recorder();
    let Started { chatbot, telegram, whatsapp, test_clock, is_new, lock } = start(&config, addr, &url).await?;
    if config.demo || is_new {
        sample::load(&chatbot).await?;
    }
    greet(&chatbot, &config, telegram.as_ref(), &url).await?;

    // When either side ends, for whatever reason, the other one ends too.
    let stop = shutdown.child_token();
    let mut options = HttpOptions::new("");
    options.admin_token.clone_from(&config.admin_token);
    options.public_url = Some(url);
    options.trusted_proxies.clone_from(&config.trusted_proxies);
    options.whatsapp = whatsapp;
    options.metrics = render;
    let receiver = telegram.map(|telegram| Receiver::new(chatbot.clone(), telegram));
    options.telegram.clone_from(&receiver);
    options.test_clock = test_clock;
    options.shutdown = stop.clone();
    if config.worker_type == WorkerType::Chat {
        options.groups = vec![Group::Ops];
    }
    let app = router(chatbot.clone(), options).into_make_service_with_connect_info::<SocketAddr>();
    // Small answers go out at once.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let http = async {
        let server = axum::serve(listener, app).with_graceful_shutdown(stop.clone().cancelled_owned()).into_future();
        let late = async {
            stop.cancelled().await;
            tokio::time::sleep(PATIENCE).await;
        };
        let outcome = tokio::select! {
            outcome = server => outcome.map_err(ServeError::from),
            () = late => Ok(()),
        };
        stop.cancel();
        outcome
    };
    let work = async {
        let outcome = chatbot.run(stop.clone()).await.map_err(ServeError::from);
        stop.cancel();
        outcome
    };
    let receive = async {
        if let Some(receiver) = receiver.filter(|_| config.worker_type != WorkerType::Chat) {
            receive_until(receiver, stop.clone()).await;
        }
    };
    let (http, work, ()) = tokio::join!(http, work, receive);
    chatbot.close().await;
    drop(lock);
    tracing::info!("stopped");
    http.and(work)
}

/// The process's recorder of figures; none if the host (a test) has one already.
fn recorder() -> Option<RenderMetrics> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS);
    let handle = builder.and_then(PrometheusBuilder::install_recorder).inspect_err(|error| tracing::warn!(%error, "no figures")).ok()?;
    figures::describe();
    Some(Arc::new(move || {
        handle.run_upkeep();
        handle.render()
    }))
}

/// Where to go, on standard output.
async fn greet(chatbot: &Chatbot, config: &Config, telegram: Option<&Telegram>, url: &str) -> Result<(), ServeError> {
    let mut lines =
        vec![format!("chatbot-http {} on {url} ({}, {})", env!("CARGO_PKG_VERSION"), chatbot.engine(), config.worker_type.as_str())];
    if config.worker_type != WorkerType::Chat {
        if let Some(job) = sample::job(chatbot).await? {
            lines.push(format!("  talk to the bot            {url}/j/{}", job.slug));
            lines.push(format!("  watch it score             {url}/demo"));
        } else {
            lines.push(format!("  open jobs                  {url}/"));
        }
        let demo = sample::job(chatbot).await?;
        if let Some(link) = telegram.and_then(|telegram| telegram.link(demo.as_ref(), None)) {
            lines.push(format!("  the same on Telegram       {link}"));
            if std::io::IsTerminal::is_terminal(&std::io::stdout())
                && let Some(code) = chatbot_telegram::link::qr(&link)
            {
                lines.push(code);
            }
        }
        lines.push(format!("  ranked applications        {url}/console"));
        // Whoever set an administrator's token has a way in, and no other is left lying in a log.
        let setup = if config.admin_token.is_none() { chatbot.setup_link_token().await? } else { None };
        if let Some(token) = setup {
            lines.push(format!("  sign in, once, within 24 h {url}/setup/{}", token.expose_secret()));
        }
        lines.push(format!("  the API                    {url}/docs"));
    }
    // Nobody may be listening; the server serves all the same.
    let _ = writeln!(std::io::stdout(), "{}", lines.join("\n"));
    Ok(())
}
