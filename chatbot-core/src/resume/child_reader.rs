//! The parent's side: runs a command for each file, with a deadline and a cap on what it may say.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use super::child::{Reply, VERB};
use super::{DOCX, PDF, ReadError, ReadText, ResumeReader, TXT, txt};

/// The longest one file is read.
const DEADLINE: Duration = Duration::from_secs(10);
/// The longest a file waits for its turn: a turn of a conversation has to end.
const PATIENCE: Duration = Duration::from_secs(30);
/// Files read at once: reading must not starve the rest of the machine.
const AT_ONCE: usize = 2;
/// The most a child may say, in bytes.
const MAX_OUTPUT: u64 = 2 * 1024 * 1024;

/// Reads PDF and DOCX in a child process, plain text in this one. Runs no command but the one it was given.
#[derive(Debug, Clone)]
pub struct ChildReader {
    program: PathBuf,
    args: Vec<OsString>,
    slots: Arc<Semaphore>,
    deadline: Duration,
}

impl ChildReader {
    /// Runs `program args… MEDIA_TYPE`, the file on its standard input. The program answers as [`super::child`] does.
    pub fn new(program: impl Into<PathBuf>, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        Self {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
            deadline: DEADLINE,
        }
    }

    /// Runs the binary this process runs, which calls [`super::child::run_if_called`] first in its `main`.
    ///
    /// # Errors
    /// If the system doesn't tell where the binary is.
    pub fn own_binary() -> std::io::Result<Self> {
        // On Linux this name leads to the running binary even after an upgrade has replaced the file.
        let running = PathBuf::from("/proc/self/exe");
        let program = if running.exists() { running } else { std::env::current_exe()? };
        Ok(Self::new(program, [VERB]))
    }

    fn start(&self, media_type: &str) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        // Nothing of ours: a reader that was taken over finds no token and no database in its environment.
        command.args(&self.args).arg(media_type).env_clear().current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).spawn()
    }
}

#[async_trait]
impl ResumeReader for ChildReader {
    async fn read(&self, media_type: &str, bytes: Vec<u8>) -> Result<ReadText, ReadError> {
        match media_type {
            TXT => return txt::read(&bytes),
            PDF | DOCX => {}
            _ => return Err(ReadError::Unsupported),
        }
        let slot = tokio::time::timeout(PATIENCE, self.slots.acquire()).await;
        let Ok(Ok(_slot)) = slot else { return Err(ReadError::Busy) };
        let mut child = self.start(media_type).map_err(|error| {
            tracing::error!(%error, "the process that reads resumes can't be started");
            ReadError::Busy
        })?;
        let outcome = tokio::time::timeout(self.deadline, converse(&mut child, &bytes)).await;
        // Whatever came of it, the process ends here.
        let _ = child.start_kill();
        let _ = child.wait().await;
        outcome.unwrap_or(Err(ReadError::TooLarge))
    }
}

/// Gives the child its file and hears what it says.
async fn converse(child: &mut Child, bytes: &[u8]) -> Result<ReadText, ReadError> {
    let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else { return Err(ReadError::Busy) };
    let give = async {
        // A child that ends early says why, or has crashed: the pipe's end tells nothing of its own.
        let _ = stdin.write_all(bytes).await;
        let _ = stdin.shutdown().await;
        drop(stdin);
    };
    let mut said = Vec::new();
    let mut limited = stdout.take(MAX_OUTPUT + 1);
    let hear = limited.read_to_end(&mut said);
    let (heard, ()) = tokio::join!(hear, give);
    let length = heard.map_err(|_| ReadError::Crashed)?;
    if length as u64 > MAX_OUTPUT {
        return Err(ReadError::TooLarge);
    }
    match serde_json::from_slice(&said) {
        Ok(Reply::Read(text)) => Ok(text),
        Ok(Reply::Failed(error)) => Err(error),
        // Killed by a limit, or by the file.
        Err(_) => Err(ReadError::Crashed),
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    async fn read(script: &str) -> Result<ReadText, ReadError> {
        ChildReader::new("/bin/sh", ["-c", script]).read(PDF, b"%PDF-1.7".to_vec()).await
    }

    #[tokio::test]
    async fn what_a_child_says_is_taken_and_whatever_else_it_does_is_a_reason() {
        assert_eq!(read(r#"cat > /dev/null; echo '{"read": {"text": "Jane"}}'"#).await.unwrap().text, "Jane");
        assert_eq!(read(r#"echo '{"failed": "encrypted"}'"#).await, Err(ReadError::Encrypted));
        assert_eq!(read("kill -9 $$").await, Err(ReadError::Crashed));
        assert_eq!(read("echo no json").await, Err(ReadError::Crashed));
        assert_eq!(read("exec yes").await, Err(ReadError::TooLarge));
        assert_eq!(ChildReader::new("/no/such/program", [""; 0]).read(PDF, Vec::new()).await, Err(ReadError::Busy));
        assert_eq!(ChildReader::new("/no/such/program", [""; 0]).read("image/png", Vec::new()).await, Err(ReadError::Unsupported));
    }

    #[tokio::test]
    async fn a_child_finds_nothing_of_ours_in_its_environment() {
        assert!(std::env::var_os("PATH").is_some(), "there is something to find");
        // A shell sets a few names of its own; none is exported.
        let said = read(
            r#"set -- $(/usr/bin/env | grep -v -e '^PWD=' -e '^_=' -e '^SHLVL=' -e '^OLDPWD='); printf '{"read": {"text": "%s"}}' "$#""#,
        );
        assert_eq!(said.await.unwrap().text, "0");
    }

    #[tokio::test]
    async fn a_child_that_never_ends_is_ended() {
        let reader = ChildReader { deadline: Duration::from_millis(300), ..ChildReader::new("/bin/sh", ["-c", "exec sleep 600"]) };
        assert_eq!(reader.read(PDF, Vec::new()).await, Err(ReadError::TooLarge));
    }
}
