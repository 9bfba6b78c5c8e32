//! `chatbot record`

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use chatbot_core::Chatbot;
use chatbot_core::clock::{Clock, FakeClock, RandomIds, SystemClock};
use chatbot_core::recruiting::Job;
use chatbot_core::store::MemoryStore;
use chrono::SubsecRound as _;
use serde_json::Value;

use super::job_file;
use crate::args::Record;
use crate::database;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::room::local::Local;
use crate::room::{Doing, Recruiter, Room};
use crate::script::bless::yaml;
use crate::script::expect::Outcome;
use crate::script::find::unreadable;
use crate::script::matching::Said;
use crate::script::wait;
use crate::terminal::{Reader, Typed, pressed, shown};

const HELP: &str = "You are the candidate. Buttons by number. Also: :wait 3h · :file PATH · :takeover · :say TEXT · :release · :quit";

pub(super) async fn run(wish: &Record) -> Result<(), Failure> {
    if wish.file.exists() {
        return Err(Failure::Other(format!("{}: is there already; name another file", wish.file.display())));
    }
    let file = job_file(&wish.job)?;
    let begin = SystemClock.now().trunc_subsecs(0);
    let clock = Arc::new(FakeClock::new(begin));
    let shown_clock = Arc::clone(&clock) as Arc<dyn Clock>;
    let store = MemoryStore::with(Arc::clone(&shown_clock), Arc::new(RandomIds));
    let chatbot = database::reading(Chatbot::builder(store)).clock(shown_clock).build()?;
    let job = chatbot.create_job(&file, false).await?;
    let mut room = Local::open(chatbot, clock, job.clone()).await?;

    let name = wish
        .name
        .clone()
        .unwrap_or_else(|| wish.file.file_stem().map(|s| s.to_string_lossy().replace(['-', '_'], " ")).unwrap_or_default());
    let job_path = from_folder(wish.file.parent().unwrap_or(Path::new("")), &wish.job);
    let mut script = format!("name: {}\njob: {}\nclock: {}\nsteps:\n", yaml(&name), job_path.display(), begin.format("%Y-%m-%dT%H:%M:%SZ"));
    script.push_str("  - candidate: \"/start\"\n");

    say!("{HELP}");
    room.settle().await?;
    let mut buttons = Vec::new();
    heard(&mut room, &job, &mut buttons, &mut script).await?;
    let mut reader = Reader::new("you › ")?;
    while let Typed::Line(line) = reader.next().await? {
        if line.trim().is_empty() {
            continue;
        }
        match step(&line, &buttons, &mut room, &wish.file).await {
            Ok(written) => script.push_str(&written),
            Err(problem) => {
                say!("{problem}");
                continue;
            }
        }
        room.settle().await?;
        for _ in 0..5 {
            if !room.waits().await? {
                break;
            }
            room.pass(chrono::Duration::seconds(1)).await?;
        }
        heard(&mut room, &job, &mut buttons, &mut script).await?;
    }
    script.push_str(&expectations(&room.outcome().await?));
    std::fs::write(&wish.file, script).map_err(|e| Failure::Other(format!("{}: cannot be written: {e}", wish.file.display())))?;
    say!("written to {}; run it with: chatbot run {}", wish.file.display(), wish.file.display());
    Ok(())
}

/// Does what a line says; answers it as a step of the script.
async fn step(line: &str, buttons: &[(String, String)], room: &mut Local, script: &Path) -> Result<String, String> {
    let told = |e: crate::room::RoomError| e.to_string();
    let command = line.trim().split_once(' ').map_or((line.trim(), ""), |(verb, rest)| (verb, rest.trim()));
    match command {
        (":wait", text) => {
            room.pass(wait::parse(text)?).await.map_err(told)?;
            Ok(format!("  - wait: {text}\n"))
        }
        (":file", text) => {
            let path = Path::new(text);
            let bytes = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            room.candidate(&[Doing::File { name, bytes }]).await.map_err(told)?;
            let path = from_folder(script.parent().unwrap_or(Path::new("")), path);
            Ok(format!("  - candidate: {{file: {}}}\n", yaml(&path.display().to_string())))
        }
        (":takeover", _) => {
            room.recruiter(&Recruiter::Takeover).await.map_err(told)?;
            Ok("  - recruiter: {takeover: true}\n".into())
        }
        (":release", _) => {
            room.recruiter(&Recruiter::Release).await.map_err(told)?;
            Ok("  - recruiter: {release: true}\n".into())
        }
        (":say", text) => {
            room.recruiter(&Recruiter::Say(text.to_owned())).await.map_err(told)?;
            Ok(format!("  - recruiter: {{say: {}}}\n", yaml(text)))
        }
        (verb, _) if verb.starts_with(':') => Err(HELP.to_owned()),
        _ => match pressed(line, buttons) {
            Some((label, value)) => {
                let doing = Doing::Press { label: label.clone(), value: value.clone() };
                room.candidate(&[doing]).await.map_err(told)?;
                Ok(format!("  - candidate: {{button: {}}}\n", yaml(label)))
            }
            None => {
                room.candidate(&[Doing::Say(line.to_owned())]).await.map_err(told)?;
                Ok(format!("  - candidate: {}\n", yaml(line)))
            }
        },
    }
}

