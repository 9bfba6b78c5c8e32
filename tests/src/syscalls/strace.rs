//! `strace` on a running process: what it calls, and a fault at a call that is named by its number.
//!
//! Calls are counted for each thread and each system call by itself. A signal is delivered as the call begins, so the
//! call it names has not happened; an injected error stands for the call, which does not happen either.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

const SOON: Duration = Duration::from_secs(10);

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// One thread.
    Thread(u32),
    /// A process with all its threads, those to come among them.
    Process(u32),
}

/// What goes wrong, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inject {
    /// The system calls.
    pub calls: Vec<String>,
    /// `signal=KILL`, `error=ENOSPC` …
    pub what: String,
    /// `7`: the seventh call of a thread; `7+`: that and all that follow.
    pub when: String,
}

/// A call as it was made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The thread.
    pub thread: u32,
    /// Its name.
    pub name: String,
    /// What it was about: the file's name or `socket`, and, for a write, the offset.
    pub place: String,
    /// Whether an error was put in its place.
    pub injected: bool,
}

/// A tracer at work. Dropping it ends it, and the traced process goes on untraced.
#[derive(Debug)]
pub struct Strace {
    process: Child,
    lines: Arc<Mutex<Vec<String>>>,
    injected: Arc<AtomicUsize>,
    reading: JoinHandle<()>,
    thread: u32,
    /// Where what was seen is written, if the traced program has the output for itself.
    file: Option<PathBuf>,
}

impl Strace {
    /// Begins to watch these calls; returns once every one is seen.
    pub async fn attach(watched: Watched, calls: &[&str], inject: Option<&Inject>) -> Self {
        let mut command = Command::new("strace");
        if let Some(inject) = inject {
            command.arg("-e").arg(format!("inject={}:{}:when={}", inject.calls.join(","), inject.what, inject.when));
        }
        let thread = match watched {
            Watched::Thread(thread) => thread,
            Watched::Process(process) => {
                command.arg("-f");
                process
            }
        };
        command
            .args(["-y", "-s", "0", "-e", "signal=KILL", "-e"])
            .arg(format!("trace={}", calls.join(",")))
            .arg("-p")
            .arg(thread.to_string());
        Self::watch(command, thread, Some("attached"), None).await
    }

    /// Starts a program and watches it from its first call; what is seen is written to `file` meanwhile.
    pub async fn launch(program: &Command, calls: &[&str], inject: Option<&Inject>, file: &Path) -> Self {
        let program = program.as_std();
        let mut command = Command::new("strace");
        if let Some(inject) = inject {
            command.arg("-e").arg(format!("inject={}:{}:when={}", inject.calls.join(","), inject.what, inject.when));
        }
        // Every call stops it: with `--seccomp-bpf` a signal would be lost.
        command.args(["-f", "-y", "-s", "0", "-e", "signal=KILL", "-o"]).arg(file);
        command.arg("-e").arg(format!("trace={}", calls.join(",")));
        command.arg(program.get_program()).args(program.get_args());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(folder) = program.get_current_dir() {
            command.current_dir(folder);
        }
        Self::watch(command, 0, None, Some(file.to_path_buf())).await
    }

