# The server, the Telegram bot and the `chatbot` command in one image: `docker build -t chatbot .`
# Nothing is configured in it; see .env.example.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist -p chatbot-http -p chatbot-telegram -p chatbot-cli \
 && mkdir /out && cp target/dist/chatbot-http target/dist/chatbot-telegram target/dist/chatbot /out/

FROM debian:bookworm-slim
# Certificates: the Telegram, WhatsApp and webhook clients check whom they speak to.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/chatbot --create-home chatbot
COPY --from=build /out/ /usr/local/bin/
USER chatbot
WORKDIR /var/lib/chatbot
VOLUME /var/lib/chatbot
ENV BIND_ADDR=0.0.0.0:8080 LOG_FORMAT=json
EXPOSE 8080
# Ready: the database answers, migrations are applied, the queue moves.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${BIND_ADDR##*:} && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n1 <&3 | grep -q ' 200 '"]
CMD ["chatbot-http"]
