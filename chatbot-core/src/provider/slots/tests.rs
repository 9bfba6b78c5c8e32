//! What `PROVIDER{N}_*` may say.

use super::*;

fn read(vars: &[(&str, &str)]) -> Result<Vec<ProviderSlot>, SlotError> {
    ProviderSlot::from_vars(vars.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())))
}

#[test]
fn slots_count_from_one_what_is_empty_is_not_set_and_a_trailing_slash_does_not_matter() {
    let slots = read(&[
        ("PROVIDER1_TYPE", "openai_compatible"),
        ("PROVIDER1_MODEL", "m"),
        ("PROVIDER1_BASE_URL", "http://x/v1/"),
        ("PROVIDER2_TYPE", "Stub"),
        ("PROVIDER2_API_KEY", " "),
        ("PROVIDER3_TYPE", ""),
        ("PROVIDER4_TYPO", ""),
        ("PROVIDERS_X", "of something else"),
        ("PROVIDER_X", "of something else"),
        ("PROVIDER1", "of something else"),
        ("PROVIDER1X_TYPE", "of something else"),
    ])
    .unwrap();
    assert_eq!(slots.len(), 2);
    assert_eq!(slots[0].base_url.as_deref(), Some("http://x/v1"));
}

#[test]
fn an_unusable_value_names_the_variable_and_an_example_and_no_secret_is_shown() {
    let error = read(&[("PROVIDER1_TYPE", "openia")]).unwrap_err().to_string();
    assert!(error.starts_with("PROVIDER1_TYPE: `openia` is none of") && error.ends_with("example: PROVIDER1_TYPE=openai"), "{error}");
    for (name, value) in
        [("TIMEOUT_MS", "soon"), ("RATE", "often"), ("WEIGHT", "0"), ("DAILY_TOKENS", "-1"), ("CONCURRENCY", "x"), ("REDACT", "maybe")]
    {
        let variable = format!("PROVIDER1_{name}");
        let error = read(&[("PROVIDER1_TYPE", "stub"), (&variable, value)]).unwrap_err().to_string();
        assert!(error.starts_with(&variable) && error.contains("example: "), "{error}");
    }
    let slots = read(&[("PROVIDER1_TYPE", "openai"), ("PROVIDER1_MODEL", "m"), ("PROVIDER1_API_KEY", "sk-canary")]).unwrap();
    assert!(!format!("{slots:?}").contains("sk-canary"));
}

#[test]
fn a_variable_that_no_slot_would_read_is_refused() {
    let first = ("PROVIDER1_TYPE", "stub");
    let said = |vars: &[(&str, &str)]| read(vars).unwrap_err().to_string();
    for (vars, error) in [
        (&[("PROVIDER2_TYPE", "stub")][..], "PROVIDER1_TYPE: is not set, and PROVIDER2_TYPE is: slots count from 1 without gaps"),
        (&[first, ("PROVIDER3_TYPE", "stub")], "PROVIDER2_TYPE: is not set, and PROVIDER3_TYPE is: slots count from 1 without gaps"),
        (&[first, ("PROVIDER2_API_KEY", "sk-canary")], "PROVIDER2_TYPE: is not set, and PROVIDER2_API_KEY is"),
        (&[("PROVIDER1_MODEL", "m")], "PROVIDER1_TYPE: is not set, and PROVIDER1_MODEL is"),
    ] {
        let variable = &error[..14];
        assert_eq!(said(vars), format!("{error}; example: {variable}=openai"));
    }
    for name in ["PROVIDER0_TYPE", "PROVIDER01_TYPE"] {
        assert_eq!(said(&[first, (name, "stub")]), format!("{name}: slots count from 1: 1, 2, 3; example: PROVIDER1_TYPE=openai"));
    }
    let typo = said(&[first, ("PROVIDER1_TYPO", "sk-canary")]);
    assert!(typo.starts_with("PROVIDER1_TYPO: is no setting of a provider; those are TYPE, API_KEY, "), "{typo}");
    assert!(typo.ends_with("; example: PROVIDER1_TYPE=openai") && !typo.contains("sk-canary"), "{typo}");
}

#[test]
fn tapes_that_are_not_there_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().display().to_string();
    let vars = |tapes: &str| read(&[("PROVIDER1_TYPE", "replay"), ("PROVIDER1_TAPES", tapes)]);
    assert_eq!(vars(&here).unwrap().len(), 1);
    let gone = format!("{here}/gone");
    let said = vars(&gone).unwrap_err().to_string();
    assert_eq!(said, format!("PROVIDER1_TAPES: there is no folder `{gone}`; example: PROVIDER1_TAPES=tapes"));
}

#[test]
fn what_a_kind_cannot_do_without_is_asked_for() {
    let missing = |vars: &[(&str, &str)]| read(vars).unwrap_err().variable;
    assert_eq!(missing(&[("PROVIDER1_TYPE", "openai")]), "PROVIDER1_MODEL");
    assert_eq!(missing(&[("PROVIDER1_TYPE", "openai"), ("PROVIDER1_MODEL", "m")]), "PROVIDER1_API_KEY");
    assert_eq!(missing(&[("PROVIDER1_TYPE", "azure"), ("PROVIDER1_MODEL", "m")]), "PROVIDER1_BASE_URL");
    assert_eq!(missing(&[("PROVIDER1_TYPE", "replay")]), "PROVIDER1_TAPES");
    assert_eq!(read(&[("PROVIDER1_TYPE", "ollama"), ("PROVIDER1_MODEL", "m")]).unwrap().len(), 1);
}

#[test]
fn personal_data_is_taken_out_unless_the_model_is_on_this_machine_or_it_is_said() {
    let redacts = |url: &str| {
        read(&[("PROVIDER1_TYPE", "openai_compatible"), ("PROVIDER1_MODEL", "m"), ("PROVIDER1_BASE_URL", url)]).unwrap()[0].redact
    };
    for here in ["http://127.0.0.1:8000/v1", "http://localhost/v1", "http://[::1]:9/v1", "http://LOCALHOST:1"] {
        assert!(!redacts(here), "{here}");
    }
    for away in ["https://api.example.org/v1", "http://localhost.example.org", "http://127.0.0.1@evil.example/v1", "http://10.0.0.1"] {
        assert!(redacts(away), "{away}");
    }
    let vars = [("PROVIDER1_TYPE", "ollama"), ("PROVIDER1_MODEL", "m"), ("PROVIDER1_REDACT", "true")];
    assert!(read(&vars).unwrap()[0].redact);
}
