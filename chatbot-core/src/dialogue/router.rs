//! One turn: every entry in order, then the timers that are due.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::channel_limits::{is_stale, unsupported};
use super::decide::{Decide, DecideError, Decided};
use super::fragments;
use super::intent::{Intent, intent, opt_out};
use crate::message::{EntryKind, Expects, Outgoing, Sender};
use crate::prescreen::{PrescreenEngine, engine};
use crate::privacy::ConsentKind;
use crate::provider::ProviderManager;
use crate::provider::manager::DEADLINE;
use crate::recruiting::{ActionType, Kind};
use crate::resume::profile;
use crate::session::TimerKind;
use crate::skill::job_faq::JobFaq;
use crate::skill::{Decision, SkillError, SkillRegistry};
use crate::template::Templates;
use crate::turn::effects::NewConsent;
use crate::turn::{Effects, Entry, Memory, Stage, Turn};
use crate::wake::Drafts;

/// The format of an entry that says: a person has settled the pending question (`metadata.question_id`).
pub const SETTLED: &str = "settled";

/// Decides turns with the prescreen, the skills and the providers it was given.
#[derive(Clone)]
pub struct Dialogue {
    pub(super) templates: Templates,
    pub(super) prescreen: Arc<dyn PrescreenEngine>,
    pub(super) skills: Arc<dyn SkillRegistry>,
    pub(super) faq: JobFaq,
    pub(super) providers: Arc<dyn ProviderManager>,
    pub(super) drafts: Option<Arc<Drafts>>,
}

impl Dialogue {
    /// A dialogue of these parts.
    pub fn new(
        templates: Templates,
        prescreen: Arc<dyn PrescreenEngine>,
        skills: Arc<dyn SkillRegistry>,
        providers: Arc<dyn ProviderManager>,
    ) -> Self {
        Self { faq: JobFaq::new(templates.clone()), templates, prescreen, skills, providers, drafts: None }
    }

    /// Whoever listens to a conversation hears a reply while a model writes it.
    #[must_use]
    pub fn with_drafts(mut self, drafts: Arc<Drafts>) -> Self {
        self.drafts = Some(drafts);
        self
    }

    /// The pending prompt again, as a part of its own.
    pub(super) async fn repeat(&self, turn: &Turn) -> Result<Effects, DecideError> {
        effects_of(self.skills.repeat(turn).await)
    }

    pub(super) async fn advance(&self, turn: &Turn) -> Result<Effects, DecideError> {
        effects_of(self.skills.advance(turn).await)
    }

    /// What skills make of the entry as an opening.
    pub(super) async fn greet(&self, turn: &Turn) -> Result<Effects, DecideError> {
        let mut opening = turn.clone();
        let at = opening.at;
        if let Some(entry) = opening.entries.get_mut(at) {
            entry.kind = EntryKind::Start;
        }
        effects_of(self.skills.decide(&opening).await)
    }

    pub(super) async fn entry(&self, turn: &Turn, batch: &Batch) -> Result<Effects, DecideError> {
        let Some(entry) = turn.entry() else { return Ok(Effects::new()) };
        if let Some(effects) = self.outside_the_form(turn, entry, batch).await? {
            return Ok(effects);
        }
        let memory = Memory::of(turn);
        if is_stale(entry, &memory) {
            let mut effects = Effects::new();
            effects.log("stale_button", "candidate", json!({"seq": entry.seq}));
            return Ok(effects);
        }
        if let Some(what) = unsupported(entry) {
            return self.say_what_can_be_read(turn, entry, what).await;
        }
        if entry.kind == EntryKind::Start {
            // A person is in control: what opens the conversation is said when they give it back.
            if !turn.session.automation_enabled {
                return Ok(Effects::new());
            }
            // A successor's first words are better than its opening: they may answer the pending question.
            if memory.successor && turn.entries.len() > turn.at + 1 {
                return Ok(Effects::new());
            }
            if turn.as_staff().is_some() || links_next(turn) {
                // What they say next is better than a greeting.
                return Ok(if turn.entries.len() > turn.at + 1 { Effects::new() } else { self.staff_welcome(turn) });
            }
            return self.greet(turn).await;
        }
        if memory.successor {
            let mut effects = Effects::new();
            effects.forget("_successor");
            let wish = intent(&entry.content, None);
            let small_talk = matches!(wish, Some(Intent::Greeting | Intent::Thanks | Intent::Continue));
            let answers = !small_talk && memory.question.is_some() && self.prescreen.reads(turn, entry);
            if !answers && (small_talk || wish.is_none()) {
                effects.extend(self.greet(turn).await?);
                return Ok(effects);
            }
        }
        if entry.kind == EntryKind::File || Self::is_pasted_resume(turn, entry, &memory) {
            return self.file(turn, entry, &memory, batch).await;
        }
        if entry.kind == EntryKind::Edit
            && let Some(effects) = self.edited(turn, entry).await?
        {
            return Ok(effects);
        }
        self.words(turn, entry, &memory, batch).await
    }

