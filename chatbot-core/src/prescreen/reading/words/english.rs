//! English.

use super::Sense::{
    About, Ago, And, Article, AtLeast, AtMost, Between, Cardinal, Correct, Couple, Danger, Doubt, Dozen, Filler, From, Function, Half, Not, Now, Opener, Or, OrMore, OrSo,
    Ordinal, Part, Prep, Scale, Since, Start, Tens, To, Total, Unit as U, Vague, Zero,
};
use super::{Row, Unit};

/// Number words.
pub(super) const NUMBERS: &[Row] = &[
    ("one", Cardinal(1.0)), ("two", Cardinal(2.0)), ("three", Cardinal(3.0)), ("thre", Cardinal(3.0)), ("four", Cardinal(4.0)), ("five", Cardinal(5.0)), ("six", Cardinal(6.0)),
    ("seven", Cardinal(7.0)), ("eight", Cardinal(8.0)), ("nine", Cardinal(9.0)), ("ten", Cardinal(10.0)), ("eleven", Cardinal(11.0)), ("twelve", Cardinal(12.0)),
    ("thirteen", Cardinal(13.0)), ("fourteen", Cardinal(14.0)), ("fifteen", Cardinal(15.0)), ("sixteen", Cardinal(16.0)), ("seventeen", Cardinal(17.0)),
    ("eighteen", Cardinal(18.0)), ("nineteen", Cardinal(19.0)),
    ("twenty", Tens(20.0)), ("thirty", Tens(30.0)), ("forty", Tens(40.0)), ("fourty", Tens(40.0)), ("fifty", Tens(50.0)), ("sixty", Tens(60.0)), ("seventy", Tens(70.0)),
    ("eighty", Tens(80.0)), ("ninety", Tens(90.0)),
    ("hundred", Scale(100.0)), ("hundreds", Vague), ("thousand", Scale(1e3)), ("thousands", Vague), ("k", Scale(1e3)), ("ks", Scale(1e3)), ("grand", Scale(1e3)), ("million", Scale(1e6)), ("mln", Scale(1e6)), ("mio", Scale(1e6)),
    ("lakh", Scale(1e5)), ("lakhs", Scale(1e5)), ("lac", Scale(1e5)), ("lacs", Scale(1e5)), ("crore", Scale(1e7)), ("crores", Scale(1e7)),
    ("dozen", Dozen), ("couple", Couple), ("coupl", Couple), ("couple of", Couple), ("couple o", Couple), ("coupla", Couple), ("pair of", Couple), ("half", Half),
    ("first", Ordinal(1)), ("second", Ordinal(2)), ("third", Ordinal(3)), ("fourth", Ordinal(4)), ("fifth", Ordinal(5)), ("sixth", Ordinal(6)), ("seventh", Ordinal(7)),
    ("eighth", Ordinal(8)), ("ninth", Ordinal(9)), ("tenth", Ordinal(10)), ("eleventh", Ordinal(11)), ("twelfth", Ordinal(12)), ("thirteenth", Ordinal(13)),
    ("fourteenth", Ordinal(14)), ("fifteenth", Ordinal(15)), ("sixteenth", Ordinal(16)), ("seventeenth", Ordinal(17)), ("eighteenth", Ordinal(18)),
    ("nineteenth", Ordinal(19)), ("twentieth", Ordinal(20)), ("thirtieth", Ordinal(30)),
    ("a", Article), ("an", Article),
];

