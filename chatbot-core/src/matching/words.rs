//! Words for comparing: lower case, without stop words and what must not matter, stemmed, with a few synonyms.

use std::cell::RefCell;
use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

/// A word that says something, with how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// For comparing.
    pub(super) stem: String,
    /// For showing.
    pub(super) shown: String,
}

/// How much of a text is looked at, in characters.
const MOST: usize = 4000;

/// What people write for the same thing.
const SYNONYMS: &[(&str, &str)] = &[
    ("postgres", "postgresql"),
    ("psql", "postgresql"),
    ("js", "javascript"),
    ("ts", "typescript"),
    ("k8s", "kubernetes"),
    ("cpp", "c++"),
    ("csharp", "c#"),
    ("node.js", "node"),
    ("nodejs", "node"),
    ("react.js", "react"),
    ("reactjs", "react"),
    ("py", "python"),
    ("icu", "intensive"),
    ("license", "licence"),
    ("licensed", "licence"),
    ("truck", "lorry"),
    ("warehousing", "warehouse"),
    ("nursing", "nurse"),
    ("surgical", "surgery"),
    ("welding", "welder"),
    ("programming", "programmer"),
    ("coding", "programmer"),
    ("frontend", "front-end"),
    ("backend", "back-end"),
];

/// Words of grammar.
const GRAMMAR: &[&str] = &[
    "a", "an", "the", "is", "are", "was", "were", "be", "been", "being", "do", "does", "did", "done", "what", "which", "who", "how",
    "when", "where", "why", "can", "could", "would", "will", "shall", "should", "may", "might", "must", "i", "i'm", "you", "we", "they",
    "it", "its", "to", "of", "in", "on", "at", "for", "and", "or", "my", "me", "your", "our", "their", "there", "any", "about", "this",
    "that", "these", "those", "have", "has", "had", "with", "from", "if", "by", "as", "so", "than", "then", "into", "over", "under", "up",
    "out", "off", "per", "also", "please", "some", "such", "each", "other", "others", "more", "most", "many", "much", "very", "too",
    "just", "only", "own", "us", "them", "he", "she", "his", "her", "go", "get", "got", "am", "but", "both", "all", "one", "two", "three",
    "yes", "no", "ever", "e.g", "etc", "since", "while", "through", "between", "after", "before", "during", "within",
];

/// Words that stand in every job and say nothing about one.
const GENERIC: &[&str] = &[
    "year",
    "years",
    "yr",
    "yrs",
    "month",
    "months",
    "week",
    "weeks",
    "day",
    "days",
    "hour",
    "hours",
    "experience",
    "experienced",
    "work",
    "worked",
    "working",
    "works",
    "job",
    "jobs",
    "team",
    "teams",
    "company",
    "employer",
    "role",
    "position",
    "positions",
    "candidate",
    "people",
    "person",
    "use",
    "used",
    "using",
    "know",
    "knowledge",
    "known",
    "skill",
    "skills",
    "skilled",
    "good",
    "great",
    "strong",
    "best",
    "well",
    "new",
    "like",
    "want",
    "wish",
    "need",
    "needed",
    "looking",
    "look",
    "able",
    "ability",
    "allowed",
    "permit",
    "permission",
    "permitted",
    "authorised",
    "authorized",
    "visa",
    "eu",
    "notice",
    "period",
    "salary",
    "pay",
    "yearly",
    "monthly",
    "hourly",
    "expect",
    "expected",
    "expectation",
    "earn",
    "start",
    "started",
    "begin",
    "available",
    "availability",
    "currently",
    "current",
    "long",
    "soon",
    "time",
    "full",
    "part",
    "full-time",
    "part-time",
    "valid",
    "hold",
    "professionally",
    "professional",
    "production",
    "run",
    "running",
    "would",
    "prefer",
    "preferred",
    "willing",
    "comfortable",
    "ready",
    "come",
    "take",
    "taken",
    "make",
    "made",
    "part",
    "level",
    "least",
    "various",
    "different",
    "small",
    "big",
    "large",
    "kind",
    "type",
    "area",
    "areas",
    "thing",
    "things",
    "means",
    "mean",
    "including",
    "included",
    "remote",
    "remotely",
    "hybrid",
    "onsite",
    "on-site",
    "site",
    "office",
    "home",
    "shift",
    "shifts",
    "late",
    "early",
    "either",
    "free",
    "total",
    "number",
    "speak",
    "fluent",
    "fluently",
    "language",
    "languages",
    "kg",
    "qualified",
    "recognised",
    "recognized",
    "here",
    "familiar",
    "worker",
    "build",
    "services",
    "service",
    "customer",
    "customers",
    "own",
    "first",
    "last",
    "night",
    "nights",
    "name",
    "describe",
    "tell",
    "give",
];

