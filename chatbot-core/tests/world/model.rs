//! A model that says what a test wants, and keeps what it was asked.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chatbot_core::provider::{Provider, ProviderError, Reply, ReplyRequest};
use serde_json::json;
use uuid::Uuid;

use super::World;

/// A job that allows a model to help with readings.
pub const JOB: &str = r#"
title: Welder
employer: Example GmbH
description: You join a team of six people.
prescreen:
  model_reading: true
  questions:
    - {text: "How many years have you been welding?", kind: number, rule: {min: 4}, weight: 3}
    - {text: "Do you hold a valid certificate?", kind: yes_no, rule: {expected: true}, must_have: true, weight: 2}
    - {text: "Which shift would you take?", kind: choice, options: [{value: early}, {value: late}], rule: {accept: [early]}, required: false}
"#;

/// What the model says to a request.
type Says = dyn Fn(&ReplyRequest) -> Result<Reply, ProviderError> + Send + Sync;

/// A model that says what a test wants, and keeps what it was asked.
#[derive(Clone)]
pub struct Model {
    asked: Arc<Mutex<Vec<ReplyRequest>>>,
    says: Arc<Says>,
}

impl Model {
    pub fn new(says: impl Fn(&ReplyRequest) -> Result<Reply, ProviderError> + Send + Sync + 'static) -> Self {
        Self { asked: Arc::default(), says: Arc::new(says) }
    }

    pub fn words(text: &'static str) -> Self {
        Self::new(move |_| Ok(Reply::text(text)))
    }

    pub fn requests(&self) -> Vec<ReplyRequest> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Provider for Model {
    fn name(&self) -> &'static str {
        "scripted"
    }

    async fn generate_reply(&self, request: &ReplyRequest) -> Result<Reply, ProviderError> {
        self.asked.lock().unwrap().push(request.clone());
        (self.says)(request)
    }
}

pub fn claims(span: &str, value: &str) -> Model {
    let text = json!({"span": span, "value": value}).to_string();
    Model::new(move |_| Ok(Reply::text(text.clone())))
}

/// The application's score.
pub async fn score(w: &World, application: Uuid) -> Option<f64> {
    w.bot.application(application, None).await.unwrap().unwrap().jd_match_score
}
