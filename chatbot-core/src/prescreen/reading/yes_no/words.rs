//! The words of yes and no. A language is one more table; all are folded as [`super::super::phrases`] folds.

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// Yes to any question.
    Yes,
    /// No to any question.
    No,
    /// "That's fine": yes where willingness is asked, else nothing.
    Willing,
    /// "I'd rather not": no where willingness is asked, else nothing to build on.
    Unwilling,
    /// Doubt about the whole answer.
    Doubt,
    /// So much and no more: stands beside a plain yes only.
    Degree,
    /// Not now but later: stands beside a plain no only.
    Later,
    /// Takes back or narrows: no value with a yes.
    Narrow,
    /// Says nothing either way.
    Filler,
}

use Tag::{Degree, Doubt, Filler, Later, Narrow, No, Unwilling, Willing, Yes};

/// English; the longest phrase at a place wins.
const EN: &[(Tag, &[&str])] = &[
    (Yes, &[
        "yes", "y", "yeah", "yea", "yep", "yup", "yah", "ya", "yeh", "yess", "yees", "yse", "eys", "ye", "yh", "yas", "yus", "yap", "yeha", "yepp", "yupp",
        "aye", "affirmative", "positive", "sure", "suer", "srue", "sure thing", "sure do", "sure am", "sure have", "sure can", "sure is", "for sure", "surely",
        "absolutely", "definitely", "defo", "deffo", "def", "certainly", "obviously", "naturally", "of course", "of cuorse", "ofcorse", "course",
        "correct", "right", "that is right", "that is correct", "that is true", "that is me", "true", "exactly", "indeed", "totally", "completely", "100%",
        "100 percent", "you bet", "you betcha", "by all means", "without a doubt", "without doubt", "no doubt", "no doubt about it", "no question",
        "hell yes", "hell yeah", "heck yes", "heck yeah", "oh yes", "yes please", "yes sir", "yes of course", "yeah sure", "yes sure", "affirm", "roger", "roger that", "yessir",
        "i think so", "i believe so", "think so", "believe so", "pretty sure", "fairly sure", "i am pretty sure", "i am sure", "very much so", "most certainly", "most definitely",
        "do not you worry yes", "it is true", "it is correct", "i can confirm", "i confirm", "confirmed", "can confirm", "it is a yes", "that is a yes", "a definite yes",
        "👍", "✅", "✔", "☑", "👌", "💯",
    ]),
    (No, &[
        "no", "n", "nope", "noep", "npoe", "nop", "nopes", "noo", "nah", "naa", "naw", "nay", "no sir", "negative", "never", "not yet", "not really", "not at all", "not currently",
        "not at the moment", "not right now", "not at this time", "not now", "not at present", "not so far", "not presently", "unfortunately not", "sadly not", "afraid not", "i am afraid not", "regrettably not",
        "certainly not", "definitely not", "absolutely not", "of course not", "obviously not", "no way", "no chance", "hell no", "heck no", "not a chance", "not in the slightest",
        "none", "not i", "not me", "nada", "nein", "do not think so", "i do not think so", "do not believe so", "i do not believe so", "i think not", "i believe not", "probably no way",
        "not yet unfortunately", "not ever", "never ever", "never have", "never did", "i would say no", "that is a no", "it is a no", "that is not correct", "that is not true", "that is not right", "not correct", "not true",
        "not that i know of", "not as of now", "not as yet", "no unfortunately", "no sorry", "nothing", "👎", "❌", "✖", "🚫", "🙅",
    ]),
    (Willing, &[
        "no problem", "no problems", "no prob", "no problem at all", "not a problem", "not a problem at all", "not any problem", "no problem with that", "not a problem for me", "no problem for me", "without problem", "without a problem", "without any problem", "without problems",
        "have no problem with that", "i have no problem with that", "i have no problem", "i have no issue with that", "i have no issues with that", "that is no problem", "that is not a problem", "that is not an issue", "it is not a problem", "it is no problem", "that would not be a problem", "would not be a problem", "that will not be a problem", "that would be no problem",
        "no worries", "no worry", "not to worry", "do not worry", "do not you worry", "no issue", "no issues", "not an issue", "no objection", "no objections", "i have no objection", "i have no objections", "no trouble",
        "no biggie", "no big deal", "no hesitation", "without hesitation", "no need to worry", "no restrictions", "no restriction", "without restrictions", "without restriction", "no limits", "no limitations", "without limitation", "without limitations",
        "why not", "i do not see why not", "do not see why not", "ok", "okay", "okey", "okei", "k", "kk", "okie", "okey dokey", "fine", "alright", "all right", "gladly", "happily", "with pleasure", "my pleasure",
        "that is fine", "that is ok", "that is okay", "that is alright", "that is fine with me", "that is fine by me", "that is ok with me", "that is okay with me", "fine by me", "fine with me", "fine for me", "ok with me", "ok for me", "okay for me", "ok by me", "okay with me",
        "it is fine", "it is ok", "it is okay", "works for me", "that works", "that works for me", "it works for me", "that would work", "that suits me", "suits me", "sounds good", "sounds good to me", "sounds great", "sounds fine", "that sounds good", "that would be fine", "that would be ok", "that would be okay", "would be fine", "that is good", "all good", "perfect", "great", "good for me", "good with me",
        "i am fine with that", "i am ok with that", "i am okay with that", "i am fine with it", "i am ok with it", "i am okay with it", "i am good with that", "i am happy with that", "i am comfortable with that", "i am comfortable with it", "i am up for it", "i am up for that", "up for it", "i am open to that", "i am open to it", "open to it", "open to that",
        "i do not mind", "do not mind", "i would not mind", "would not mind", "i do not mind at all", "i do not mind that", "i do not mind it", "i am willing", "i am willing to", "i am ready", "i am happy to", "i am glad to", "happy to", "glad to", "i would be happy to", "i would be glad to", "i would love to", "would love to", "love to", "i would love that",
        "i would be willing to", "i would be willing", "i am in", "count me in", "can do", "will do", "i could do that", "i can do that", "i can do it", "i will do it", "i will do that", "whatever you need", "whenever you need", "anytime", "any time", "bring it on", "deal", "agreed", "i agree", "let us do it", "let us go",
    ]),
    (Unwilling, &[
        "i would rather not", "rather not", "prefer not", "i prefer not to", "i would prefer not to", "i would prefer not", "prefer not to", "would rather not", "not for me", "that is not for me", "no thanks", "no thank you", "no thx", "hard pass", "not willing", "not interested", "i am not willing", "i am not willing to", "i am not comfortable with that", "i am not comfortable", "not comfortable",
        "i refuse", "not happy to", "i am not happy with that", "i am not ok with that", "i am not okay with that", "i am not fine with that", "that is not possible", "not possible", "that does not work for me", "does not work for me", "that would not work", "out of the question", "i do not want to", "do not want to", "i do not want that", "impossible", "that is impossible", "i am not ready", "i am not able to", "i am unable to", "unable to", "i am not able",
        "that is a problem", "that would be a problem", "that is an issue",
    ]),
    (Doubt, &[
        "maybe", "may be", "mabye", "mayb", "perhaps", "possibly", "probably", "probably not", "potentially", "presumably", "likely", "unlikely", "i guess", "guess", "guess so", "i guess so", "i suppose", "suppose", "suppose so", "i imagine", "i assume", "assume",
        "not sure", "not so sure", "not really sure", "not too sure", "i am not sure", "not 100% sure", "not entirely sure", "not certain", "unsure", "uncertain", "not quite sure", "not completely sure", "not totally sure", "not very sure", "not exactly sure",
        "do not know", "i do not know", "do not really know", "not know", "no idea", "no clue", "do not have a clue", "do not have any idea", "who knows", "do not remember", "do not recall", "can not remember", "can not recall", "no comment", "never mind", "nevermind", "never say never", "not exactly", "not quite", "not necessarily", "not always", "not only", "not just", "not anymore", "not any more", "no longer",
        "it depends", "depends", "that depends", "depending", "depend", "yes and no", "yeah right", "yea right", "as if", "i wish", "wish", "no one", "nobody", "noone", "if only", "hopefully", "i hope", "i hope so", "hope so", "hope", "hoping", "i hope not", "in theory", "theoretically", "in principle", "technically",
        "y n", "yes or no", "y or n", "let me check", "have to check", "need to check", "will check", "would have to check", "check with", "ask me later", "ask me", "it is complicated", "complicated", "good question", "kind of", "kinda", "sort of", "sorta", "more or less", "so so", "50 50", "fifty fifty", "ish", "ca not say", "can not say", "hard to say", "difficult to say", "can not say no", "can not say yes", "would not say no", "would not say", "i would say",
        "should be", "should have", "might", "could be", "seems", "i doubt", "doubt it", "i doubt it", "wrong", "what do you mean", "do not understand", "i do not understand", "do not get it", "do not care", "i do not care", "rather not say", "prefer not to say", "i would rather not say", "i prefer not to say", "would prefer not to say", "not saying", "none of your business", "if", "unless", "whether", "🤷", "🤔",
        "expired", "revoked", "suspended", "lapsed", "withdrawn", "invalid", "outdated", "out of date", "run out", "ran out", "has run out", "lost", "stolen", "used to", "i used to", "once had", "previously had", "formerly", "failed", "not valid", "cancelled", "canceled", "overdue", "ex", "fake", "provisional",
        "next question", "skip", "pass", "joking", "just kidding", "kidding", "lol no", "sarcasm", "not no", "not yes", "i lied", "actually no", "actually yes", "wait no", "wait yes", "no wait", "yes wait", "scratch that", "on second thought", "on second thoughts", "sorry no i mean", "i mean no", "i mean yes", "oops",
    ]),
    (Filler, &[
        "if needed", "if required", "if necessary", "if need be", "if you want", "if you like", "if you need", "if you need me to", "if that helps", "when needed", "as needed", "when required", "as required", "no need to ask", "no matter what", "no matter when", "not long ago", "do not hesitate", "whenever needed",
        "i hope that is ok", "hope that is ok", "hope that helps", "i hope that helps", "i guarantee",
    ]),
    (Degree, &[
        "mostly", "partly", "partially", "somewhat", "a bit", "a little", "a little bit", "little bit", "slightly", "some", "sometimes", "occasionally", "rarely", "hardly", "barely", "almost", "nearly", "to some extent", "to a degree", "basic", "basically", "usually", "not much", "not a lot", "not often", "not very", "not too", "not that much", "just a little", "a tiny bit", "limited", "half", "every now and then", "now and then", "from time to time", "once", "often",
        "more yes than no", "kind of yes", "in part",
    ]),
    (Later, &[
        "soon", "in progress", "in the process", "in process", "on its way", "on the way", "under way", "underway", "applied", "applied for it", "have applied", "applied for one", "applying", "apply", "pending", "waiting for", "waiting on", "still waiting", "awaiting", "expecting", "planning", "planned", "plan to", "plan on", "about to", "working on it", "working on that", "studying for", "studying", "learning", "i am learning", "training for", "scheduled", "booked", "getting", "going to get", "going to", "intend", "intending", "eventually", "later", "in the future", "some day", "someday", "one day", "trying",
        "will get", "can get", "could get", "will have", "would get", "willing to get", "willing to learn", "happy to learn", "can learn", "will learn", "could learn", "want to learn", "would like to learn", "would love to learn", "eager to learn", "keen to learn", "renewing", "being renewed", "to be renewed", "will renew", "renewal", "registered for", "signed up", "enrolled", "not finished", "not done yet", "almost done", "nearly done", "next week", "next month", "next year",
    ]),
    (Narrow, &["but not", "except", "apart from", "other than", "but only", "only if", "only when", "as long as", "provided", "on condition", "under one condition", "not for", "excluding", "however not"]),
];