    /// Opt-out, control, and whatever else is no part of the form. `None`: the form sees it.
    async fn outside_the_form(&self, turn: &Turn, entry: &Entry, batch: &Batch) -> Result<Option<Effects>, DecideError> {
        match (entry.kind, entry.sender) {
            (EntryKind::Release, _) => return self.repeat_after_release(turn).await.map(Some),
            (EntryKind::Say, _) if entry.content_format == SETTLED => return self.settled_by_a_person(turn, entry).await.map(Some),
            (EntryKind::Say, _) if turn.candidate.opted_out_at.is_some() => return Ok(Some(Effects::new())),
            (EntryKind::Say, _) => return Ok(Some(said_for_the_host(entry))),
            (_, Sender::Recruiter | Sender::Bot | Sender::System) => return Ok(Some(by_a_person(turn))),
            (_, Sender::Candidate) => {}
        }
        if entry.kind == EntryKind::Text && opt_out(&entry.content) {
            return Ok(Some(self.opt_out(turn)));
        }
        if let Some(effects) = self.erasure(turn, entry, batch).await? {
            return Ok(Some(effects));
        }
        if turn.candidate.opted_out_at.is_some() {
            if entry.kind == EntryKind::Text && matches!(intent(&entry.content, None), Some(Intent::Start { .. })) {
                let mut effects = Effects::new();
                effects.candidate.opted_out_at = Some(None);
                effects.log("opted_in", "candidate", json!({}));
                effects.consents.push(NewConsent {
                    kind: ConsentKind::Messages,
                    given: true,
                    text_version: self.templates.version("opted_out"),
                });
                effects.extend(self.greet(turn).await?);
                return Ok(Some(effects));
            }
            let mut effects = Effects::new();
            effects.log("ignored_after_opt_out", "candidate", json!({"seq": entry.seq}));
            return Ok(Some(effects));
        }
        if let Some(mut effects) = self.takes_bot_back(turn, entry) {
            let mut after = turn.clone();
            after.apply(&effects);
            effects.extend(self.repeat_after_release(&after).await?);
            return Ok(Some(effects));
        }
        let human_phase = batch.human_phases.iter().any(|(from, to)| *from < entry.seq && entry.seq < *to);
        if human_phase || (!turn.session.automation_enabled && entry.seq > turn.session.control_seq) {
            let mut effects = Effects::new();
            effects.log("read_by_person", "candidate", json!({"seq": entry.seq}));
            return Ok(Some(effects));
        }
        Ok(None)
    }

