//! Reading Rust sources well enough to know which module names which: comments, texts and tests are left out.

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust file below a folder, in order.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
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
pub fn bare(source: &str) -> String {
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
            character(rest)
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

/// The length of a character in quotes.
fn character(rest: &str) -> usize {
    let content = if rest[1..].starts_with('\\') { 2 } else { 1 };
    let before = content + rest[content..].chars().next().map_or(0, char::len_utf8);
    rest[before..].find('\'').map_or(rest.len(), |at| before + at + 1)
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
pub fn without_tests(code: &str) -> (String, Vec<String>) {
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
pub fn module_of(file: &Path, root: &Path) -> Vec<String> {
    let inside = file.strip_prefix(root).unwrap().with_extension("");
    let mut path: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    path.pop_if(|last| last == "mod" || last == "lib" || last == "main");
    path
}

/// The first names after `crate::`, or after as many `super::` as lead out of every module.
pub fn named(code: &str, module: &[String]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let up = "super::".repeat(module.len());
    for (prefix, exactly) in [("crate::", false), (up.as_str(), true)] {
        if prefix.is_empty() {
            continue;
        }
        for (at, _) in code.match_indices(prefix) {
            let before = code[..at].chars().next_back();
            let begins_late =
                before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') || exactly && code[..at].ends_with("super::");
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(code: &str, module: &[&str]) -> Vec<String> {
        let module: Vec<String> = module.iter().map(|part| (*part).to_owned()).collect();
        let (code, _) = without_tests(&bare(code));
        named(&code, &module).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn every_way_to_name_a_module_is_found() {
        let code = "use crate::store::Rows;\nuse crate::{turn::{Turn, Entry}, wake, session::{self}};\nfn f(x: crate::fault::Fault) {}\nuse super::super::inbox::Inbox;\nuse super::own;";
        assert_eq!(names(code, &["worker", "run"]), ["store", "turn", "wake", "session", "fault", "inbox"]);
        assert_eq!(names("use super::inbox;\nuse super::super::nothing;", &["worker"]), ["inbox"]);
    }

    #[test]
    fn what_is_said_commented_or_tested_is_no_import() {
        for code in [
            "// crate::store",
            "/* crate::store */",
            "let x = \"crate::store \\\" crate::store\";",
            "let x = r#\"crate::store \"crate::store\"#;",
            "#[cfg(test)]\nmod tests { use crate::store; fn f() { { } } }",
            "#[cfg(test)]\nuse crate::store;",
            "my_crate::store",
            "$crate::store",
        ] {
            assert_eq!(names(code, &["turn"]), Vec::<String>::new(), "{code}");
        }
        assert_eq!(names("let q = '\"'; crate::store", &["turn"]), ["store"]);
        assert_eq!(names("let q = '\\''; crate::store", &["turn"]), ["store"]);
        assert_eq!(names("fn f<'a>(x: &'a str) -> &'a str { crate::store }", &["turn"]), ["store"]);
        assert_eq!(names("#[cfg(test)]\nmod tests { }\nuse crate::store;", &["turn"]), ["store"]);
    }

    #[test]
    fn a_test_module_in_a_file_of_its_own_is_named() {
        assert_eq!(without_tests("#[cfg(test)]\nmod tests;\nuse crate::x;").1, ["tests"]);
    }
}
