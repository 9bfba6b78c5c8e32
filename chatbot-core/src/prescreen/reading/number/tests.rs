use super::super::testing::{check, question};
use crate::recruiting::question::{Kind, Limit, Question, Rule};

fn asked(text: &str, unit: Option<&str>) -> Question {
    question(Kind::Number, text, Rule { unit: unit.map(str::to_owned), ..Rule::default() })
}

fn rust() -> Question {
    asked("How many years of Rust experience do you have?", Some("years"))
}

#[test]
fn years_are_read_however_they_are_said() {
    check(&rust(), "en", &[
        ("5", "5"), ("5 years", "5"), ("five", "5"), ("FIVE YEARS", "5"), ("five yrs", "5"), ("5y", "5"), ("5 yrs.", "5"), ("5yoe", "5"), ("5 yoe", "5"), ("two and a half", "2.5"), ("2,5", "2.5"), ("2.5", "2.5"), ("2½ years", "2.5"), ("2 1/2 years", "2.5"), ("2 ½", "2.5"),
        ("half a year", "0.5"), ("a year", "1"), ("one", "1"), ("a decade", "10"), ("a dozen", "12"), ("a dozen years", "12"), ("over a decade", "10"), ("15 months", "1.25"), ("18 months", "1.5"), ("a year and a half", "1.5"), ("one and a half years", "1.5"), ("6 months", "0.5"), ("six months", "0.5"), ("26 weeks", "0.5"),
        ("2-4", "2"), ("2 - 4 years", "2"), ("2–4", "2"), ("between 2 and 4", "2"), ("between two and four years", "2"), ("3 or 4", "3"), ("3 to 4 years", "3"), ("from 3 to 4", "3"), ("10+", "10"), ("10+ years", "10"), ("over 10", "10"), ("more than 10", "10"), ("at least 10", "10"), ("10 or more", "10"), ("10 plus years", "10"),
        ("about 5", "5"), ("roughly 4 yrs", "4"), ("around 5 years", "5"), ("almost 5", "5"), ("nearly 5", "5"), ("close to 5 years", "5"), ("~5", "5"), ("approx. 5 years", "5"), ("approx 5", "5"), ("5ish", "5"), ("5-ish years", "5"), ("5 or so", "5"), ("5 years or so", "5"), ("some 5 years", "5"),
        ("a couple", "2"), ("a couple of years", "2"), ("couple years", "2"), ("since 2016", "10"), ("since March 2016", "10"), ("Since about 2016", "10"), ("I've been doing Rust since 2016", "10"), ("from 2016 to now", "10"), ("started 3 years ago", "3"), ("I started about 3 years ago", "3"),
        ("4, two of them part time", "4"), ("5 years, 2 of which in production", "5"), ("none", "0"), ("zero", "0"), ("0", "0"), ("no experience", "0"), ("never", "0"), ("None, sorry", "0"), ("never used it", "0"), ("I have no experience with Rust", "0"), ("I don't have any", "0"), ("No experience yet", "0"), ("nothing", "0"),
        ("less than a year", "0.5"), ("under a year", "0.5"), ("less than 1 year", "0.5"), ("not 5, 6", "6"), ("5, sorry 6", "6"), ("5... actually 6", "6"), ("5, I mean 6", "6"), ("5 years, no, 6", "6"), ("5, is that ok?", "5"), ("5. Why do you ask?", "5"), ("5 years. Is that enough?", "5"),
        ("uh, like 5 I guess", "5"), ("it's been 6 years now", "6"), ("going on 7 years", "7"), ("5 👍", "5"), ("👋 5 years!", "5"), ("5!!!", "5"), ("5️⃣", "5"), ("I have 5 years of experience", "5"), ("I have five years of experience with Rust.", "5"), ("5 yeras", "5"), ("5 yaers", "5"), ("18 mnoths", "1.5"), ("twelv months", "1"),
        ("twenty five", "25"), ("twenty-five years", "25"), ("I've worked with Rust for 5 years", "5"), ("5 years at Google", "5"), ("5 full years", "5"), ("a good 5 years", "5"), ("5 solid years", "5"), ("my answer is 5", "5"), ("Rust: 5 years", "5"), ("5 years in total", "5"), ("a total of 5 years", "5"), ("5 years and 6 months", "5.5"), ("5 years, 3 months", "5.25"), ("1y6m", "1.5"), ("5 years 3 months", "5.25"),
        ("3 years in Rust and 2 in Go", "3"), ("2 in Go and 3 in Rust", "3"), ("10 years overall, 3 in Rust", "3"), ("5 years but only 2 in Rust", "2"), ("maybe 5", "5"), ("probably 5", "5"), ("I'd say 5", "5"), ("I would say about 5 years", "5"), ("5 I think", "5"), ("a year or two", "1"), ("one or two years", "1"), ("a year or so", "1"), ("several, like 5", "5"), ("ten years plus", "10"), ("no less than 5", "5"), ("thanks for asking, 5", "5"), ("Hi! 5 years.", "5"), ("one year", "1"), ("1", "1"), ("5 yrs", "5"), ("three years professionally", "3"), ("٣", "3"), ("5 years and counting", "5"), ("just over 5 years", "5"), ("two decades", "20"), ("half a decade", "5"), ("6-7", "6"), ("6/7 years", "?"), ("six to seven", "6"), ("forty", "40"),
        ("I have been programming in Rust for about 4 years now", "4"), ("Around 3 years professionally, plus hobby projects", "3"), ("about 2.5 yrs", "2.5"), ("well, I guess 3", "3"), ("i hv 4 years", "4"), ("4years", "4"), ("4 years exp", "4"), ("4 yr", "4"), ("Exp 4 years", "4"), ("one and half year", "1.5"), ("2 and half years", "2.5"), ("three-and-a-half years", "3.5"), ("3.5yrs", "3.5"), ("it is 5", "5"), ("no, 5", "5"), ("5 years as a backend developer", "5"), ("I'm at 5 years", "5"), ("5 years (3 in production)", "?"),
        ("year and a half", "1.5"), ("three (3) years", "3"), ("twenty five (25) years", "25"), ("approx. 5", "5"), ("5 - years", "5"), ("3 years including an internship of 6 months", "3"), ("3 years with a team of 5", "3"), ("10 years, since I was 20", "10"), ("I'm 28 with 5 years of experience", "5"), ("5 years, 40 hours a week", "5"), ("5 no 6", "6"), ("haven't used it", "0"), ("I've been writing Rust since 2019, so about 7 years", "7"), ("8 years in software, 3 of those in Rust", "3"), ("for the last 5 years", "5"), ("2019 - present", "7"), ("5 (five) years", "5"), ("over the past 3 years", "3"), ("don't remember exactly, about 6", "6"),
    ]);
}

