//! Words and signs of currencies and of pay periods.

use crate::recruiting::question::PayPeriod;

/// The currencies that `$` stands for.
const DOLLARS: &[&str] = &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"];

/// Currencies of one meaning.
const CURRENCIES: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("eur.", "EUR"),
    ("£", "GBP"),
    ("gbp", "GBP"),
    ("pound", "GBP"),
    ("pounds", "GBP"),
    ("quid", "GBP"),
    ("sterling", "GBP"),
    ("pounds sterling", "GBP"),
    ("usd", "USD"),
    ("us $", "USD"),
    ("us dollars", "USD"),
    ("us dollar", "USD"),
    ("american dollars", "USD"),
    ("cad", "CAD"),
    ("c $", "CAD"),
    ("ca $", "CAD"),
    ("canadian dollars", "CAD"),
    ("aud", "AUD"),
    ("a $", "AUD"),
    ("au $", "AUD"),
    ("australian dollars", "AUD"),
    ("nzd", "NZD"),
    ("nz $", "NZD"),
    ("sgd", "SGD"),
    ("s $", "SGD"),
    ("singapore dollars", "SGD"),
    ("hkd", "HKD"),
    ("hk $", "HKD"),
    ("chf", "CHF"),
    ("franc", "CHF"),
    ("francs", "CHF"),
    ("franken", "CHF"),
    ("swiss francs", "CHF"),
    ("sfr", "CHF"),
    ("₹", "INR"),
    ("inr", "INR"),
    ("jpy", "JPY"),
    ("yen", "JPY"),
    ("cny", "CNY"),
    ("rmb", "CNY"),
    ("yuan", "CNY"),
    ("pln", "PLN"),
    ("zł", "PLN"),
    ("zl", "PLN"),
    ("zloty", "PLN"),
    ("zlotys", "PLN"),
    ("złoty", "PLN"),
    ("złotych", "PLN"),
    ("zlotych", "PLN"),
    ("sek", "SEK"),
    ("kronor", "SEK"),
    ("nok", "NOK"),
    ("dkk", "DKK"),
    ("czk", "CZK"),
    ("kč", "CZK"),
    ("huf", "HUF"),
    ("forint", "HUF"),
    ("ron", "RON"),
    ("lei", "RON"),
    ("try", "TRY"),
    ("₺", "TRY"),
    ("brl", "BRL"),
    ("r $", "BRL"),
    ("reais", "BRL"),
    ("zar", "ZAR"),
    ("rand", "ZAR"),
    ("aed", "AED"),
    ("dirham", "AED"),
    ("dirhams", "AED"),
    ("sar", "SAR"),
    ("mxn", "MXN"),
    ("ils", "ILS"),
    ("₪", "ILS"),
    ("shekels", "ILS"),
    ("krw", "KRW"),
    ("₩", "KRW"),
    ("uah", "UAH"),
    ("₴", "UAH"),
    ("php", "PHP"),
    ("₱", "PHP"),
    ("ngn", "NGN"),
    ("₦", "NGN"),
    ("naira", "NGN"),
    ("kes", "KES"),
    ("thb", "THB"),
    ("baht", "THB"),
    ("pkr", "PKR"),
    ("bgn", "BGN"),
];

/// Words that may follow a bare sum.
pub(super) const PAY_WORDS: &[&str] = &[
    "gross",
    "net",
    "brutto",
    "base",
    "basic",
    "salary",
    "before",
    "after",
    "would",
    "will",
    "should",
    "is",
    "minimum",
    "negotiable",
    "ote",
    "excluding",
    "depending",
    "ideally",
    "please",
    "annual",
    "plus",
    "upwards",
    "fixed",
    "all",
    "sounds",
    "works",
    "range",
];

/// Whether a code is one of the dollars.
pub(super) fn is_dollar(code: &str) -> bool {
    DOLLARS.contains(&code)
}

/// What `$` means to a rule.
pub(super) fn dollar(own: Option<&str>) -> &str {
    own.filter(|c| is_dollar(c)).unwrap_or("USD")
}

/// The currency of a word or sign; `Some(None)` where it is money of a country nobody named.
#[allow(clippy::option_option, reason = "not money, money of an unnamed country, money of a named one")]
pub(super) fn currency(word: &str, own: Option<&str>) -> Option<Option<String>> {
    let shared = |codes: &[&str], otherwise: Option<&str>| Some(own.filter(|c| codes.contains(c)).or(otherwise).map(str::to_owned));
    match word {
        "$" | "dollar" | "dollars" | "bucks" | "dollers" => Some(Some(dollar(own).to_owned())),
        "¥" | "￥" => shared(&["JPY", "CNY"], Some("JPY")),
        "rs" | "rupee" | "rupees" => shared(&["INR", "PKR", "LKR", "NPR"], Some("INR")),
        "kr" | "krona" => shared(&["SEK", "NOK", "DKK", "ISK"], None),
        "kroner" | "krone" => shared(&["NOK", "DKK"], None),
        "peso" | "pesos" => shared(&["MXN", "ARS", "COP", "CLP", "PHP", "UYU"], None),
        _ => CURRENCIES.iter().find(|(name, _)| *name == word).map(|(_, code)| Some((*code).to_owned())),
    }
}

/// The pay period of a word; short forms count only behind "per", "a" or a slash.
pub(super) fn period(word: &str, joined: bool) -> Option<PayPeriod> {
    let long = match word {
        "hourly" | "ph" => Some(PayPeriod::Hour),
        "daily" | "pd" => Some(PayPeriod::Day),
        "weekly" | "pw" => Some(PayPeriod::Week),
        "monthly" | "pcm" | "pm" => Some(PayPeriod::Month),
        "yearly" | "annually" | "annual" | "pa" | "annum" | "lpa" => Some(PayPeriod::Year),
        _ => None,
    };
    let short = match word {
        "hour" | "hr" | "h" | "hrs" | "std" | "stunde" | "heure" | "hora" => Some(PayPeriod::Hour),
        "day" | "d" | "tag" | "jour" | "día" | "dia" => Some(PayPeriod::Day),
        "week" | "wk" | "w" | "woche" | "semaine" | "semana" => Some(PayPeriod::Week),
        "month" | "mo" | "mth" | "m" | "monat" | "mois" | "mes" | "mês" => Some(PayPeriod::Month),
        "year" | "yr" | "y" | "a" | "anum" | "jahr" | "an" | "año" | "ano" => Some(PayPeriod::Year),
        _ => None,
    };
    long.or(short.filter(|_| joined))
}
