//! Which scripts are meant by files and folders.

use std::path::{Path, PathBuf};

/// The `.yaml` and `.yml` files in these places, in the order of their names. The error names what cannot be read.
pub(crate) fn scripts(places: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for place in places {
        let metadata = std::fs::metadata(place).map_err(|e| unreadable(place, &e))?;
        if !metadata.is_dir() {
            found.push(place.clone());
            continue;
        }
        let before = found.len();
        walk(place, &mut found)?;
        if found.len() == before {
            return Err(format!("{}: holds no script (*.yaml)", place.display()));
        }
    }
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e))?;
    let mut paths = entries.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>().map_err(|e| unreadable(folder, &e))?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            found.push(path);
        }
    }
    Ok(())
}

/// One line about a file that could not be read.
pub(crate) fn unreadable(path: &Path, error: &std::io::Error) -> String {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::InvalidData => "this is not text in UTF-8".to_owned(),
        _ => error.to_string(),
    };
    format!("{}: cannot be read: {why}", path.display())
}
