//! Where somebody may work, and who needs no permit there.

use super::frame::Frame;

/// Where somebody may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Place {
    /// Unsaid: where the job is.
    #[default]
    Unsaid,
    /// The Union or one of its countries.
    Union,
    /// Somewhere else that is named.
    Elsewhere,
}

const UNION: &[&str] = &[
    "eu",
    "europe",
    "european",
    "germany",
    "austria",
    "france",
    "spain",
    "italy",
    "netherlands",
    "belgium",
    "poland",
    "portugal",
    "ireland",
    "denmark",
    "sweden",
    "finland",
    "greece",
    "hungary",
    "romania",
    "bulgaria",
    "croatia",
    "slovenia",
    "slovakia",
    "czechia",
    "estonia",
    "latvia",
    "lithuania",
    "luxembourg",
    "malta",
    "cyprus",
    "schengen",
    "berlin",
    "munich",
    "hamburg",
    "vienna",
    "paris",
    "madrid",
    "amsterdam",
    "rotterdam",
    "brussels",
    "dublin",
    "warsaw",
    "lisbon",
    "rome",
    "milan",
    "cologne",
    "frankfurt",
];
const ELSEWHERE: &[&str] = &[
    "uk",
    "britain",
    "kingdom",
    "england",
    "scotland",
    "wales",
    "us",
    "usa",
    "states",
    "america",
    "american",
    "canada",
    "australia",
    "zealand",
    "india",
    "switzerland",
    "norway",
    "japan",
    "china",
    "singapore",
    "uae",
    "dubai",
    "emirates",
    "saudi",
    "qatar",
    "kuwait",
    "bahrain",
    "oman",
    "mexico",
    "brazil",
    "turkey",
    "israel",
    "africa",
    "nigeria",
    "kenya",
    "egypt",
    "serbia",
    "ukraine",
    "russia",
    "iceland",
    "british",
    "swiss",
    "canadian",
    "australian",
    "indian",
];

/// The place a question's words name.
pub(super) fn of(words: &[String]) -> Place {
    // "us" is also a pronoun; as a country it follows "the".
    let named = |w: &str, before: Option<&str>| ELSEWHERE.contains(&w) && (w != "us" || before == Some("the") || before == Some("a"));
    let mut before: Option<&str> = None;
    for word in words {
        if named(word, before) {
            return Place::Elsewhere;
        }
        before = Some(word);
    }
    if words.iter().any(|w| UNION.contains(&w.as_str())) { Place::Union } else { Place::Unsaid }
}

/// People of the Union, who need no permit in it.
const UNION_PEOPLE: &[&str] = &[
    "german",
    "austrian",
    "french",
    "spanish",
    "italian",
    "dutch",
    "belgian",
    "polish",
    "portuguese",
    "irish",
    "danish",
    "swedish",
    "finnish",
    "greek",
    "hungarian",
    "romanian",
    "bulgarian",
    "croatian",
    "slovenian",
    "slovak",
    "czech",
    "estonian",
    "latvian",
    "lithuanian",
    "maltese",
    "cypriot",
    "eu",
    "european",
];

/// Whether the words say that the candidate needs no permit: "I'm an EU citizen", "I have a Blue Card".
pub(super) fn needs_no_permit(words: &[&str], frame: &Frame) -> bool {
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|w| !matches!(*w, "well" | "so" | "because" | "as" | "since" | "and" | "actually" | "also" | "but" | "yes"))
        .collect();
    let rest: Vec<&str> = match words.as_slice() {
        ["i", "am" | "was" | "have" | "hold" | "got" | "have got", rest @ ..] | ["am" | "was" | "have" | "hold" | "got", rest @ ..] => {
            rest.to_vec()
        }
        other => other.to_vec(),
    };
    let rest: Vec<&str> = rest
        .into_iter()
        .filter(|w| {
            !matches!(
                *w,
                "a" | "an" | "the" | "got" | "valid" | "full" | "dual" | "proud" | "native" | "born" | "myself" | "also" | "permanent"
            ) || matches!(*w, "born" | "permanent")
        })
        .collect();
    let union = frame.place != Place::Elsewhere;
    let right = frame.permit && !(frame.citizen && !frame.says("work") && !frame.says("permit"));
    match rest.as_slice() {
        ["citizen"] | ["citizen", "here"] | ["citizen", "by", "birth"] => true,
        ["born", "here"] | ["born", "and", "raised", "here"] => right,
        ["blue", "card"] | ["eu", "blue", "card"] | ["bluecard"] | ["blue", "card", "holder"] => right && union,
        ["permanent", "residence" | "resident" | "residency"]
        | ["permanent", "residence", "permit"]
        | ["permanent", "resident", "here"] => right && frame.place == Place::Unsaid,
        ["work", "permit" | "visa"] => right && frame.place == Place::Unsaid,
        ["green", "card"] | ["green", "card", "holder"] => right && (frame.says("us") || frame.says("usa") || frame.says("states")),
        ["settled", "status"] | ["indefinite", "leave", "to", "remain"] => right && (frame.says("uk") || frame.says("kingdom")),
        ["british"] | ["british" | "uk", "citizen" | "passport"] => frame.says("uk") || frame.says("kingdom") || frame.says("england"),
        ["american"] | ["american" | "us", "citizen" | "passport"] => frame.says("us") || frame.says("usa") || frame.says("states"),
        [who] => union && UNION_PEOPLE.contains(who) && *who != "european",
        [who, "citizen" | "national" | "passport" | "citizenship"] | [who, "passport", "holder"] => union && UNION_PEOPLE.contains(who),
        _ => false,
    }
}
