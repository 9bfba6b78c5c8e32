//! What the bot has stored, against what candidates said: a bot that says the right words and keeps something else is wrong.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sqlx::{Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};
use tokio::time::sleep;

use crate::script::{QUESTIONS, persona};

/// How long what is under way may take to be settled.
const PATIENCE: Duration = Duration::from_secs(10);

/// Every application that the chats' sessions are of. `$1` and `$2`: the first and the last chat; all have as many digits.
const APPLICATIONS: &str = "select s.platform_user_id, cast(a.answered as bigint), a.jd_match_score,
        cast(case when s.last_handled = s.last_inbound then 1 else 0 end as bigint)
    from chat_sessions s left join applications a on a.id = s.application_id
    where s.platform = 'telegram' and s.platform_user_id between $1 and $2";

const ANSWERS: &str = "select s.platform_user_id, cast(q.question_order as bigint), p.answer_text, p.score
    from chat_sessions s
    join prescreen_answers p on p.application_id = s.application_id
    join job_prescreen_questions q on q.id = p.question_id
    where s.platform = 'telegram' and s.platform_user_id between $1 and $2";

/// Words by sender, whether they are numbered without a gap, and how many of the bot's are not known to be sent.
const MESSAGES: &str = "select s.platform_user_id,
        cast(sum(case when m.sender = 'candidate' then 1 else 0 end) as bigint),
        cast(sum(case when m.sender = 'bot' then 1 else 0 end) as bigint),
        cast(case when max(m.seq) = count(*) and min(m.seq) = 1 then 1 else 0 end as bigint),
        cast(sum(case when m.sender = 'bot' and m.delivery <> 'sent' then 1 else 0 end) as bigint)
    from chat_sessions s join chat_messages m on m.session_id = s.id
    where s.platform = 'telegram' and s.platform_user_id between $1 and $2
    group by s.platform_user_id";

#[derive(Default)]
struct Kept {
    applications: Vec<(Option<i64>, Option<f64>, bool)>,
    answers: BTreeMap<i64, (String, Option<f64>)>,
    messages: Option<(i64, i64, bool, i64)>,
}

/// Compares; answers a line for each conversation that is not as it should be. Waits for what is under way.
pub(crate) async fn problems(database_url: &str, first_chat: i64, turns_of: &[u64]) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let found = look(database_url, first_chat, turns_of).await;
        if found.is_empty() || begun.elapsed() > PATIENCE {
            return found;
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// Reads everything over a connection: the same statements for both engines, whose rows are of different types.
macro_rules! read {
    ($db:expr, $kept:ident, $bounds:ident) => {{
        for row in sqlx::query(APPLICATIONS).bind(&$bounds[0]).bind(&$bounds[1]).fetch_all($db).await.unwrap() {
            let chat: String = row.get(0);
            let handled: i64 = row.get(3);
            $kept.entry(chat).or_default().applications.push((row.get(1), row.get(2), handled == 1));
        }
        for row in sqlx::query(ANSWERS).bind(&$bounds[0]).bind(&$bounds[1]).fetch_all($db).await.unwrap() {
            let chat: String = row.get(0);
            $kept.entry(chat).or_default().answers.insert(row.get(1), (row.get(2), row.get(3)));
        }
        for row in sqlx::query(MESSAGES).bind(&$bounds[0]).bind(&$bounds[1]).fetch_all($db).await.unwrap() {
            let chat: String = row.get(0);
            let whole: i64 = row.get(3);
            $kept.entry(chat).or_default().messages = Some((row.get(1), row.get(2), whole == 1, row.get(4)));
        }
    }};
}

async fn look(database_url: &str, first_chat: i64, turns_of: &[u64]) -> Vec<String> {
    let bounds = [first_chat.to_string(), (first_chat + turns_of.len() as i64 - 1).to_string()];
    let mut kept: BTreeMap<String, Kept> = BTreeMap::new();
    if database_url.starts_with("postgres:") {
        let mut db = PgConnection::connect(database_url).await.unwrap();
        db.execute("set search_path to chatbot").await.unwrap();
        read!(&mut db, kept, bounds);
    } else {
        let mut db = SqliteConnection::connect(database_url).await.unwrap();
        read!(&mut db, kept, bounds);
    }
    let none = Kept::default();
    let chats = (first_chat..).zip(turns_of);
    chats.filter_map(|(chat, turns)| problem(chat, *turns as i64, kept.get(&chat.to_string()).unwrap_or(&none))).collect()
}

fn problem(chat: i64, turns: i64, kept: &Kept) -> Option<String> {
    let wanted = persona(chat);
    let close = |score: Option<f64>, to: f64, by: f64| score.is_some_and(|score| (score - to).abs() <= by);
    let [(answered, score, handled)] = kept.applications[..] else {
        return Some(format!("chat {chat} has {} sessions", kept.applications.len()));
    };
    if answered != Some(QUESTIONS as i64) || !close(score, wanted.score, 0.01) || !handled {
        return Some(format!("chat {chat}: {answered:?} answered, score {score:?} for {}, all handled: {handled}", wanted.score));
    }
    for (number, (words, score)) in (1..).zip(wanted.answers.iter().zip(wanted.scores)) {
        let stored = kept.answers.get(&number);
        if !stored.is_some_and(|(text, given)| text == words && close(*given, score, 0.0001)) {
            return Some(format!("chat {chat}: answer {number} is {stored:?}, not {words} with {score}"));
        }
    }
    // What was said, as often as it was said: each update once, each reply once. Opening the chat is no word of anybody's.
    if kept.messages != Some((turns - 1, turns, true, 0)) {
        return Some(format!("chat {chat}: (candidate's, bot's, without a gap, unsent) {:?} in {turns} turns", kept.messages));
    }
    None
}
