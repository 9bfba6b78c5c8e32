//! The other languages: number words, units and the words that turn an answer round. Each stands on top of English.

use super::Sense::{
    About, Ago, And, AtLeast, AtMost, Between, Cardinal, Danger, Doubt, Filler, From, Function, Half, Not, Or, Prep, Scale, Since, Tens, To, Unit as U, Vague, Zero,
};
use super::{Row, Unit};

/// German.
pub(super) const GERMAN: &[Row] = &[
    ("ein", Cardinal(1.0)), ("eins", Cardinal(1.0)), ("eine", Cardinal(1.0)), ("einen", Cardinal(1.0)), ("einem", Cardinal(1.0)), ("zwei", Cardinal(2.0)), ("drei", Cardinal(3.0)), ("vier", Cardinal(4.0)), ("fünf", Cardinal(5.0)), ("fuenf", Cardinal(5.0)), ("sechs", Cardinal(6.0)), ("sieben", Cardinal(7.0)), ("acht", Cardinal(8.0)), ("neun", Cardinal(9.0)), ("zehn", Cardinal(10.0)), ("elf", Cardinal(11.0)), ("zwölf", Cardinal(12.0)),
    ("fünfzehn", Cardinal(15.0)), ("zwanzig", Tens(20.0)), ("dreißig", Tens(30.0)), ("anderthalb", Cardinal(1.5)), ("eineinhalb", Cardinal(1.5)), ("zweieinhalb", Cardinal(2.5)), ("dreieinhalb", Cardinal(3.5)), ("viereinhalb", Cardinal(4.5)), ("halb", Half), ("halbes", Half), ("halbe", Half), ("halben", Half), ("tausend", Scale(1e3)),
    ("jahr", U(Unit::Year)), ("jahre", U(Unit::Year)), ("jahren", U(Unit::Year)), ("jahrzehnt", U(Unit::Decade)), ("monat", U(Unit::Month)), ("monate", U(Unit::Month)), ("monaten", U(Unit::Month)), ("woche", U(Unit::Week)), ("wochen", U(Unit::Week)), ("tag", U(Unit::Day)), ("tage", U(Unit::Day)), ("tagen", U(Unit::Day)), ("stunde", U(Unit::Hour)), ("stunden", U(Unit::Hour)), ("quartal", U(Unit::Quarter)),
    ("etwa", About), ("ungefähr", About), ("circa", About), ("rund", About), ("fast", About), ("mindestens", AtLeast), ("über", AtLeast), ("mehr als", AtLeast), ("weniger als", AtMost), ("unter", AtMost), ("höchstens", AtMost), ("maximal", AtMost), ("zwischen", Between), ("von", From), ("bis", To), ("und", And), ("oder", Or), ("seit", Since), ("vor", Ago),
    ("keine", Zero), ("keine erfahrung", Zero), ("gar keine", Zero), ("nicht", Not), ("kein", Not), ("nein", Not), ("nie", Not), ("wenn", Danger), ("falls", Danger), ("alt", Danger), ("einige", Vague), ("mehrere", Vague), ("viele", Vague), ("paar", Vague), ("ein paar", Vague), ("kommt drauf an", Doubt), ("weiß nicht", Doubt),
    ("erfahrung", Function), ("berufserfahrung", Function), ("ich", Function), ("habe", Function), ("hab", Function), ("sind", Function), ("bin", Function), ("es", Function), ("mit", Prep), ("in", Prep), ("an", Function), ("so", Filler), ("bitte", Filler), ("ja", Filler),
];

/// Spanish.
pub(super) const SPANISH: &[Row] = &[
    ("un", Cardinal(1.0)), ("uno", Cardinal(1.0)), ("una", Cardinal(1.0)), ("dos", Cardinal(2.0)), ("tres", Cardinal(3.0)), ("cuatro", Cardinal(4.0)), ("cinco", Cardinal(5.0)), ("seis", Cardinal(6.0)), ("siete", Cardinal(7.0)), ("ocho", Cardinal(8.0)), ("nueve", Cardinal(9.0)), ("diez", Cardinal(10.0)), ("once", Cardinal(11.0)), ("doce", Cardinal(12.0)), ("quince", Cardinal(15.0)), ("veinte", Tens(20.0)), ("treinta", Tens(30.0)), ("medio", Half), ("media", Half), ("mil", Scale(1e3)),
    ("año", U(Unit::Year)), ("años", U(Unit::Year)), ("anos", U(Unit::Year)), ("mes", U(Unit::Month)), ("meses", U(Unit::Month)), ("semana", U(Unit::Week)), ("semanas", U(Unit::Week)), ("día", U(Unit::Day)), ("días", U(Unit::Day)), ("dias", U(Unit::Day)), ("dia", U(Unit::Day)), ("hora", U(Unit::Hour)), ("horas", U(Unit::Hour)), ("década", U(Unit::Decade)), ("quincena", U(Unit::Fortnight)),
    ("unos", About), ("unas", About), ("aproximadamente", About), ("casi", About), ("alrededor de", About), ("más o menos", About), ("al menos", AtLeast), ("más de", AtLeast), ("mas de", AtLeast), ("mínimo", AtLeast), ("menos de", AtMost), ("máximo", AtMost), ("hasta", AtMost), ("entre", Between), ("a", To), ("y", And), ("o", Or), ("desde", Since), ("hace", Ago), ("ninguno", Zero), ("ninguna", Zero), ("sin experiencia", Zero), ("cero", Cardinal(0.0)), ("no", Not), ("nunca", Not), ("si", Danger), ("edad", Danger), ("varios", Vague), ("muchos", Vague), ("algunos", Vague), ("depende", Doubt), ("no sé", Doubt),
    ("tengo", Function), ("experiencia", Function), ("llevo", Function), ("de", Prep), ("con", Prep), ("en", Prep),
];

