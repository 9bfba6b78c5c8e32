//! The domain's nouns: job, question, candidate, application, answer, action, activity, stats.

pub mod action;
pub mod activity;
pub mod answer;
pub mod application;
pub mod candidate;
pub mod decision;
pub mod hours;
pub mod job;
pub mod job_file;
pub mod job_view;
pub mod list;
pub mod profile;
pub mod question;
pub mod stats;
pub mod view;

pub use action::{Action, ActionStatus, ActionType};
pub use activity::Activity;
pub use answer::{Answer, AnswerState, AnswerValue};
pub use application::{Application, ApplicationStatus};
pub use candidate::{Candidate, Source};
pub use decision::{Refusal, StageMove};
pub use hours::Hours;
pub use job::{Job, JobStatus, NextStep, NextStepWhen, OnMustHaveFail};
pub use job_file::{JobFile, JobFileError, JobPatch, Prescreen, QuestionFile};
pub use job_view::JobView;
pub use profile::Profile;
pub use question::{ChoiceOption, Keyword, Kind, Limit, Pass, PayPeriod, Question, Rule};
pub use stats::{CallGroup, CallSums, CallsBy, ModelFigures, Stats};
