//! Idle conversations by the thousand or the million, in plain SQL: what a database holds that has grown for years.
//! Also read by the end-to-end tests, which fill a database behind a real server.

/// How an engine writes what the statements need; `n` and `i` are expressions.
pub(crate) struct Words {
    /// A table `g` whose column `i` counts from 1.
    pub(crate) count: fn(u64) -> String,
    /// The id of the n-th thing of a kind.
    pub(crate) id: fn(u8, &str) -> String,
    /// 32 bytes of the n-th thing of a kind, in no order.
    pub(crate) hash: fn(u8, &str) -> String,
    /// Seconds since 1970 as a time.
    pub(crate) time: fn(&str) -> String,
}

/// PostgreSQL's.
#[allow(dead_code, reason = "each reader uses its part")]
pub(crate) const POSTGRES: Words = Words {
    count: |upto| format!("generate_series(1, cast({upto} as bigint)) as g(i)"),
    id: |kind, n| format!("cast('0000000{kind}-0000-4000-8000-' || lpad(to_hex({n}), 12, '0') as uuid)"),
    hash: |kind, n| format!("sha256(cast('{kind} ' || ({n}) as bytea))"),
    time: |seconds| format!("to_timestamp({seconds})"),
};

/// SQLite's.
#[allow(dead_code, reason = "each reader uses its part")]
pub(crate) const SQLITE: Words = Words {
    count: |upto| format!("(with recursive c(i) as (select 1 union all select i + 1 from c where i < {upto}) select i from c) as g"),
    id: |kind, n| format!("unhex(printf('0000000{kind}000040008000%012x', {n}))"),
    // Odd factors modulo a power of two: each number once, and neighbours far apart.
    hash: |kind, n| {
        let mixed = |factor: u64| format!("(({n}) * {factor}) & 4294967295");
        format!("unhex(printf('%08x{kind}%07x%016x%032x', {}, {n}, {}, {n}))", mixed(2_654_435_761), mixed(40_503))
    },
    time: |seconds| format!("strftime('%Y-%m-%dT%H:%M:%S.000000Z', {seconds}, 'unixepoch')"),
};

/// Jobs these conversations were about. None is open.
const JOBS: u64 = 50;

/// How much, and from when on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Conversations: four of five are open, with nothing to do until a timer of theirs is due in ten years.
    pub(crate) sessions: u64,
    /// Messages in all of them together; a multiple of `sessions`, at least 5 for each.
    pub(crate) messages: u64,
    /// Seconds since 1970 at which the first of them began; the last is a second for each session later.
    pub(crate) since: i64,
}

