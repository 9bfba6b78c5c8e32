//! What must be read, and what must not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use super::*;

const LICENCE: &str = "Do you have a valid driving licence?";
const FORKLIFT: &str = "Do you hold a valid forklift certificate?";
const NIGHTS: &str = "Have you worked night shifts before?";
const WILLING: &str = "Are you willing to work night shifts?";
const PERMIT: &str = "Are you allowed to work in the EU?";
const PERMIT2: &str = "Do you have a work permit for Germany?";
const CITIZEN: &str = "Are you an EU citizen or do you have a work permit?";
const RECORD: &str = "You don't have a criminal record, do you?";
const GERMAN: &str = "Do you speak German?";
const MIND: &str = "Do you mind working on Sundays?";
const SPONSOR: &str = "Do you need visa sponsorship?";

fn got(question: &str, text: &str, locale: &str) -> Option<bool> {
    let q: Question = serde_json::from_value(serde_json::json!({
        "id": uuid::Uuid::nil(), "question_order": 1, "text": question, "kind": "yes_no", "required": true, "weight": 1.0, "must_have": false
    }))
    .unwrap();
    let cx = ReadContext { today: chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(), locale };
    match read(&q, text, &cx) {
        Reading::Value { value: AnswerValue::YesNo(b), evidence } => {
            assert!(text.contains(&evidence) && !evidence.is_empty(), "evidence {evidence:?} of {text:?}");
            Some(b)
        }
        Reading::Unclear => None,
        other => panic!("{other:?}"),
    }
}

