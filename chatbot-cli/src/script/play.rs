//! Walking a script's steps in a room.

use std::path::Path;

use chrono::Duration;

use super::find::unreadable;
use super::format::Script;
use super::matching::{Said, Wanted};
use super::steps::{Kind, Step};
use super::{diff, expect};
use crate::room::{Doing, Recruiter, Room, RoomError};

/// What happened, what of the script names what was said then, and what was said.
#[derive(Debug, Clone)]
pub struct Group {
    /// The line of what happened.
    pub line: u64,
    /// What happened, in words.
    pub after: String,
    /// The number of the first of `steps` in the script.
    pub first: usize,
    /// The `bot` and `any` steps that follow.
    pub steps: Vec<Step>,
    /// What the bot said.
    pub said: Vec<Said>,
}

impl Group {
    /// The steps as what is wanted.
    pub fn wanted(&self) -> Vec<Wanted<'_>> {
        self.steps.iter().map(|s| if let Kind::Bot(named) = &s.kind { Wanted::One(named) } else { Wanted::Any }).collect()
    }
}

/// How a script went.
#[derive(Debug, Clone, Default)]
pub struct Played {
    /// What does not hold, each a few lines of text; empty: all holds.
    pub problems: Vec<String>,
    /// The conversation in groups, for `--bless`.
    pub groups: Vec<Group>,
}

/// How long an unfinished message may wait for the rest, in steps of a second.
const FRAGMENT_SECONDS: usize = 5;

/// Plays a script in an open room. An error is the room's: the script could not be walked to its end.
pub async fn play(script: &Script, room: &mut dyn Room) -> Played {
    let mut player = Player { script, room, played: Played::default(), buttons: Vec::new() };
    let end = player.walk().await;
    let path = script.path.display().to_string();
    player.played.problems = player.played.groups.iter().filter_map(|g| diff::group(&path, g)).collect();
    match end {
        Ok(problems) => player.played.problems.extend(problems.into_iter().map(|p| format!("{path}: {p}"))),
        Err((line, error)) => player.played.problems.push(format!("{path}:{line}: {error}")),
    }
    player.played
}

struct Player<'a> {
    script: &'a Script,
    room: &'a mut dyn Room,
    played: Played,
    /// Of the bot's last message that had any.
    buttons: Vec<(String, String)>,
}

type Stopped = (u64, RoomError);

impl Player<'_> {
    async fn walk(&mut self) -> Result<Vec<String>, Stopped> {
        let script = self.script;
        let steps = &script.steps;
        let opening = matches!(steps.first().map(|s| &s.kind), Some(Kind::Say(text)) if text.trim() == "/start");
        let line = steps.first().map_or(1, |s| s.line);
        // What the candidate says at once after the opening is accepted together with it.
        let mut next = self.group(usize::from(opening), line, "the opening", true).await?;
        while let Some(step) = steps.get(next) {
            next = self.group(next, step.line, &describe(&step.kind), false).await?;
        }
        let line = steps.last().map_or(1, |s| s.line);
        let outcome = self.room.outcome().await.map_err(|e| (line, e))?;
        Ok(expect::check(&self.script.expect, &outcome))
    }

    /// Does what step `at` (and more of the candidate's) say, and gathers what the bot says to it. Answers the next step.
    async fn group(&mut self, mut at: usize, line: u64, after: &str, opening: bool) -> Result<usize, Stopped> {
        let script = self.script;
        let steps = &script.steps;
        let fail = |e: RoomError| (line, e);
        let mut doings = Vec::new();
        while let Some(doing) = steps.get(at).and_then(|s| self.doing(s).transpose()) {
            doings.push(doing?);
            at += 1;
        }
        if !doings.is_empty() {
            self.room.candidate(&doings).await.map_err(fail)?;
            self.room.settle().await.map_err(fail)?;
        } else if opening {
            self.room.settle().await.map_err(fail)?;
        } else if let Some(step) = steps.get(at) {
            at += 1;
            match &step.kind {
                Kind::Wait(time) => self.room.pass(*time).await.map_err(fail)?,
                Kind::RecruiterSays(text) => self.recruiter(Recruiter::Say(text.clone())).await.map_err(fail)?,
                Kind::Takeover => self.recruiter(Recruiter::Takeover).await.map_err(fail)?,
                Kind::Release => self.recruiter(Recruiter::Release).await.map_err(fail)?,
                // A group takes all `bot` and `any` steps behind it, so none begins one.
                _ => {}
            }
        }
        let mut said = self.room.said().await.map_err(fail)?;
        for _ in 0..FRAGMENT_SECONDS {
            if doings.is_empty() || !said.is_empty() || !self.room.waits().await.map_err(fail)? {
                break;
            }
            self.room.pass(Duration::seconds(1)).await.map_err(fail)?;
            said = self.room.said().await.map_err(fail)?;
        }
        if let Some(last) = said.iter().rev().find(|s| !s.buttons.is_empty()) {
            self.buttons.clone_from(&last.buttons);
        }
        let first = at;
        let named: Vec<Step> = steps.iter().skip(at).take_while(|s| matches!(s.kind, Kind::Bot(_) | Kind::Any)).cloned().collect();
        at += named.len();
        self.played.groups.push(Group { line, after: after.to_owned(), first, steps: named, said });
        Ok(at)
    }

    async fn recruiter(&mut self, act: Recruiter) -> Result<(), RoomError> {
        self.room.recruiter(&act).await?;
        self.room.settle().await
    }

    fn doing(&self, step: &Step) -> Result<Option<Doing>, Stopped> {
        let stop = |problem: String| (step.line, RoomError(problem));
        match &step.kind {
            Kind::Say(text) => Ok(Some(Doing::Say(text.clone()))),
            Kind::Press(label) => match self.buttons.iter().find(|(l, _)| l == label) {
                Some((label, value)) => Ok(Some(Doing::Press { label: label.clone(), value: value.clone() })),
                None if self.buttons.is_empty() => Err(stop(format!("there is no button \"{label}\" to press: the bot offered none"))),
                None => {
                    let offered: Vec<_> = self.buttons.iter().map(|(l, _)| l.as_str()).collect();
                    Err(stop(format!("there is no button \"{label}\" to press; the bot offered: {}", offered.join(" | "))))
                }
            },
            Kind::File(file) => {
                let path = self.script.path.parent().unwrap_or(Path::new("")).join(file);
                let bytes = std::fs::read(&path).map_err(|e| stop(unreadable(&path, &e)))?;
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                Ok(Some(Doing::File { name, bytes }))
            }
            _ => Ok(None),
        }
    }
}

fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Say(text) => format!("the candidate wrote {}", diff::quoted(text)),
        Kind::Press(label) => format!("the candidate pressed \"{label}\""),
        Kind::File(path) => format!("the candidate sent {path}"),
        Kind::Wait(time) => format!("a wait of {} min", time.num_minutes()),
        Kind::RecruiterSays(_) => "the recruiter wrote".into(),
        Kind::Takeover => "the recruiter took over".into(),
        Kind::Release => "the recruiter handed back".into(),
        Kind::Bot(_) | Kind::Any => String::new(),
    }
}
