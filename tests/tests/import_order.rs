//! Imports run one way, as `docs/architecture.md` writes it: an arrow back or a circle fails here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The core's modules, from what is named by nobody in core down to what names nothing. Modules of one line may name
/// each other, as long as no circle comes of it.
const LAYERS: [&[&str]; 11] = [
    &["lib", "testing"],
    &["chatbot"],
    &["store"],
    &["worker", "inbox", "outbox"],
    &["dialogue"],
    &["skill"],
    &["prescreen"],
    &["turn"],
    &["orchestrator"],
    &["recruiting", "session", "access", "files", "privacy"],
    &["channel", "wake"],
];
const NOUNS: [&str; 1] = ["message"];
/// Below everything.
const GROUND: [&str; 2] = ["clock", "fault"];
/// These stand beside `skill` and know only nouns; whoever decides may name them.
const BESIDE: [&str; 2] = ["template", "provider"];
/// Who may name the store.
const STORE_IS_NAMED_BY: [&str; 3] = ["chatbot", "lib", "testing"];

/// One module naming another, with where.
type Arrow = (String, String, String);

fn core() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../chatbot-core/src")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Code without comments and without what stands in quotes, at its old places.
fn bare(source: &str) -> String {
    let (mut out, mut rest) = (String::new(), source);
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("r\"") || rest.starts_with("r#") && rest.trim_start_matches(['r', '#']).starts_with('"') {
            let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
            let end = format!("\"{}", "#".repeat(hashes));
            let begin = 2 + hashes;
            rest[begin..].find(&end).map_or(rest.len(), |at| begin + at + end.len())
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' && (rest[1..].starts_with('\\') || rest.chars().nth(2) == Some('\'')) {
            rest[1..].char_indices().skip(1).find(|(at, c)| *c == '\'' && !rest[1..=*at].ends_with("\\") || rest[1..=*at].ends_with("\\\\")).map_or(rest.len(), |(at, _)| at + 2)
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        out.extend(rest[..skipped].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = &rest[skipped..];
    }
    out
}

/// The length of a text in quotes.
fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Leaves out what is compiled for tests only; answers also the names of modules that are files of their own.
fn without_tests(code: &str) -> (String, Vec<String>) {
    let (mut out, mut rest, mut modules) = (String::new(), code, Vec::new());
    while let Some(at) = rest.find("#[cfg(test)]") {
        out.push_str(&rest[..at]);
        let item = &rest[at..];
        let (brace, semicolon) = (item.find('{').unwrap_or(item.len()), item.find(';').unwrap_or(item.len()));
        let end = if semicolon < brace {
            let words: Vec<&str> = item[..semicolon].split_whitespace().collect();
            if let [.., "mod", name] = words[..] {
                modules.push(name.to_owned());
            }
            semicolon + 1
        } else {
            closing(item, brace)
        };
        out.extend(item[..end].chars().filter(|c| *c == '\n'));
        rest = &item[end..];
    }
    out.push_str(rest);
    (out, modules)
}

/// Where the brace that opens at `open` closes.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return open + at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The path of a file's module: `turn/memory.rs` is `turn`, `memory`; `lib.rs` is nothing.
fn module_of(file: &Path, root: &Path) -> Vec<String> {
    let inside = file.strip_prefix(root).unwrap().with_extension("");
    let mut path: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    path.pop_if(|last| last == "mod" || last == "lib" || last == "main");
    path
}

/// The first names after `crate::`, or after as many `super::` as lead out of every module.
fn named(code: &str, module: &[String]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let up = "super::".repeat(module.len());
    for (prefix, exactly) in [("crate::", false), (up.as_str(), true)] {
        if prefix.is_empty() {
            continue;
        }
        for (at, _) in code.match_indices(prefix) {
            let before = code[..at].chars().next_back();
            let begins_late = before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') || exactly && code[..at].ends_with("super::");
            if begins_late || exactly && code[at + prefix.len()..].starts_with("super::") {
                continue;
            }
            let line = code[..at].matches('\n').count() + 1;
            found.extend(heads(&code[at + prefix.len()..]).into_iter().map(|name| (line, name)));
        }
    }
    found
}

/// The first names of a path or of a group of paths.
fn heads(rest: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    if !rest.starts_with('{') {
        return vec![word(rest)];
    }
    let group = &rest[1..closing(rest, 0) - 1];
    let mut depth = 0;
    let parts = group.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    parts.map(word).filter(|name| !name.is_empty()).collect()
}