/// Statements that fill every table that grows. Foreign keys hold, but are best not looked at meanwhile.
pub(crate) fn statements(words: &Words, size: Size) -> Vec<String> {
    let Size { sessions, messages, since } = size;
    let each = messages / sessions;
    let heard = each / 5 * sessions;
    let (id, hash, time) = (words.id, words.hash, words.time);
    let at = time(&format!("{since} + i"));
    let idle_until = time(&format!("{since} + 315360000 + i"));
    // Of messages and inbox entries, which are several a session.
    let (of, seq) = (format!("(i - 1) / {each} + 1"), format!("(i - 1) % {each} + 1"));
    let of_entry = format!("(i - 1) / ({each} / 5) + 1");
    let entry = format!("(i - 1) % ({each} / 5)");
    let at_message = time(&format!("{since} + {of}"));
    let at_entry = time(&format!("{since} + {of_entry}"));
    let (person, application, session) = (id(1, "i"), id(2, "i"), id(3, "i"));
    let (job, question) = (id(8, &format!("i % {JOBS} + 1")), id(9, "1"));
    let mut all = Vec::new();
    let mut insert = |table: &str, columns: &str, values: String, rows: u64| {
        all.push(format!("insert into {table} ({columns}) select {values} from {}", (words.count)(rows.max(1))));
    };
    insert(
        "jobs",
        "id, slug, title, facts, status, on_must_have_fail, model_reading, question_set_version, demo, created_at, updated_at",
        format!("{}, 'an-old-job-' || i, 'An old job', '{{}}', 'closed', 'finish', false, 1, false, {at}, {at}", id(8, "i")),
        JOBS,
    );
    insert(
        "job_prescreen_questions",
        "id, job_id, set_version, question_order, question_text, kind, options, multiple, required, weight, must_have",
        format!("{}, {}, 1, 1, 'How many years?', 'number', '[]', false, true, 1, false", id(9, "i"), id(8, "i")),
        JOBS,
    );
    insert(
        "candidates",
        "id, name, emails, phones, links, languages, skills, positions, education, sources, consented_at, demo, created_at, updated_at",
        format!("{person}, 'Person ' || i, '[]', '[]', '[]', '[]', '[\"welding\"]', '[]', '[]', '{{}}', {at}, false, {at}, {at}"),
        sessions,
    );
    insert(
        "applications",
        "id, job_id, candidate_id, session_id, status, jd_match_score, must_have_failed, must_have_unknown, question_set_version, \
         answered, total, consented_at, demo, created_at, updated_at",
        format!(
            "{application}, {job}, {person}, {session}, case i % 3 when 0 then 'in_progress' when 1 then 'prescreen_completed' else \
             'rejected' end, i % 100, false, false, 1, 1, 1, {at}, false, {at}, {at}"
        ),
        sessions,
    );
    insert(
        "chat_sessions",
        "id, platform, account, platform_user_id, candidate_id, application_id, context, automation_enabled, control_epoch, control_seq, \
         locale, token_hash, last_seq, last_inbound, last_handled, ready_at, lease_n, claims, failures, demo, opened_at, last_entry_at, \
         closed_at",
        format!(
            "{session}, case i % 2 when 0 then 'web' else 'telegram' end, case i % 2 when 0 then '' else '1' end, 'person ' || i, {person}, \
             {application}, '{{}}', true, 0, 0, 'en', {}, {each}, {each} / 5 - 1, {each} / 5 - 1, case i % 5 when 0 then null else \
             {idle_until} end, 0, 0, 0, false, {at}, {at}, case i % 5 when 0 then {at} end",
            hash(1, "i")
        ),
        sessions,
    );
    insert("timers", "session_id, kind, due", format!("{session}, 'expiry', {idle_until}"), sessions);
    insert(
        "chat_messages",
        "id, session_id, seq, sender, content, content_format, metadata, sent_at, delivery, turn_upto",
        format!(
            "{}, {}, {seq}, case i % 5 when 1 then 'candidate' else 'bot' end, 'About five years, most of them in one place: ' || i, 'text', \
             '{{}}', {at_message}, 'sent', case i % 5 when 1 then null else (i - 1) % {each} / 5 end",
            id(4, "i"),
            id(3, &of)
        ),
        messages,
    );
    insert(
        "inbound",
        "session_id, seq, sender, kind, content, content_format, metadata, accepted_at, message_id, handled_upto, handled_at",
        format!(
            "{}, {entry}, 'candidate', 'text', 'About five years: ' || i, 'text', '{{}}', {at_entry}, {}, {entry}, {at_entry}",
            id(3, &of_entry),
            id(4, "(i - 1) * 5 + 1")
        ),
        heard,
    );
    insert(
        "seen",
        "key_hash, body_hash, session_id, message_id, seq, created_at",
        format!("{}, {}, {}, {}, 1, {at_entry}", hash(2, "i"), hash(3, "i"), id(3, &of_entry), id(4, "(i - 1) * 5 + 1")),
        heard,
    );
    insert(
        "outbox",
        "id, session_id, message_id, seq, platform, account, recipient, state, control_epoch, attempts, next_at, lease_n, provider_ref, \
         created_at, settled_at",
        // Some wait on an account of which nobody knows here.
        format!(
            "{}, {session}, {}, {each}, 'telegram', case i % 10 when 0 then '9' else '1' end, 'person ' || i, case i % 10 when 0 then \
             'ready' else 'sent' end, 0, 1, {idle_until}, 0, 'ref ' || i, {at}, {at}",
            id(5, "i"),
            id(4, &format!("i * {each}"))
        ),
        sessions,
    );
    insert(
        "prescreen_answers",
        "application_id, question_id, answer_text, value, score, passed, reason, evidence, state, answered_at",
        format!("{application}, {question}, 'five', '5', 1, true, 'a reason', 'five', 'read', {at}"),
        sessions,
    );
    insert(
        "consents",
        "id, candidate_id, session_id, kind, given, text_version, created_at",
        format!("{}, {person}, {session}, 'prescreen', true, 'v1', {at}", id(6, "i")),
        sessions,
    );
    insert(
        "activity_logs",
        "id, type, actor_type, session_id, application_id, candidate_id, detail, created_at",
        format!("{}, 'answer', 'candidate', {session}, {application}, {person}, '{{}}', {at}", id(7, "i")),
        sessions,
    );
    insert(
        "action_queue",
        "id, type, status, session_id, application_id, payload, created_at, resolved_at",
        format!(
            "{}, 'unread_answer', case i % 2 when 0 then 'open' else 'resolved' end, {session}, {application}, '{{}}', {at}, {at}",
            id(8, "i")
        ),
        sessions / 2,
    );
    insert(
        "events",
        "id, type, session_id, application_id, payload, created_at, attempts, delivered_at",
        format!("{}, 'CHAT_PRESCREEN_COMPLETED', {session}, {application}, '{{}}', {at}, 1, {at}", id(9, "i")),
        sessions / 2,
    );
    insert(
        "files",
        "id, session_id, candidate_id, name, media_type, size, sha256, created_at, bytes",
        format!("{}, {session}, {person}, 'cv.txt', 'text/plain', 32, 'x', {at}, {}", id(1, "i"), hash(4, "i")),
        sessions / 4,
    );
    insert(
        "quarantine",
        "id, platform, account, reason, body, size, sha256, created_at",
        format!("{}, 'telegram', '1', 'unreadable', {}, 32, {}, {at}", id(2, "i"), hash(5, "i"), hash(5, "i")),
        sessions / 4,
    );
    insert("erasures", "candidate_hash, reason, deleted, erased_at", format!("{}, 'retention', '{{}}', {at}", hash(6, "i")), sessions / 4);
    insert(
        "model_calls",
        "id, slot, provider, model, purpose, outcome, input_tokens, output_tokens, cost_microusd, latency_ms, session_id, job_id, created_at",
        format!("{}, 0, 'a provider', 'a model', 'answer', 'ok', 1, 1, 1, 1, {session}, {job}, {at}", id(4, "i")),
        sessions / 2,
    );
    insert(
        "tokens",
        "id, token_hash, kind, created_at, revoked_at",
        format!("{}, {}, 'console', {at}, {at}", id(3, "i"), hash(7, "i")),
        sessions / 4,
    );
    insert("token_uses", "token_id, agent, used_at", format!("{}, 'a browser', {at}", id(3, "i")), sessions / 4);
    let colleague = id(7, "i % 9 + 1");
    insert(
        "conversation_desk",
        "session_id, assigned_to, assigned_at, words_upto",
        format!("{session}, case i % 2 when 0 then {colleague} end, {at}, {each}"),
        sessions,
    );
    insert(
        "notes",
        "id, session_id, author_id, author, content, created_at",
        format!("{}, {session}, {colleague}, 'A colleague', 'Rang at noon', {at}", id(6, "i")),
        sessions / 2,
    );
    insert("session_tags", "session_id, tag", format!("{session}, 'tag ' || i % 500"), sessions / 2);
    insert("session_reads", "user_id, session_id, seq", format!("{colleague}, {session}, {each}"), sessions);
    insert("message_words", "word, session_id, seq, sent_at", format!("'word' || i % 5000, {session}, 1, {at}"), sessions);
    insert("candidate_keys", "key, candidate_id", format!("'phone:+49' || i / 2, {person}"), sessions);
    all
}
