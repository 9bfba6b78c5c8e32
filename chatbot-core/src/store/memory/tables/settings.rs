//! Settings of the installation.

use super::Tables;

pub(crate) fn get(t: &Tables, name: &str) -> Option<String> {
    t.settings.get(&name.to_owned()).cloned()
}

pub(crate) fn put(t: &mut Tables, name: &str, value: &str) {
    t.settings.put(name.to_owned(), value.to_owned());
}

pub(crate) fn put_if_absent(t: &mut Tables, name: &str, value: &str) -> String {
    if let Some(stands) = get(t, name) {
        return stands;
    }
    put(t, name, value);
    value.to_owned()
}

pub(crate) fn delete(t: &mut Tables, name: &str) -> bool {
    t.settings.remove(&name.to_owned())
}
