//! The child's side: a process that limits itself, reads one file and says what stood in it.
//!
//! A binary that wants to read PDF and DOCX calls [`run_if_called`] before anything else in `main`, and gives the chatbot a
//! [`super::ChildReader`] that runs the same binary. The verb is hidden: it isn't for people.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::{DOCX, PDF, ReadError, ReadText, TXT, docx, pdf, txt};
use crate::files::MAX_FILE_BYTES;

/// The hidden verb.
pub const VERB: &str = "read-resume";
/// The stack of the reading thread: deep nesting in a file costs stack first.
const STACK: usize = 64 * 1024 * 1024;

/// What the child writes to its standard output, as JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reply {
    Read(ReadText),
    Failed(ReadError),
}

/// Does the child's work if the arguments ask for it (`PROGRAM read-resume MEDIA_TYPE`): call it first in `main`, with
/// `std::env::args_os()`, and leave with what it answers. `None`: this is no child.
pub fn run_if_called(args: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    let mut args = args.into_iter().skip(1);
    if args.next()?.to_str() != Some(VERB) {
        return None;
    }
    let media_type = args.next().and_then(|t| t.into_string().ok()).unwrap_or_default();
    Some(match run(&media_type, std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

/// Limits this process, for good, and reads one file from `input`.
fn run(media_type: &str, mut input: impl Read, mut output: impl Write) -> std::io::Result<()> {
    // A back-trace would quote nobody, but it is nobody's to read either.
    std::panic::set_hook(Box::new(|_| {}));
    limit()?;
    let mut bytes = Vec::new();
    input.by_ref().take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let media_type = media_type.to_owned();
    let reading = std::thread::Builder::new().stack_size(STACK).spawn(move || read(&media_type, &bytes))?;
    let reply = match reading.join() {
        Ok(Ok(text)) => Reply::Read(text),
        Ok(Err(error)) => Reply::Failed(error),
        Err(_) => Reply::Failed(ReadError::Crashed),
    };
    output.write_all(&serde_json::to_vec(&reply)?)?;
    output.flush()
}

/// Five seconds of processor, 768 MiB, no file to write, few to open, no dump.
fn limit() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use rlimit::Resource;
        for (resource, most) in
            [(Resource::CPU, 5), (Resource::AS, 768 * 1024 * 1024), (Resource::FSIZE, 0), (Resource::NOFILE, 16), (Resource::CORE, 0)]
        {
            // A limit that is lower already stays.
            let most = resource.get_hard()?.min(most);
            resource.set(most, most)?;
        }
    }
    Ok(())
}

/// Reads in this process, without limits: for the child.
pub(super) fn read(media_type: &str, bytes: &[u8]) -> Result<ReadText, ReadError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge);
    }
    match media_type {
        PDF => pdf::read(bytes),
        DOCX => docx::read(bytes),
        TXT => txt::read(bytes),
        _ => Err(ReadError::Unsupported),
    }
}
