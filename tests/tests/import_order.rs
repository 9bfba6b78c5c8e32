//! Imports run one way, as `docs/architecture.md` writes it: an arrow back or a circle fails here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use chatbot_tests::sources::{bare, module_of, named, sources, without_tests};

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
const GROUND: [&str; 3] = ["clock", "fault", "museum"];
/// These stand beside `skill` and know only nouns; whoever decides may name them.
const BESIDE: [&str; 4] = ["template", "provider", "resume", "matching"];
/// Who may name the store.
const STORE_IS_NAMED_BY: [&str; 3] = ["chatbot", "lib", "testing"];

/// One module naming another, with where.
type Arrow = (String, String, String);

fn core() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../chatbot-core/src")
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
    let wrong: Vec<String> = arrows()
        .iter()
        .filter(|(from, to, _)| layer(from) > layer(to))
        .map(|(from, to, place)| format!("{place}: {from} → {to}"))
        .collect();
    assert!(wrong.is_empty(), "arrows back:\n{}", wrong.join("\n"));
}

#[test]
fn what_stands_beside_skills_knows_only_nouns() {
    let nouns = layer("recruiting");
    let wrong: Vec<String> = arrows()
        .iter()
        .filter(|(from, to, _)| BESIDE.contains(&from.as_str()) && layer(to) < nouns)
        .map(|(from, to, place)| format!("{place}: {from} → {to}"))
        .collect();
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
                let constructs = ["open::", "MemoryStore", "sql::OpenError"]
                    .iter()
                    .any(|way| code[at..].starts_with(&format!("chatbot_core::store::{way}")));
                assert!(constructs, "{name}: a shell only constructs the store");
            }
            // The Telegram shell is a library of the other two; the terminal's `doctor` looks at what the server is told.
            let may = |other: &str| other == shell || other == "chatbot-telegram" || (shell == "chatbot-cli" && other == "chatbot-http");
            for other in shells.iter().filter(|other| !may(other)) {
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