/// Ranks and roles that many titles share: they are compared with titles, not as skills.
const ROLES: &[&str] = &[
    "engineer",
    "developer",
    "manager",
    "specialist",
    "assistant",
    "officer",
    "lead",
    "head",
    "expert",
    "consultant",
    "staff",
    "member",
    "associate",
    "director",
    "technician",
    "operator",
    "analyst",
    "coordinator",
    "administrator",
    "representative",
];

/// How senior: no part of what a title says about the work.
const RANKS: &[&str] = &["senior", "junior", "sr", "jr", "mid", "principal", "trainee", "intern", "apprentice", "m", "f", "d", "w", "x"];

/// What must not matter, whoever writes it: age, gender, nationality, family, religion, origin, health, looks.
const PROTECTED: &[&str] = &[
    "age",
    "aged",
    "old",
    "older",
    "young",
    "younger",
    "youthful",
    "elderly",
    "gender",
    "sex",
    "male",
    "female",
    "man",
    "men",
    "woman",
    "women",
    "boy",
    "boys",
    "girl",
    "girls",
    "lady",
    "ladies",
    "gentleman",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mother",
    "father",
    "mum",
    "mom",
    "dad",
    "wife",
    "husband",
    "transgender",
    "nonbinary",
    "gay",
    "lesbian",
    "nationality",
    "nationalities",
    "national",
    "nationals",
    "citizen",
    "citizens",
    "citizenship",
    "ethnicity",
    "ethnic",
    "race",
    "racial",
    "white",
    "black",
    "religion",
    "religious",
    "christian",
    "muslim",
    "jewish",
    "hindu",
    "catholic",
    "protestant",
    "buddhist",
    "atheist",
    "married",
    "unmarried",
    "divorced",
    "single",
    "marital",
    "pregnant",
    "pregnancy",
    "children",
    "kids",
    "disability",
    "disabled",
    "handicapped",
    "photo",
    "photos",
    "picture",
    "pictures",
    "portrait",
    "headshot",
    "born",
    "birth",
    "birthday",
    "birthdate",
    "birthplace",
    "origin",
    "immigrant",
    "foreigner",
    "native",
    "attractive",
];

/// Peoples by adjective that are no language's name.
const PEOPLES: &[&str] = &[
    "american",
    "british",
    "indian",
    "austrian",
    "swiss",
    "brazilian",
    "mexican",
    "african",
    "european",
    "asian",
    "nigerian",
    "egyptian",
    "syrian",
    "canadian",
    "australian",
    "irish",
    "scottish",
    "belgian",
    "argentinian",
    "colombian",
    "pakistani",
    "afghan",
    "iraqi",
    "iranian",
    "moroccan",
    "israeli",
    "kenyan",
    "ghanaian",
    "filipino",
    "bangladeshi",
];

/// Languages by their English names; a job's skills never hold them, since they are peoples' names too.
pub(super) const LANGUAGES: &[&str] = &[
    "english",
    "german",
    "french",
    "spanish",
    "italian",
    "portuguese",
    "dutch",
    "polish",
    "turkish",
    "arabic",
    "russian",
    "ukrainian",
    "chinese",
    "mandarin",
    "cantonese",
    "japanese",
    "korean",
    "hindi",
    "urdu",
    "bengali",
    "punjabi",
    "tamil",
    "romanian",
    "czech",
    "slovak",
    "hungarian",
    "greek",
    "swedish",
    "danish",
    "norwegian",
    "finnish",
    "bulgarian",
    "serbian",
    "croatian",
    "albanian",
    "vietnamese",
    "thai",
    "farsi",
    "persian",
    "hebrew",
    "swahili",
    "catalan",
];

const NEGATIONS: &[&str] = &["no", "not", "never", "without", "none", "neither", "nor", "cannot", "hardly", "zero", "lack", "lacking"];

/// How languages are called by those who speak them.
pub(super) const OWN_NAMES: &[(&str, &str)] = &[
    ("deutsch", "german"),
    ("englisch", "english"),
    ("français", "french"),
    ("francais", "french"),
    ("español", "spanish"),
    ("espanol", "spanish"),
    ("italiano", "italian"),
    ("português", "portuguese"),
    ("portugues", "portuguese"),
    ("nederlands", "dutch"),
    ("polski", "polish"),
    ("türkçe", "turkish"),
];

