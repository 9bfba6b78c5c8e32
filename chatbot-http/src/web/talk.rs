//! A conversation as the console shows it: the transcript, who has control, where one writes.

/// One message of the transcript.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageView {
    /// The message's id.
    pub(crate) id: String,
    /// Its number in the session; the live transcript goes on after the last one.
    pub(crate) seq: i64,
    /// `candidate`, `bot`, `recruiter` or `system`.
    pub(crate) sender: String,
    /// The recruiter's name, on a recruiter's message.
    pub(crate) author: Option<String>,
    /// The text, or a file's name.
    pub(crate) content: String,
    /// RFC 3339.
    pub(crate) sent_at: String,
}

/// A conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct TalkPane {
    /// Which.
    pub(crate) session_id: String,
    /// The application it is about.
    pub(crate) application_id: Option<String>,
    /// The name, or what stands for it while it is unknown.
    pub(crate) candidate_name: String,
    /// False while a person has the conversation.
    pub(crate) automation_enabled: bool,
    /// Whether the reader may write.
    pub(crate) can_work: bool,
    /// The transcript in order.
    pub(crate) messages: Vec<MessageView>,
}

impl TalkPane {
    /// Whose message it is, as the badge says.
    pub(crate) fn badge<'a>(&'a self, message: &'a MessageView) -> &'a str {
        match message.sender.as_str() {
            "bot" => "Assistant",
            "recruiter" => message.author.as_deref().unwrap_or("Recruiter"),
            _ => &self.candidate_name,
        }
    }
}
