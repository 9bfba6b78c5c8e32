//! What a yes/no question asks: the same words answer "do you have" and "are you willing" differently.

use super::super::phrases::{Clause, clauses};

/// A question, seen by what decides how its answers read.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Asks for willingness or ability.
    pub(super) willing: bool,
    /// Asks whether something is minded: a no is good news.
    pub(super) mind: bool,
    /// Asked with a negation, so that a bare yes has two meanings.
    pub(super) negative: bool,
    /// Asks about the right to work.
    pub(super) permit: bool,
    /// Asks about citizenship.
    pub(super) citizen: bool,
    /// The place the right is asked for.
    pub(super) place: Place,
    /// Every word of it.
    pub(super) words: Vec<String>,
    /// The stems that carry its meaning.
    pub(super) content: Vec<String>,
}

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

impl Frame {
    /// Looks at the question's own sentence: the last one that ends in a question mark, else all of it.
    pub(super) fn of(question: &str) -> Self {
        let all = clauses(question);
        let words: Vec<String> = all.iter().flat_map(|c| &c.words).map(|w| w.text.clone()).take(120).collect();
        let tagged = all.iter().rev().find(|c| c.asked).is_some_and(is_tag) && all.len() > 1;
        let own: Vec<String> = main_words(&all, tagged);
        let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
        let run = |phrase: &str| format!(" {} ", words.join(" ")).contains(&format!(" {phrase} "));
        let first = own.first().map(String::as_str).unwrap_or_default();
        let opening: Vec<&str> = own.iter().take(5).map(String::as_str).collect();
        let negative_words = ["not", "never", "no", "none", "neither"];
        let needs = has(&["need", "require", "sponsorship", "sponsor", "requires", "needs"]);
        let citizen = has(&["citizen", "citizenship", "national", "nationality", "citizens"]);
        let work = has(&["work", "working", "employment", "employed", "job"]);
        let right = has(&[
            "permit",
            "permits",
            "permitted",
            "authorised",
            "authorized",
            "authorisation",
            "authorization",
            "legally",
            "visa",
            "eligible",
            "entitled",
        ]) || run("allowed to work")
            || run("right to work")
            || run("legal right");
        let willing = matches!(first, "can" | "could" | "would" | "will")
            || (matches!(first, "are" | "is" | "do" | "you" | "and" | "so")
                && [
                    "willing",
                    "able",
                    "ready",
                    "comfortable",
                    "ok",
                    "okay",
                    "happy",
                    "prepared",
                    "open",
                    "fine",
                    "available",
                    "good",
                    "flexible",
                    "agree",
                    "accept",
                    "interested",
                    "alright",
                    "possible",
                    "acceptable",
                    "keen",
                    "up",
                ]
                .iter()
                .any(|w| own.iter().take(8).any(|o| o == w)));
        Self {
            mind: run("do you mind")
                || run("would you mind")
                || run("any objection")
                || run("any objections")
                || run("object to")
                || run("a problem with")
                || run("any problem")
                || run("any problems")
                || run("any issue")
                || run("any issues")
                || run("an issue with")
                || run("be a problem")
                || run("be an issue"),
            negative: opening.iter().any(|w| negative_words.contains(w)),
            permit: (right || (citizen && work)) && !needs,
            citizen: citizen && !needs,
            place: place(&words),
            content: content(&own),
            willing,
            words,
        }
    }

    /// Whether the question has the word.
    pub(super) fn says(&self, word: &str) -> bool {
        self.words.iter().any(|w| w == word)
    }
}

/// ", do you?" after a statement.
fn is_tag(clause: &Clause) -> bool {
    let words: Vec<&str> = clause.words.iter().map(|w| w.text.as_str()).collect();
    match words.as_slice() {
        [aux, "you"] | [aux, "not", "you"] | [aux, "you", "not"] => {
            matches!(*aux, "do" | "have" | "are" | "can" | "will" | "did" | "would" | "could")
        }
        ["is" | "are", "not", "it" | "that"] | ["is", "it" | "that"] | ["right" | "correct" | "yes" | "no"] => true,
        _ => false,
    }
}

/// The clause that asks: the one before a tag, else the last asked one with what leads into it.
fn main_words(all: &[Clause], tagged: bool) -> Vec<String> {
    let texts = |list: &[Clause]| list.iter().flat_map(|c| &c.words).map(|w| w.text.clone()).take(60).collect::<Vec<_>>();
    let asked = all.iter().rposition(|c| c.asked);
    let Some(at) = asked else { return texts(all) };
    if tagged && let Some(before) = at.checked_sub(1) {
        return texts(all.get(before..=before).unwrap_or_default());
    }
    // "For this job, do you have …?" starts at the clause with "you" in it.
    let from = all
        .get(..=at)
        .unwrap_or_default()
        .iter()
        .position(|c| c.words.iter().take(4).any(|w| w.text == "you") && c.words.len() > 1)
        .unwrap_or(at);
    texts(all.get(from..=at).unwrap_or_default())
}

