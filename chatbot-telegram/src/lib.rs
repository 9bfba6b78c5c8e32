//! The recruitment chatbot on Telegram, by long polling or by webhook.
