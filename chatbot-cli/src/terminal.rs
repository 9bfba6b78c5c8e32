//! Reading lines and showing messages.

use std::io::IsTerminal as _;

use rustyline::error::ReadlineError;
use rustyline::{DefaultEditor, ExternalPrinter as _};

use crate::failure::Failure;
use crate::script::matching::Said;

/// What a person typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A line.
    Line(String),
    /// The end: Ctrl-D, Ctrl-C or `:quit`.
    End,
}

/// Writes while a line is being typed.
pub(crate) type Printer = Box<dyn FnMut(String) + Send>;

/// Reads lines: with editing and history on a terminal, plainly from a pipe.
pub(crate) struct Reader {
    editor: Option<DefaultEditor>,
    prompt: &'static str,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("prompt", &self.prompt).finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader with this prompt.
    pub(crate) fn new(prompt: &'static str) -> Result<Self, Failure> {
        Ok(Self { editor: Some(DefaultEditor::new().map_err(Failure::of)?), prompt })
    }

    /// Prints above the line that is being typed; `None` where there is no terminal to do so on.
    pub(crate) fn printer(&mut self) -> Option<Printer> {
        if !std::io::stdin().is_terminal() {
            return None;
        }
        let mut printer = self.editor.as_mut()?.create_external_printer().ok()?;
        Some(Box::new(move |text| {
            let _ = printer.print(text);
        }))
    }

    /// The next line, without holding up what else goes on.
    pub(crate) async fn next(&mut self) -> Result<Typed, Failure> {
        let Some(mut editor) = self.editor.take() else { return Ok(Typed::End) };
        let prompt = self.prompt;
        let read = tokio::task::spawn_blocking(move || {
            let line = editor.readline(prompt);
            if let Ok(line) = &line {
                // A history that cannot be kept is no reason to stop talking.
                let _ = editor.add_history_entry(line);
            }
            (editor, line)
        });
        let (editor, line) = read.await.map_err(Failure::of)?;
        self.editor = Some(editor);
        match line {
            Ok(line) if line.trim() == ":quit" => Ok(Typed::End),
            Ok(line) => Ok(Typed::Line(line)),
            Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(Typed::End),
            Err(error) => Err(Failure::of(error)),
        }
    }
}

/// A message as it is shown, its buttons numbered.
pub(crate) fn shown(who: &str, said: &Said) -> String {
    let mut out = format!("{who} › ");
    for (i, line) in said.content.lines().enumerate() {
        if i > 0 && !line.is_empty() {
            out.push_str("      ");
        }
        out.push_str(line);
        out.push('\n');
    }
    if !said.buttons.is_empty() {
        let buttons: Vec<_> = said.buttons.iter().enumerate().map(|(i, (label, _))| format!("[{}] {label}", i + 1)).collect();
        out.push_str(&format!("      {}\n", buttons.join("  ")));
    }
    out
}

/// The button a typed number presses. A bare number beside a lone button (`Skip` under "How many years?") is an answer;
/// in brackets it always means the button.
pub(crate) fn pressed<'a>(line: &str, buttons: &'a [(String, String)]) -> Option<&'a (String, String)> {
    let line = line.trim();
    let bracketed = line.strip_prefix('[').and_then(|l| l.strip_suffix(']'));
    if bracketed.is_none() && buttons.len() < 2 {
        return None;
    }
    let number: usize = bracketed.unwrap_or(line).trim().parse().ok()?;
    buttons.get(number.checked_sub(1)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_number_presses_the_button_it_names() {
        let buttons = [("Yes".to_owned(), "yes".to_owned()), ("No".to_owned(), "no".to_owned())];
        assert_eq!(pressed("2", &buttons).unwrap().1, "no");
        assert_eq!(pressed(" [1] ", &buttons).unwrap().1, "yes");
        for line in ["0", "3", "yes", "", "-1"] {
            assert!(pressed(line, &buttons).is_none(), "{line}");
        }
        assert!(pressed("1", &[]).is_none());
    }

    #[test]
    fn a_bare_number_beside_a_lone_button_is_an_answer() {
        let skip = [("Skip".to_owned(), "/skip".to_owned())];
        assert!(pressed("1", &skip).is_none());
        assert_eq!(pressed("[1]", &skip).unwrap().1, "/skip");
    }
}
