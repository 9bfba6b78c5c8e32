use super::super::testing::{check, question};
use crate::recruiting::question::{Kind, Limit, Question, Rule};

fn notice() -> Question {
    question(Kind::Duration, "What is your notice period?", Rule { max: Some(Limit::Period("P3M".into())), ..Rule::default() })
}

#[test]
fn notice_is_read_however_it_is_said() {
    check(
        &notice(),
        "en",
        &[
            ("2 weeks", "P14D"),
            ("two weeks", "P14D"),
            ("2 weeks notice", "P14D"),
            ("2 weeks' notice", "P14D"),
            ("4 weeks", "P28D"),
            ("30 days", "P30D"),
            ("a fortnight", "P14D"),
            ("couple of weeks", "P14D"),
            ("a couple weeks", "P14D"),
            ("3 mths", "P3M"),
            ("3 months", "P3M"),
            ("3 months' notice", "P3M"),
            ("one month", "P1M"),
            ("a month", "P1M"),
            ("a month's notice", "P1M"),
            ("1 month", "P1M"),
            ("one month to the end of the month", "P1M"),
            ("3 months to the end of the quarter", "P3M"),
            ("half a year", "P6M"),
            ("a year and a half", "P18M"),
            ("a quarter", "P3M"),
            ("a month and a half", "P45D"),
            ("1.5 months", "P45D"),
            ("one and a half months", "P45D"),
            ("1 year", "P1Y"),
            ("2 years", "P2Y"),
            ("6 months", "P6M"),
            ("10 working days", "P14D"),
            ("5 business days", "P7D"),
            ("11 working days", "P16D"),
            ("2-3 weeks", "P21D"),
            ("2 to 3 months", "P3M"),
            ("between 1 and 2 months", "P2M"),
            ("a month or two", "P2M"),
            ("two weeks to a month", "P1M"),
            ("about 2 weeks", "P14D"),
            ("up to 3 months", "P3M"),
            ("My notice period is 3 months.", "P3M"),
            ("I have 3 months notice", "P3M"),
            ("3 months, negotiable", "P3M"),
            ("I have to give 4 weeks notice", "P28D"),
            ("4 weeks from today", "P28D"),
            ("Four (4) weeks", "P28D"),
            ("three (3) months", "P3M"),
            ("1 - month", "P1M"),
            ("max. 4 weeks", "P28D"),
            ("2 mnoths", "P2M"),
            ("2 weeeks", "P14D"),
            ("3 MONTHS!!", "P3M"),
            ("2 weeks max", "P14D"),
            ("I'd need 2 weeks", "P14D"),
            ("not 2 weeks, 3 weeks", "P21D"),
            ("2 weeks, sorry, 3 weeks", "P21D"),
            ("2 weeks, is that ok?", "P14D"),
            ("in 2 weeks", "P14D"),
            ("I can start in 2 weeks", "P14D"),
            ("It's 1 month", "P1M"),
            ("six weeks", "P42D"),
            ("90 days", "P90D"),
            ("60-day notice", "P60D"),
            ("3-month", "P3M"),
            ("3 months in my contract", "P3M"),
            ("1 month and 2 weeks", "P44D"),
            ("2w", "P14D"),
            ("3m", "P3M"),
            ("immediately", "P0D"),
            ("Immediately!", "P0D"),
            ("straight away", "P0D"),
            ("right away", "P0D"),
            ("now", "P0D"),
            ("right now", "P0D"),
            ("no notice", "P0D"),
            ("no notice period", "P0D"),
            ("none", "P0D"),
            ("asap", "P0D"),
            ("ASAP", "P0D"),
            ("I'm free", "P0D"),
            ("not employed", "P0D"),
            ("unemployed", "P0D"),
            ("between jobs", "P0D"),
            ("I am currently unemployed", "P0D"),
            ("I can start immediately", "P0D"),
            ("I'm between jobs so I can start right away", "P0D"),
            ("I have no notice period", "P0D"),
            ("zero", "P0D"),
            ("0 days", "P0D"),
            ("I don't have a notice period", "P0D"),
            ("No notice period, I can start immediately", "P0D"),
            ("available immediately", "P0D"),
            ("I'm currently not working", "P0D"),
            ("As soon as possible", "P0D"),
            ("none, I'm available now", "P0D"),
            ("I'm available now", "P0D"),
            ("no notice needed", "P0D"),
        ],
    );
}

#[test]
fn what_isnt_sure_is_unclear() {
    check(
        &notice(),
        "en",
        &[
            ("whenever", "?"),
            ("flexible", "?"),
            ("depends", "?"),
            ("a few weeks", "?"),
            ("soon", "?"),
            ("2", "?"),
            ("until 1 March", "?"),
            ("1 March", "?"),
            ("end of the month", "?"),
            ("next month", "?"),
            ("not immediately", "?"),
            ("2 weeks or 3 months, not sure", "?"),
            ("is 2 weeks ok?", "?"),
            ("2 months ago", "?"),
            ("at least 3 months", "?"),
            ("3+ months", "?"),
            ("less than a month", "?"),
            ("", "?"),
            ("yes", "?"),
            ("no", "?"),
            ("8 hours", "?"),
            ("standard", "?"),
            ("2 weeks, maybe longer", "?"),
            ("if you make an offer, immediately", "?"),
            ("immediately after 2 weeks", "?"),
            ("several months", "?"),
            ("3 months but 1 month in probation", "?"),
            ("500 years", "?"),
            ("-2 weeks", "?"),
            ("what is your notice?", "?"),
            ("do you want me to start immediately?", "?"),
            ("not 2 weeks", "?"),
            ("unable to start immediately", "?"),
            ("almost immediately", "?"),
            ("3 years of experience", "?"),
            ("2/3 weeks", "?"),
            ("a month, maybe two", "?"),
        ],
    );
}

#[test]
fn a_bare_number_takes_the_unit_the_question_names() {
    let q = question(Kind::Duration, "How many weeks of notice do you have to give?", Rule::default());
    check(&q, "en", &[("4", "P28D"), ("four", "P28D"), ("2-3", "P21D"), ("0", "P0D"), ("4 colleagues", "?"), ("2 months", "P2M")]);
}

#[test]
fn a_range_across_the_limit_of_a_must_have_is_asked_back() {
    let mut q = notice();
    q.must_have = true;
    check(
        &q,
        "en",
        &[
            ("2 to 4 months", "straddles 2 months|4 months"),
            ("1-2 months", "P2M"),
            ("4-6 months", "P6M"),
            ("one to six months", "straddles one months|six months"),
        ],
    );
}

#[test]
fn other_languages_read_their_plain_lengths() {
    check(&notice(), "fr", &[("trois semaines", "P21D"), ("un mois", "P1M"), ("immédiatement", "P0D")]);
    check(&notice(), "de", &[("drei Monate", "P3M"), ("vier Wochen", "P28D"), ("sofort", "P0D")]);
    check(&notice(), "es", &[("dos semanas", "P14D"), ("un mes y medio", "P45D")]);
}