    async fn watch(mut command: Command, thread: u32, begun: Option<&str>, file: Option<PathBuf>) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().expect("strace is not installed: start the tests with `tests/run`, which brings it");
        let mut output = BufReader::new(process.stderr.take().unwrap()).lines();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let injected = Arc::new(AtomicUsize::new(0));
        let (kept, counted) = (Arc::clone(&lines), Arc::clone(&injected));
        let reading = tokio::spawn(async move {
            while let Ok(Some(line)) = output.next_line().await {
                counted.fetch_add(usize::from(is_injected(&line)), Ordering::SeqCst);
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        let mut strace = Self { process, lines, injected, reading, thread, file };
        let Some(begun) = begun else { return strace };
        let attached = async {
            while !strace.says(begun) {
                // It may have struck, and be gone, before its words are read: first all of them are.
                if strace.reading.is_finished() && !strace.says(begun) {
                    let (status, said) = (strace.process.wait().await.unwrap(), strace.lines().join("\n"));
                    let refused = said.contains("not permitted");
                    let why = if refused { "ptrace is refused on this machine, so nothing can be shown here" } else { "strace ended" };
                    panic!("{why} ({status}): {said}");
                }
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(SOON, attached).await.expect("strace attaches");
        strace
    }

    fn says(&self, words: &str) -> bool {
        self.lines().iter().any(|line| line.contains(words))
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many calls an error was put in the place of, so far.
    pub fn injected(&self) -> usize {
        self.injected.load(Ordering::SeqCst)
    }

    /// Lets go of a process that goes on; answers what was seen.
    pub async fn detach(mut self) -> Seen {
        if let Some(id) = self.process.id() {
            // Its own way to let go: what it traces goes on untouched.
            let _ = Command::new("kill").arg("-TERM").arg(id.to_string()).status().await;
        }
        self.end().await
    }

    /// Whether what it traces has ended.
    pub fn has_ended(&mut self) -> bool {
        self.process.try_wait().unwrap().is_some()
    }

    /// Asks the program it launched to end, and waits; answers what was seen.
    pub async fn stop_traced(&mut self) -> Seen {
        if let Some(id) = self.process.id() {
            let _ = Command::new("kill").arg("-TERM").args(children(id)).status().await;
        }
        self.end().await
    }

    /// Waits for the end of what it traces; answers what was seen.
    pub async fn end(&mut self) -> Seen {
        timeout(SOON, self.process.wait()).await.expect("strace ends").unwrap();
        timeout(SOON, &mut self.reading).await.expect("strace's last words").unwrap();
        let written = |file: &PathBuf| std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect();
        let lines = self.file.as_ref().map_or_else(|| self.lines(), written);
        Seen { killed: lines.iter().any(|line| line.contains("+++ killed by SIGKILL +++")), calls: read(&lines, self.thread) }
    }
}

impl Drop for Strace {
    /// What it launched goes with it: a tracer that ends lets its program run on.
    fn drop(&mut self) {
        let launched = self.file.as_ref().and(self.process.id()).map(children).unwrap_or_default();
        if !launched.is_empty() {
            let _ = std::process::Command::new("kill").arg("-KILL").args(launched).status();
        }
    }
}

fn children(process: u32) -> Vec<String> {
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    children.split_whitespace().map(str::to_owned).collect()
}

/// What a tracer saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Whether what was traced died of SIGKILL.
    pub killed: bool,
    /// The calls, in order of their beginning.
    pub calls: Vec<Call>,
}

impl Seen {
    /// How often each thread made each call.
    pub fn counts(&self) -> BTreeMap<(u32, String), usize> {
        let mut counts = BTreeMap::new();
        for call in &self.calls {
            *counts.entry((call.thread, call.name.clone())).or_insert(0) += 1;
        }
        counts
    }
}

fn read(lines: &[String], thread: u32) -> Vec<Call> {
    lines.iter().filter_map(|line| call(line, thread)).collect()
}

/// `[pid 7] pwrite64(9</tmp/a/chatbot.db-wal>, ""..., 4096, 32) = 4096`. What is resumed was read when it began.
fn call(line: &str, thread: u32) -> Option<Call> {
    let (thread, rest) = match line.strip_prefix("[pid ").and_then(|rest| rest.split_once("] ")) {
        Some((pid, rest)) => (pid.trim().parse().ok()?, rest),
        // In a file a thread's number comes first.
        None => line.split_once(' ').and_then(|(pid, rest)| Some((pid.parse().ok()?, rest.trim_start()))).unwrap_or((thread, line)),
    };
    let (name, arguments) = rest.split_once('(')?;
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return None;
    }
    Some(Call { thread, name: name.to_owned(), place: place(name, arguments), injected: is_injected(line) })
}

fn is_injected(line: &str) -> bool {
    line.ends_with("(INJECTED)")
}

/// The file's name without its folder, and where in it.
fn place(name: &str, arguments: &str) -> String {
    let quoted = || {
        arguments.split('"').nth(1).map(|path| Path::new(path).file_name().map_or(path.to_owned(), |n| n.to_string_lossy().into_owned()))
    };
    let file = match arguments.split_once('<').and_then(|(_, rest)| rest.split_once('>')) {
        Some((path, _)) if path.starts_with("socket:") || path.starts_with("TCP") => "socket".to_owned(),
        Some((path, _)) => path.rsplit('/').next().unwrap_or(path).to_owned(),
        None => quoted().unwrap_or_default(),
    };
    let last = arguments.split_once(") ").map_or(arguments, |(inside, _)| inside).rsplit(", ").next().unwrap_or_default();
    let offset = matches!(name, "pwrite64" | "pread64" | "ftruncate").then(|| last.trim_end_matches(&[')', ' '][..]).to_owned());
    offset.map_or(file.clone(), |offset| format!("{file}@{offset}"))
}
