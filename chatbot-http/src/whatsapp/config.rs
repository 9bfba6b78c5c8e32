//! WhatsApp's variables. Shared by the server and by commands that check it.

use clap::Args;
use secrecy::{ExposeSecret, SecretString};

use crate::config::ConfigError;

/// Where Meta's Graph API is, with the version this is written for. Versions are kept for two years.
pub const GRAPH: &str = "https://graph.facebook.com/v24.0";

/// Secrets that may be valid at once while one takes the other's place.
const MAX_SECRETS: usize = 2;

/// WhatsApp's variables as they were given.
#[derive(Clone, Default, Args)]
#[non_exhaustive]
pub struct WhatsAppArgs {
    /// Whether WhatsApp is on: `true` or `false` [default: false]
    #[arg(long, env = "ENABLE_WHATSAPP")]
    pub enable_whatsapp: Option<String>,
    /// The id Meta gave to the business phone number
    #[arg(long, env = "WHATSAPP_PHONE_NUMBER_ID")]
    pub whatsapp_phone_number_id: Option<String>,
    /// The token messages are sent with: a system user's, which doesn't expire
    #[arg(long, env = "WHATSAPP_TOKEN", hide_env_values = true)]
    pub whatsapp_token: Option<String>,
    /// The app's secret, which webhooks are signed with; the old and the new one, with a comma, while it is changed
    #[arg(long, env = "WHATSAPP_APP_SECRET", hide_env_values = true)]
    pub whatsapp_app_secret: Option<String>,
    /// Words of your own that are entered on Meta's page with the webhook's address
    #[arg(long, env = "WHATSAPP_VERIFY_TOKEN", hide_env_values = true)]
    pub whatsapp_verify_token: Option<String>,
    /// Where the Graph API is, with its version [default: https://graph.facebook.com/v24.0]
    #[arg(long, env = "WHATSAPP_API_URL")]
    pub whatsapp_api_url: Option<String>,
}

impl std::fmt::Debug for WhatsAppArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WhatsAppArgs").field("enable_whatsapp", &self.enable_whatsapp).finish_non_exhaustive()
    }
}

/// A usable configuration of one business phone number.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WhatsAppConfig {
    /// Which number; the account its sessions belong to.
    pub phone_number_id: String,
    /// Sent as a bearer token.
    pub token: SecretString,
    /// What webhooks are signed with, the newest first.
    pub app_secrets: Vec<SecretString>,
    /// What Meta shows when the webhook is set.
    pub verify_token: SecretString,
    /// The Graph API with its version; ends with no slash.
    pub api_url: String,
}

impl WhatsAppConfig {
    /// Checks every value. `None`: WhatsApp is off.
    pub fn new(args: &WhatsAppArgs) -> Result<Option<Self>, ConfigError> {
        match filled(args.enable_whatsapp.as_ref()) {
            None | Some("false") => return Ok(None),
            Some("true") => {}
            Some(_) => return Err(ConfigError::new("ENABLE_WHATSAPP", "is neither true nor false", "true")),
        }
        let phone_number_id = needed("WHATSAPP_PHONE_NUMBER_ID", args.whatsapp_phone_number_id.as_ref(), "106540352242922")?;
        if phone_number_id.len() > 32 || !phone_number_id.bytes().all(|b| b.is_ascii_digit()) {
            let problem = "is not an id of digits (the id of the number, not the number)";
            return Err(ConfigError::new("WHATSAPP_PHONE_NUMBER_ID", problem, "106540352242922"));
        }
        let token = needed("WHATSAPP_TOKEN", args.whatsapp_token.as_ref(), "EAAG…")?;
        if !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(ConfigError::new("WHATSAPP_TOKEN", "holds characters that no header can carry", "EAAG…"));
        }
        let verify_token = needed("WHATSAPP_VERIFY_TOKEN", args.whatsapp_verify_token.as_ref(), "$(openssl rand -hex 16)")?;
        Ok(Some(Self {
            phone_number_id: phone_number_id.to_owned(),
            token: token.to_owned().into(),
            app_secrets: app_secrets(args)?,
            verify_token: verify_token.to_owned().into(),
            api_url: api_url(filled(args.whatsapp_api_url.as_ref()).unwrap_or(GRAPH))?,
        }))
    }
}

fn app_secrets(args: &WhatsAppArgs) -> Result<Vec<SecretString>, ConfigError> {
    const NAME: &str = "WHATSAPP_APP_SECRET";
    const EXAMPLE: &str = "0123456789abcdef0123456789abcdef";
    let text = needed(NAME, args.whatsapp_app_secret.as_ref(), EXAMPLE)?;
    let secrets: Vec<SecretString> = text.split(',').map(|s| s.trim().to_owned().into()).collect();
    if secrets.len() > MAX_SECRETS || secrets.iter().any(|s| s.expose_secret().is_empty()) {
        return Err(ConfigError::new(NAME, "is not one secret, nor two with a comma between them", EXAMPLE));
    }
    Ok(secrets)
}