/// French.
pub(super) const FRENCH: &[Row] = &[
    ("un", Cardinal(1.0)), ("une", Cardinal(1.0)), ("deux", Cardinal(2.0)), ("trois", Cardinal(3.0)), ("quatre", Cardinal(4.0)), ("cinq", Cardinal(5.0)), ("six", Cardinal(6.0)), ("sept", Cardinal(7.0)), ("huit", Cardinal(8.0)), ("neuf", Cardinal(9.0)), ("dix", Cardinal(10.0)), ("onze", Cardinal(11.0)), ("douze", Cardinal(12.0)), ("quinze", Cardinal(15.0)), ("vingt", Tens(20.0)), ("trente", Tens(30.0)), ("demi", Half), ("demie", Half), ("mille", Scale(1e3)),
    ("an", U(Unit::Year)), ("ans", U(Unit::Year)), ("année", U(Unit::Year)), ("années", U(Unit::Year)), ("annees", U(Unit::Year)), ("mois", U(Unit::Month)), ("semaine", U(Unit::Week)), ("semaines", U(Unit::Week)), ("jour", U(Unit::Day)), ("jours", U(Unit::Day)), ("heure", U(Unit::Hour)), ("heures", U(Unit::Hour)), ("jours ouvrés", U(Unit::WorkDay)), ("jours ouvrables", U(Unit::WorkDay)), ("trimestre", U(Unit::Quarter)), ("quinzaine", U(Unit::Fortnight)),
    ("environ", About), ("presque", About), ("à peu près", About), ("au moins", AtLeast), ("plus de", AtLeast), ("minimum", AtLeast), ("moins de", AtMost), ("maximum", AtMost), ("jusqu'à", AtMost), ("entre", Between), ("de", From), ("à", To), ("a", To), ("et", And), ("ou", Or), ("depuis", Since), ("il y a", Ago), ("aucun", Zero), ("aucune", Zero), ("aucune expérience", Zero), ("zéro", Cardinal(0.0)), ("pas", Not), ("jamais", Not), ("non", Not), ("si", Danger), ("âge", Danger), ("quelques", Vague), ("plusieurs", Vague), ("ça dépend", Doubt), ("je ne sais pas", Doubt), ("dépend", Doubt),
    ("j'ai", Function), ("ai", Function), ("d'expérience", Function), ("expérience", Function), ("je", Function), ("avec", Prep), ("en", Prep), ("dans", Prep), ("sur", Prep),
];

/// Portuguese.
pub(super) const PORTUGUESE: &[Row] = &[
    ("um", Cardinal(1.0)), ("uma", Cardinal(1.0)), ("dois", Cardinal(2.0)), ("duas", Cardinal(2.0)), ("três", Cardinal(3.0)), ("tres", Cardinal(3.0)), ("quatro", Cardinal(4.0)), ("cinco", Cardinal(5.0)), ("seis", Cardinal(6.0)), ("sete", Cardinal(7.0)), ("oito", Cardinal(8.0)), ("nove", Cardinal(9.0)), ("dez", Cardinal(10.0)), ("onze", Cardinal(11.0)), ("doze", Cardinal(12.0)), ("quinze", Cardinal(15.0)), ("vinte", Tens(20.0)), ("trinta", Tens(30.0)), ("meio", Half), ("meia", Half), ("mil", Scale(1e3)),
    ("ano", U(Unit::Year)), ("anos", U(Unit::Year)), ("mês", U(Unit::Month)), ("mes", U(Unit::Month)), ("meses", U(Unit::Month)), ("semana", U(Unit::Week)), ("semanas", U(Unit::Week)), ("dia", U(Unit::Day)), ("dias", U(Unit::Day)), ("hora", U(Unit::Hour)), ("horas", U(Unit::Hour)), ("década", U(Unit::Decade)), ("quinzena", U(Unit::Fortnight)), ("dias úteis", U(Unit::WorkDay)),
    ("cerca de", About), ("aproximadamente", About), ("quase", About), ("uns", About), ("umas", About), ("mais ou menos", About), ("pelo menos", AtLeast), ("mais de", AtLeast), ("mínimo", AtLeast), ("menos de", AtMost), ("máximo", AtMost), ("até", AtMost), ("entre", Between), ("a", To), ("e", And), ("ou", Or), ("desde", Since), ("há", Ago), ("atrás", Ago), ("nenhum", Zero), ("nenhuma", Zero), ("sem experiência", Zero), ("não", Not), ("nao", Not), ("nunca", Not), ("se", Danger), ("idade", Danger), ("vários", Vague), ("muitos", Vague), ("alguns", Vague), ("depende", Doubt), ("não sei", Doubt),
    ("tenho", Function), ("experiência", Function), ("de", Prep), ("com", Prep), ("em", Prep),
];