/// Whole-message words of other languages: language, yes, no.
pub(super) const OTHER: &[(&str, &[&str], &[&str])] = &[
    ("de", &["ja", "jo", "jep", "jup", "klar", "na klar", "ja klar", "genau", "naturlich", "ja naturlich", "sicher", "aber sicher", "selbstverstandlich", "auf jeden fall", "stimmt", "richtig", "korrekt", "jawohl", "gerne", "ja gerne", "ja habe ich", "habe ich", "ja ich habe", "ja bin ich", "bin ich", "ja kann ich", "definitiv", "absolut"],
        &["nein", "ne", "nee", "noe", "no", "leider nicht", "leider nein", "nein leider nicht", "noch nicht", "nein noch nicht", "nicht wirklich", "auf keinen fall", "niemals", "nie", "keineswegs", "habe ich nicht", "nein habe ich nicht", "bin ich nicht", "nein danke", "gar nicht", "uberhaupt nicht"]),
    ("es", &["si", "sip", "claro", "claro que si", "si claro", "por supuesto", "si por supuesto", "correcto", "exacto", "desde luego", "asi es", "efectivamente", "seguro", "si tengo", "si lo tengo", "lo tengo", "cierto", "por descontado"],
        &["no", "nop", "nunca", "jamas", "todavia no", "aun no", "no todavia", "claro que no", "para nada", "por desgracia no", "lamentablemente no", "no tengo", "no lo tengo", "no la tengo", "tampoco", "de ninguna manera", "en absoluto"]),
    ("fr", &["oui", "ouais", "bien sur", "oui bien sur", "tout a fait", "absolument", "exactement", "exact", "certainement", "evidemment", "bien entendu", "d accord", "daccord", "si", "effectivement", "oui j en ai un", "c est ca", "correct", "volontiers"],
        &["non", "nan", "pas encore", "non pas encore", "jamais", "malheureusement pas", "malheureusement non", "pas du tout", "pas vraiment", "bien sur que non", "helas non", "non merci", "absolument pas", "toujours pas"]),
    ("pt", &["sim", "claro", "sim claro", "claro que sim", "com certeza", "certeza", "exato", "exatamente", "correto", "certo", "isso", "isso mesmo", "sim tenho", "tenho", "tenho sim", "sou sim", "obvio", "obviamente", "positivo"],
        &["nao", "n", "ainda nao", "nunca", "jamais", "infelizmente nao", "nao tenho", "claro que nao", "de jeito nenhum", "de forma alguma", "nem um pouco", "negativo", "nao sou"]),
    ("hi", &["हाँ", "हां", "हा", "जी", "जी हाँ", "जी हां", "हाँ जी", "हां जी", "बिल्कुल", "बिलकुल", "ज़रूर", "जरूर", "सही", "haan", "han", "ji", "ji haan", "haan ji", "bilkul", "zaroor"],
        &["नहीं", "नही", "जी नहीं", "जी नही", "अभी नहीं", "अभी नही", "बिल्कुल नहीं", "बिलकुल नहीं", "कभी नहीं", "ना", "nahi", "nahin", "ji nahi", "bilkul nahi"]),
    ("ar", &["نعم", "اجل", "أجل", "بلى", "ايوه", "أيوه", "ايوة", "أيوة", "طبعا", "طبعاً", "بالتأكيد", "بالتاكيد", "اكيد", "أكيد", "صحيح", "نعم بالتأكيد", "بالطبع"],
        &["لا", "كلا", "ليس بعد", "لا ليس بعد", "ابدا", "أبدا", "أبداً", "للأسف لا", "لا للأسف", "بالطبع لا", "لأ", "مش", "ليس لدي"]),
];

