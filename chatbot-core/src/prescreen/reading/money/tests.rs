use super::super::testing::{check, question};
use crate::recruiting::question::{Kind, Limit, PayPeriod, Question, Rule};

fn pay(max: Option<f64>, currency: Option<&str>) -> Question {
    question(
        Kind::Money,
        "What are your salary expectations?",
        Rule { max: max.map(Limit::Number), currency: currency.map(str::to_owned), period: Some(PayPeriod::Year), ..Rule::default() },
    )
}

#[test]
fn sums_are_read_however_they_are_said() {
    check(
        &pay(None, None),
        "en",
        &[
            ("72k euros", "{amount:72000,currency:EUR}"),
            ("$50 an hour", "{amount:50,currency:USD,period:hour}"),
            ("€3,400 a month", "{amount:3400,currency:EUR,period:month}"),
            ("85.000 €", "{amount:85000,currency:EUR}"),
            ("85,000.00", "{amount:85000}"),
            ("85'000 CHF", "{amount:85000,currency:CHF}"),
            ("70–85k", "{amount:70000}"),
            ("70-85k", "{amount:70000}"),
            ("70 to 85k", "{amount:70000}"),
            ("between 70 and 85k", "{amount:70000}"),
            ("85 grand", "{amount:85000}"),
            ("1.2m", "{amount:1200000}"),
            ("12 lakh", "{amount:1200000}"),
            ("12 lakhs per annum", "{amount:1200000,period:year}"),
            ("12 LPA", "{amount:1200000,period:year}"),
            ("£45k pa", "{amount:45000,currency:GBP,period:year}"),
            ("£45k per annum", "{amount:45000,currency:GBP,period:year}"),
            ("£45k p.a.", "{amount:45000,currency:GBP,period:year}"),
            ("45k yearly", "{amount:45000,period:year}"),
            ("45k annually", "{amount:45000,period:year}"),
            ("45k gross a year", "{amount:45000,period:year}"),
            ("15/h", "{amount:15,period:hour}"),
            ("€15/hr", "{amount:15,currency:EUR,period:hour}"),
            ("50 per hour", "{amount:50,period:hour}"),
            ("50 hourly", "{amount:50,period:hour}"),
            ("400 a day", "{amount:400,period:day}"),
            ("daily rate 500", "{amount:500,period:day}"),
            ("600 per week", "{amount:600,period:week}"),
            ("3000 per month", "{amount:3000,period:month}"),
            ("3000 pcm", "{amount:3000,period:month}"),
            ("3000 monthly", "{amount:3000,period:month}"),
            ("my hourly rate is 50", "{amount:50,period:hour}"),
            ("72000", "{amount:72000}"),
            ("72,000", "{amount:72000}"),
            ("72.000,00", "{amount:72000}"),
            ("72 000 EUR", "{amount:72000,currency:EUR}"),
            ("EUR 72,000", "{amount:72000,currency:EUR}"),
            ("EUR72000", "{amount:72000,currency:EUR}"),
            ("USD 100k", "{amount:100000,currency:USD}"),
            ("100k USD", "{amount:100000,currency:USD}"),
            ("100 dollars an hour", "{amount:100,currency:USD,period:hour}"),
            ("30 quid an hour", "{amount:30,currency:GBP,period:hour}"),
            ("500 francs a day", "{amount:500,currency:CHF,period:day}"),
            ("50000 rupees a month", "{amount:50000,currency:INR,period:month}"),
            ("15000 zloty", "{amount:15000,currency:PLN}"),
            ("45000 kronor", "{amount:45000,currency:SEK}"),
            ("₹12,00,000", "{amount:1200000,currency:INR}"),
            ("5 million yen", "{amount:5000000,currency:JPY}"),
            ("seventy thousand", "{amount:70000}"),
            ("seventy-two thousand euros", "{amount:72000,currency:EUR}"),
            ("72K", "{amount:72000}"),
            ("72k€", "{amount:72000,currency:EUR}"),
            ("€72k", "{amount:72000,currency:EUR}"),
            ("€ 72k", "{amount:72000,currency:EUR}"),
            ("€70k - €85k", "{amount:70000,currency:EUR}"),
            ("€70k-85k", "{amount:70000,currency:EUR}"),
            ("70k to 85k EUR", "{amount:70000,currency:EUR}"),
            ("from 70k to 85k", "{amount:70000}"),
            ("$70,000-$85,000", "{amount:70000,currency:USD}"),
            ("$70,000 to $85,000 per year", "{amount:70000,currency:USD,period:year}"),
            ("about 72k", "{amount:72000}"),
            ("~72k", "{amount:72000}"),
            ("at least 72k", "{amount:72000}"),
            ("72k+", "{amount:72000}"),
            ("minimum 72k", "{amount:72000}"),
            ("I'm looking for 72k", "{amount:72000}"),
            ("72k would be great", "{amount:72000}"),
            ("I want 72k", "{amount:72000}"),
            ("72k, but negotiable", "{amount:72000}"),
            ("72k negotiable", "{amount:72000}"),
            ("not less than 72k", "{amount:72000}"),
            ("70k, sorry 72k", "{amount:72000}"),
            ("72k, is that ok?", "{amount:72000}"),
            ("50k a year for 40 hours a week", "{amount:50000,period:year}"),
            ("72k plus bonus", "{amount:72000}"),
            ("50 USD/h", "{amount:50,currency:USD,period:hour}"),
            ("4000€/month", "{amount:4000,currency:EUR,period:month}"),
            ("4000 eur net per month", "{amount:4000,currency:EUR,period:month}"),
            ("15.50 an hour", "{amount:15.5,period:hour}"),
            ("I would like 65000 euros per year", "{amount:65000,currency:EUR,period:year}"),
            ("C$90k", "{amount:90000,currency:CAD}"),
            ("US$90k", "{amount:90000,currency:USD}"),
            ("90k CAD", "{amount:90000,currency:CAD}"),
            ("$90k AUD", "{amount:90000,currency:AUD}"),
            ("my expectation is 72k gross", "{amount:72000}"),
            ("70-85", "{amount:70}"),
            ("70k (EUR)", "{amount:70000,currency:EUR}"),
            ("EUR: 70k", "{amount:70000,currency:EUR}"),
            ("5-7 LPA", "{amount:500000,period:year}"),
            ("a hundred thousand dollars", "{amount:100000,currency:USD}"),
            ("a hundred k", "{amount:100000}"),
            ("400 day rate", "{amount:400,period:day}"),
            ("70k plus 10% bonus", "{amount:70000}"),
            ("70k€-80k€", "{amount:70000,currency:EUR}"),
            ("Rs. 50,000 per month", "{amount:50000,currency:INR,period:month}"),
            ("70k in euros", "{amount:70000,currency:EUR}"),
            ("I was hoping for 70k", "{amount:70000}"),
            ("70,000 EUR to 85,000 EUR", "{amount:70000,currency:EUR}"),
            ("72k EUR brutto", "{amount:72000,currency:EUR}"),
        ],
    );
}

