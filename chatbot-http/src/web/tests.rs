//! What every page promises: text stays text, nothing is inline, the headers are there.

use super::account::{AccountView, PeopleView, PersonRow, SignInRow};
use super::actions::{ActionRow, ActionsView};
use super::application::ApplicationView;
use super::assets::asset;
use super::candidate::{Applied, CandidateView, Known, Same, Talk};
use super::conversations::{Choice, ConvRow, ConversationListView, ConversationsView, Filters, HitView, NoteView, SearchView, SideView};
use super::dashboard::{Bar, Chart, DashboardView, Days, Tile};
use super::demo::DemoView;
use super::error::ErrorView;
use super::format::{tidy, utc};
use super::job::{Fact, FrameView, JobText, JobView};
use super::job_editor::{JobEditorView, JobRow, JobsView};
use super::portal::{JobCard, PortalView};
use super::ranked::{JobOption, RankedRow, RankedView};
use super::receipt::{AnswerView, value_text};
use super::respond;
use super::setup::{SetupView, SigninView};
use super::talk::{MessageView, TalkPane};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::json;

const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";

fn hostile_job() -> JobText {
    let text = || Some(HOSTILE.to_owned());
    JobText {
        slug: HOSTILE.to_owned(),
        title: HOSTILE.to_owned(),
        employer: text(),
        location: text(),
        description: text(),
        facts: vec![Fact { name: HOSTILE.to_owned(), value: HOSTILE.to_owned() }],
        contact: text(),
        privacy_url: Some("javascript:alert(3)".to_owned()),
    }
}