#[test]
fn what_isnt_sure_is_unclear() {
    check(&rust(), "en", &[
        ("", "?"), ("a few", "?"), ("several years", "?"), ("plenty", "?"), ("many", "?"), ("some", "?"), ("a few years", "?"), ("3 years in Go and 2 in Java", "?"), ("2 or 10", "?"), ("-5", "?"), ("minus 5", "?"), ("at 5 pm", "?"), ("5pm", "?"), ("17:30", "?"), ("call me at 555-123-4567", "?"), ("+49 170 1234567", "?"), ("0170 1234567", "?"), ("joe5@mail.com", "?"),
        ("2020-01-05", "?"), ("3 February", "?"), ("$50", "?"), ("50 euros", "?"), ("€50", "?"), ("question 3", "?"), ("see question 3", "?"), ("24/7", "?"), ("100%", "?"), ("Rust 2021", "?"), ("Rust 1.80", "?"), ("500", "?"), ("90 years", "?"), ("why do you ask?", "?"), ("is 3 enough?", "?"), ("does 5 count?", "?"), ("is 3 enough", "?"), ("would 5 be ok?", "?"), ("maybe 5 or maybe 10", "?"), ("depends", "?"), ("it depends, between 2 and 10", "?"), ("5th year", "?"), ("my fifth year", "?"), ("less than 5", "?"), ("up to 5", "?"), ("not 5", "?"), ("not sure", "?"),
        ("I'm 35 years old", "?"), ("5 years ago", "?"), ("I stopped 5 years ago", "?"), ("5 years of Python", "?"), ("5 years in java", "?"), ("my brother has 5 years", "?"), ("you want 5 years", "?"), ("I will have 5 years next summer", "?"), ("if 5 is enough", "?"), ("3 kids", "?"), ("3 projects", "?"), ("5 days a week", "?"), ("never mind", "?"), ("none of your business", "?"), ("no", "?"), ("yes", "?"), ("lots", "?"), ("2016", "?"), ("2016-2020", "?"), ("from 2016 to 2020", "?"), ("since 2016 until 2020", "?"), ("5 and 6", "?"), ("5, 6", "?"), ("5, 3", "?"), ("2-4-6", "?"), ("I don't have 5 years", "?"), ("40 hours", "?"), ("no idea", "?"), ("1234567890", "?"), ("version 5", "?"), ("level 3", "?"), ("five hundred", "?"), ("once a year", "?"), ("3 times a week", "?"), ("one day", "?"), ("there", "?"), ("10 out of 10", "?"), ("top 5", "?"), ("never counted", "?"), ("I've never used Rust but 3 years of C++", "?"), ("No experience with Go", "?"), ("5 years, sorry, months", "?"), ("72k", "?"), ("9 to 5", "?"), ("2/3", "?"), ("I wish I had 5 years", "?"), ("5 years in another language", "?"), ("haven't used it in 5 years", "?"), ("#5", "?"), ("5*", "?"), ("a lot", "?"), ("a year ago", "?"), ("every day", "?"), ("covid-19", "?"), ("I was 15 when I began", "?"), ("since I was 15", "?"), ("5 of us", "?"), ("since '19", "?"), ("max. 5", "?"), ("3+4", "?"), ("3 years and then 4 more", "?"), ("2 3 years", "?"), ("quarter of a year", "?"), ("2 working weeks", "?"), ("one year or less", "?"), ("it'll be 5 years in June", "?"), ("two years tops", "?"), ("3 plus 2 years internship", "?"), ("8 years in software, 3 of those with Go", "?"), ("3/4", "?"), ("I'm 35", "?"), ("5?", "?"), ("3 years + 1 year internship", "?"), ("2 years but not in production", "?"),
    ]);
}

