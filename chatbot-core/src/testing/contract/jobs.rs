//! Jobs and the versions of their question sets.

use serde_json::json;

use super::{Bench, page, tx};
use crate::recruiting::{
    ChoiceOption, Job, JobStatus, Keyword, Kind, Limit, NextStep, NextStepWhen, OnMustHaveFail, Pass, PayPeriod, Question, Rule,
};
use crate::store::StoreError;
use crate::testing::fixtures;

/// A job with something in every column and a question of every kind.
fn full(bench: &Bench) -> Job {
    let ids = bench.ids.as_ref();
    let choice = Question {
        options: vec![
            ChoiceOption { value: "remote".into(), label: Some("Remote 🏡".into()), aliases: vec!["home".into()] },
            ChoiceOption { value: "onsite".into(), label: None, aliases: Vec::new() },
        ],
        multiple: true,
        required: false,
        rule: Some(Rule { accept: Some(vec!["remote".into()]), pass: Some(Pass::All), ..Rule::default() }),
        ..fixtures::question(ids, 4, Kind::Choice, "How do you want to work?")
    };
    let money = Rule { max: Some(Limit::Number(85_000.5)), currency: Some("EUR".into()), period: Some(PayPeriod::Year), ..Rule::default() };
    let keywords = vec![Keyword { term: "postgresql".into(), aliases: vec!["psql".into()], weight: 2.5 }];
    let mut job = fixtures::job(ids, bench.now());
    job.questions.extend([
        choice,
        Question { rule: Some(money), weight: 0.1, ..fixtures::question(ids, 5, Kind::Money, "What salary?") },
        Question {
            rule: Some(Rule { before: "2028-03-01".parse().ok(), ..Rule::default() }),
            ..fixtures::question(ids, 6, Kind::Date, "When?")
        },
        Question {
            rule: Some(Rule { keywords: Some(keywords), ..Rule::default() }),
            ..fixtures::question(ids, 7, Kind::Text, "Which databases?")
        },
    ]);
    Job {
        slug: "rust-engineer".into(),
        privacy_url: Some("https://example.org/privacy".into()),
        hours: Some("Mon-Fri 09:00-17:00".into()),
        location: Some("Köln or remote".into()),
        description: Some("Line one.\n\nLine two: \"quoted\".".into()),
        facts: json!({"salary": "70–85 k€", "remote": "two days", "team": 5}).as_object().unwrap().clone(),
        next_step: Some(NextStep { text: "Pick a time".into(), url: Some("https://cal".into()), when: NextStepWhen::Shortlisted }),
        status: JobStatus::Closed,
        on_must_have_fail: OnMustHaveFail::Stop,
        model_reading: true,
        question_set_version: 3,
        demo: true,
        updated_at: bench.at(60),
        ..job
    }
}

pub(super) async fn a_job_reads_back_with_its_questions(bench: &Bench) {
    let job = full(bench);
    tx!(bench, [job], |rows| rows.insert_job(&job).await).unwrap();
    let mut rows = bench.reader().await;
    assert_eq!(rows.job(job.id, None).await.unwrap(), Some(job.clone()));
    assert_eq!(rows.job(job.id, Some(3)).await.unwrap(), Some(job.clone()));
    assert_eq!(rows.shared_job(job.id, Some(3)).await.unwrap().as_deref(), Some(&job));
    assert_eq!(rows.job_by_slug("rust-engineer").await.unwrap(), Some(job.clone()));
    assert_eq!(rows.jobs(None, page(10, 0)).await.unwrap(), [job]);
    assert_eq!(rows.job(bench.id(), None).await.unwrap(), None);
    assert_eq!(rows.job(bench.id(), Some(1)).await.unwrap(), None);
    assert_eq!(rows.job_by_slug("Rust-Engineer").await.unwrap(), None);
}

