//! Models in a conversation: what they are asked, what is made of it, and that no word of theirs is worth a point (I9).

use chatbot_core::provider::{ProviderError, Task};
use chatbot_core::recruiting::list::Page;
use chatbot_core::recruiting::{ActionStatus, ActionType};
use uuid::Uuid;

use crate::world::World;
use crate::world::model::{JOB, Model, claims, score};

async fn low_confidence(w: &World, session: Uuid) -> usize {
    let open = w.bot.actions(Some(ActionStatus::Open), Some(session), Page { limit: 99, offset: 0 }).await.unwrap();
    open.iter().filter(|a| a.action_type == ActionType::LowConfidence).count()
}

#[tokio::test]
async fn a_question_in_the_middle_is_answered_from_the_record_and_the_conversation_and_the_form_goes_on() {
    let model = Model::words("You would join a team of six.");
    let w = World::asking(JOB, model.clone()).await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    let said = w.say(session, "How big is the team I would join?").await;
    assert!(said.contains("a team of six") && said.contains("How many years"), "{said}");
    w.say(session, "And do we eat together at noon?").await;
    let asked = model.requests();
    assert_eq!(asked.len(), 2);
    assert!(
        asked[0].context.contains("team of six people") && asked[0].pending.as_deref() == Some("How many years have you been welding?")
    );
    assert_eq!(asked[1].history[0].1, "How big is the team I would join?");
    assert!(asked[1].history[1].1.contains("a team of six"));
    assert_eq!(low_confidence(&w, session).await, 0);
}

#[tokio::test]
async fn what_the_record_does_not_say_or_nobody_answers_is_asked_of_a_person() {
    let down = Model::new(|_| Err(ProviderError::Unavailable("status 500".into())));
    for model in [Model::words("UNKNOWN"), down, Model::words("See http://evil.example")] {
        let w = World::asking(JOB, model.clone()).await;
        let (session, _) = w.open().await;
        w.say(session, "yes").await;
        let said = w.say(session, "Is there a canteen in the building?").await;
        assert!(said.contains("asked the team") && said.contains("How many years"), "{said}");
        assert_eq!((low_confidence(&w, session).await, model.requests().len()), (1, 1));
    }
}

#[tokio::test]
async fn nobody_is_asked_about_before_they_agreed() {
    let model = Model::words("Six.");
    let w = World::asking(JOB, model.clone()).await;
    let (session, _) = w.open().await;
    w.say(session, "How big is the team?").await;
    assert!(model.requests().is_empty());
}

#[tokio::test]
async fn an_unclear_answer_counts_as_read_only_from_words_that_stand_in_it_and_read_the_same_by_the_rules() {
    let words = "I am not sure; 5 years";
    let w = World::with(JOB).await;
    let (session, application) = w.open().await;
    w.say(session, "yes").await;
    w.say(session, words).await;
    assert_eq!(score(&w, application).await, None, "without a model it isn't clear enough");

    for (span, value, expected) in [
        ("5 years", "5", Some(100.0)),
        // Not what they wrote.
        ("50 years", "50", None),
        ("5 years of welding", "5", None),
        // What they wrote, which is something else.
        ("5 years", "50", None),
        ("not sure", "5", None),
    ] {
        let model = claims(span, value);
        let w = World::asking(JOB, model.clone()).await;
        let (session, application) = w.open().await;
        w.say(session, "yes").await;
        w.say(session, words).await;
        assert!(matches!(model.requests().first().map(|r| &r.task), Some(Task::Read { .. })), "the model is asked");
        assert_eq!(score(&w, application).await, expected, "{value} from {span:?}");
    }
}

#[tokio::test]
async fn what_the_rules_cannot_read_from_the_words_is_put_to_the_candidate_who_decides() {
    for (answer, expected) in [("yes", Some(100.0)), ("no", None), ("2", Some(50.0))] {
        let model = claims("since my boy was born", "6");
        let w = World::asking(JOB, model.clone()).await;
        let (session, application) = w.open().await;
        w.say(session, "yes").await;
        let said = w.say(session, "oh, since my boy was born").await;
        assert_eq!(model.requests().len(), 1, "{said}");
        assert!(said.contains("may I note 6?"), "{said}");
        assert_eq!(score(&w, application).await, None, "nothing counts before the candidate's yes");
        w.say(session, answer).await;
        assert_eq!(score(&w, application).await, expected, "{answer}");
    }
}

#[tokio::test]
async fn a_claim_without_the_candidates_words_is_refused() {
    for (span, value) in [("nine years", "9"), ("", "9"), ("since my boy", "many"), ("SINCE MY BOY", "9")] {
        let w = World::asking(JOB, claims(span, value)).await;
        let (session, application) = w.open().await;
        w.say(session, "yes").await;
        let said = w.say(session, "oh, since my boy was born").await;
        assert!(!said.contains("may I note"), "{span} {value}: {said}");
        assert_eq!(score(&w, application).await, None);
    }
}

#[tokio::test]
async fn a_job_that_does_not_allow_it_has_no_answer_read_by_a_model() {
    let model = claims("since my boy was born", "6");
    let w = World::asking(&JOB.replace("model_reading: true", "model_reading: false"), model.clone()).await;
    let (session, _) = w.open().await;
    w.say(session, "yes").await;
    w.say(session, "oh, since my boy was born").await;
    assert!(model.requests().is_empty());
}
