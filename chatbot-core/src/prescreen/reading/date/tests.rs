use super::super::testing::{check, question};
use crate::recruiting::question::{Kind, Question, Rule};

fn start() -> Question {
    question(Kind::Date, "When could you start?", Rule::default())
}

// Today is Monday, 23 November 2026.
#[test]
fn days_are_read_however_they_are_said() {
    check(&start(), "en", &[
        ("3 February 2028", "2028-02-03"), ("Feb 3rd, 2028", "2028-02-03"), ("2028-02-03", "2028-02-03"), ("03.02.2028", "2028-02-03"), ("3.2.2028", "2028-02-03"), ("3.2.", "2027-02-03"), ("3 Feb", "2027-02-03"), ("23 November", "2026-11-23"), ("22 November", "2027-11-22"), ("in two weeks", "2026-12-07"), ("in 2 weeks", "2026-12-07"), ("two weeks from now", "2026-12-07"), ("next Monday", "2026-11-30"), ("Friday", "2026-11-27"), ("tomorrow", "2026-11-24"), ("today", "2026-11-23"), ("immediately", "2026-11-23"), ("right away", "2026-11-23"), ("asap", "2026-11-23"), ("straight away", "2026-11-23"), ("as soon as possible", "2026-11-23"), ("I can start immediately", "2026-11-23"), ("in a month", "2026-12-23"), ("in 3 months", "2027-02-23"), ("in half a year", "2027-05-23"), ("in 10 days", "2026-12-03"),
        ("1st of March", "2027-03-01"), ("the 1st of March 2028", "2028-03-01"), ("first of March", "2027-03-01"), ("beginning of March", "2027-03-01"), ("start of March", "2027-03-01"), ("mid March", "2027-03-15"), ("mid-March", "2027-03-15"), ("middle of March", "2027-03-15"), ("end of March", "2027-03-31"), ("end of February 2028", "2028-02-29"), ("end of November", "2026-11-30"), ("end of the month", "2026-11-30"), ("beginning of next month", "2026-12-01"), ("March 2028", "2028-03-01"), ("in March", "2027-03-01"), ("march", "2027-03-01"), ("in May", "2027-05-01"), ("Q2 2028", "2028-04-01"), ("second quarter of 2028", "2028-04-01"), ("from 1 March", "2027-03-01"), ("as of 1 March", "2027-03-01"), ("not before 1 March", "2027-03-01"), ("no earlier than 1 March", "2027-03-01"), ("I can start on March 1st", "2027-03-01"), ("I could start on the 1st of March", "2027-03-01"), ("March 1", "2027-03-01"), ("March first", "2027-03-01"), ("13/05/2028", "2028-05-13"), ("05/13/2028", "2028-05-13"), ("05/05/2028", "2028-05-05"), ("04/05/2028", "either 2028-05-04|2028-04-05"), ("4/5", "either 2027-05-04|2027-04-05"), ("13/5", "2027-05-13"), ("3/2/28", "either 2028-02-03|2028-03-02"), ("2028/03/04", "2028-03-04"), ("Monday, 1 March 2027", "2027-03-01"), ("the 15th", "2026-12-15"), ("1 March, is that ok?", "2027-03-01"), ("1 March, sorry, 2 March", "2027-03-02"), ("day after tomorrow", "2026-11-25"), ("01-Mar-2028", "2028-03-01"), ("starting 1 March 2028", "2028-03-01"), ("earliest 1 March", "2027-03-01"), ("21st December", "2026-12-21"), ("1 MARCH 2028!", "2028-03-01"), ("1st March 2020", "2020-03-01"), ("03/2028", "2028-03-01"), ("twenty-first of May", "2027-05-21"), ("Dec. 1", "2026-12-01"), ("December 1st.", "2026-12-01"), ("29 February", "2028-02-29"), ("May the 1st", "2027-05-01"), ("12/25", "2026-12-25"), ("not until 1 May", "2027-05-01"), ("in four weeks' time", "2026-12-21"), ("Mon 4 Jan", "2027-01-04"), ("May 1 '27", "2027-05-01"), ("a week from today", "2026-11-30"), ("1 Jan 2027", "2027-01-01"), ("January", "2027-01-01"), ("start of next year", "2027-01-01"),
    ]);
}

#[test]
fn what_isnt_sure_is_unclear() {
    check(&start(), "en", &[
        ("in spring", "?"), ("31 Feb", "?"), ("31.02.2028", "?"), ("after my notice period of 3 months", "?"), ("1 to 15 March", "?"), ("between 1 and 15 March", "?"), ("1-15 March", "?"), ("March or April", "?"), ("1 March or 1 April", "?"), ("", "?"), ("soon", "?"), ("whenever", "?"), ("depends", "?"), ("not 1 March", "?"), ("after 1 March", "?"), ("I may start later", "?"), ("3 months", "?"), ("3 months notice", "?"), ("in a few weeks", "?"), ("in 2-3 weeks", "?"), ("next month", "?"), ("next week", "?"), ("2028", "?"), ("3.2", "?"), ("Tuesday, 1 March 2027", "?"), ("is 1 March ok?", "?"), ("when do you need me?", "?"), ("yes", "?"), ("5", "?"), ("early March", "?"), ("if all goes well 1 March", "?"), ("32/13/2028", "?"), ("not immediately", "?"), ("last March", "?"), ("after Christmas", "?"), ("two weeks after signing", "?"), ("first thing", "?"), ("1 March to 1 April", "?"), ("before 1 March", "?"), ("at 5 pm", "?"), ("May/June", "?"), ("I have 3 months notice, so from 1 March", "?"), ("no later than 1 March", "?"),
    ]);
}