#[test]
fn a_question_of_another_unit_is_read_in_its_own() {
    check(&asked("How many people have you led?", Some("people")), "en", &[("5", "5"), ("5 people", "5"), ("a team of 5", "5"), ("5 years", "?"), ("about a dozen", "12"), ("twelve people", "12"), ("I led 8 people", "8"), ("10-15", "10"), ("none", "0"), ("8 people for 2 years", "8"), ("one hundred and five", "105"), ("1,200", "1200")]);
    check(&asked("How many hours per week can you work?", Some("hours")), "en", &[("40", "40"), ("40 hours", "40"), ("40h", "40"), ("40 hours a week", "40"), ("40 hrs/week", "40"), ("40 a week", "40"), ("8 hours a day", "?"), ("20 to 30 hours", "20"), ("I can do 20", "20")]);
    check(&asked("How many days a week can you come in?", Some("days")), "en", &[("3", "3"), ("3 days", "3"), ("three days a week", "3"), ("3 days per week", "3"), ("2-3 days", "2")]);
    check(&asked("How many months have you worked as a nurse?", None), "en", &[("2 years", "24"), ("18", "18"), ("a year and a half", "18"), ("half a year", "6")]);
    check(&asked("How long have you worked in nursing?", None), "en", &[("5 years", "5"), ("18 months", "1.5")]);
    check(&asked("How many years of experience do you have?", None), "en", &[("5 years of Java", "5"), ("10 years overall, 3 in Rust", "10"), ("3 in Rust, 10 in total", "10")]);
    check(&asked("How many languages do you speak?", None), "en", &[("3", "3"), ("three languages", "3"), ("3: German, English and Dutch", "3")]);
    check(&asked("On a scale of 1 to 10, how good is your Excel?", None), "en", &[("8/10", "8"), ("8 out of 10", "8"), ("8", "8")]);
}

