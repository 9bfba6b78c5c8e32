//! The words of the intents. All are folded and written out as the reader's words are; a language is one more table.

use super::intent::Intent;

/// A message that is one of these words is an opt-out, whatever the language of the chat.
pub(super) const OPT_OUT: &[&str] = &[
    "stop", "stopall", "stop all", "unsubscribe", "end", "quit", "optout", "opt out", "revoke", "arret", "arreter", "arretez", "desabonner", "desinscrire", "baja", "alto", "parar", "pare", "detener", "detente", "basta", "cancelar suscripcion", "stopp", "stoppen", "abmelden", "abbestellen", "sair", "descadastrar", "remover", "fermati", "annulla iscrizione", "uitschrijven", "afmelden", "avsluta", "lopeta", "wypisz", "dur", "durdur", "стоп", "отписаться", "توقف", "ايقاف", "إيقاف", "الغاء الاشتراك", "إلغاء الاشتراك", "रोकें", "रोको", "रुको", "बंद करो", "बंद करें", "band karo", "停止", "退订", "停",
];

/// What a wish to be left alone begins with.
pub(super) const LEAVE_ME: &[&str] = &[
    "stop messaging", "stop texting", "stop contacting", "stop sending", "stop writing", "stop spamming", "stop bothering", "stop emailing", "stop pinging", "stop harassing", "stop all messages", "stop the messages", "stop these messages", "stop with the messages", "do not message me", "do not text me", "do not contact me", "do not write me", "do not write to me", "do not bother me", "do not send me", "do not ever contact me", "never contact me", "never message me", "never text me", "never write me", "leave me alone", "take me off", "remove me from", "unsubscribe me", "opt me out", "opt out", "unsubscribe", "no more messages", "no more texts", "lose my number", "delete my number", "not want any more messages", "not want more messages", "not want to receive any more messages", "not want to receive messages", "not want to be contacted", "not want your messages", "not receive any more messages", "stop contacting", "want you to stop",
];

/// What may follow it.
pub(super) const LEAVE_ME_TAIL: &[&str] = &["me", "again", "anymore", "any", "more", "please", "ever", "now", "immediately", "at", "all", "thanks", "thank", "you", "here", "on", "whatsapp", "telegram", "messages", "message", "texts", "from", "your", "the", "this", "list", "mailing", "lists", "these", "those", "such", "sms", "my", "phone", "number", "to", "today", "forever", "system", "database", "stuff", "spam", "messaging", "texting", "contacting", "writing"];

/// Words left off both ends of a clause before it is compared.
pub(super) const PADDING: &[&str] = &["please", "pls", "plz", "hi", "hello", "hey", "ok", "okay", "oops", "sorry", "um", "uh", "hmm", "well", "actually", "now", "then", "just", "thanks", "so", "and", "but", "kindly", "instead", "directly", "oh", "wait", "again", "yes", "no", "dear", "there", "here"];

/// How a wish begins; the longest is taken off.
pub(super) const OPENERS: &[&str] = &[
    "can i", "could i", "may i", "might i", "can we", "could we", "shall we", "can you", "could you", "would you", "will you", "i want to", "i want you to", "i would like to", "i would like you to", "i would rather", "i would prefer to", "i prefer to", "i need to", "i wish to", "i have to", "let me", "let us", "is it possible to", "would it be possible to", "how can i", "how do i", "how could i", "i want", "i would like", "i need", "would like to", "want to", "is there", "are there", "is there any", "rather", "do you mind if i", "i would love to", "am i able to",
];