async fn heard(room: &mut Local, job: &Job, buttons: &mut Vec<(String, String)>, script: &mut String) -> Result<(), Failure> {
    for said in room.said().await? {
        output::raw(&shown("bot", &said));
        script.push_str(&format!("  - bot: {}\n", named(&said, job)));
        buttons.clone_from(&said.buttons);
    }
    Ok(())
}

/// What a person would write to name this message: a question by its words, the rest by its template.
fn named(said: &Said, job: &Job) -> String {
    let asked = job.questions.iter().find(|q| Some(q.id.to_string()) == said.question_id);
    match (asked, said.templates.last()) {
        (Some(q), _) if said.content.contains(&q.text) => format!("{{contains: {}}}", yaml(&q.text)),
        (_, Some(template)) => format!("{{template: {template}}}"),
        _ => yaml(&said.content),
    }
}

fn expectations(outcome: &Outcome) -> String {
    let mut out = String::from("expect:\n");
    let of = |key: &str| outcome.application.get(key).cloned().unwrap_or_default();
    out.push_str(&format!(
        "  application: {{status: {}, must_have_failed: {}, jd_match_score: {}}}\n",
        of("status").as_str().unwrap_or("null"),
        of("must_have_failed"),
        of("jd_match_score")
    ));
    out.push_str("  answers:\n");
    let answers = of("answers");
    let answers = answers.as_array().map(Vec::as_slice).unwrap_or_default();
    for answer in answers {
        let id = answer.get("question_id").and_then(Value::as_str);
        let number = outcome.questions.iter().position(|q| Some(q.as_str()) == id).unwrap_or(0) + 1;
        let part = |key: &str| answer.get(key).cloned().unwrap_or_default();
        out.push_str(&format!("    - {{question: {number}, value: {}, score: {}}}\n", part("value"), part("score")));
    }
    if answers.is_empty() {
        out = out.replace("  answers:\n", "  answers: []\n");
    }
    let types = |list: &[Value]| list.iter().filter_map(|v| v.get("type").and_then(Value::as_str)).collect::<Vec<_>>().join(", ");
    out.push_str(&format!("  events: [{}]\n  actions: [{}]\n", types(&outcome.events), types(&outcome.actions)));
    out
}

/// `path` as seen from `folder`: both relative to here, or `path` made absolute.
fn from_folder(folder: &Path, path: &Path) -> PathBuf {
    let plain = |p: &Path| p.is_relative() && p.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if !plain(folder) || !plain(path) {
        return std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    }
    let names =
        |p: &Path| p.components().filter(|c| matches!(c, Component::Normal(_))).map(|c| c.as_os_str().to_owned()).collect::<Vec<_>>();
    let (folder, path) = (names(folder), names(path));
    let shared = folder.iter().zip(&path).take_while(|(a, b)| a == b).count();
    std::iter::repeat_n(std::ffi::OsString::from(".."), folder.len() - shared).chain(path.into_iter().skip(shared)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_named_as_seen_from_the_script() {
        let seen = |folder: &str, path: &str| from_folder(Path::new(folder), Path::new(path)).display().to_string();
        assert_eq!(seen("examples/conversations", "examples/jobs/a.yaml"), "../jobs/a.yaml");
        assert_eq!(seen("", "a.yaml"), "a.yaml");
        assert_eq!(seen("talks", "a.yaml"), "../a.yaml");
        assert_eq!(seen("talks", "/jobs/a.yaml"), "/jobs/a.yaml");
    }
}