#[test]
fn a_range_across_the_limit_of_a_must_have_is_asked_back() {
    let mut q = rust();
    q.must_have = true;
    q.rule = Some(Rule { unit: Some("years".into()), min: Some(3.0), ..Rule::default() });
    check(&q, "en", &[("2 to 4", "straddles 2|4"), ("2-4 years", "straddles 2|4"), ("4 to 6", "4"), ("1-2", "1"), ("3-5", "3"), ("2-3", "straddles 2|3"), ("between 30 and 40 months", "straddles 30 months|40 months")]);
    q.rule = Some(Rule { unit: Some("years".into()), max: Some(Limit::Number(3.0)), ..Rule::default() });
    check(&q, "en", &[("2 to 4", "straddles 2|4"), ("1-3", "1")]);
}

#[test]
fn other_languages_read_their_plain_amounts() {
    check(&asked("¿Cuántos años?", Some("years")), "es", &[("tres años y medio", "3.5"), ("5 años", "5"), ("cinco", "5"), ("18 meses", "1.5"), ("no tengo 5 años", "?"), ("depende", "?")]);
    check(&asked("Wie viele Jahre?", Some("years")), "de", &[("drei Jahre", "3"), ("seit 2016", "10"), ("fünf", "5"), ("ein Jahr", "1"), ("2 bis 4 Jahre", "2"), ("vor 3 Jahren", "?")]);
    check(&asked("Combien d'années ?", Some("years")), "fr", &[("trois ans", "3"), ("un an et demi", "1.5"), ("5 ans d'expérience", "5")]);
    check(&asked("Quantos anos?", Some("years")), "pt", &[("quatro", "4"), ("dois anos e meio", "2.5")]);
    check(&asked("كم سنة؟", Some("years")), "ar", &[("ثلاث سنوات", "3"), ("٣ سنوات", "3")]);
    check(&asked("कितने साल?", Some("years")), "hi", &[("तीन साल", "3"), ("५ साल", "5")]);
}

#[test]
fn no_text_breaks_the_readers_and_long_ones_stay_quick() {
    let long = "a".repeat(1 << 20);
    let spaced = "5 ".repeat(1 << 19);
    let nasty = ["", " ", "👨‍👩‍👧‍👦", "\u{0}", "\u{202e}5", "e\u{301}\u{301}", "½½½", "5/", "/5", "-", "--5--", "5-", "a", "an a an", "and and and", "5 and", "since", "of", "1,2,3,4", "....5", "5.", ",5", "+", "٠", "۵۵۵۵۵۵۵۵۵۵۵۵۵۵۵۵۵۵۵", "1e309", "99999999999999999999 years", "half half half a", "in in in", "end of", "next", "€", "$$$5$$$", "k k k", "5 k k k k k k k k k", "999999999999999 million million", "between", "from to", "Q1Q2", "31.31.", "0.0.", "00/00/0000", "29 February", "9999-12-31", "in 999999999999 days", "in 99999 years", "end of December 9999", "p.a.b.c", "don't 'n' '", "million years"];
    for kind in [Kind::Number, Kind::Duration, Kind::Money, Kind::Date] {
        let q = question(kind, "How many years?", Rule { max: Some(Limit::Number(85_000.0)), ..Rule::default() });
        for text in nasty.iter().copied().chain([long.as_str(), spaced.as_str()]) {
            super::super::testing::said(&q, text, "en");
        }
    }
}
