//! `chatbot jobs`

use chatbot_core::Chatbot;
use chatbot_core::recruiting::{Job, JobFile, JobPatch, JobView, Prescreen};
use serde_json::{Value, json};

use super::job_file;
use crate::args::{Args, Jobs, Output};
use crate::database::{PAGE, current};
use crate::failure::Failure;
use crate::output;

pub(super) async fn run(args: &Args, wish: &Jobs) -> Result<(), Failure> {
    match wish {
        Jobs::Import { files } => {
            // All are read before any is written: a broken file leaves the database as it is.
            let jobs = files.iter().map(|path| job_file(path)).collect::<Result<Vec<_>, _>>()?;
            let chatbot = current(args).await?;
            let mut done = Vec::new();
            for job in &jobs {
                done.push(import(&chatbot, job).await?);
            }
            output::list(args.output, &done, &["job", "slug", "version"], |d: &Value| {
                ["done", "slug", "question_set_version"].iter().map(|key| output::value(d.get(key).unwrap_or(&Value::Null))).collect()
            })?;
            chatbot.close().await;
        }
        Jobs::Export { slug } => {
            let chatbot = current(args).await?;
            let job = chatbot.job_by_slug(slug).await?.ok_or_else(|| Failure::Other(format!("there is no job {slug}")))?;
            let file = JobFile::from_job(&job);
            match args.output {
                Output::Json => output::json(&file)?,
                Output::Table => output::raw(&file.to_yaml().map_err(Failure::of)?),
            }
            chatbot.close().await;
        }
        Jobs::Link(wish) => super::link::run(args, wish).await?,
        Jobs::List => {
            let chatbot = current(args).await?;
            let jobs: Vec<JobView> = chatbot.jobs(None, PAGE).await?.iter().map(JobView::from).collect();
            output::list(args.output, &jobs, &["slug", "title", "status", "questions", "version", "id"], |j: &JobView| {
                vec![
                    j.slug.clone(),
                    j.title.clone(),
                    j.status.as_str().into(),
                    j.prescreen.questions.len().to_string(),
                    j.question_set_version.to_string(),
                    j.id.to_string(),
                ]
            })?;
            chatbot.close().await;
        }
    }
    Ok(())
}

/// Makes the job, or brings the one that is there to what the file says. A second import changes nothing.
async fn import(chatbot: &Chatbot, file: &JobFile) -> Result<Value, Failure> {
    let existing = chatbot.job_by_slug(&file.slug()).await?;
    let (done, job) = match existing {
        None => ("created", chatbot.create_job(file, false).await?),
        Some(job) => update(chatbot, job, file).await?,
    };
    Ok(json!({"done": done, "slug": job.slug, "question_set_version": job.question_set_version, "id": job.id}))
}

async fn update(chatbot: &Chatbot, mut job: Job, file: &JobFile) -> Result<(&'static str, Job), Failure> {
    let mut done = "unchanged";
    let mut wanted = JobFile { slug: Some(job.slug.clone()), ..file.clone() };
    wanted.prescreen = Prescreen::from_job(&job);
    if wanted != JobFile::from_job(&job) {
        job = chatbot.update_job(job.id, &patch(&wanted)).await?;
        done = "updated";
    }
    // A version more for nothing would make two applications of the same questions look different.
    if file.prescreen != Prescreen::from_job(&job) {
        job = chatbot.put_questions(job.id, &file.prescreen).await?;
        done = "updated";
    }
    Ok((done, job))
}

/// Every field as the file has it; what the file lacks is removed.
fn patch(file: &JobFile) -> JobPatch {
    JobPatch {
        title: Some(file.title.clone()),
        employer: Some(file.employer.clone()),
        contact: Some(file.contact.clone()),
        privacy_url: Some(file.privacy_url.clone()),
        owner: Some(file.owner.clone()),
        timezone: Some(file.timezone.clone()),
        hours: Some(file.hours.clone()),
        location: Some(file.location.clone()),
        description: Some(file.description.clone()),
        facts: Some(file.facts.clone()),
        next_step: Some(file.next_step.clone()),
        status: None,
    }
}
