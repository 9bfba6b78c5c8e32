//! A whole conversation through the engine, in memory, with a fake clock and drained by call.

use crate::world::World;

#[tokio::test]
async fn a_candidate_is_prescreened_to_a_score_that_can_be_explained() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    let opening = w.bot.history(session, 0, 10).await.unwrap();
    assert!(opening[0].content.contains("Do you agree?"), "{opening:?}");
    for (text, expected) in [
        ("yes", "Question 1 of 3"),
        ("about three years", "certificate"),
        ("what is the salary?", "3,400"),
        ("yes I do", "shift"),
        ("late", "What is your name"),
        ("Ada Example", "e-mail"),
        ("ada@example.org", "submit"),
        ("submit", "Thank you, Ada Example"),
    ] {
        let said = w.say(session, text).await;
        assert!(said.contains(expected), "after {text:?}: {said}");
    }
    let view = w.bot.application(application, None).await.unwrap().unwrap();
    // 3 · 0.75 + 2 · 1 + 1 · 0 of 6
    assert_eq!(view.jd_match_score, Some(70.83));
    assert_eq!(view.status.as_str(), "prescreen_completed");
    for answer in &view.answers {
        assert!(answer.reason.contains(answer.evidence.as_deref().unwrap()), "{}", answer.reason);
    }
    let events = w.bot.events_of(session).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].payload["contact"]["name"], "Ada Example");
}

#[tokio::test]
async fn a_question_that_comes_with_an_answer_is_answered_before_the_next_is_put() {
    let w = World::new().await;
    let (session, application) = w.open().await;
    for (text, told, next) in [
        ("sure, what is the salary?", "3,400", "Question 1 of 3"),
        ("about three years. What is the salary?", "3,400", "certificate"),
        ("yes, and how is the canteen?", "asked the team", "shift"),
    ] {
        let said = w.say(session, text).await;
        let (told, next) = (said.find(told), said.find(next));
        assert!(told.is_some() && told < next, "after {text:?}: {said}");
    }
    let view = w.bot.application(application, None).await.unwrap().unwrap();
    assert_eq!(view.answers.len(), 2);
}
