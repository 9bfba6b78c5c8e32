//! `/j/{slug}`: a job and its chat.

use askama::Template;

/// One fact about the job, such as "salary".
#[derive(Clone, Debug, Default)]
pub(crate) struct Fact {
    /// What it is about.
    pub(crate) name: String,
    /// What holds.
    pub(crate) value: String,
}

/// A job as its page tells it.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobText {
    /// Part of the link, and what the chat opens its session with.
    pub(crate) slug: String,
    /// The job's title.
    pub(crate) title: String,
    /// Who is hiring.
    pub(crate) employer: Option<String>,
    /// Where the work is.
    pub(crate) location: Option<String>,
    /// The description, as plain text with line breaks.
    pub(crate) description: Option<String>,
    /// The job's facts, in the order to show them.
    pub(crate) facts: Vec<Fact>,
    /// Another way to apply: an e-mail address, or any text.
    pub(crate) contact: Option<String>,
    /// The privacy notice.
    pub(crate) privacy_url: Option<String>,
}

impl JobText {
    /// A link for a contact that is an e-mail address.
    pub(crate) fn contact_link(&self) -> Option<String> {
        let contact = self.contact.as_deref()?.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || "@.+-_".contains(c);
        (contact.contains('@') && contact.chars().all(plain)).then(|| format!("mailto:{contact}"))
    }

    /// The privacy notice, if it is a web address.
    pub(crate) fn privacy_link(&self) -> Option<&str> {
        let url = self.privacy_url.as_deref()?;
        (url.starts_with("https://") || url.starts_with("http://")).then_some(url)
    }
}

/// A job's page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "job.html")]
pub(crate) struct JobView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// The job.
    pub(crate) job: JobText,
    /// Whether new applications are taken; a running chat goes on in any case.
    pub(crate) open: bool,
}

impl JobView {
    /// Names this chat in the browser's storage.
    pub(crate) fn chat_key(&self) -> &str {
        &self.job.slug
    }
}

/// A job's chat within a host's page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "frame.html")]
pub(crate) struct FrameView {
    /// The prefix of all routes, "" at the root.
    pub(crate) base: String,
    /// The job.
    pub(crate) job: JobText,
}

impl FrameView {
    /// Names this chat in the browser's storage.
    pub(crate) fn chat_key(&self) -> &str {
        &self.job.slug
    }
}
