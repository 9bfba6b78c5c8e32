/** A session's messages as they happen: Server-Sent Events read by fetch, polling where streams don't pass. */
import { Problem, problem } from "./api.js";
import { sleep } from "./dom.js";

/**
 * @typedef {object} Listener
 * @property {(message: import("./types.js").Message) => void} message
 * @property {(sender?: string) => void} [typing]
 * @property {(automation: boolean) => void} [control]
 * @property {(draft: { text?: string, content?: string }) => void} [delta] `text` is a piece, `content` all so far
 * @property {(state: "live" | "waiting" | "polling") => void} [state]
 * @property {(error: Problem) => void} [lost] the session can't be followed any more
 */

const POLL_MS = 2_000;
const BACKOFF_MS = 1_000;
const BACKOFF_MAX_MS = 20_000;
/** `control` comes first on every connection: a stream silent for so long is held back by a proxy. */
const FIRST_BYTE_MS = 8_000;
const SILENCE_MS = 50_000;
const STREAM_FAILURES = 3;
/** How long polling serves before streaming gets another chance. */
const POLL_ROUNDS = 30;
const PAGE = 200;

/**
 * Follows a session from `after` until `stop` is called.
 * @param {import("./api.js").Api} api
 * @param {string} sessionId
 * @param {number} after the last seq already seen
 * @param {Listener} listener
 * @returns {{ stop: () => void, nudge: () => void }} `nudge` cuts a back-off short
 */
export function follow(api, sessionId, after, listener) {
  const end = new AbortController();
  let wake = new AbortController();
  let seen = after;
  const hear = (/** @type {import("./types.js").Message} */ message) => {
    seen = Math.max(seen, message.seq);
    listener.message(message);
  };

  async function run() {
    let failures = 0;
    while (!end.signal.aborted) {
      try {
        await stream(api, sessionId, seen, end.signal, listener, hear, () => {
          failures = 0;
          listener.state?.("live");
        });
      } catch (error) {
        if (error instanceof Problem && (error.unknown || error.expired)) {
          listener.lost?.(error);
          return;
        }
        failures += 1;
      }
      if (end.signal.aborted) return;
      if (failures >= STREAM_FAILURES && (await poll())) {
        failures = STREAM_FAILURES - 1;
        continue;
      }
      if (end.signal.aborted) return;
      if (failures > 0) listener.state?.("waiting");
      await pause(Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** Math.max(0, failures - 1)) * (0.75 + Math.random() / 2));
    }
  }

  /** Returns true while the server could be reached. */
  async function poll() {
    for (let round = 0; round < POLL_ROUNDS && !end.signal.aborted; round += 1) {
      try {
        for (const message of await history(api, sessionId, seen)) hear(message);
        listener.state?.("polling");
      } catch (error) {
        if (error instanceof Problem && (error.unknown || error.expired)) {
          listener.lost?.(error);
          end.abort();
        }
        return false;
      }
      await pause(POLL_MS);
    }
    return true;
  }

  /** @param {number} ms */
  async function pause(ms) {
    wake = new AbortController();
    await sleep(ms, AbortSignal.any ? AbortSignal.any([wake.signal, end.signal]) : wake.signal);
  }

  void run();
  return {
    stop: () => {
      end.abort();
      wake.abort();
    },
    nudge: () => wake.abort(),
  };
}

/**
 * All messages after `after`, page by page.
 * @param {import("./api.js").Api} api
 * @param {string} sessionId
 * @param {number} after
 * @returns {Promise<import("./types.js").Message[]>}
 */
export async function history(api, sessionId, after) {
  /** @type {import("./types.js").Message[]} */
  const all = [];
  for (;;) {
    /** @type {import("./types.js").History} */
    const page = await api.request("GET", `/chat/${sessionId}/history?after=${after}&limit=${PAGE}`);
    all.push(...page.messages);
    const last = page.messages.at(-1);
    if (!last || page.messages.length < PAGE) return all;
    after = last.seq;
  }
}

/**
 * One connection: returns when it ends in good order, throws when it fails.
 * @param {import("./api.js").Api} api
 * @param {string} sessionId
 * @param {number} after
 * @param {AbortSignal} end
 * @param {Listener} listener
 * @param {(message: import("./types.js").Message) => void} hear
 * @param {() => void} onOpen
 */
async function stream(api, sessionId, after, end, listener, hear, onOpen) {
  const cut = new AbortController();
  const forward = () => cut.abort();
  end.addEventListener("abort", forward);
  let watch = setTimeout(forward, FIRST_BYTE_MS);
  try {
    const response = await fetch(`${api.base}/chat/${sessionId}/events`, {
      headers: {
        ...api.headers(false),
        accept: "text/event-stream",
        "last-event-id": String(after),
      },
      credentials: api.credentials,
      cache: "no-store",
      signal: cut.signal,
    });
    if (!response.ok) throw problem(response.status, await response.text(), response.headers.get("retry-after"));
    if (!response.body) throw new Problem(0);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = parser((name, data) => dispatch(name, data, listener, hear));
    let open = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (!open) {
        open = true;
        onOpen();
      }
      clearTimeout(watch);
      watch = setTimeout(forward, SILENCE_MS);
      parse(value);
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(0);
  } finally {
    clearTimeout(watch);
    end.removeEventListener("abort", forward);
    cut.abort();
  }
}

/**
 * @param {string} name
 * @param {string} data
 * @param {Listener} listener
 * @param {(message: import("./types.js").Message) => void} hear
 */
function dispatch(name, data, listener, hear) {
  /** @type {any} */
  let body;
  try {
    body = data ? JSON.parse(data) : {};
  } catch {
    return;
  }
  if (name === "message") hear(body);
  else if (name === "typing") listener.typing?.(body?.sender);
  else if (name === "control") listener.control?.(body?.automation_enabled !== false);
  else if (name === "delta") listener.delta?.(body ?? {});
}

/**
 * The event-stream format: feed it text as it comes, in any pieces.
 * @param {(name: string, data: string) => void} emit
 * @returns {(chunk: string) => void}
 */
export function parser(emit) {
  let rest = "";
  let name = "";
  /** @type {string[]} */
  let data = [];
  return (chunk) => {
    rest += chunk;
    // A lone carriage return at the end may be half of CRLF: it waits.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) emit(name || "message", data.join("\n"));
        name = "";
        data = [];
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") name = value;
      else if (field === "data") data.push(value);
    }
  };
}