    async fn words(&self, turn: &Turn, entry: &Entry, memory: &Memory, batch: &Batch) -> Result<Effects, DecideError> {
        let pending = memory.question.and_then(|id| turn.job.as_deref()?.question(id));
        let said = engine::words(entry);
        // A question that was asked in this very turn has not been seen yet.
        let unseen = memory.question.is_some() && memory.question == batch.asked;
        if unseen && (entry.kind == EntryKind::Button || batch.previous.as_deref() == Some(said)) {
            let mut effects = Effects::new();
            effects.log("repeat_ignored", "candidate", json!({"seq": entry.seq}));
            return Ok(effects);
        }
        let wish = intent(said, pending).or_else(|| at_summary(memory, said));
        match &wish {
            Some(Intent::Link { code }) => return self.link(turn, code).await,
            Some(Intent::Unlink) => return self.unlink(turn).await,
            _ => {}
        }
        if turn.as_staff().is_some()
            && let Some(effects) = self.staff_words(turn, entry).await?
        {
            return Ok(effects);
        }
        // Consent is to words somebody has read; the prompt stands in this turn already.
        let unread_notice = batch.consent_asked && memory.stage == Stage::Consent;
        if (unread_notice && !wish.as_ref().is_some_and(before_the_notice))
            || (batch.field_asked && memory.stage == Stage::Field && wish.is_none())
        {
            let mut effects = Effects::new();
            effects.log("came_before_the_prompt", "candidate", json!({"seq": entry.seq}));
            return Ok(effects);
        }
        if let Some(wish) = wish
            && let Some(effects) = self.command(turn, entry, memory, wish).await?
        {
            return Ok(effects);
        }
        let answering = memory.stage == Stage::Interview
            || (memory.stage == Stage::Paused && pending.is_some_and(|q| q.kind != Kind::Text) && self.prescreen.reads(turn, entry));
        if let (Some(question), true) = (pending, answering) {
            let mut effects = if unseen { self.prescreen.handle_answer(turn, entry) } else { self.answer(turn, entry, question).await };
            if unseen {
                if effects.answers.is_empty() {
                    let mut ignored = Effects::new();
                    ignored.log("not_an_answer", "candidate", json!({"seq": entry.seq}));
                    return Ok(ignored);
                }
                let taken = self.templates.say("answer_taken", json!({"text": said, "question": question.text}));
                effects.messages.insert(0, taken);
            }
            self.answer_aside(turn, said, &mut effects);
            return self.and_advance(turn, effects).await;
        }
        if memory.stage == Stage::Done && is_nod(said) {
            let mut effects = Effects::new();
            effects.log("nodded", "candidate", json!({"seq": entry.seq}));
            return Ok(effects);
        }
        match self.skills.decide(turn).await {
            Ok(Decision::Pass) => self.open_words(turn, entry).await,
            decided => {
                let mut effects = effects_of(decided)?;
                self.answer_aside(turn, said, &mut effects);
                Ok(effects)
            }
        }
    }

    /// If the pending question is settled by these effects, goes on with what comes next.
    pub(super) async fn and_advance(&self, turn: &Turn, mut effects: Effects) -> Result<Effects, DecideError> {
        if effects.context.get("question").is_some_and(Value::is_null) {
            let mut after = turn.clone();
            after.apply(&effects);
            effects.extend(self.advance(&after).await?);
        }
        Ok(effects)
    }

    /// A resume pasted where no question takes whatever is written.
    fn is_pasted_resume(turn: &Turn, entry: &Entry, memory: &Memory) -> bool {
        let pending = memory.question.and_then(|id| turn.job.as_deref()?.question(id));
        let takes_all = memory.stage == Stage::Interview && pending.is_some_and(|q| q.kind == Kind::Text);
        let agreed = turn.candidate.consented_at.is_some()
            && turn.as_staff().is_none()
            && !matches!(memory.stage, Stage::New | Stage::ChooseJob | Stage::Consent | Stage::Refused);
        agreed && entry.kind == EntryKind::Text && !takes_all && profile::is_resume(&entry.content)
    }

    /// A file, or a pasted resume: whoever knows what to do with it, and then the pending prompt again.
    async fn file(&self, turn: &Turn, entry: &Entry, memory: &Memory, batch: &Batch) -> Result<Effects, DecideError> {
        let decided = self.skills.decide(turn).await;
        if let Ok(Decision::Pass) = decided {
            if entry.kind != EntryKind::File {
                return self.words(turn, entry, memory, batch).await;
            }
            let mut effects = Effects::new();
            effects.log("file_received", "candidate", json!({"seq": entry.seq, "file_id": entry.metadata.get("file_id")}));
            effects.save_bot_message(self.templates.say("file_received", json!({"name": entry.content})));
            effects.extend(self.repeat(turn).await?);
            return Ok(effects);
        }
        let mut effects = effects_of(decided)?;
        let mut after = turn.clone();
        after.apply(&effects);
        // What a resume says may be what was being asked for.
        let answered = effects.profile.is_some() && memory.stage == Stage::Field;
        effects.extend(if answered { self.advance(&after).await? } else { self.repeat(&after).await? });
        Ok(effects)
    }

