//! Text → [`Profile`]: fixed rules, English first, the same answer every time. Every value keeps the words it was read
//! from. What is not recognised is left out: a person reads the file as well.

mod contact;
mod dates;
mod lists;
mod name;
mod sections;
mod tidy;
mod words;
mod work;

use chrono::{DateTime, Datelike, Utc};

use super::ReadText;
use crate::recruiting::profile::Profile;

use self::sections::{Section, split};

/// What a text says about its writer. `now` is the end of what lasts to the present.
pub fn read(text: &ReadText, now: DateTime<Utc>) -> Profile {
    let lines = tidy::lines(&text.text);
    let parts = split(&lines);
    let header = parts.iter().find(|p| p.section == Section::Header).map_or(&[][..], |p| p.lines);
    let emails = contact::emails(&lines, &text.links);
    let location = contact::location(header);
    let phones = contact::phones(header, &lines, &text.links, location.as_ref().map(|l| l.value.as_str()));
    let links = contact::links(header, &text.links, &emails);
    let name = name::find(&lines, header, text.largest.as_deref(), &emails);
    let today = (now.year(), now.month());
    let mut profile = Profile { name, emails, phones, location, links, ..Profile::default() };
    for part in &parts {
        match part.section {
            Section::Experience => profile.positions.extend(work::positions(part.lines)),
            Section::Education => profile.education.extend(work::education(part.lines)),
            Section::Skills => {
                lists::skills(part.lines, profile.name.as_ref().map(|n| n.value.as_str()), &mut profile.skills, &mut profile.languages);
            }
            Section::Languages => lists::languages(part.lines, &mut profile.languages),
            Section::Header | Section::Summary | Section::Other => {}
        }
    }
    profile.positions.truncate(40);
    profile.education.truncate(20);
    profile.years_experience = work::years(&profile.positions, today).or_else(|| lists::stated_years(&lines));
    profile
}

/// Whether pasted words are unmistakably a resume: long, in sections, and with a way to reach its writer.
pub fn is_resume(text: &str) -> bool {
    if text.chars().count() < 300 {
        return false;
    }
    let lines = tidy::lines(text);
    let mut kinds: Vec<Section> =
        split(&lines).iter().map(|p| p.section).filter(|s| !matches!(s, Section::Header | Section::Other)).collect();
    kinds.dedup();
    kinds.len() >= 2 && !contact::emails(&lines, &[]).is_empty()
}