/// Words of a question and an answer that carry no subject.
const STOP: &[&str] = &[
    "a",
    "an",
    "the",
    "i",
    "you",
    "we",
    "me",
    "my",
    "your",
    "our",
    "it",
    "its",
    "is",
    "are",
    "am",
    "be",
    "been",
    "was",
    "were",
    "do",
    "does",
    "did",
    "have",
    "has",
    "had",
    "having",
    "can",
    "could",
    "will",
    "would",
    "shall",
    "should",
    "may",
    "might",
    "in",
    "on",
    "at",
    "of",
    "to",
    "for",
    "with",
    "from",
    "by",
    "as",
    "and",
    "or",
    "any",
    "some",
    "this",
    "that",
    "these",
    "those",
    "there",
    "here",
    "ever",
    "already",
    "currently",
    "now",
    "still",
    "yet",
    "before",
    "not",
    "no",
    "one",
    "ones",
    "please",
    "yes",
    "so",
    "very",
    "really",
    "also",
    "too",
    "all",
    "both",
    "actually",
    "indeed",
    "got",
    "get",
    "hold",
    "holding",
    "own",
    "possess",
    "posses",
    "possession",
    "carry",
    "us",
    "if",
    "what",
    "which",
    "how",
    "when",
    "who",
    "than",
    "then",
    "such",
    "like",
    "own",
    "time",
    "times",
    "myself",
    "always",
    "many",
    "several",
    "lots",
    "lot",
    "mine",
    "them",
    "more",
    "much",
    "even",
    "just",
    "well",
    "new",
    "present",
    "today",
    "since",
    "years",
    "year",
    "months",
    "month",
    "least",
    "plenty",
    "good",
    "happy",
    "glad",
    "willing",
    "able",
    "ready",
    "comfortable",
    "prepared",
    "fully",
    "absolutely",
    "definitely",
    "certainly",
    "personally",
    "worry",
    "dear",
    "hi",
    "hello",
    "thanks",
    "thank",
    "over",
    "into",
    "about",
    "regularly",
    "regular",
];

/// Subjects so wide that they may be missing from an answer without changing it.
const WIDE: &[&str] = &[
    "valid",
    "current",
    "certif",
    "experienc",
    "work",
    "job",
    "role",
    "position",
    "shift",
    "full",
    "licen",
    "offici",
    "recogni",
    "previou",
    "past",
    "professional",
    "necessary",
    "requir",
    "relevant",
    "own",
    "hand",
    "live",
    "country",
    "speak",
    "use",
    "environment",
];

/// Stems of papers somebody holds.
const PAPERS: &[&str] = &["licen", "certif", "degre", "diploma", "qualif"];

/// The stem two forms of a word share.
pub(super) fn stem(word: &str) -> String {
    for head in ["certif", "licen", "qualif", "experienc", "manag"] {
        if word.starts_with(head) {
            return head.to_owned();
        }
    }
    let cut = |w: &str, n: usize| w.get(..w.len().saturating_sub(n)).unwrap_or(w).to_owned();
    let mut out = word.to_owned();
    if out.len() > 4 && out.ends_with("ies") {
        return cut(&out, 3) + "y";
    }
    if out.len() > 3 && out.ends_with('s') && !out.ends_with("ss") {
        out = cut(&out, 1);
    }
    if out.len() > 5 && out.ends_with("ing") {
        out = cut(&out, 3);
    } else if out.len() > 4 && (out.ends_with("ed") || (out.len() > 5 && out.ends_with("er"))) {
        out = cut(&out, 2);
    }
    if out.len() > 3 && out.ends_with('e') { cut(&out, 1) } else { out }
}

/// The stems in `words` that carry meaning.
pub(super) fn content<S: AsRef<str>>(words: &[S]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words {
        let word = word.as_ref();
        if STOP.contains(&word) || word.chars().all(|c| c.is_ascii_digit() || c == '.') {
            continue;
        }
        let stem = stem(word);
        if !out.contains(&stem) {
            out.push(stem);
        }
    }
    out
}

/// Whether a word is one of those without a subject.
pub(super) fn is_stop(word: &str) -> bool {
    STOP.contains(&word)
}

/// Whether an answer's stems speak of the question's: something shared, and nothing else in its place.
/// `points`: it has "one" or the like for what was asked.
pub(super) fn restates(answer: &[String], question: &[String], points: bool) -> bool {
    let shared = answer.iter().any(|a| question.contains(a));
    let extra = answer.iter().any(|a| !question.contains(a) && !WIDE.contains(&a.as_str()));
    let missing = question.iter().any(|q| !answer.contains(q) && !WIDE.contains(&q.as_str()));
    // Who drives needn't hold a licence: a paper that is asked for must be named.
    let paper = |list: &[String]| list.iter().any(|w| PAPERS.contains(&w.as_str()));
    shared && !(extra && missing) && (points || !paper(question) || paper(answer))
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

fn place(words: &[String]) -> Place {
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
