use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use chatbot_core::clock::{FakeClock, RandomIds};
use chatbot_core::provider::{Provider, ProviderError, Reply, ReplyRequest, Usage};
use chatbot_core::recruiting::job_file::JobFile;
use chatbot_core::{Chatbot, MemoryStore};
use serde_json::json;

use crate::support::{ADMIN, Server};

/// A model with a price, that answers with a salary.
struct Model;

#[async_trait]
impl Provider for Model {
    fn name(&self) -> &'static str {
        "openai"
    }

    fn model(&self) -> Option<String> {
        Some("gpt-4o".into())
    }

    async fn generate_reply(&self, _: &ReplyRequest) -> Result<Reply, ProviderError> {
        Ok(Reply::text("You would earn 3,000 a month.").taking(Usage { input: 100_000, output: 10_000 }))
    }
}

#[tokio::test]
async fn what_models_cost_stands_on_the_dashboard_by_slot_of_all_jobs_or_one_and_of_the_period() {
    let clock = Arc::new(FakeClock::new("2026-11-23T09:00:00Z".parse().unwrap()));
    let store = MemoryStore::with(clock.clone(), Arc::new(RandomIds));
    let server = Server::over(Chatbot::builder(store).clock(clock.clone()).provider(Model), clock, |_| {});
    let chat = server.chat().await;
    server.say(&chat, "yes").await;
    server.say(&chat, "Do you have a kindergarten?").await;
    let job = server.chatbot.job_by_slug("baker").await.unwrap().unwrap();
    let other = JobFile::from_json_value(json!({"slug": "other", "title": "Other"})).unwrap();
    let other = server.chatbot.create_job(&other, false).await.unwrap();

    let page = async |query: String| {
        let page = server.get(&format!("/dashboard?{query}"), ADMIN).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        page.text()
    };
    for of in [String::new(), format!("job={}", job.id)] {
        let text = page(of).await;
        assert!(text.contains("What models cost") && text.contains("1: openai gpt-4o"), "{text}");
        assert!(text.contains("$0.35 · 110000 tokens") && text.contains("1 calls, 0 failed"), "{text}");
    }
    let text = page(format!("job={}", other.id)).await;
    assert!(!text.contains("gpt-4o") && text.contains("$0.00"), "{text}");
    server.clock.advance(chrono::Duration::days(8));
    assert!(!page("days=7".into()).await.contains("gpt-4o"));
    assert!(page("days=30".into()).await.contains("gpt-4o"));
}