    fn opt_out(&self, turn: &Turn) -> Effects {
        let mut effects = Effects::new();
        if turn.candidate.opted_out_at.is_none() {
            effects.candidate.opted_out_at = Some(Some(turn.now));
            effects.consents.push(NewConsent {
                kind: ConsentKind::Messages,
                given: false,
                text_version: self.templates.version("opted_out"),
            });
            effects.log("opted_out", "candidate", json!({}));
            effects.save_bot_message(self.templates.say("opted_out", json!({})));
        }
        effects.forget("erasing");
        for kind in [TimerKind::Reminder1, TimerKind::Reminder2] {
            effects.clear_timer(kind);
        }
        effects
    }

    /// A person read or noted the answer to the pending question: the bot goes on instead of asking for it again.
    async fn settled_by_a_person(&self, turn: &Turn, entry: &Entry) -> Result<Effects, DecideError> {
        let memory = Memory::of(turn);
        let about = entry.metadata.get("question_id").and_then(|id| id.as_str()?.parse().ok());
        let pending = memory.question.filter(|id| about == Some(*id) && turn.answer(*id).is_some());
        // What the candidate wrote before it was read first, and may have settled the question.
        let Some(question) = pending.and_then(|id| turn.job.as_deref()?.question(id)) else { return Ok(Effects::new()) };
        let mut effects = Effects::new();
        engine::settle(turn, question, &mut effects);
        if memory.stage != Stage::Interview || turn.candidate.opted_out_at.is_some() {
            return Ok(effects);
        }
        effects.save_bot_message(self.templates.say("answer_noted", json!({"question": question.text})));
        self.and_advance(turn, effects).await
    }

    async fn repeat_after_release(&self, turn: &Turn) -> Result<Effects, DecideError> {
        if !turn.session.automation_enabled || turn.candidate.opted_out_at.is_some() {
            return Ok(Effects::new());
        }
        let prompt = self.repeat(turn).await?;
        if prompt.messages.is_empty() {
            return Ok(prompt);
        }
        let mut effects = Effects::new();
        effects.save_bot_message(self.templates.say("resumed", json!({})));
        effects.extend(prompt);
        Ok(effects)
    }
}

/// What earlier entries of a turn mean for the later ones.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The question that was asked by an earlier entry of this turn.
    asked: Option<Uuid>,
    /// The notice was put by an earlier entry of this turn, so nobody has read it yet.
    consent_asked: bool,
    /// A field was asked for by an earlier entry of this turn.
    field_asked: bool,
    /// Whether erasure is meant was asked by an earlier entry of this turn.
    pub(super) erase_asked: bool,
    /// The words of the entry before.
    previous: Option<String>,
    /// The numbers between which a person was in control, for each release among the entries.
    human_phases: Vec<(i64, i64)>,
}

#[async_trait]
impl Decide for Dialogue {
    async fn decide(&self, mut turn: Turn) -> Result<Decided, DecideError> {
        if let Some(wait) = fragments::join(&mut turn) {
            return Ok(Decided::Wait(wait));
        }
        turn.answer_by = turn.answer_by.or_else(|| Some(tokio::time::Instant::now() + DEADLINE));
        let mut batch = Batch { human_phases: human_phases(&turn), ..Batch::default() };
        let mut total = Effects::new();
        for at in 0..turn.entries.len() {
            turn.at = at;
            let mut effects = self.entry(&turn, &batch).await?;
            if effects.erase {
                // Nothing else of this turn would be kept.
                return Ok(Decided::Effects(Box::new(effects)));
            }
            let opts_out = matches!(effects.candidate.opted_out_at, Some(Some(_)));
            if !turn.session.automation_enabled && !opts_out && !effects.release {
                // From a takeover on the bot is silent; what was accepted before it is still read.
                effects.messages.clear();
            }
            if opts_out {
                // One confirmation, and nothing else any more.
                total.messages.clear();
            }
            turn.apply(&effects);
            batch.asked = asked(&effects.messages).or(batch.asked);
            batch.consent_asked |= effects.messages.iter().any(|m| m.meta.expects == Expects::Consent);
            batch.field_asked |= effects.messages.iter().any(|m| matches!(m.meta.expects, Expects::Field { .. }));
            batch.erase_asked |= effects.context.get("erasing").is_some_and(|asked| asked == &json!(true));
            batch.previous = turn.entry().map(|e| engine::words(e).to_owned());
            total.extend(effects);
        }
        turn.at = turn.entries.len();
        drop_overtaken(&mut total.messages);
        let timers = self.timers(&turn, &total).await?;
        total.extend(timers);
        total.extend(self.waiting(&turn));
        for consent in &total.consents {
            if let Some(words) = self.templates.words_of(&consent.text_version) {
                total.consent_texts.insert(consent.text_version.clone(), words);
            }
        }
        Ok(Decided::Effects(Box::new(total)))
    }

