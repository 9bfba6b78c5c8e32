//! Broken files, and what is said about each.

use super::*;

fn said(text: &str) -> String {
    JobFile::from_yaml(text, Some("x.yaml")).unwrap_err().to_string()
}

/// One question in a job; its error without the place and the path before the question.
fn question(written: &str) -> String {
    let said = said(&format!("title: Cook\nprescreen:\n  questions:\n    - {written}\n"));
    said.replacen("prescreen.questions[0]", "q", 1)
}

#[test]
fn a_broken_file_is_named_with_line_column_and_what_was_expected() {
    for (text, expected) in [
        (
            "",
            "x.yaml:1:1: expected keys and values (slug, title, employer, contact, privacy_url, owner, timezone, hours, location, description, facts, next_step, prescreen), found nothing",
        ),
        ("slug: cook\n", "x.yaml:1:1: title: is missing; example: title: Rust Engineer"),
        ("title: [Cook]\n", "x.yaml:1:8: title: expected text, found a list; example: title: Rust Engineer"),
        ("title: \"  \"\n", "x.yaml:1:8: title: is empty; example: title: Rust Engineer"),
        ("title: \"Cook\nslug: [\n", "x.yaml:1:8: this is not readable YAML: unclosed quote"),
        ("title: Cook\ntitle: Baker\n", "x.yaml:2:1: this is not readable YAML: duplicate mapping key: title"),
        (
            "title: Cook\nsalery: 5\n",
            "x.yaml:2:1: salery: unknown key \"salery\"; known keys: slug, title, employer, contact, privacy_url, owner, timezone, hours, location, description, facts, next_step, prescreen",
        ),
        (
            "title: Cook\nslug: Head Cook\n",
            "x.yaml:2:7: slug: \"Head Cook\" is not a name for links: a-z, 0-9 and -, at most 64 letters; example: rust-engineer",
        ),
        (
            "title: Cook\ntimezone: Europe/Bärlin\n",
            "x.yaml:2:11: timezone: \"Europe/Bärlin\" is not a time zone's name; example: timezone: Europe/Berlin",
        ),
        ("title: Cook\nhours: always\n", "x.yaml:2:8: hours: \"always\" is not a day of the week; example: hours: \"Mon-Fri 09:00-17:00\""),
        (
            "title: Cook\nprivacy_url: www.example.org\n",
            "x.yaml:2:14: privacy_url: \"www.example.org\" is not a web address (https://…); example: https://example.org/privacy",
        ),
        (
            "title: Cook\nfacts: {salary: {from: 5}}\n",
            "x.yaml:2:17: facts.salary: a fact is a text, a number, true or false, or a list of these; example: salary: \"70–85 k€\"",
        ),
        (
            "title: Cook\nprescreen:\n  questions: none\n",
            "x.yaml:3:14: prescreen.questions: expected a list, found \"none\"; example: questions: [{text: \"May you work in the EU?\", kind: yes_no}]",
        ),
        (
            "title: Cook\nprescreen:\n  on_must_have_fail: reject\n",
            "x.yaml:3:22: prescreen.on_must_have_fail: \"reject\" is not known; expected one of: finish, stop",
        ),
        (
            "title: Cook\nnext_step: {text: Call, when: later}\n",
            "x.yaml:2:31: next_step.when: \"later\" is not known; expected one of: completed, shortlisted",
        ),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
}

#[test]
fn a_broken_question_is_named_with_its_number() {
    for (written, expected) in [
        ("{kind: text}", "x.yaml:4:7: q.text: is missing; example: text: \"How many years have you worked with Rust?\""),
        ("{text: a?}", "x.yaml:4:7: q.kind: is missing; example: kind: number"),
        (
            "{text: a?, kind: yesno}",
            "x.yaml:4:24: q.kind: \"yesno\" is not known; expected one of: yes_no, number, choice, duration, date, money, text; example: kind: number",
        ),
        (
            "{text: a?, kind: text, must_have: perhaps}",
            "x.yaml:4:41: q.must_have: expected true or false, found \"perhaps\"; example: true",
        ),
        ("{text: a?, kind: text, weight: heavy}", "x.yaml:4:38: q.weight: expected a number, found \"heavy\"; example: weight: 2"),
        ("{text: a?, kind: text, weight: -1}", "x.yaml:4:38: q.weight: -1 is not between 0 and 1000; example: weight: 2"),
        ("{text: a?, kind: text, weight: .inf}", "x.yaml:4:38: this is not readable YAML: non-finite float `.inf`"),
        (
            "{text: a?, kind: text, options: [{value: a}, {value: b}]}",
            "x.yaml:4:39: q.options: options belong to kind choice; this is text",
        ),
        (
            "{text: a?, kind: choice}",
            "x.yaml:4:7: q.options: a choice needs at least two options; example: options: [{value: remote}, {value: onsite}]",
        ),
        ("{text: a?, kind: choice, options: [{value: a}, {value: A}]}", "x.yaml:4:62: q.options[1].value: \"A\" stands here twice"),
        (
            "{text: a?, kind: choice, options: [{value: a}, {value: b, aliases: [a]}]}",
            "x.yaml:4:75: q.options[1].aliases[0]: \"a\" means another option already",
        ),
        (
            "{text: a?, kind: yes_no, must_have: true}",
            "x.yaml:4:7: q.rule: is missing: a must-have needs a rule that says what passes; example: rule: {expected: true}",
        ),
    ] {
        assert_eq!(question(written), expected, "{written}");
    }
}

#[test]
fn a_rule_that_does_not_fit_its_kind_is_named_with_one_that_does() {
    for (written, expected) in [
        (
            "{text: a?, kind: yes_no, rule: {min: 3}}",
            "x.yaml:4:44: q.rule.min: a rule of kind yes_no takes expected, not min; example: rule: {expected: true}",
        ),
        ("{text: a?, kind: yes_no, rule: {}}", "x.yaml:4:38: q.rule: says nothing to score a yes_no by; example: rule: {expected: true}"),
        (
            "{text: a?, kind: number, rule: {mim: 3}}",
            "x.yaml:4:39: q.rule.mim: unknown key \"mim\"; known keys: expected, min, max, unit, accept, currency, period, before, keywords, pass",
        ),
        ("{text: a?, kind: number, rule: {min: three}}", "x.yaml:4:44: q.rule.min: expected a number, found \"three\"; example: min: 3"),
        (
            "{text: a?, kind: number, rule: {max: P3M}}",
            "x.yaml:4:44: q.rule.max: expected a number, found \"P3M\"; example: rule: {min: 3, unit: years}",
        ),
        (
            "{text: a?, kind: number, rule: {max: [3]}}",
            "x.yaml:4:44: q.rule.max: expected a number, or a duration such as P3M; example: max: 85000, or for durations max: P3M",
        ),
        (
            "{text: a?, kind: number, rule: {min: 5, max: 3}}",
            "x.yaml:4:52: q.rule.max: 3 is below min, 5: no answer would pass; example: min: 3, max: 10",
        ),
        (
            "{text: a?, kind: duration, rule: {max: 3}}",
            "x.yaml:4:46: q.rule.max: 3 of what? A duration is written as in ISO 8601; example: P3M, P14D, P2W, P1Y",
        ),
        (
            "{text: a?, kind: duration, rule: {max: 3M}}",
            "x.yaml:4:46: q.rule.max: \"3M\" is not an ISO 8601 duration of years, months, weeks or days; example: P3M, P14D, P2W, P1Y",
        ),
        (
            "{text: a?, kind: money, rule: {max: 5, currency: euro}}",
            "x.yaml:4:56: q.rule.currency: \"euro\" is not a currency's three capital letters (ISO 4217); example: rule: {max: 85000, currency: EUR, period: year}",
        ),
        (
            "{text: a?, kind: money, rule: {max: 5, period: decade}}",
            "x.yaml:4:54: q.rule.period: \"decade\" is not known; expected one of: hour, day, week, month, year",
        ),
        (
            "{text: a?, kind: date, rule: {before: soon}}",
            "x.yaml:4:45: q.rule.before: expected a day as YYYY-MM-DD; example: before: 2028-03-01",
        ),
        (
            "{text: a?, kind: choice, options: [{value: a}, {value: b}], rule: {accept: [c]}}",
            "x.yaml:4:83: q.rule.accept[0]: \"c\" is not one of the options: a, b; example: rule: {accept: [remote, hybrid]}",
        ),
        (
            "{text: a?, kind: choice, options: [{value: a}, {value: b}], rule: {accept: [a], pass: all}}",
            "x.yaml:4:93: q.rule.pass: counts several choices; this question takes one (multiple: true is missing); example: rule: {accept: [remote, hybrid]}",
        ),
        (
            "{text: a?, kind: text, rule: {keywords: []}}",
            "x.yaml:4:47: q.rule.keywords: is empty: nothing would score; example: rule: {keywords: [{term: postgresql, weight: 2}, {term: sqlite}]}",
        ),
        (
            "{text: a?, kind: text, rule: {keywords: [{term: a, weight: 0}]}}",
            "x.yaml:4:66: q.rule.keywords[0].weight: 0 is not above 0 and at most 1000; example: weight: 2",
        ),
    ] {
        assert_eq!(question(written), expected, "{written}");
    }
}

#[test]
fn durations_in_years_months_weeks_and_days_are_fine() {
    for good in ["P3M", "P14D", "P1Y", "P2W", "P1Y6M", "P1M2W3D"] {
        let file = format!("title: Cook\nprescreen: {{questions: [{{text: a?, kind: duration, rule: {{max: {good}}}}}]}}");
        JobFile::from_yaml(&file, None).unwrap_or_else(|e| panic!("{good}: {e}"));
    }
    for bad in ["P", "PT8H", "3M", "P3", "P1D1Y", "P-3M", "P1.5Y"] {
        assert!(question(&format!("{{text: a?, kind: duration, rule: {{max: {bad}}}}}")).contains("is not an ISO 8601 duration"), "{bad}");
    }
}

#[test]
fn what_is_too_long_or_too_many_is_refused() {
    let long = |n: usize| "x".repeat(n);
    assert!(said(&format!("title: {}", long(201))).contains("title: 201 characters are too many; at most 200"));
    assert!(said(&format!("title: a\ndescription: {}", long(20_001))).contains("description: 20001 characters are too many"));
    assert!(question(&format!("{{text: {}, kind: text}}", long(501))).contains("q.text: 501 characters are too many; at most 500"));
    let questions = "{text: a?, kind: text},".repeat(101);
    assert!(
        said(&format!("title: a\nprescreen: {{questions: [{questions}]}}"))
            .contains("prescreen.questions: 101 questions are too many; at most 100")
    );
    assert!(said("title: \"a\\u0007\"").contains("title: holds the control character U+0007"));
}
