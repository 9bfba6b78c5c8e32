//! Provider slots, as `PROVIDER{N}_*` variables write them. N counts from 1 without gaps.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// What a slot's variables set.
const SETTINGS: [&str; 11] =
    ["TYPE", "API_KEY", "MODEL", "BASE_URL", "TIMEOUT_MS", "WEIGHT", "RATE", "DAILY_TOKENS", "CONCURRENCY", "REDACT", "TAPES"];

/// The greatest share of the round robin a slot may have.
const HEAVIEST: u64 = 100;

/// What a slot speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProviderKind {
    /// The built-in that knows nothing.
    Stub,
    /// Recorded replies.
    Replay,
    /// OpenAI.
    OpenAi,
    /// Anthropic.
    Anthropic,
    /// Google Gemini.
    Gemini,
    /// Ollama.
    Ollama,
    /// Azure OpenAI.
    Azure,
    /// Groq.
    Groq,
    /// Mistral.
    Mistral,
    /// DeepSeek.
    DeepSeek,
    /// Any server with OpenAI's routes.
    OpenAiCompatible,
}

impl ProviderKind {
    const NAMES: [(&'static str, Self); 11] = [
        ("stub", Self::Stub),
        ("replay", Self::Replay),
        ("openai", Self::OpenAi),
        ("anthropic", Self::Anthropic),
        ("gemini", Self::Gemini),
        ("ollama", Self::Ollama),
        ("azure", Self::Azure),
        ("groq", Self::Groq),
        ("mistral", Self::Mistral),
        ("deepseek", Self::DeepSeek),
        ("openai_compatible", Self::OpenAiCompatible),
    ];

    /// Reads `PROVIDER{N}_TYPE`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name.trim())).map(|(_, kind)| kind)
    }

    /// The name in the variable.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.into_iter().find(|(_, kind)| *kind == self).map_or("stub", |(name, _)| name)
    }

    /// Whether a network is needed.
    pub fn is_remote(self) -> bool {
        !matches!(self, Self::Stub | Self::Replay)
    }

    /// Whether it answers nobody without a key.
    pub fn needs_key(self) -> bool {
        self.is_remote() && !matches!(self, Self::Ollama | Self::OpenAiCompatible)
    }

    /// Where it is, if nothing else is said; none: it has to be said.
    pub fn home(self) -> Option<&'static str> {
        match self {
            Self::OpenAi => Some("https://api.openai.com/v1"),
            Self::Anthropic => Some("https://api.anthropic.com/v1"),
            Self::Gemini => Some("https://generativelanguage.googleapis.com/v1beta"),
            // Its own protocol takes no JSON schema; its second door, which speaks OpenAI's, does.
            Self::Ollama => Some("http://127.0.0.1:11434/v1"),
            Self::Groq => Some("https://api.groq.com/openai/v1"),
            Self::Mistral => Some("https://api.mistral.ai/v1"),
            Self::DeepSeek => Some("https://api.deepseek.com/v1"),
            Self::Stub | Self::Replay | Self::Azure | Self::OpenAiCompatible => None,
        }
    }

    fn example_model(self) -> &'static str {
        match self {
            Self::Anthropic => "claude-haiku-4-5",
            Self::Gemini => "gemini-2.5-flash",
            Self::Mistral => "mistral-small-latest",
            Self::DeepSeek => "deepseek-chat",
            Self::OpenAi | Self::Azure => "gpt-4o-mini",
            _ => "llama3.2",
        }
    }
}

/// So many calls in so much time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub calls: u32,
    /// In which time.
    pub per: Duration,
}

impl Rate {
    /// Reads `60/min`, `2/s`, `500/h`.
    pub fn parse(text: &str) -> Option<Self> {
        let (calls, per) = text.split_once('/')?;
        let per = match per.trim() {
            "s" | "sec" | "second" => 1,
            "m" | "min" | "minute" => 60,
            "h" | "hour" => 3600,
            _ => return None,
        };
        let calls = calls.trim().parse().ok().filter(|calls| *calls > 0)?;
        Some(Self { calls, per: Duration::from_secs(per) })
    }
}