/// Words worth mending when mistyped: long enough that one slip makes no other word.
const MENDED: &[&str] = &["definitely", "absolutely", "certainly", "obviously", "correct", "exactly", "totally", "unfortunately", "affirmative", "indeed", "never", "negative", "naturally", "maybe", "perhaps", "probably", "depends", "expired", "applied", "pending", "course", "positive", "problem"];

/// English words one slip away from a mended one.
const NOT_MENDED: &[&str] = &["newer", "fever", "lever", "sever", "never", "problems", "expires", "expire", "applies", "spending", "sending", "depend", "totality", "coarse", "courses", "source", "corrects", "ending", "exact", "total", "totals", "negatives", "positives", "bending", "lending", "tending", "expected", "severe"];

/// The word a slip of the finger was meant for, if there is one.
pub(super) fn mended(word: &str) -> Option<&'static str> {
    if word.len() < 5 || word.len() > 16 || NOT_MENDED.contains(&word) {
        return None;
    }
    MENDED.iter().copied().find(|m| *m != word && super::super::phrases::one_edit(word, m))
}

/// The longest phrase at `at`: its tag and how many words it takes.
pub(super) fn tag_at(words: &[super::super::phrases::Word], at: usize) -> Option<(Tag, usize)> {
    let mut best: Option<(Tag, usize)> = None;
    for (tag, phrases) in EN {
        for phrase in *phrases {
            if let Some(taken) = super::super::phrases::phrase_at(words, at, phrase)
                && best.is_none_or(|(_, n)| taken > n)
            {
                best = Some((*tag, taken));
            }
        }
    }
    best
}

