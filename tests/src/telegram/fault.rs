//! What may go wrong with a call, on demand.

use serde_json::{Value, json};

use super::methods::ApiError;

/// Something that goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 429, to be tried again after this many seconds.
    TooManyRequests(u64),
    /// 500.
    ServerError,
    /// 403: the user has blocked the bot.
    Blocked,
    /// 401: the token has been revoked.
    Unauthorized,
    /// The connection ends before anything was done.
    DropBefore,
    /// The connection ends after all was done.
    DropAfter,
}

impl Fault {
    /// The answer, where there is one.
    pub(super) fn answer(self) -> Option<ApiError> {
        let error = |code, description: &str, parameters: Value| Some(ApiError { code, description: description.into(), parameters });
        match self {
            Self::TooManyRequests(seconds) => {
                error(429, &format!("Too Many Requests: retry after {seconds}"), json!({ "retry_after": seconds }))
            }
            Self::ServerError => error(500, "Internal Server Error", Value::Null),
            Self::Blocked => error(403, "Forbidden: bot was blocked by the user", Value::Null),
            Self::Unauthorized => error(401, "Unauthorized", Value::Null),
            Self::DropBefore | Self::DropAfter => None,
        }
    }

    /// By its name in the control API.
    pub(super) fn named(name: &str, seconds: u64) -> Option<Self> {
        Some(match name {
            "too_many_requests" => Self::TooManyRequests(seconds),
            "server_error" => Self::ServerError,
            "blocked" => Self::Blocked,
            "unauthorized" => Self::Unauthorized,
            "drop_before" => Self::DropBefore,
            "drop_after" => Self::DropAfter,
            _ => return None,
        })
    }
}

/// Ends the connection under way without a word: the task that serves it ends, and its socket with it.
pub(super) fn drop_connection() -> ! {
    std::panic::resume_unwind(Box::new("the connection was dropped on purpose"))
}