/// One slot as configured.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ProviderSlot {
    /// From 1.
    pub number: usize,
    /// What it speaks.
    pub kind: ProviderKind,
    /// Its key; never shown.
    pub api_key: Option<SecretString>,
    /// The model's name.
    pub model: Option<String>,
    /// Where it is, without a trailing slash.
    pub base_url: Option<String>,
    /// How long one call may take.
    pub timeout: Duration,
    /// Its share of the round robin.
    pub weight: u32,
    /// How often it may be called; none: as often as is asked.
    pub rate: Option<Rate>,
    /// How many tokens it may take a day (UTC), asked and answered; none: any.
    pub daily_tokens: Option<u64>,
    /// How many calls may run at once.
    pub concurrency: usize,
    /// Whether personal data is taken out before it is sent.
    pub redact: bool,
    /// Where a `replay` slot's tapes are.
    pub tapes: Option<PathBuf>,
}

/// A variable that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}; example: {example}")]
pub struct SlotError {
    /// Which.
    pub variable: String,
    /// What is wrong with it, or with its value.
    pub problem: String,
    /// What would be right, as it would be set.
    pub example: String,
}

impl SlotError {
    /// An error about this variable, and a value that would do.
    pub fn new(variable: impl Into<String>, problem: impl Into<String>, example: &str) -> Self {
        let variable = variable.into();
        Self { problem: problem.into(), example: format!("{variable}={example}"), variable }
    }
}

impl ProviderSlot {
    /// Reads all slots from variables (`std::env::vars()` in a binary). What names a slot and can't be used is refused: a
    /// setting that is passed over in silence is a model that nobody asks.
    pub fn from_vars(vars: impl Iterator<Item = (String, String)>) -> Result<Vec<Self>, SlotError> {
        let vars: BTreeMap<String, String> = vars.filter(|(name, value)| parts(name).is_some() && !value.trim().is_empty()).collect();
        vars.keys().try_for_each(|name| known(name))?;
        let slots = (1..).map_while(|number| Self::read(number, &vars).transpose()).collect::<Result<Vec<_>, _>>()?;
        let is_read = |name: &str| parts(name).is_some_and(|(number, _)| number.parse::<usize>().is_ok_and(|n| n <= slots.len()));
        match vars.keys().find(|name| !is_read(name)) {
            None => Ok(slots),
            Some(name) => {
                let missing = format!("PROVIDER{}_", slots.len() + 1);
                let why = if name.starts_with(&missing) { "" } else { ": slots count from 1 without gaps" };
                Err(SlotError::new(format!("{missing}TYPE"), format!("is not set, and {name} is{why}"), "openai"))
            }
        }
    }