fn check(rows: &[(&str, Option<bool>, &[&str])]) {
    let mut wrong = Vec::new();
    for (question, want, texts) in rows {
        for text in *texts {
            let have = got(question, text, "en");
            if have != *want {
                wrong.push(format!("{question} | {text} | want {want:?} have {have:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

const T: Option<bool> = Some(true);
const F: Option<bool> = Some(false);
const U: Option<bool> = None;

#[test]
fn plain_answers_are_read() {
    check(&[
        (LICENCE, T, &[
            "yes I do", "sure thing", "yep", "of course", "absolutely", "I do", "I have", "I am", "correct", "👍", "👍🏽", "y", "Y", "definitely", "no worries, I have one", "not a problem, yes", "Yes.", "YES!!!", "yesss", "yess", "definitly", "absolutly", "Yeah", "yup", "yes, sir", "Yes, since 2010", "yes i have one", "I've got one", "I have one", "Yes, I've had one for years", "have one", "I do have one", "of course I do", "Yes of course", "indeed", "sure do",
            "I think so", "I believe so", "pretty sure", "pretty sure I do", "don't you worry, yes", "Yes, but it expires in May", "yes - class B", "Yes, class B and C", "yes, why?", "Yes, is that required?", "Hi, yes I do", "Hello! Yes, I have.", "I have a driving licence", "I hold a valid licence", "I have a valid driving license", "I own a driving licence", "I have a Dutch driving licence", "well yes", "umm, yes", "Yes, of course, I have a car too.", "yes 😊", "Yes I have a licence for 10 years", "yes I do, since 2015", "for sure", "Certainly", "Yes, thanks", "yes please", "100%", "I sure do", "that's right", "Yes, I got it last year", "exactly", "true", "✅", "yes, I drive every day", "Yes, absolutely.", "yes yes yes", "yea I got one", "I do, yes", "I have, yes", "Yes! I do indeed", "Yes and I also have a truck licence", "I've had my driving licence since 2012", "yes, no worries", "Yes, no problem", "yeah sure", "obviously", "yes indeed I do", "I certainly do", "Of course!", "hell yes", "you bet", "Yes i do have it", "yes, I hold one", "I do hold one",
        ]),
        (LICENCE, F, &[
            "no, not yet", "not really", "nope", "n", "I don't", "I haven't", "never", "unfortunately not", "I'm afraid not", "👎", "No", "NO", "noooo", "no.", "nope.", "Nah", "no I don't", "No, I do not", "I do not have one", "I don't have one", "I don't have a driving licence", "I have no driving licence", "no licence", "no driving licence", "not yet", "No, sorry", "sorry, no", "Unfortunately no", "no unfortunately", "I don't have it", "I dont have any", "dont have one", "I do not hold a valid licence", "No, but I can ride a bike", "no, I never got one", "never had one", "I never had one", "I don't think so", "no way", "not at the moment", "No I haven't got one", "I haven't got one", "no not really", "No, only a bicycle", "Hi, no I don't", "negative", "absolutely not", "I currently don't have one", "Not currently", "no, unfortunately I don't", "❌", "none", "No, I live in the city so I never needed one", "No, not yet, but soon", "i dont", "no i dont have", "nope, sorry",
        ]),
        (LICENCE, U, &[
            "hmm", "maybe", "I guess", "kind of", "not sure", "it depends", "yes and no", "soon", "in progress", "applied for it", "it expired last year", "I can't say no", "I can't say yes", "", "  ", "?", "who would I report to?", "is that required?", "I need a licence", "I want a driving licence", "I'm getting my driving licence", "I had one", "I used to have one", "yes but it expired", "I have an expired licence", "my wife has one", "My brother has a driving licence", "I hope so", "I hope not", "yeah right", "yeah no", "I wish", "no idea", "no clue", "I don't know", "I don't remember", "idk", "5 years", "potato", "yes?", "no?", "Should I have one?", "I have a car", "I have a friend with a driving licence", "I don't have no licence", "not never", "I will get one", "I'll have one in May", "I applied for a driving licence", "I'm learning to drive", "I lost my driving licence", "my driving licence was suspended", "almost", "sort of", "more or less", "technically yes", "no problem", "why not", "it's complicated", "Do you?", "I have a boat licence", "probably", "probably not", "Maybe, not sure", "I don't need one", "🤷", "ask my boss", "year", "hope", "I would", "if I must", "no no yes", "yes no", "thanks", "hello", "I don't drive", "I am driving since 5 years", "no one asked me that before", "no car", "skip", "next", "I don't want to say", "prefer not to say", "I could get one", "yes, no, maybe", "I might", "ok", "not exactly", "not only that", "I don't only have one, I have two", "that's a good question", "I doubt it", "as if", "neither yes nor no", "ever", "newer",
        ]),
    ]);
}

#[test]
fn statements_that_restate_the_question_are_read() {
    check(&[
        (FORKLIFT, T, &["I hold a valid certificate", "I have a forklift certificate", "I do hold a valid forklift certificate", "I am certified for forklifts", "I've got a forklift certificate since 2019", "I have a valid one", "yes I've a forklift licence"]),
        (FORKLIFT, F, &["I don't hold a valid certificate", "I don't have a forklift certificate", "I don't hold one", "I have never had a forklift certificate", "I'm not certified for forklifts", "no forklift certificate"]),
        (FORKLIFT, U, &["I hold a valid first-aid certificate", "I have a diploma", "I will do my forklift certificate", "I need a forklift certificate", "I don't need a forklift certificate", "I have driven cranes", "I hold a certificate but it has expired", "I plan to get a forklift certificate", "my forklift certificate expired", "I only have a crane certificate"]),
        (NIGHTS, T, &["I have worked nights before", "I worked night shifts for 3 years", "I've worked nights at a hospital", "I have", "I did", "yes, sometimes", "Yes, occasionally", "I've done night shifts before", "I worked nights"]),
        (NIGHTS, F, &["I have never worked nights", "I haven't worked nights", "never worked nights", "I've never done that", "I never have", "no, never", "never", "Not yet", "no but I can", "I never worked night shifts"]),
        (NIGHTS, U, &["I would like to work nights", "I will", "once, maybe", "I can work nights", "I like the night", "I hate nights", "I might have"]),
        (GERMAN, T, &["I speak German", "yes, fluently", "I speak German fluently", "Yes, a little", "I do speak German"]),
        (GERMAN, F, &["I don't speak German", "I do not", "No, only English", "I speak no German", "No, but I'm learning", "no, I'm learning it"]),
        (GERMAN, U, &["a little", "I'm learning German", "I speak English", "I don't speak English", "a bit", "basic", "I want to learn German", "somewhat"]),
    ]);
}

#[test]
fn willingness_hears_softer_words() {
    check(&[
        (WILLING, T, &["no problem", "No problem at all", "why not", "why not?", "sure, why not", "not a problem", "ok", "okay", "fine", "fine by me", "that's fine", "works for me", "I'd be happy to", "happy to", "I can", "I can do that", "I will", "I would", "I am", "I am willing", "I don't mind", "I wouldn't mind", "no worries", "I'd love to", "sounds good", "gladly", "no objections", "I'm fine with that", "sure", "Yes if needed", "yes, if required", "I can work nights", "I'm willing to work night shifts", "I am ready to work nights", "yes no problem", "no issue", "I have no problem with that", "I don't see why not", "I'm open to that", "I would be willing to", "Yes, I would", "yes, I don't mind"]),
        (WILLING, F, &["no", "I'd rather not", "I would prefer not to", "no thanks", "I can't", "I cannot", "I can't work nights", "I don't want to", "I'm not willing to", "I won't", "I'm not", "I wouldn't", "not for me", "I'm not able to", "Unfortunately I can't", "not willing", "I am not willing to work nights", "I refuse"]),
        (WILLING, U, &["maybe", "it depends on the pay", "if the pay is right", "yes, if the pay is right", "sometimes", "only on weekdays", "yes but not on Sundays", "I can't say no", "how often?", "what are the hours?", "perhaps", "I could try", "prefer not to say", "never say never", "yes, except Fridays", "I don't know yet"]),
        (LICENCE, U, &["fine by me", "I don't mind", "happy to", "sounds good", "I can"]),
        (MIND, F, &["no", "not at all", "I don't mind", "no problem", "No, I don't mind"]),
        (MIND, U, &["yes", "sure", "I do"]),
    ]);
}

#[test]
fn the_right_to_work_may_be_said_in_other_words() {
    check(&[
        (PERMIT, T, &["I'm a citizen", "EU citizen", "I have a Blue Card", "born here", "I was born here", "I'm an EU citizen", "I don't need a permit, I'm German", "I don't need a permit, I'm an EU citizen", "I'm German", "yes, I am German", "Yes", "I am", "I have a German passport", "I am allowed to work in the EU", "I'm German so I don't need a permit", "No need for a permit, I'm a citizen"]),
        (PERMIT2, T, &["I'm a citizen", "EU citizen", "I have a Blue Card", "I don't need a permit, I'm an EU citizen", "I have a work permit", "Yes, it's valid until 2028", "I do", "Yes, a Blue Card"]),
        (CITIZEN, T, &["EU citizen", "I'm a citizen", "I have a work permit", "French citizen", "yes"]),
        (PERMIT2, F, &["no", "I don't have a work permit", "no work permit", "not yet", "I don't have one"]),
        (PERMIT, U, &["I don't need one", "I don't need a permit", "yes, but not for this country", "I'm Brazilian", "I'm a citizen of Brazil", "I have a student visa", "I have applied for a permit", "I need a permit", "citizen?", "I'm not a citizen", "I'm a Brazilian citizen", "I have a Blue Card pending", "soon to be a citizen"]),
        ("Are you allowed to work in the UK?", U, &["I'm German", "EU citizen", "I have a Blue Card"]),
        ("Are you allowed to work in the UK?", T, &["I'm British", "I have settled status", "I'm a citizen"]),
        ("Are you a German citizen?", U, &["I have a Blue Card", "born here"]),
        (SPONSOR, U, &["I'm a citizen", "EU citizen", "I have a Blue Card"]),
        (SPONSOR, F, &["no", "I don't", "I don't need sponsorship", "No, I'm a citizen", "I do not need sponsorship"]),
        (SPONSOR, T, &["I need sponsorship", "yes", "I do"]),
    ]);
}

#[test]
fn a_negative_question_needs_a_whole_answer() {
    check(&[
        (RECORD, U, &["yes", "no", "correct", "right", "yep", "nope", "yes, I don't", "no, I do", "never", "👍"]),
        (RECORD, F, &["I don't", "no, I don't", "I don't have a criminal record", "No, I do not have one"]),
        (RECORD, T, &["I do", "yes, I do", "I have a criminal record"]),
        ("Don't you have a car?", U, &["yes", "no"]),
        ("You have a car, don't you?", T, &["yes", "I do"]),
        ("You have a car, don't you?", F, &["no"]),
    ]);
}

#[test]
fn other_languages_are_read_by_locale() {
    for (locale, text, want) in [
        ("de", "Genau", T), ("de-AT", "Ja, klar!", T), ("de", "Nein", F), ("de", "noch nicht", F), ("de", "vielleicht", U), ("es", "Sí", T), ("es", "Claro que sí", T), ("es", "todavía no", F), ("fr", "Oui, bien sûr", T), ("fr", "pas encore", F), ("pt", "Sim", T), ("pt-BR", "Não", F), ("hi", "जी हाँ", T), ("hi", "जी नहीं", F), ("ar", "نعم", T), ("ar", "لا", F), ("en", "ja", U), ("en", "sim", U),
    ] {
        assert_eq!(got(LICENCE, text, locale), want, "{locale} {text}");
    }
}

#[test]
fn no_text_panics() {
    let long = "a".repeat(1_000_000);
    let many = "yes no ".repeat(200_000);
    let marks = "?!,.".repeat(250_000);
    for text in ["", "\0", "\u{202e}yes", "👍👎", "i", "i not", "not", "'", "''''", "i'", "'m", "no no no no", "\u{300}\u{301}", "نعم لا", &long, &many, &marks] {
        let _ = got(LICENCE, text, "en");
        let _ = got(text.get(..text.len().min(50)).unwrap_or(""), "yes", "");
    }
}