/// Which words are left out besides grammar and what must not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// What may be a skill.
    Skills,
    /// What a title says.
    Titles,
    /// Everything that says something.
    Content,
}

/// The text's clauses as raw words in lower case with how they were written.
pub(super) fn clauses(text: &str) -> Vec<Vec<(String, String)>> {
    let text: String = text.chars().take(MOST).collect();
    let breaks = |c: char| matches!(c, ',' | ';' | ':' | '!' | '?' | '(' | ')' | '\n' | '–' | '—' | '"' | '“' | '”' | '/' | '&' | '|');
    let mut out = Vec::new();
    for piece in text.split(breaks).flat_map(|p| p.split(". ")) {
        let mut clause = Vec::new();
        for raw in piece.split_whitespace() {
            let shown = raw.trim_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '#');
            // "but" begins another thought, in which a negation before it no longer holds.
            if shown.eq_ignore_ascii_case("but") {
                out.push(std::mem::take(&mut clause));
            } else if !shown.is_empty() {
                clause.push((shown.to_lowercase().replace('’', "'"), shown.to_owned()));
            }
        }
        out.push(clause);
    }
    out.retain(|c| !c.is_empty());
    out
}

/// The text's clauses as terms; what stands behind a negation is left out.
pub(super) fn terms(text: &str, kept: Kept) -> Vec<Vec<Term>> {
    let mut out = Vec::new();
    for clause in clauses(text) {
        let said = clause.iter().take_while(|(word, _)| !is_negation(word));
        let terms: Vec<Term> =
            said.filter(|(word, _)| keeps(word, kept)).map(|(word, shown)| Term { stem: stem(word), shown: shown.clone() }).collect();
        if !terms.is_empty() {
            out.push(terms);
        }
    }
    out
}

/// All terms of a text.
pub(super) fn all(text: &str, kept: Kept) -> Vec<Term> {
    terms(text, kept).into_iter().flatten().collect()
}

/// Whether a text speaks of what must not matter: such a question is never compared.
pub(super) fn is_protected(text: &str) -> bool {
    // "as a citizen or with a permit" asks for the right to work, which may matter.
    !asks_permission(text) && clauses(text).into_iter().flatten().any(|(word, _)| PROTECTED.contains(&word.as_str()))
}

/// Whether a text asks for the right to work somewhere: such an answer is compared with its like, and names no skill.
pub(super) fn asks_permission(text: &str) -> bool {
    let right = ["allowed", "permit", "permitted", "authorised", "authorized", "visa"];
    clauses(text).into_iter().flatten().any(|(word, _)| right.contains(&word.as_str()))
}

fn is_negation(word: &str) -> bool {
    NEGATIONS.contains(&word) || word.ends_with("n't")
}

fn keeps(word: &str, kept: Kept) -> bool {
    if word.chars().all(|c| !c.is_alphabetic()) || GRAMMAR.contains(&word) || PROTECTED.contains(&word) || PEOPLES.contains(&word) {
        return false;
    }
    match kept {
        Kept::Content => true,
        Kept::Titles => !RANKS.contains(&word) && !LANGUAGES.contains(&word),
        Kept::Skills => !GENERIC.contains(&word) && !ROLES.contains(&word) && !RANKS.contains(&word) && !LANGUAGES.contains(&word),
    }
}

thread_local! {
    /// Stemming a word takes longer than looking it up, and people use the same words.
    static STEMS: RefCell<HashMap<String, String>> = RefCell::new(HashMap::new());
}

/// Words remembered by a thread, at most.
const REMEMBERED: usize = 20_000;

/// Synonym, then stem. Names with signs in them (`c++`, `node.js`) stay as they are.
pub(super) fn stem(word: &str) -> String {
    STEMS.with_borrow_mut(|stems| {
        if let Some(known) = stems.get(word) {
            return known.clone();
        }
        let plain = SYNONYMS.iter().find(|(from, _)| *from == word).map_or(word, |(_, to)| to);
        let found = if plain.chars().all(char::is_alphabetic) {
            Stemmer::create(Algorithm::English).stem(plain.strip_suffix("'s").unwrap_or(plain)).into_owned()
        } else {
            plain.to_owned()
        };
        if stems.len() >= REMEMBERED {
            stems.clear();
        }
        stems.insert(word.to_owned(), found.clone());
        found
    })
}