    /// One slot; none where its type is not set.
    fn read(number: usize, vars: &BTreeMap<String, String>) -> Result<Option<Self>, SlotError> {
        let get = |what: &str| vars.get(&format!("PROVIDER{number}_{what}")).map(|v| v.trim().to_owned());
        let err = |what: &str, problem: String, example: &str| SlotError::new(format!("PROVIDER{number}_{what}"), problem, example);
        let Some(kind) = get("TYPE") else { return Ok(None) };
        let names = || ProviderKind::NAMES.map(|(name, _)| name).join(", ");
        let kind = ProviderKind::parse(&kind).ok_or_else(|| err("TYPE", format!("`{kind}` is none of {}", names()), "openai"))?;
        let given = get("BASE_URL").map(|url| url.trim_end_matches('/').to_owned());
        if let Some(url) = &given
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            return Err(err("BASE_URL", "is not an http or https address".into(), "http://127.0.0.1:11434/v1"));
        }
        let base_url = given.or_else(|| kind.home().map(str::to_owned));
        if kind.is_remote() && base_url.is_none() {
            let example = if kind == ProviderKind::Azure { "https://NAME.openai.azure.com/openai/v1" } else { "http://127.0.0.1:8000/v1" };
            return Err(err("BASE_URL", format!("is not set, and {} has no address of its own", kind.as_str()), example));
        }
        let model = get("MODEL");
        if kind.is_remote() && model.is_none() {
            return Err(err("MODEL", "is not set".into(), kind.example_model()));
        }
        let api_key = get("API_KEY").map(SecretString::from);
        if kind.needs_key() && api_key.is_none() {
            return Err(err("API_KEY", "is not set".into(), "sk-…"));
        }
        let tapes = get("TAPES").map(PathBuf::from);
        if kind == ProviderKind::Replay {
            match &tapes {
                None => return Err(err("TAPES", "is not set".into(), "tapes")),
                Some(folder) if !folder.is_dir() => {
                    return Err(err("TAPES", format!("there is no folder `{}`", folder.display()), "tapes"));
                }
                Some(_) => {}
            }
        }
        let whole = |what: &str, most: u64, example: &str| match get(what) {
            None => Ok(None),
            Some(v) => match v.parse::<u64>() {
                Ok(n) if (1..=most).contains(&n) => Ok(Some(n)),
                _ if most < u64::MAX => Err(err(what, format!("`{v}` is not a whole number from 1 to {most}"), example)),
                _ => Err(err(what, format!("`{v}` is not a whole number above 0"), example)),
            },
        };
        let rate = match get("RATE") {
            None => None,
            Some(text) => Some(Rate::parse(&text).ok_or_else(|| err("RATE", format!("`{text}` is no rate"), "60/min"))?),
        };
        let redact = match get("REDACT").map(|v| v.to_lowercase()).as_deref() {
            None => kind.is_remote() && !base_url.as_deref().is_some_and(is_here),
            Some("true" | "1" | "yes" | "on") => true,
            Some("false" | "0" | "no" | "off") => false,
            Some(other) => return Err(err("REDACT", format!("`{other}` is neither true nor false"), "true")),
        };
        Ok(Some(Self {
            number,
            kind,
            api_key,
            model,
            base_url,
            timeout: Duration::from_millis(whole("TIMEOUT_MS", 600_000, "20000")?.unwrap_or(20_000)),
            weight: u32::try_from(whole("WEIGHT", HEAVIEST, "1")?.unwrap_or(1)).unwrap_or(1),
            rate,
            daily_tokens: whole("DAILY_TOKENS", u64::MAX, "1000000")?,
            concurrency: usize::try_from(whole("CONCURRENCY", 1000, "8")?.unwrap_or(8)).unwrap_or(8),
            redact,
            tapes,
        }))
    }

    /// The variable that holds this setting.
    pub fn variable(&self, what: &str) -> String {
        format!("PROVIDER{}_{what}", self.number)
    }
}

/// The number and the setting in a variable's name; none where it is no slot's, as in `PROVIDERS_X`.
fn parts(name: &str) -> Option<(&str, &str)> {
    let (number, what) = name.strip_prefix("PROVIDER")?.split_once('_')?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some((number, what))
}

/// Refuses a name that no slot reads.
fn known(name: &str) -> Result<(), SlotError> {
    let wrong =
        |problem: String, number: &str| SlotError { variable: name.to_owned(), problem, example: format!("PROVIDER{number}_TYPE=openai") };
    match parts(name) {
        Some((number, _)) if number.starts_with('0') => Err(wrong("slots count from 1: 1, 2, 3".into(), "1")),
        Some((number, what)) if !SETTINGS.contains(&what) => {
            Err(wrong(format!("is no setting of a provider; those are {}", SETTINGS.join(", ")), number))
        }
        _ => Ok(()),
    }
}

/// Whether an address is this machine's own.
fn is_here(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests;
