#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
use super::*;

type Set = Box<dyn FnOnce(&mut Args)>;

fn args(set: impl FnOnce(&mut Args)) -> Args {
    let mut args = Args {
        host: HostArgs::default(),
        worker_type: None,
        public_url: None,
        trusted_proxies: None,
        chatbot_admin_token: None,
        whatsapp: WhatsAppArgs::default(),
        telegram: TelegramArgs::default(),
        demo: false,
        test_clock: false,
        test_poll: None,
    };
    set(&mut args);
    args
}

fn config(set: impl FnOnce(&mut Args)) -> Result<Config, ConfigError> {
    Config::new(args(set), std::iter::empty())
}

#[test]
fn nothing_configured_is_a_sqlite_file_on_this_machine() {
    let config = config(|_| {}).unwrap();
    assert!(config.host.database_by_default);
    assert!(!self::config(|a| a.host.database_url = Some("sqlite://x.db".into())).unwrap().host.database_by_default);
    assert_eq!(config.url(config.host.bind_addr), "http://127.0.0.1:8080");
}

#[test]
fn what_cannot_be_used_is_named_with_an_example_and_never_shown() {
    let secret = "hunter2-hunter2";
    let cases: [(&str, Set); 11] = [
        ("CHAT_SESSION_TTL_HOURS", Box::new(|a| a.host.chat_session_ttl_hours = Some("-1".into()))),
        ("LOG_FORMAT", Box::new(|a| a.host.log_format = Some("hunter2-hunter2".into()))),
        ("WORKER_TYPE", Box::new(|a| a.worker_type = Some("hunter2-hunter2".into()))),
        ("BIND_ADDR", Box::new(|a| a.host.bind_addr = Some("hunter2-hunter2".into()))),
        ("PUBLIC_URL", Box::new(|a| a.public_url = Some("ftp://hunter2-hunter2".into()))),
        ("ORCHESTRATOR_WEBHOOK_SECRET", Box::new(|a| a.host.orchestrator_webhook_url = Some("https://h/hunter2-hunter2".into()))),
        ("ORCHESTRATOR_WEBHOOK_URL", Box::new(|a| a.host.orchestrator_webhook_secret = Some("hunter2-hunter2".into()))),
        ("MESSAGE_QUEUE_URL", Box::new(|a| a.host.message_queue_url = Some("amqp://hunter2-hunter2@mq".into()))),
        ("MESSAGE_QUEUE_URL", Box::new(|a| a.host.message_queue_url = Some("rediss://:hunter2-hunter2@mq".into()))),
        ("MESSAGE_QUEUE_URL", Box::new(|a| a.host.message_queue_url = Some("redis://:hunter2-hunter2@mq/first".into()))),
        ("CHATBOT_ADMIN_TOKEN", Box::new(|a| a.chatbot_admin_token = Some("hunter2-hunter2".into()))),
    ];
    for (variable, set) in cases {
        let said = config(set).unwrap_err().to_string();
        assert!(said.starts_with(&format!("{variable}: ")), "{said}");
        assert!(said.contains("; example: ") && !said.contains('\n'), "{said}");
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn secrets_do_not_show_in_debug() {
    let token = "0123456789abcdef0123456789abcdef";
    let config = config(|a| {
        a.chatbot_admin_token = Some(token.into());
        a.host.database_url = Some("postgres://u:s3cretpass@h/d".into());
        a.host.message_queue_url = Some("redis://:s3cretpass@mq.example.org:6380/1".into());
        a.host.orchestrator_webhook_url = Some("https://example.org/s3cretpass".into());
        a.host.orchestrator_webhook_secret = Some(format!("whsec_{token}"));
    });
    let shown = format!("{:?}", config.unwrap());
    assert!(!shown.contains(token) && !shown.contains("s3cretpass"), "{shown}");
}