/// Words that may stand before or after a plain yes or no without changing it.
pub(super) const SMALL: &[&str] = &[
    "well", "so", "hi", "hello", "hey", "oh", "ah", "um", "uh", "erm", "hm", "hmm", "mm", "actually", "currently", "honestly", "personally", "please", "thanks", "thank", "you", "sorry", "sir", "madam", "maam", "mate", "man", "bro", "dear",
    "and", "then", "very", "really", "also", "too", "already", "still", "now", "today", "yet", "at", "all", "the", "moment", "i", "just", "here", "there", "unfortunately", "sadly", "luckily", "fortunately", "haha", "lol", "great", "again", "right", "afraid", "am", "my", "friend", "with", "me", "for", "to", "of", "course", "absolutely", "definitely", "certainly", "indeed", "it", "is", "do", "does", "does", "have", "a", "ever", "before", "as", "in", "fact", "proudly", "both", "always", "totally", "obviously", "clearly", "truly", "ok", "okay",
];

/// Verbs of wanting, trying, losing and the like: "I need a licence" has none.
pub(super) const BLOCKED: &[&str] = &[
    "need", "needed", "want", "wanted", "like", "liked", "require", "required", "plan", "hope", "intend", "wish", "think", "thought", "guess", "might", "may", "could", "should", "would", "try", "tried", "trying", "apply", "applied", "lose", "lost", "course", "training", "tutorial", "fail", "failed", "quit", "stop", "stopped", "lack", "hate", "dislike", "avoid", "doubt", "refuse", "prefer", "expect", "learn", "learned", "learnt", "study", "studied", "get", "getting", "looking", "look", "believe", "understand", "know", "heard", "hear", "mean", "meant", "say", "said", "wonder", "ask", "asked", "considered", "considering", "interested", "dream", "forgot", "forget", "missed", "miss", "finished", "started", "start", "read", "seen", "saw", "observed", "watched", "shadowed", "care", "mind", "wait", "remember", "recall", "see", "worry", "feel", "felt", "dont", "only", "just", "less", "under", "few", "little", "never", "nearly", "almost", "close",
    "zero", "0", "old", "former", "previous", "ended", "last", "must", "ought", "supposed", "unable", "minus", "barely", "hardly", "next", "future", "tomorrow", "afraid", "worried", "nervous", "scared", "against", "sick", "tired", "reluctant", "hesitant", "unwilling", "without",
];

/// Somebody else: what they hold the candidate may not.
pub(super) const OTHERS: &[&str] = &["friend", "friends", "brother", "sister", "wife", "husband", "partner", "father", "mother", "dad", "mum", "mom", "son", "daughter", "colleague", "colleagues", "boss", "team", "company", "employer", "someone", "somebody", "who", "his", "her", "their", "he", "she", "they", "uncle", "aunt", "cousin"];