    fn decides_at_once(&self) -> bool {
        self.skills.decides_at_once()
    }

    fn park(&self, turn: &Turn) -> Effects {
        let mut effects = Effects::new();
        effects.file_action(ActionType::Parked, None, json!({"seq": turn.entries.first().map(|e| e.seq)}));
        if turn.session.automation_enabled && turn.candidate.opted_out_at.is_none() && !turn.entries.is_empty() {
            effects.save_bot_message(self.templates.say("parked", json!({})));
        }
        effects
    }
}

/// What may be wished for before the notice was read.
fn before_the_notice(wish: &Intent) -> bool {
    matches!(
        wish,
        Intent::Question
            | Intent::Human
            | Intent::Erase
            | Intent::ExportData
            | Intent::Privacy
            | Intent::Help
            | Intent::Withdraw
            | Intent::Start { .. }
            | Intent::Matching(_)
            | Intent::UnknownCommand(_)
    )
}

/// "ok", "great": nothing is asked, and nobody need be called.
fn is_nod(said: &str) -> bool {
    let said = said.trim().trim_end_matches(['.', '!']).to_lowercase();
    matches!(
        said.as_str(),
        "ok" | "okay" | "k" | "great" | "cool" | "nice" | "perfect" | "fine" | "good" | "alright" | "all right" | "got it" | "👍" | "👌"
    )
}

/// Whether the words after the opening link this chat to a user: then it opens no candidate's conversation.
fn links_next(turn: &Turn) -> bool {
    turn.entries.get(turn.at + 1).is_some_and(|next| crate::access::link::asked(&next.content).is_some_and(|code| !code.is_empty()))
}

/// At the summary a bare number names the answer to change.
fn at_summary(memory: &Memory, said: &str) -> Option<Intent> {
    let number = said.trim().trim_end_matches('.').parse().ok()?;
    (memory.stage == Stage::Summary).then_some(Intent::Change { question: Some(number) })
}

pub(super) fn effects_of(decided: Result<Decision, SkillError>) -> Result<Effects, DecideError> {
    match decided {
        Ok(Decision::Handled(effects)) => Ok(*effects),
        Ok(Decision::Pass) => Ok(Effects::new()),
        Err(error) => Err(DecideError::Failed { part: format!("skill {}", error.skill), problem: error.problem }),
    }
}

/// The question the last of these messages asks.
fn asked(messages: &[Outgoing]) -> Option<Uuid> {
    messages.iter().rev().find_map(|m| match m.meta.expects {
        Expects::Question { question_id } => Some(question_id),
        _ => None,
    })
}

/// A question that is put again, or has been answered, later in the same turn is said only once, last.
fn drop_overtaken(messages: &mut Vec<Outgoing>) {
    let last = messages.iter().rposition(|m| m.meta.expects != Expects::None);
    let mut index = 0;
    messages.retain(|m| {
        let overtaken =
            matches!(m.meta.expects, Expects::Question { .. }) && m.meta.templates.iter().all(|t| t == "prescreen_question_wrapper");
        let keep = !overtaken || Some(index) == last;
        index += 1;
        keep
    });
}

fn human_phases(turn: &Turn) -> Vec<(i64, i64)> {
    let released = turn.entries.iter().filter(|e| e.kind == EntryKind::Release);
    released.filter_map(|release| Some((release.metadata.get("human_from").and_then(Value::as_i64)?, release.seq))).collect()
}

/// A recruiter wrote: no reminder interrupts the people talking.
fn by_a_person(_turn: &Turn) -> Effects {
    let mut effects = Effects::new();
    effects.clear_timer(TimerKind::Reminder1).clear_timer(TimerKind::Reminder2);
    effects
}

fn said_for_the_host(entry: &Entry) -> Effects {
    let mut effects = Effects::new();
    if let Some(outgoing) = entry.metadata.get("outgoing").and_then(|o| serde_json::from_value::<Outgoing>(o.clone()).ok()) {
        effects.save_bot_message(outgoing);
    }
    effects
}
