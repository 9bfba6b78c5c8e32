//! `chatbot completions`

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Args;
use crate::output;

/// What the shell reads to complete `chatbot`, on the standard output.
pub(super) fn run(shell: Shell) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "chatbot", &mut script);
    output::raw(&String::from_utf8_lossy(&script));
}
