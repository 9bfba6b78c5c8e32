//! The routes, one file a noun, in the order of a conversation: opened, talked in, watched, taken over, ranked.

pub(crate) mod account;
pub(crate) mod actions;
pub(crate) mod activity;
pub(crate) mod applications;
pub(crate) mod applications_csv;
pub(crate) mod attachments;
pub(crate) mod candidates;
pub(crate) mod control;
pub(crate) mod decisions;
pub(crate) mod demo;
pub(crate) mod desk;
pub(crate) mod desk_events;
pub(crate) mod events;
pub(crate) mod figures;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod history;
pub(crate) mod job_check;
pub(crate) mod jobs;
pub(crate) mod matching;
pub(crate) mod messages;
pub(crate) mod pages;
pub(crate) mod privacy;
pub(crate) mod same;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod stats;
pub(crate) mod test;
pub(crate) mod users;
pub(crate) mod watch;

use axum::routing::{get, post};
use chatbot_core::access::Role;
use chatbot_telegram::update::webhook;
use utoipa_axum::routes;

use crate::options::{Group, HttpOptions};
use crate::policy::{Policy, Routes};
use crate::{web, webhooks};

const VIEWER: Policy = Policy::Staff(Role::Viewer);
const RECRUITER: Policy = Policy::Staff(Role::Recruiter);
const ADMIN: Policy = Policy::Staff(Role::Admin);

