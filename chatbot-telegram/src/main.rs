//! `chatbot-telegram`: the bot by itself, on one database.

fn main() {}