/// Units of time, with the short forms and the commonest slips too short for the typo rule.
pub(super) const UNITS: &[Row] = &[
    ("hour", U(Unit::Hour)), ("hours", U(Unit::Hour)), ("hr", U(Unit::Hour)), ("hrs", U(Unit::Hour)), ("h", U(Unit::Hour)),
    ("day", U(Unit::Day)), ("days", U(Unit::Day)), ("dys", U(Unit::Day)), ("d", U(Unit::Day)), ("day's", U(Unit::Day)), ("calendar days", U(Unit::Day)),
    ("working days", U(Unit::WorkDay)), ("working day", U(Unit::WorkDay)), ("business days", U(Unit::WorkDay)), ("business day", U(Unit::WorkDay)), ("work days", U(Unit::WorkDay)),
    ("workdays", U(Unit::WorkDay)), ("weekdays", U(Unit::WorkDay)),
    ("week", U(Unit::Week)), ("weeks", U(Unit::Week)), ("wk", U(Unit::Week)), ("wks", U(Unit::Week)), ("week's", U(Unit::Week)), ("w", U(Unit::Week)), ("weaks", U(Unit::Week)), ("weks", U(Unit::Week)),
    ("calendar weeks", U(Unit::Week)), ("fortnight", U(Unit::Fortnight)), ("fortnights", U(Unit::Fortnight)),
    ("month", U(Unit::Month)), ("months", U(Unit::Month)), ("mth", U(Unit::Month)), ("mths", U(Unit::Month)), ("mo", U(Unit::Month)), ("mos", U(Unit::Month)),
    ("mnth", U(Unit::Month)), ("mnths", U(Unit::Month)), ("mon", U(Unit::Month)), ("month's", U(Unit::Month)), ("calendar months", U(Unit::Month)), ("moths", super::Sense::Word),
    ("quarter", U(Unit::Quarter)), ("quarters", U(Unit::Quarter)),
    ("year", U(Unit::Year)), ("years", U(Unit::Year)), ("yr", U(Unit::Year)), ("yrs", U(Unit::Year)), ("y", U(Unit::Year)), ("ys", U(Unit::Year)), ("yoe", U(Unit::Year)), ("yers", U(Unit::Year)), ("yars", U(Unit::Year)), ("eyars", U(Unit::Year)), ("yeas", U(Unit::Year)),
    ("yesrs", U(Unit::Year)), ("year's", U(Unit::Year)), ("yr's", U(Unit::Year)), ("decade", U(Unit::Decade)), ("decades", U(Unit::Decade)),
];

/// Words that build ranges and bounds.
pub(super) const GRAMMAR: &[Row] = &[
    ("about", About), ("roughly", About), ("around", About), ("arround", About), ("aroud", About), ("almost", About), ("nearly", About), ("close to", About), ("approximately", About), ("approx", About), ("circa", About),
    ("ca", About), ("some", About), ("going on", About), ("coming up on", About), ("coming up to", About), ("getting on for", About), ("pretty much", About), ("practically", About), ("abt", About),
    ("somewhere around", About), ("something like", About), ("in the region of", About), ("or about", About), ("give or take", OrSo), ("close on", About), ("approaching", About),
    ("just about", About), ("just around", About), ("well about", About),
    ("at least", AtLeast), ("atleast", AtLeast), ("over", AtLeast), ("more than", AtLeast), ("above", AtLeast), ("just over", AtLeast), ("a little over", AtLeast), ("a bit over", AtLeast), ("a bit more than", AtLeast), ("a little more than", AtLeast), ("slightly over", AtLeast),
    ("well over", AtLeast), ("minimum", AtLeast), ("min", AtLeast), ("minimum of", AtLeast), ("a minimum of", AtLeast), ("no less than", AtLeast), ("not less than", AtLeast), ("no fewer than", AtLeast),
    ("not below", AtLeast), ("not under", AtLeast), ("nothing below", AtLeast), ("nothing under", AtLeast), ("upwards of", AtLeast), ("north of", AtLeast), ("in excess of", AtLeast),
    ("easily", AtLeast), ("more then", AtLeast), ("starting at", AtLeast), ("starting from", AtLeast), ("anything above", AtLeast), ("anything over", AtLeast), ("not lower than", AtLeast),
    ("less than", AtMost), ("less then", AtMost), ("fewer than", AtMost), ("under", AtMost), ("below", AtMost), ("up to", AtMost), ("upto", AtMost), ("at most", AtMost), ("no more than", AtMost), ("not more than", AtMost),
    ("max", AtMost), ("maximum", AtMost), ("max of", AtMost), ("a maximum of", AtMost), ("maximum of", AtMost), ("within", AtMost), ("just under", AtMost), ("not even", AtMost), ("not quite", AtMost), ("barely", AtMost), ("hardly", AtMost), ("not yet", AtMost),
    ("at the most", AtMost), ("tops", AtMost), ("short of", AtMost), ("not over", AtMost),
    ("or more", OrMore), ("and more", OrMore), ("plus", OrMore), ("and counting", OrMore), ("and up", OrMore), ("and above", OrMore), ("or above", OrMore), ("or over", OrMore), ("upwards", OrMore), ("and upwards", OrMore), ("odd", OrSo),
    ("or longer", OrMore), ("at minimum", OrMore), ("as a minimum", OrMore), ("if not more", OrMore), ("maybe more", OrMore), ("possibly more", OrMore), ("probably more", OrMore), ("and change", OrMore), ("and some", OrMore), ("and a bit", OrMore), ("and then some", OrMore),
    ("and a few months", OrMore), ("and some months", OrMore), ("and several months", OrMore), ("and a couple months", OrMore),
    ("or so", OrSo), ("ish", OrSo), ("or thereabouts", OrSo), ("or around that", OrSo), ("or something", OrSo), ("or something like that", OrSo), ("more or less", OrSo), ("or around there", OrSo),
    ("between", Between), ("from", From), ("to", To), ("till", To), ("until", To), ("thru", To), ("through", To), ("up until", To), ("and", And), ("n", And), ("or", Or), ("or maybe", Or), ("maybe", Filler), ("perhaps", Filler),
    ("since", Since), ("ever since", Since), ("ago", Ago), ("back", Function),
    ("started", Start), ("start", Start), ("began", Start), ("begun", Start), ("picked up", Start), ("picked it up", Start), ("got into", Start), ("joined", Start), ("switched to", Start), ("switched", Start), ("moved into", Start), ("graduated", Danger),
    ("now", Now), ("today", Now), ("present", Now), ("currently", Now), ("date", Now), ("right now", Now), ("to date", Filler), ("as of today", Filler), ("as of now", Filler), ("until now", Filler), ("till now", Filler), ("up to now", Filler), ("so far", Filler), ("to this day", Filler),
    ("of", Prep), ("in", Prep), ("with", Prep), ("using", Prep), ("doing", Prep), ("on", Prep), ("writing", Prep), ("as", Prep), ("worth of", Prep),
    ("of which", Part), ("of them", Part), ("of those", Part), ("of these", Part), ("of that", Part), ("out of which", Part), ("out of those", Part), ("including", Part), ("incl", Part), ("included", Part), ("half of", Part), ("thereof", Part), ("of it", Part), ("being", Part),
    ("total", Total), ("in total", Total), ("overall", Total), ("altogether", Total), ("all together", Total), ("in all", Total), ("all in all", Total), ("combined", Total), ("all up", Total), ("summed up", Total), ("in sum", Total), ("total of", Total), ("a total of", Total),
];

