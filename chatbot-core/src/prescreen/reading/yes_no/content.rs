//! Which of a question's and an answer's words carry meaning, and whether the one speaks of the other.

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