/// Who names whom in the core, tests apart.
fn arrows() -> Vec<Arrow> {
    let root = core();
    let files: Vec<(PathBuf, String, Vec<String>)> = sources(&root)
        .into_iter()
        .map(|file| {
            let (code, tests) = without_tests(&bare(&fs::read_to_string(&file).unwrap()));
            (file, code, tests)
        })
        .collect();
    let for_tests: BTreeSet<Vec<String>> =
        files.iter().flat_map(|(file, _, names)| names.iter().map(|name| [module_of(file, &root), vec![name.clone()]].concat())).collect();
    let known: BTreeSet<String> = files.iter().map(|(file, ..)| top(&module_of(file, &root))).collect();
    let mut arrows = Vec::new();
    for (file, code, _) in &files {
        let module = module_of(file, &root);
        if (1..=module.len()).any(|length| for_tests.contains(&module[..length])) {
            continue;
        }
        let from = top(&module);
        for (line, name) in named(code, &module) {
            // What the crate's root exports again (`crate::MemoryStore`) is named by the root's own arrow.
            if name != from && known.contains(&name) {
                arrows.push((from.clone(), name, format!("{}:{line}", file.strip_prefix(&root).unwrap().display())));
            }
        }
    }
    assert!(arrows.len() > 200, "only {} arrows: the reading of sources is broken", arrows.len());
    arrows
}

fn top(module: &[String]) -> String {
    module.first().cloned().unwrap_or_else(|| "lib".to_owned())
}

/// From 0 at the top.
fn layer(module: &str) -> usize {
    let all = LAYERS.iter().copied().chain([&NOUNS[..], &GROUND[..]]);
    let mut place = all.enumerate().filter(|(_, layer)| layer.contains(&module)).map(|(at, _)| at);
    let beside = BESIDE.contains(&module).then_some(LAYERS.len() - 3);
    place.next().or(beside).unwrap_or_else(|| panic!("`{module}` has no place in the order: give it one here and in docs/architecture.md"))
}

#[test]
fn no_module_names_one_that_stands_above_it() {
    let wrong: Vec<String> = arrows().iter().filter(|(from, to, _)| layer(from) > layer(to)).map(|(from, to, place)| format!("{place}: {from} → {to}")).collect();
    assert!(wrong.is_empty(), "arrows back:\n{}", wrong.join("\n"));
}

#[test]
fn templates_and_providers_know_only_nouns() {
    let nouns = layer("recruiting");
    let wrong: Vec<String> =
        arrows().iter().filter(|(from, to, _)| BESIDE.contains(&from.as_str()) && layer(to) < nouns).map(|(from, to, place)| format!("{place}: {from} → {to}")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_store_is_named_by_the_chatbot_alone() {
    let wrong: Vec<String> = arrows()
        .iter()
        .filter(|(from, to, _)| to == "store" && !STORE_IS_NAMED_BY.contains(&from.as_str()))
        .map(|(from, _, place)| format!("{place}: {from} names the store"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn shells_only_open_the_store_and_never_name_each_other() {
    let shells = ["chatbot-http", "chatbot-cli", "chatbot-telegram"];
    for shell in shells {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(shell).join("src");
        if !root.exists() {
            continue;
        }
        for file in sources(&root) {
            let (code, _) = without_tests(&bare(&fs::read_to_string(&file).unwrap()));
            let name = file.display();
            for (at, _) in code.match_indices("chatbot_core::store::") {
                let constructs = ["open::", "MemoryStore", "sql::OpenError"].iter().any(|way| code[at..].starts_with(&format!("chatbot_core::store::{way}")));
                assert!(constructs, "{name}: a shell only constructs the store");
            }
            for other in shells.iter().filter(|other| **other != shell && **other != "chatbot-telegram") {
                let path = format!("{}::", other.replace('-', "_"));
                assert!(!code.contains(&path), "{name} names {other}");
            }
        }
    }
}

#[test]
fn there_is_no_circle() {
    let mut named = BTreeMap::<String, BTreeSet<String>>::new();
    for (from, to, _) in arrows() {
        named.entry(from).or_default().insert(to);
    }
    named.remove("lib");
    // Whoever names nobody that is left is taken away; what remains goes round.
    loop {
        let left: BTreeSet<String> = named.keys().cloned().collect();
        let before = named.len();
        named.retain(|_, to| to.iter().any(|to| left.contains(to)));
        if named.len() == before {
            break;
        }
    }
    assert!(named.is_empty(), "these name each other in a circle: {named:?}");
}