fn api_url(url: &str) -> Result<String, ConfigError> {
    let refuse = |problem: &str| Err(ConfigError::new("WHATSAPP_API_URL", problem, GRAPH));
    let Some(host) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return refuse("is not an http or https address");
    };
    if host.is_empty() || host.starts_with('/') || host.contains(['?', '#', '@', ' ']) || url.chars().any(char::is_control) {
        return refuse("is not a plain web address (no user, query or fragment)");
    }
    Ok(url.trim_end_matches('/').to_owned())
}

fn filled(value: Option<&String>) -> Option<&str> {
    value.map(|v| v.trim()).filter(|v| !v.is_empty())
}

fn needed<'a>(name: &str, value: Option<&'a String>, example: &str) -> Result<&'a str, ConfigError> {
    filled(value).ok_or_else(|| ConfigError::new(name, "is not set, but ENABLE_WHATSAPP is true", example))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    fn whole() -> WhatsAppArgs {
        WhatsAppArgs {
            enable_whatsapp: Some("true".into()),
            whatsapp_phone_number_id: Some("5550001".into()),
            whatsapp_token: Some("token-of-the-tests".into()),
            whatsapp_app_secret: Some("old, new".into()),
            whatsapp_verify_token: Some("verify-of-the-tests".into()),
            whatsapp_api_url: Some("http://127.0.0.1:9/v1/".into()),
        }
    }

    #[test]
    fn off_unless_it_is_turned_on_whatever_else_is_set() {
        for value in [None, Some(""), Some(" "), Some("false")] {
            let args = WhatsAppArgs { enable_whatsapp: value.map(Into::into), ..whole() };
            assert!(WhatsAppConfig::new(&args).unwrap().is_none(), "{value:?}");
        }
    }

    #[test]
    fn a_whole_configuration_is_read_and_hides_its_secrets() {
        let config = WhatsAppConfig::new(&whole()).unwrap().unwrap();
        assert_eq!((config.phone_number_id.as_str(), config.api_url.as_str()), ("5550001", "http://127.0.0.1:9/v1"));
        let secrets: Vec<&str> = config.app_secrets.iter().map(ExposeSecret::expose_secret).collect();
        assert_eq!(secrets, ["old", "new"]);
        let shown = format!("{config:?}");
        for secret in ["token-of-the-tests", "verify-of-the-tests", "old", "new"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        let plain = WhatsAppArgs { whatsapp_api_url: None, ..whole() };
        assert_eq!(WhatsAppConfig::new(&plain).unwrap().unwrap().api_url, GRAPH);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_and_not_shown() {
        type Change = fn(&mut WhatsAppArgs);
        let cases: [(&str, Change); 13] = [
            ("ENABLE_WHATSAPP", |a| a.enable_whatsapp = Some("yes".into())),
            ("ENABLE_WHATSAPP", |a| a.enable_whatsapp = Some("TRUE".into())),
            ("WHATSAPP_PHONE_NUMBER_ID", |a| a.whatsapp_phone_number_id = None),
            ("WHATSAPP_PHONE_NUMBER_ID", |a| a.whatsapp_phone_number_id = Some("+49 30 1234".into())),
            ("WHATSAPP_TOKEN", |a| a.whatsapp_token = None),
            ("WHATSAPP_TOKEN", |a| a.whatsapp_token = Some("hunter two".into())),
            ("WHATSAPP_APP_SECRET", |a| a.whatsapp_app_secret = None),
            ("WHATSAPP_APP_SECRET", |a| a.whatsapp_app_secret = Some("hunter,".into())),
            ("WHATSAPP_APP_SECRET", |a| a.whatsapp_app_secret = Some("hunter,a,b".into())),
            ("WHATSAPP_VERIFY_TOKEN", |a| a.whatsapp_verify_token = Some("  ".into())),
            ("WHATSAPP_API_URL", |a| a.whatsapp_api_url = Some("graph.facebook.com".into())),
            ("WHATSAPP_API_URL", |a| a.whatsapp_api_url = Some("https://hunter@graph.example".into())),
            ("WHATSAPP_API_URL", |a| a.whatsapp_api_url = Some("https://".into())),
        ];
        for (name, change) in cases {
            let mut args = whole();
            change(&mut args);
            let error = WhatsAppConfig::new(&args).unwrap_err();
            assert_eq!(error.variable, name, "{error}");
            assert!(!error.to_string().contains("hunter") && error.to_string().contains("example: "), "{error}");
        }
    }
}