fn every_page_with_hostile_words() -> Vec<String> {
    let s = || HOSTILE.to_owned();
    let text = || Some(HOSTILE.to_owned());
    let row = ActionRow {
        id: s(),
        kind: s(),
        summary: s(),
        candidate_name: text(),
        job_title: text(),
        session_id: text(),
        application_id: text(),
        created_at: s(),
    };
    let answer =
        AnswerView { question_text: s(), answer_text: text(), value: text(), reason: text(), must_have: true, ..AnswerView::default() };
    let message = |sender: &str| MessageView {
        id: s(),
        sender: sender.to_owned(),
        author: text(),
        content: s(),
        sent_at: s(),
        ..MessageView::default()
    };
    let card = JobCard { slug: s(), title: s(), employer: text(), location: text(), summary: text() };
    let ranked =
        RankedRow { application_id: s(), candidate_name: s(), must_haves: s(), status: s(), updated_at: s(), ..RankedRow::default() };
    let talk = TalkPane {
        session_id: s(),
        application_id: text(),
        candidate_name: s(),
        can_work: true,
        messages: ["bot", "candidate", "recruiter", "system"].map(message).into(),
        ..TalkPane::default()
    };
    let application = ApplicationView {
        csrf_token: s(),
        user: s(),
        application_id: s(),
        candidate_id: s(),
        talk: Some(talk.clone()),
        can_work: true,
        job_id: s(),
        job_title: s(),
        candidate_name: s(),
        contacts: vec![s()],
        status: s(),
        must_haves: s(),
        answers: vec![answer],
        actions: vec![row.clone()],
        ..ApplicationView::default()
    };
    let list = RankedView {
        user: s(),
        csrf_token: s(),
        jobs: vec![JobOption { id: s(), title: s(), selected: true }],
        job_slug: text(),
        rows: vec![ranked],
        ..RankedView::default()
    };
    let choice = || vec![Choice { value: s(), label: s(), selected: true }];
    let filters = Filters { jobs: choice(), reasons: choice(), tag: s(), query: "tag=x".to_owned(), held: 2, ..Filters::default() };
    let conversation = ConvRow {
        session_id: s(),
        name: s(),
        job: text(),
        platform: s(),
        waiting: vec![s()],
        assigned: text(),
        tags: vec![s()],
        preview: s(),
        at: s(),
        ..ConvRow::default()
    };
    let side = SideView {
        candidate_id: text(),
        application_id: text(),
        job: text(),
        contacts: vec![s()],
        status: text(),
        platform: s(),
        source: text(),
        colleagues: choice(),
        me: text(),
        tags: vec![s()],
        notes: vec![NoteView { id: s(), author: s(), content: s(), at: s(), own: true }],
        actions: vec![row.clone()],
        ..SideView::default()
    };
    let inbox = ConversationsView {
        user: s(),
        can_work: true,
        filters: filters.clone(),
        rows: vec![conversation.clone()],
        next: text(),
        talk: Some(talk),
        side,
        ..ConversationsView::default()
    };
    let inbox_list = ConversationListView { filters, rows: vec![conversation], ..ConversationListView::default() };
    let hit = HitView { session_id: s(), name: s(), job: text(), preview: s(), at: s(), ..HitView::default() };
    let search = SearchView { user: s(), words: s(), hits: vec![hit], ..SearchView::default() };
    let person = CandidateView {
        user: s(),
        candidate_id: s(),
        name: s(),
        consented: text(),
        known: vec![Known { name: "Name", values: vec![s()], source: s(), confirmed: false }],
        applications: vec![Applied { id: s(), job: s(), status: s(), score: None, at: s() }],
        talks: vec![Talk { id: s(), platform: s(), closed: true, preview: s(), at: s() }],
        same: vec![Same { id: s(), name: s(), why: s(), at: s() }],
        can_work: true,
        is_admin: true,
        ..CandidateView::default()
    };
    let job_row = JobRow { id: s(), slug: s(), title: s(), location: text(), updated_at: s(), ..JobRow::default() };
    let jobs = JobsView { user: s(), jobs: vec![job_row], can_work: true, ..JobsView::default() };
    let editor = JobEditorView { user: s(), job_id: text(), slug: s(), title: s(), file: s(), can_work: true, ..JobEditorView::default() };
    let sign_in = SignInRow { id: s(), agent: s(), since: s(), current: false };
    let account = AccountView { user: s(), email: s(), sign_ins: vec![sign_in], is_admin: true, ..AccountView::default() };
    let one = PersonRow { id: s(), name: s(), email: s(), role: "viewer", since: s(), own: false };
    let people = PeopleView { user: s(), people: vec![one], ..PeopleView::default() };
    let bar = || vec![Bar { name: s(), value: 2, part: 1, text: s() }];
    let figures = DashboardView {
        user: s(),
        jobs: choice(),
        periods: choice(),
        now: vec![Tile { name: "Now", value: s(), hint: s() }],
        days: Days { days: bar() },
        charts: vec![Chart { title: "How", value_name: "All", part_name: "Part", bars: bar() }],
        ..DashboardView::default()
    };
    let actions = ActionsView { user: s(), csrf_token: s(), actions: vec![row], ..ActionsView::default() };
    vec![
        PortalView { jobs: vec![card], ..PortalView::default() }.render().unwrap(),
        JobView { job: hostile_job(), ..JobView::default() }.render().unwrap(),
        DemoView { job: hostile_job(), ..DemoView::default() }.render().unwrap(),
        list.render().unwrap(),
        actions.render().unwrap(),
        application.render().unwrap(),
        inbox.render().unwrap(),
        inbox_list.render().unwrap(),
        search.render().unwrap(),
        person.render().unwrap(),
        jobs.render().unwrap(),
        editor.render().unwrap(),
        account.render().unwrap(),
        people.render().unwrap(),
        figures.render().unwrap(),
        FrameView { job: hostile_job(), ..FrameView::default() }.render().unwrap(),
        SetupView::default().render().unwrap(),
        SigninView::default().render().unwrap(),
        ErrorView::not_found("").render().unwrap(),
    ]
}

#[test]
fn words_of_strangers_stay_words() {
    for html in every_page_with_hostile_words() {
        assert!(!html.contains("<script>"), "{html}");
        assert!(!html.contains("<img"), "{html}");
        assert!(!html.contains("javascript:"), "{html}");
    }
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    for html in every_page_with_hostile_words() {
        assert!(!html.contains("<style") && !html.contains(" style="), "{html}");
        for part in html.split("<script").skip(1) {
            assert!(part.starts_with(" type=\"module\" src=\"/assets/"), "{part}");
        }
        for part in html.split("<link ").skip(1) {
            assert!(part.contains("href=\"/assets/"), "{part}");
        }
    }
}

