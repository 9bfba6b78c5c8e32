//! The figures of `/metrics`. Those about the whole installation are read from the database when somebody asks,
//! so that any process answers for all; the rest is counted where it happens.

use chatbot_core::recruiting::Stats;
use metrics::Unit;

/// Says what each figure means. Once, before the first is recorded.
pub(crate) fn describe() {
    metrics::describe_gauge!("chat_sessions_active", "Sessions that are not closed.");
    metrics::describe_counter!("messages_processed_total", "Inbox entries handled by committed turns of this process.");
    metrics::describe_gauge!("worker_queue_length", "Sessions with work due.");
    metrics::describe_gauge!("outbox_ready", "Messages waiting to be sent.");
    metrics::describe_gauge!("actions_open", "Actions that wait for a person.");
    metrics::describe_counter!("deliveries_unknown_total", "Messages of which nobody knows whether they arrived.");
    metrics::describe_counter!("updates_quarantined_total", "Updates of channels that were authentic and unreadable.");
    metrics::describe_counter!("telegram_updates_total", "Telegram's updates, by what came of them.");
    metrics::describe_counter!("updates_ignored_total", "What channels brought and is left out on purpose.");
    metrics::describe_counter!("webhooks_refused_total", "Calls of webhooks that showed no valid secret or signature.");
    metrics::describe_counter!("wake_signals_total", "Wake-ups told to this process's workers and pages, by what brought them.");
    metrics::describe_counter!("wake_faults_total", "Times other processes could not be heard or told, by what should have carried it.");
    metrics::describe_histogram!("http_request_duration_seconds", Unit::Seconds, "Time from a request to the head of its answer.");
    metrics::describe_histogram!("turn_duration_seconds", Unit::Seconds, "Time a turn took, from claim to commit.");
    metrics::describe_histogram!("accept_duration_seconds", Unit::Seconds, "Time until a message was stored.");
    metrics::describe_histogram!("delivery_duration_seconds", Unit::Seconds, "Time a channel took to take a message.");
    metrics::describe_counter!("provider_tokens_total", "Tokens of models, asked (`input`) and answered (`output`).");
    metrics::describe_counter!(
        "provider_cost_microusd_total",
        "What models cost, in millionths of a US dollar, as far as prices are known."
    );
    metrics::describe_counter!("provider_skipped_total", "Times a provider slot was passed over, by why.");
    metrics::describe_counter!("provider_all_failed_total", "Questions that no provider slot answered.");
    metrics::describe_histogram!("provider_duration_seconds", Unit::Seconds, "Time a model took to answer.");
}

/// Sets the figures of the installation. `wake` is what wakes other processes.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(crate) fn refresh(stats: &Stats, wake: &'static str) {
    metrics::gauge!("chat_sessions_active").set(stats.chat_sessions_active as f64);
    metrics::gauge!("worker_queue_length").set(stats.worker_queue_length as f64);
    metrics::gauge!("outbox_ready").set(stats.outbox_ready as f64);
    metrics::gauge!("actions_open").set(stats.actions_open as f64);
    // So that the series are there before the first message, and before the first trouble: an alert on a rise sees none
    // where a series begins with what rose.
    metrics::counter!("messages_processed_total", "platform" => "web").increment(0);
    metrics::counter!("wake_faults_total", "via" => wake).increment(0);
    metrics::counter!("provider_all_failed_total").increment(0);
    for platform in [chatbot_telegram::PLATFORM, crate::whatsapp::PLATFORM] {
        metrics::counter!("deliveries_unknown_total", "platform" => platform).increment(0);
        metrics::counter!("updates_quarantined_total", "platform" => platform).increment(0);
    }
    metrics::counter!("webhooks_refused_total", "platform" => crate::whatsapp::PLATFORM).increment(0);
}