/// Adds every route of the groups that are mounted, each with who may use it.
pub(crate) fn add(mut all: Routes, options: &HttpOptions) -> Routes {
    let mounts = |group| options.groups.contains(&group);
    if mounts(Group::Chat) {
        all = all
            .api(Policy::Anyone, routes!(sessions::open_session))
            .api(Policy::Session(Role::Recruiter), routes!(messages::post_message))
            .api(Policy::Session(Role::Recruiter), routes!(attachments::post_attachment))
            .api(Policy::Session(Role::Viewer), routes!(history::get_history))
            .api(Policy::Session(Role::Viewer), routes!(events::get_events))
            .api(Policy::Session(Role::Viewer), routes!(files::get_file))
            .api(Policy::Candidate, routes!(privacy::export_session))
            .api(RECRUITER, routes!(control::takeover))
            .api(RECRUITER, routes!(control::release))
            .page(Policy::Open, "/", get(pages::portal))
            .page(Policy::Open, "/j/{slug}", get(pages::job))
            .page(Policy::Open, "/w/{slug}", get(pages::frame))
            .page(Policy::Open, "/widget.js", get(web::assets::widget))
            .page(Policy::Open, "/demo", get(pages::demo));
    }
    if mounts(Group::Webhooks)
        && let Some(receiver) = &options.telegram
    {
        all = all.page(Policy::Hook, webhook::PATH, webhook::route(receiver.clone()));
    }
    if mounts(Group::Webhooks) && options.whatsapp.is_some() {
        // Open to everybody: what is sent shows by its signature that it comes from Meta.
        let whatsapp = get(webhooks::whatsapp::handshake).post(webhooks::whatsapp::receive);
        all = all.page(Policy::Hook, "/webhooks/whatsapp", whatsapp);
    }
    if mounts(Group::Console) {
        all = all
            .api(VIEWER, routes!(watch::list_sessions))
            .api(VIEWER, routes!(watch::get_session))
            .api(VIEWER, routes!(desk::list_conversations))
            .api(VIEWER, routes!(desk::search))
            .api(VIEWER, routes!(desk_events::get_desk_events))
            .api(VIEWER, routes!(desk::get_desk))
            .api(RECRUITER, routes!(desk::add_note))
            .api(RECRUITER, routes!(desk::delete_note))
            .api(RECRUITER, routes!(desk::put_tags))
            .api(RECRUITER, routes!(desk::put_assignee))
            .api(VIEWER, routes!(desk::put_read))
            .api(VIEWER, routes!(desk::list_replies))
            .api(RECRUITER, routes!(desk::create_reply))
            .api(RECRUITER, routes!(desk::put_reply))
            .api(RECRUITER, routes!(desk::delete_reply))
            .api(RECRUITER, routes!(job_check::check_job))
            .api(RECRUITER, routes!(job_check::preview_job))
            .api(VIEWER, routes!(job_check::what_if))
            .api(VIEWER, routes!(same::list_same))
            .api(RECRUITER, routes!(same::merge))
            .api(VIEWER, routes!(figures::get_figures))
            .api(VIEWER, routes!(account::list_sign_ins))
            .api(VIEWER, routes!(account::end_sign_in))
            .api(VIEWER, routes!(account::put_password))
            .api(ADMIN, routes!(account::add_user))
            .api(ADMIN, routes!(account::patch_user))
            .api(VIEWER, routes!(jobs::list_jobs))
            .api(RECRUITER, routes!(jobs::create_job))
            .api(VIEWER, routes!(jobs::get_job))
            .api(RECRUITER, routes!(jobs::patch_job))
            .api(RECRUITER, routes!(jobs::put_questions))
            .api(VIEWER, routes!(applications::list_applications))
            .api(VIEWER, routes!(applications_csv::get_applications_csv))
            .api(VIEWER, routes!(applications::get_application))
            .api(RECRUITER, routes!(decisions::patch_application))
            .api(RECRUITER, routes!(decisions::patch_answer))
            .api(VIEWER, routes!(candidates::get_candidate))
            .api(VIEWER, routes!(matching::candidates_for_job))
            .api(VIEWER, routes!(matching::jobs_for_candidate))
            .api(ADMIN, routes!(privacy::export_candidate))
            .api(ADMIN, routes!(privacy::erase_candidate))
            .api(VIEWER, routes!(actions::list_actions))
            .api(RECRUITER, routes!(actions::resolve_action))
            .api(VIEWER, routes!(activity::list_activity))
            .api(VIEWER, routes!(stats::get_stats))
            .api(ADMIN, routes!(users::list_users))
            .api(RECRUITER, routes!(users::link_me))
            .api(RECRUITER, routes!(users::link_user))
            .api(ADMIN, routes!(demo::delete_demo))
            .api(Policy::Candidate, routes!(demo::get_receipt))
            .page(Policy::Page(Role::Viewer), "/console", get(pages::console::ranked))
            .page(Policy::Page(Role::Viewer), "/console/conversations", get(pages::conversations::inbox))
            .page(Policy::Page(Role::Viewer), "/console/conversations/list", get(pages::conversations::list))
            .page(Policy::Page(Role::Viewer), "/console/conversations/{session_id}", get(pages::conversations::conversation))
            .page(Policy::Page(Role::Viewer), "/console/search", get(pages::conversations::search))
            .page(Policy::Page(Role::Viewer), "/console/candidates/{candidate_id}", get(pages::candidate::candidate))
            .page(Policy::Page(Role::Viewer), "/console/jobs", get(pages::jobs::jobs))
            .page(Policy::Page(Role::Recruiter), "/console/jobs/new", get(pages::jobs::new_job))
            .page(Policy::Page(Role::Viewer), "/console/jobs/{job_id}", get(pages::jobs::edit_job))
            .page(Policy::Page(Role::Viewer), "/console/account", get(pages::account::account))
            .page(Policy::Page(Role::Admin), "/console/people", get(pages::account::people))
            .page(Policy::Page(Role::Viewer), "/dashboard", get(pages::dashboard::dashboard))
            .page(Policy::Page(Role::Viewer), "/console/actions", get(pages::console::actions))
            .page(Policy::Page(Role::Viewer), "/console/applications/{application_id}", get(pages::console::application))
            .page(Policy::Open, "/signin", get(setup::signin).post(setup::enter))
            .page(Policy::Open, "/setup/{token}", get(setup::show).post(setup::redeem))
            .page(Policy::Staff(Role::Viewer), "/signout", post(setup::signout));
    }
    if mounts(Group::Chat) || mounts(Group::Console) {
        all = all.page(Policy::Open, "/assets/{name}", get(web::assets::asset));
    }
    if mounts(Group::Ops) {
        all = all
            .api(Policy::Open, routes!(health::healthz))
            .api(Policy::Open, routes!(health::readyz))
            .api(Policy::Anyone, routes!(health::metrics));
        if options.test_clock.is_some() {
            all = all.api(ADMIN, routes!(test::set_clock)).api(ADMIN, routes!(test::set_worker));
        }
    }
    all
}