/// Words of conversation: what takes back, doubts, asks, or says nothing.
pub(super) const TALK: &[Row] = &[
    ("none", Zero), ("nil", Zero), ("zero", Cardinal(0.0)), ("nothing", Zero), ("never", Zero), ("nada", Zero), ("no experience", Zero), ("no exp", Zero), ("no years", Zero), ("not any", Zero), ("without experience", Zero),
    ("no prior experience", Zero), ("no previous experience", Zero), ("no professional experience", Zero), ("no relevant experience", Zero), ("no work experience", Zero), ("no working experience", Zero),
    ("don't have any", Zero), ("dont have any", Zero), ("do not have any", Zero), ("haven't any", Zero), ("don't have experience", Zero), ("do not have experience", Zero), ("dont have experience", Zero), ("have no", Zero), ("havent any", Zero),
    ("none of your", Danger), ("none of the", Danger), ("never mind", Doubt), ("nevermind", Doubt), ("never counted", Doubt), ("nothing to", Doubt),
    ("few", Vague), ("a few", Vague), ("several", Vague), ("plenty", Vague), ("many", Vague), ("lots", Vague), ("loads", Vague), ("a lot", Vague), ("tons", Vague), ("ages", Vague), ("enough", Vague), ("various", Vague), ("multiple", Vague), ("numerous", Vague), ("countless", Vague),
    ("sorry", Correct), ("actually", Correct), ("i mean", Correct), ("i meant", Correct), ("meant", Correct), ("or rather", Correct), ("rather", Correct), ("correction", Correct), ("make that", Correct), ("make it", Correct), ("no wait", Correct), ("wait", Correct), ("wait no", Correct), ("no sorry", Correct),
    ("scratch that", Correct), ("oops", Correct), ("well actually", Correct), ("no actually", Correct), ("sry", Correct), ("strike that", Correct), ("typo", Correct), ("let me correct", Correct), ("i should say", Correct), ("my mistake", Correct), ("my bad", Correct), ("hang on", Correct), ("hold on", Correct), ("ah no", Correct), ("oh no", Correct), ("change that to", Correct), ("should be", Filler), ("edit", Correct),
    ("not", Not), ("no", Not), ("don't", Not), ("dont", Not), ("doesn't", Not), ("doesnt", Not), ("didn't", Not), ("didnt", Not), ("haven't", Not), ("havent", Not), ("hasn't", Not), ("isn't", Not), ("isnt", Not), ("wasn't", Not), ("can't", Not), ("cant", Not), ("cannot", Not),
    ("won't", Not), ("wouldn't", Not), ("couldn't", Not), ("shouldn't", Not), ("aren't", Not), ("ain't", Not), ("nor", Not), ("neither", Not), ("hadn't", Not), ("nope", Not), ("minus", Not), ("wont", Not),
    ("why", Opener), ("what", Opener), ("how", Opener), ("which", Opener), ("who", Opener), ("when", Opener), ("where", Opener), ("is", Opener), ("are", Opener), ("does", Opener), ("do", Opener), ("can", Opener), ("could", Opener), ("would", Opener), ("will", Opener), ("should", Opener), ("shall", Opener), ("isn't it", Opener),
    ("depends", Doubt), ("it depends", Doubt), ("depend", Doubt), ("depending", Doubt), ("varies", Doubt), ("not sure", Doubt), ("unsure", Doubt), ("don't know", Doubt), ("dont know", Doubt), ("do not know", Doubt), ("no idea", Doubt), ("dunno", Doubt), ("no clue", Doubt), ("idk", Doubt), ("hard to say", Doubt), ("hard to tell", Doubt), ("difficult to say", Doubt),
    ("can't say", Doubt), ("cannot say", Doubt), ("rather not", Doubt), ("prefer not", Doubt), ("tbd", Doubt), ("whatever", Doubt), ("whenever", Doubt), ("not certain", Doubt), ("lost count", Doubt), ("skip", Doubt), ("pass", Doubt), ("flexible", Filler), ("negotiable", Filler),
    ("not counting", Filler), ("haven't counted", Filler), ("don't remember exactly", Filler), ("can't remember exactly", Filler), ("not exactly", Doubt), ("no problem", Filler), ("no worries", Filler), ("why not", Filler), ("no more no less", Filler), ("if i'm honest", Filler), ("if im honest", Filler), ("if i remember correctly", Filler), ("if i remember right", Filler), ("if i recall correctly", Filler), ("if memory serves", Filler), ("if i'm not mistaken", Filler), ("if im not mistaken", Filler), ("as you can see", Filler), ("you know", Filler), ("if possible", Filler), ("thank you", Filler), ("thank you very much", Filler), ("see my cv", Filler), ("as i said", Filler), ("like i said", Filler), ("as mentioned", Filler), ("how do you say", Filler),
    ("if", Danger), ("wish", Danger), ("unless", Danger), ("old", Danger), ("aged", Danger), ("age", Danger), ("born", Danger), ("turned", Danger), ("turning", Danger), ("you", Danger), ("your", Danger), ("yours", Danger), ("require", Danger), ("requires", Danger), ("required", Danger), ("requirement", Danger), ("need", Danger), ("needs", Danger), ("want", Danger),
    ("he", Danger), ("she", Danger), ("his", Danger), ("her", Danger), ("they", Danger), ("their", Danger), ("we", Function), ("brother", Danger), ("sister", Danger), ("wife", Danger), ("husband", Danger), ("friend", Danger), ("colleague", Danger), ("colleagues", Danger), ("boss", Danger), ("father", Danger), ("mother", Danger), ("dad", Danger), ("mom", Danger),
    ("quit", Danger), ("stopped", Danger), ("left", Danger), ("ended", Danger), ("except", Danger), ("without", Danger), ("kids", Danger), ("next", Danger), ("soon", Danger), ("hope", Danger), ("hopefully", Danger), ("plan", Danger), ("planning", Danger), ("aim", Danger), ("could be", Danger), ("i'll", Danger), ("it'll", Danger), ("itll", Danger), ("that'll", Danger), ("if that's ok", Filler), ("if thats ok", Filler), ("if that's okay", Filler), ("if that works", Filler), ("if that's fine", Filler), ("if that suits you", Filler), ("if that works for you", Filler), ("haven't used", Zero), ("havent used", Zero), ("haven't worked", Zero), ("haven't touched", Zero), ("haven't tried", Zero), ("have not used", Zero), ("have not worked", Zero), ("ill have", Danger), ("will have", Danger), ("used it", Function), ("missing", Danger), ("instead", Danger), ("break", Danger), ("gap", Danger), ("each", Danger), ("apiece", Danger),
    ("one day", Filler), ("some day", Filler), ("these days", Filler), ("every day", Filler), ("day by day", Filler), ("at the end of the day", Filler), ("day one", Filler), ("from day one", Filler), ("year one", Filler), ("at a time", Filler), ("one of the", Danger), ("no one", Filler), ("this one", Filler), ("that one", Filler), ("one thing", Filler), ("once a year", Danger), ("all year", Filler), ("every year", Filler), ("each year", Filler), ("year on year", Filler), ("a bit", Filler), ("a little", Filler), ("at first", Filler),
];