#[test]
fn pages_under_a_base_path_keep_to_it() {
    let html = PortalView { base: "/chatbot".to_owned(), jobs: vec![JobCard { slug: "a".to_owned(), ..JobCard::default() }] };
    let html = html.render().unwrap();
    assert!(html.contains("href=\"/chatbot/j/a\"") && html.contains("data-base=\"/chatbot\""), "{html}");
    assert!(!html.contains("\"/assets"), "{html}");
}

#[test]
fn a_contact_is_a_link_only_when_it_is_an_address() {
    let link = |contact: &str| JobText { contact: Some(contact.to_owned()), ..JobText::default() }.contact_link();
    assert_eq!(link("jobs@example.org").as_deref(), Some("mailto:jobs@example.org"));
    assert_eq!(link("call 030 1234"), None);
    assert_eq!(link("a@b.c?bcc=d"), None);
}

#[test]
fn every_page_carries_its_headers() {
    let answer = respond(StatusCode::NOT_FOUND, &ErrorView::not_found(""));
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let headers = answer.headers();
    assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("frame-ancestors 'none'"));
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
}

#[tokio::test]
async fn assets_are_asked_for_again_but_sent_once() {
    let first = asset(Path("base.css".to_owned()), HeaderMap::new()).await;
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
    let mut known = HeaderMap::new();
    known.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
    let second = asset(Path("base.css".to_owned()), known).await;
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn an_asset_comes_compressed_to_whoever_can_read_that() {
    let ask = async |coding: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, coding.parse().unwrap());
        asset(Path("talk.css".to_owned()), headers).await
    };
    for coding in ["gzip", "br, GZIP;q=0.5", "deflate, gzip"] {
        assert_eq!(ask(coding).await.headers()[header::CONTENT_ENCODING], "gzip", "{coding}");
    }
    for coding in ["br", "gzip;q=0", "x-gzip-not", "identity"] {
        assert!(!ask(coding).await.headers().contains_key(header::CONTENT_ENCODING), "{coding}");
    }
}

#[tokio::test]
async fn a_page_has_one_style_sheet_that_holds_all_its_parts() {
    for html in every_page_with_hostile_words() {
        assert!(html.matches("rel=\"stylesheet\"").count() <= 1, "{html}");
    }
    let part = |name: &str| std::fs::read_to_string(format!("{}/assets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for (name, parts) in [("talk.css", &["base.css", "chat.css"][..]), ("desk.css", &["base.css", "chat.css", "console.css"][..])] {
        let answer = asset(Path(name.to_owned()), HeaderMap::new()).await;
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        assert_eq!(bytes, parts.iter().map(|name| part(name)).collect::<String>());
    }
}

#[tokio::test]
async fn only_assets_are_served() {
    for name in ["missing.css", "../Cargo.toml", "", "base", "base.css.map"] {
        let answer = asset(Path(name.to_owned()), HeaderMap::new()).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{name}");
    }
}

#[test]
fn values_read_as_people_write_them() {
    let text = |value| value_text(&value).unwrap_or_default();
    assert_eq!(text(json!(5.0)), "5");
    assert_eq!(text(json!(true)), "yes");
    assert_eq!(text(json!(["remote", "hybrid"])), "remote, hybrid");
    assert_eq!(text(json!({"amount": 90000, "currency": "EUR", "period": "year"})), "90000 EUR per year");
    assert_eq!(text(json!({"amount": 90000})), "90000");
    assert_eq!(text(json!(null)), "");
    assert_eq!(tidy(66.666), "66.67");
    assert_eq!(tidy(100.0), "100");
    assert_eq!(utc("2026-11-22T09:10:12.123Z"), "2026-11-22 09:10 UTC");
    assert_eq!(utc("soon"), "soon");
}

#[test]
fn points_name_the_weight() {
    let answer = AnswerView { score: Some(0.8), weight: 3.0, ..AnswerView::default() };
    assert_eq!(answer.points(), "2.4 of 3");
    assert_eq!(AnswerView::default().points(), "not scored");
}