/// Exact wishes. The flag: unmistakable even where free words are asked for.
pub(super) const WISHES: &[(Intent, bool, &[&str])] = &[
    (Intent::Skip, true, &["skip", "skip it", "skip this", "skip this one", "skip this question", "skip question", "skip the question", "skip that", "skip that one", "next question", "pass", "pass on this one", "pass on this question", "skip for now", "prefer not to say", "i prefer not to say", "prefer not to answer", "i prefer not to answer", "rather not say", "rather not answer", "not say", "not answer", "not to say", "not to answer", "skip to the next question", "go to the next question", "move to the next question", "i pass", "i skip"]),
    (Intent::Skip, false, &["next", "next one", "move on", "no comment", "pass on this", "pass on that", "i do not want to answer", "i do not want to say", "do not want to answer", "i do not want to answer this", "i do not want to answer that", "leave it blank", "leave this blank", "i prefer not to", "not answer that", "not answer this"]),
    (Intent::Back, true, &["go back", "previous question", "back to the previous question", "go to the previous question", "go back one", "go back a question", "go back one question", "go back to the last question", "go back to the previous question", "undo", "one back", "step back", "back please"]),
    (Intent::Back, false, &["back", "previous", "last question", "previous one", "that was wrong", "that was a mistake", "i made a mistake", "my last answer was wrong", "the last answer was wrong", "i made a mistake in my last answer", "wrong answer"]),
    (Intent::Withdraw, true, &["withdraw", "withdraw my application", "withdraw the application", "withdraw this application", "withdraw application", "cancel my application", "delete my application", "remove my application", "take back my application", "pull my application", "retract my application", "withdraw from the process", "withdraw from this application", "withdraw my candidacy"]),
    (Intent::Withdraw, false, &["not interested anymore", "not interested any more", "no longer interested", "i am no longer interested", "i am not interested anymore", "i am not interested any more", "i am no longer looking", "i am no longer looking for a job", "i am not looking anymore", "i am not looking for a job anymore", "i am no longer available", "i am not interested in this job anymore", "i am not interested in the job anymore", "i am no longer interested in this job", "i am no longer interested in the job", "i am no longer interested in this position", "longer interested", "interested anymore"]),
    (Intent::Help, true, &["help", "help me", "need help"]),
    (Intent::Help, false, &["i need help", "what can you do", "how does this work", "how does it work", "commands", "menu", "what can i do", "what are the commands", "what do i do", "what should i do", "i do not understand what to do", "some help", "get help", "get some help", "help with this"]),
    (Intent::Submit, true, &["submit", "submit it", "submit my application", "submit the application", "submit application", "submit my answers"]),
    (Intent::Submit, false, &["send it", "send my application", "send the application", "send it off", "submit this", "finalize", "finalise", "send my answers"]),
    (Intent::StartOver, true, &["start over", "start from the beginning", "start from scratch", "begin from the beginning"]),
    (Intent::StartOver, false, &["restart", "start again", "begin again", "start all over", "start anew", "reset", "from the beginning", "start it over", "do it all over", "start"]),
    (Intent::Status, true, &["application status", "status of my application", "what is the status of my application", "where does my application stand", "check my application status"]),
    (Intent::Status, false, &["status", "my status", "what is my status", "what is the status", "where is my application", "how is my application going", "how is my application", "any news", "any update", "any updates", "any news about my application", "any news on my application", "any update on my application", "any updates on my application", "did i get the job", "have you reviewed my application", "check my status", "check the status", "check the status of my application", "know the status of my application", "what happened to my application", "what about my application", "see my status", "what is happening with my application"]),
    (Intent::Cancel, true, &["cancel", "pause"]),
    (Intent::Cancel, false, &["later", "do this later", "do it later", "continue later", "finish later", "finish this later", "finish it later", "come back later", "another time", "some other time", "take a break", "i have to go", "i need to go", "i have to go now", "talk later", "maybe later", "abort", "exit", "stop here", "stop for now", "pause here", "pause for now", "pause this", "forget it", "never mind", "nevermind", "answer later", "resume later", "come back to this later", "be back later"]),
    (Intent::Continue, true, &["continue", "resume"]),
    (Intent::Continue, false, &["go on", "carry on", "keep going", "proceed", "continue my application", "resume my application", "go ahead and continue", "ready to continue", "i am ready to continue", "i am back"]),
    (Intent::Privacy, true, &["privacy policy", "privacy notice"]),
    (Intent::Privacy, false, &["privacy", "data protection", "gdpr", "what do you do with my data", "what happens with my data", "what happens to my data", "how is my data used", "how do you use my data", "is my data safe", "who sees my data", "who can see my data", "who sees my answers", "who can see my answers", "how long do you keep my data", "where is my data stored", "see the privacy policy", "read the privacy policy"]),
    (Intent::ExportData, false, &["what do you know about me", "my data", "what have you stored about me", "what do you store about me", "a copy of my data"]),
    (Intent::Greeting, false, &["hi", "hello", "hey", "hi there", "hello there", "hey there", "good morning", "good afternoon", "good evening", "good day", "greetings", "howdy", "hiya", "yo", "hallo", "hola", "bonjour", "ola", "namaste", "नमस्ते", "مرحبا", "السلام عليكم", "guten tag", "how are you", "moin", "servus", "👋"]),
    (Intent::Thanks, false, &["thanks", "thank you", "thx", "ty", "thank you very much", "thanks a lot", "many thanks", "thank you so much", "thanks so much", "thanks for your help", "thank you for your help", "cheers", "much appreciated", "great thanks", "perfect thanks", "danke", "gracias", "merci", "obrigado", "obrigada", "धन्यवाद", "शुक्रिया", "شكرا", "ok thanks", "ok thank you", "many thanks for your help", "thank you sir", "tysm"]),
];

/// Where the chat begins, and nothing is asked yet.
pub(super) const START: &[&str] = &["start", "apply", "begin", "apply now", "apply for a job", "apply for this job", "apply for the job", "get started", "start my application", "start the application", "start application", "apply here", "start now"];

/// Languages by the names people call them.
pub(super) const LANGUAGES: &[(&str, &str)] = &[
    ("english", "en"), ("german", "de"), ("deutsch", "de"), ("spanish", "es"), ("espanol", "es"), ("french", "fr"), ("francais", "fr"), ("portuguese", "pt"), ("portugues", "pt"), ("hindi", "hi"), ("हिन्दी", "hi"), ("हिंदी", "hi"), ("arabic", "ar"), ("العربية", "ar"), ("dutch", "nl"), ("italian", "it"), ("polish", "pl"), ("turkish", "tr"),
];