#[test]
fn what_isnt_sure_is_unclear() {
    check(
        &pay(None, None),
        "en",
        &[
            ("6 figures", "?"),
            ("six figures", "?"),
            ("open to discuss", "?"),
            ("negotiable", "?"),
            ("market rate", "?"),
            ("depends", "?"),
            ("what do you offer?", "?"),
            ("what's your budget?", "?"),
            ("-5000", "?"),
            ("0", "?"),
            ("", "?"),
            ("up to 85k", "?"),
            ("less than 85k", "?"),
            ("I currently make 60k", "?"),
            ("currently 60k, want 75k", "?"),
            ("is 70k ok?", "?"),
            ("40 hours a week", "?"),
            ("3 months", "?"),
            ("100%", "?"),
            ("+49 170 1234567", "?"),
            ("50k a year or 4k a month", "?"),
            ("your budget of 70k", "?"),
            ("not 70k", "?"),
            ("3000 x 14", "?"),
            ("70k + 10k", "?"),
            ("$50 EUR", "?"),
            ("competitive", "?"),
            ("at 5 pm", "?"),
            ("72k if remote, 80k onsite", "?"),
            ("yes", "?"),
            ("70, maybe 75k", "?"),
            ("70ish k", "?"),
            ("70 75k", "?"),
            ("base 70k, bonus 10k", "?"),
            ("75k max", "?"),
            ("3000 per month x 13", "?"),
            ("75k (currently 65k)", "?"),
            ("a few thousand", "?"),
            ("401k", "?"),
            ("5 years", "?"),
        ],
    );
}

#[test]
fn a_dollar_sign_is_the_rules_dollar() {
    check(
        &pay(None, Some("CAD")),
        "en",
        &[
            ("$90k", "{amount:90000,currency:CAD}"),
            ("90k bucks", "{amount:90000,currency:CAD}"),
            ("90k USD", "{amount:90000,currency:USD}"),
        ],
    );
    check(&pay(None, Some("EUR")), "en", &[("$90k", "{amount:90000,currency:USD}"), ("90k", "{amount:90000}")]);
}

#[test]
fn a_sum_far_from_the_limit_without_a_period_is_asked_back() {
    check(
        &pay(Some(85_000.0), Some("EUR")),
        "en",
        &[
            ("70", "period 70 "),
            ("€3400", "period 3400 EUR"),
            ("70k", "{amount:70000}"),
            ("3400 a month", "{amount:3400,period:month}"),
            ("500k", "period 500000 "),
            ("17000", "{amount:17000}"),
        ],
    );
}

#[test]
fn a_range_across_the_limit_of_a_must_have_is_asked_back() {
    let mut q = pay(Some(80_000.0), Some("EUR"));
    q.must_have = true;
    check(
        &q,
        "en",
        &[
            ("70-85k", "straddles 70k|85k"),
            ("60-70k", "{amount:60000}"),
            ("90k-100k", "{amount:90000}"),
            ("6000 to 7000 a month", "straddles 6000|7000"),
            ("€75k to €90k", "straddles 75k|90k"),
        ],
    );
}