/// Words that may stand beside a bare number.
pub(super) const FUNCTION: &[Row] = &[
    ("uh", Filler), ("um", Filler), ("erm", Filler), ("hm", Filler), ("hmm", Filler), ("well", Filler), ("like", Filler), ("so", Filler), ("just", Filler), ("only", Filler), ("exactly", Filler), ("precisely", Filler), ("probably", Filler), ("think", Filler), ("guess", Filler), ("suppose", Filler),
    ("believe", Filler), ("i'd", Filler), ("id", Filler), ("say", Filler), ("said", Filler), ("good", Filler), ("solid", Filler), ("full", Filler), ("whole", Filler), ("entire", Filler), ("long", Filler), ("calendar", Filler), ("straight", Filler), ("consecutive", Filler), ("complete", Filler), ("ok", Filler), ("okay", Filler), ("yes", Filler), ("yeah", Filler), ("yep", Filler), ("yup", Filler), ("sure", Filler),
    ("hi", Filler), ("hello", Filler), ("hey", Filler), ("thanks", Filler), ("lol", Filler), ("haha", Filler), ("please", Filler), ("already", Filler), ("honestly", Filler), ("tbh", Filler), ("imo", Filler), ("really", Filler), ("literally", Filler), ("definitely", Filler), ("certainly", Filler), ("possibly", Filler), ("oh", Filler), ("ah", Filler), ("ahh", Filler), ("er", Filler), ("the", Filler), ("roundabout", Filler), ("unfortunately", Filler), ("yet", Filler), ("still", Filler), ("solidly", Filler), ("proper", Filler), ("great", Filler), ("nice", Filler), ("happy", Filler), ("glad", Filler), ("answer", Filler), ("continuous", Filler), ("combined", Total), ("active", Filler), ("bro", Filler), ("mate", Filler), ("sir", Filler), ("madam", Filler), ("man", Filler), ("dear", Filler), ("u", Filler), ("umm", Filler), ("uhm", Filler), ("uhh", Filler), ("mmm", Filler), ("eh", Filler), ("idk maybe", Filler),
    ("i", Function), ("i've", Function), ("ive", Function), ("i'm", Function), ("im", Function), ("it", Function), ("it's", Function), ("its", Function), ("that's", Function), ("thats", Function), ("that", Function), ("this", Function), ("these", Function), ("my", Function), ("me", Function), ("our", Function), ("us", Function), ("we've", Function),
    ("have", Function), ("has", Function), ("had", Function), ("got", Function), ("gotten", Function), ("was", Function), ("were", Function), ("be", Function), ("been", Function), ("am", Function), ("did", Function), ("done", Function), ("count", Function), ("counting", Function), ("worked", Function), ("working", Function), ("work", Function), ("spent", Function), ("used", Function),
    ("held", Function), ("managed", Function), ("led", Function), ("experience", Function), ("experiance", Function), ("experince", Function), ("exp", Function), ("for", Function), ("by", Function), ("at", Function), ("because", Function), ("but", Function), ("then", Function), ("also", Function), ("too", Function), ("all", Function), ("here", Function), ("there", Function), ("after", Function), ("before", Function), ("during", Function),
    ("professional", Function), ("professionally", Function), ("hands", Function), ("commercial", Function), ("commercially", Function), ("relevant", Function), ("industry", Function), ("mostly", Function), ("mainly", Function), ("though", Function), ("although", Function), ("while", Function), ("answer is", Function), ("any", Function), ("can do", Function), ("could do", Function), ("i can", Function), ("i could", Function), ("i would say", Filler), ("i would guess", Filler), ("i will say", Filler), ("would say", Filler),
];