pub(super) async fn a_slug_is_taken_once(bench: &Bench) {
    let first = bench.job().await;
    let second = bench.job().await;
    let same = Job { slug: first.slug.clone(), ..fixtures::job(bench.ids.as_ref(), bench.now()) };
    let refused = tx!(bench, [same], |rows| rows.insert_job(&same).await);
    assert!(matches!(refused, Err(StoreError::Conflict { ref constraint }) if constraint.contains("slug")), "{refused:?}");
    let renamed = Job { slug: first.slug.clone(), ..second };
    let refused = tx!(bench, [renamed], |rows| rows.update_job(&renamed).await);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
}

pub(super) async fn an_update_leaves_the_questions(bench: &Bench) {
    let plain = bench.job().await;
    let changed = Job { id: plain.id, question_set_version: 1, questions: Vec::new(), ..full(bench) };
    tx!(bench, [changed], |rows| rows.update_job(&changed).await).unwrap();
    let expected = Job { questions: plain.questions, ..changed.clone() };
    assert_eq!(bench.reader().await.job(plain.id, None).await.unwrap(), Some(expected));
    let absent = Job { id: bench.id(), slug: "absent".into(), ..changed };
    assert!(tx!(bench, [absent], |rows| rows.update_job(&absent).await).is_err());
}

pub(super) async fn questions_of_older_versions_stay(bench: &Bench) {
    let first = bench.job().await;
    let questions = vec![
        fixtures::question(bench.ids.as_ref(), 2, Kind::Text, "Then?"),
        fixtures::question(bench.ids.as_ref(), 1, Kind::YesNo, "Now?"),
    ];
    let mut second = Job { question_set_version: 2, updated_at: bench.at(9), ..first.clone() };
    let id = first.id;
    tx!(bench, [second, questions], |rows| {
        rows.insert_questions(id, 2, &questions).await?;
        rows.update_job(&second).await
    })
    .unwrap();
    second.questions = questions.into_iter().rev().collect();
    let mut rows = bench.reader().await;
    assert_eq!(rows.job(id, None).await.unwrap(), Some(second.clone()), "the newest, in their order");
    assert_eq!(rows.job(id, Some(2)).await.unwrap(), Some(second.clone()));
    assert_eq!(rows.job_by_slug(&first.slug).await.unwrap(), Some(second.clone()));
    assert_eq!(rows.jobs(None, page(10, 0)).await.unwrap(), [second.clone()]);
    let old = rows.job(id, Some(1)).await.unwrap().unwrap();
    assert_eq!((old.question_set_version, &old.questions), (1, &first.questions), "what a running application began with");
    assert_eq!(old.updated_at, second.updated_at, "the rest of the job is as it is now");
}

pub(super) async fn jobs_are_listed_newest_first(bench: &Bench) {
    let mut ids = Vec::new();
    for (i, seconds) in [20, 30, 10].into_iter().enumerate() {
        let at = bench.at(seconds);
        let status = if i == 1 { JobStatus::Closed } else { JobStatus::Open };
        ids.push(bench.job_with(|job| (job.created_at, job.status) = (at, status)).await.id);
    }
    let list = async |status, limit, offset| {
        let jobs = bench.reader().await.jobs(status, page(limit, offset)).await.unwrap();
        assert!(jobs.iter().all(|job| job.questions.len() == 3 && job.questions.is_sorted_by_key(|q| q.question_order)));
        jobs.iter().map(|job| ids.iter().position(|id| *id == job.id).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 10, 0).await, [1, 0, 2]);
    assert_eq!(list(Some(JobStatus::Open), 10, 0).await, [0, 2]);
    assert_eq!(list(Some(JobStatus::Closed), 10, 0).await, [1]);
    assert_eq!(list(None, 1, 1).await, [0]);
    assert!(list(None, 10, 3).await.is_empty());
}

pub(super) async fn a_question_needs_its_job_and_its_place(bench: &Bench) {
    let (nowhere, job) = (bench.id(), bench.job().await);
    let question = vec![fixtures::question(bench.ids.as_ref(), 1, Kind::Text, "Where?")];
    assert!(tx!(bench, [question], |rows| rows.insert_questions(nowhere, 1, &question).await).is_err());
    let taken = tx!(bench, [question], |rows| rows.insert_questions(job.id, 1, &question).await);
    assert!(matches!(taken, Err(StoreError::Conflict { .. })), "{taken:?}");
}