/// Hindi.
pub(super) const HINDI: &[Row] = &[
    ("एक", Cardinal(1.0)), ("दो", Cardinal(2.0)), ("तीन", Cardinal(3.0)), ("चार", Cardinal(4.0)), ("पाँच", Cardinal(5.0)), ("पांच", Cardinal(5.0)), ("छह", Cardinal(6.0)), ("छः", Cardinal(6.0)), ("सात", Cardinal(7.0)), ("आठ", Cardinal(8.0)), ("नौ", Cardinal(9.0)), ("दस", Cardinal(10.0)), ("बारह", Cardinal(12.0)), ("डेढ़", Cardinal(1.5)), ("ढाई", Cardinal(2.5)), ("हज़ार", Scale(1e3)), ("हजार", Scale(1e3)), ("लाख", Scale(1e5)), ("आधा", Half),
    ("साल", U(Unit::Year)), ("वर्ष", U(Unit::Year)), ("महीने", U(Unit::Month)), ("महीना", U(Unit::Month)), ("हफ्ते", U(Unit::Week)), ("हफ़्ते", U(Unit::Week)), ("हफ्ता", U(Unit::Week)), ("सप्ताह", U(Unit::Week)), ("दिन", U(Unit::Day)), ("घंटे", U(Unit::Hour)),
    ("लगभग", About), ("करीब", About), ("कम से कम", AtLeast), ("या", Or), ("और", And), ("से", Function), ("का", Function), ("के", Function), ("अनुभव", Function), ("है", Function), ("मेरे", Function), ("पास", Function), ("नहीं", Not), ("अगर", Danger), ("कुछ", Vague), ("कई", Vague),
];

/// Arabic. The dual of a unit ("two years") is one word and has no row yet.
pub(super) const ARABIC: &[Row] = &[
    ("واحد", Cardinal(1.0)), ("واحدة", Cardinal(1.0)), ("اثنان", Cardinal(2.0)), ("اثنين", Cardinal(2.0)), ("ثلاث", Cardinal(3.0)), ("ثلاثة", Cardinal(3.0)), ("أربع", Cardinal(4.0)), ("أربعة", Cardinal(4.0)), ("اربع", Cardinal(4.0)), ("خمس", Cardinal(5.0)), ("خمسة", Cardinal(5.0)), ("ست", Cardinal(6.0)), ("ستة", Cardinal(6.0)), ("سبع", Cardinal(7.0)), ("سبعة", Cardinal(7.0)), ("ثماني", Cardinal(8.0)), ("ثمانية", Cardinal(8.0)), ("تسع", Cardinal(9.0)), ("تسعة", Cardinal(9.0)), ("عشر", Cardinal(10.0)), ("عشرة", Cardinal(10.0)), ("نصف", Half), ("ألف", Scale(1e3)),
    ("سنة", U(Unit::Year)), ("سنوات", U(Unit::Year)), ("سنين", U(Unit::Year)), ("عام", U(Unit::Year)), ("أعوام", U(Unit::Year)), ("شهر", U(Unit::Month)), ("أشهر", U(Unit::Month)), ("شهور", U(Unit::Month)), ("أسبوع", U(Unit::Week)), ("أسابيع", U(Unit::Week)), ("يوم", U(Unit::Day)), ("أيام", U(Unit::Day)), ("ساعة", U(Unit::Hour)),
    ("حوالي", About), ("تقريبا", Filler), ("على الأقل", AtLeast), ("أكثر من", AtLeast), ("أقل من", AtMost), ("أو", Or), ("منذ", Since), ("لا", Not), ("ليس", Not), ("لم", Not), ("إذا", Danger), ("عدة", Vague), ("بعض", Vague), ("خبرة", Function), ("لدي", Function), ("عندي", Function), ("من", Function), ("في", Prep),
];

#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests may")]
#[cfg(test)]
mod tests {
    use super::super::lexicon;
    use super::*;

    #[test]
    fn a_locale_reads_its_own_words_and_english_below() {
        assert_eq!(lexicon("es-MX").word("once"), Cardinal(11.0));
        assert_eq!(lexicon("de").word("years"), U(Unit::Year));
        assert_eq!(lexicon("en").word("an"), super::super::Sense::Article);
        assert_eq!(lexicon("fr").word("an"), U(Unit::Year));
    }
}
