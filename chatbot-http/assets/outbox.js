/**
 * What was written and is not yet accepted. Kept in the browser, sent in order, retried under the same id:
 * the server takes each id once, so a lost answer costs nothing.
 */
import { Problem } from "./api.js";
import { sleep, uuid } from "./dom.js";
import { keep, recall } from "./keep.js";

/**
 * @typedef {object} Entry
 * @property {string} client_message_id
 * @property {string} content
 * @property {{ button?: string, edits?: number }} [metadata]
 * @property {"waiting" | "sending" | "failed"} [state]
 * @property {string} [error]
 */

const RETRY_MS = 1_000;
const RETRY_MAX_MS = 15_000;

export class Outbox {
  /**
   * @param {string} key
   * @param {object} hooks
   * @param {(entry: Entry) => Promise<import("./types.js").Accepted>} hooks.send
   * @param {(entry: Entry) => void} hooks.changed
   * @param {(entry: Entry, accepted: import("./types.js").Accepted) => void} hooks.sent
   * @param {(error: Problem) => Promise<boolean>} hooks.recover the session is gone or expired; true: go on with the next one
   */
  constructor(key, hooks) {
    this.name = `outbox.${key}`;
    this.hooks = hooks;
    /** @type {Entry[]} */
    this.entries = recall(this.name, /** @type {Entry[]} */ ([])).map((entry) => ({ ...entry, state: "waiting" }));
    this.running = false;
    this.open = false;
    this.wake = new AbortController();
    addEventListener("online", () => this.nudge());
  }

  /** @param {string} content @param {{ button?: string, edits?: number }} [metadata] */
  add(content, metadata) {
    /** @type {Entry} */
    const entry = {
      client_message_id: uuid(),
      content,
      state: "waiting",
      ...(metadata ? { metadata } : {}),
    };
    this.entries.push(entry);
    this.store((stored) => [...stored, { ...entry }]);
    this.hooks.changed(entry);
    void this.run();
  }

  /** @param {Entry} entry */
  retry(entry) {
    this.mark(entry, "waiting");
    void this.run();
    this.nudge();
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    this.store((stored) => stored.filter((other) => other.client_message_id !== entry.client_message_id));
  }

  /** Cuts a back-off short. */
  nudge() {
    this.wake.abort();
  }

  /** There is a session to send to. */
  start() {
    this.open = true;
    void this.run();
  }

  async run() {
    if (this.running || !this.open) return;
    this.running = true;
    try {
      let failures = 0;
      let recoveries = 0;
      for (;;) {
        const entry = this.entries.find((other) => other.state !== "failed");
        if (!entry) return;
        this.mark(entry, failures === 0 ? "sending" : "waiting");
        try {
          const accepted = await this.hooks.send(entry);
          failures = 0;
          recoveries = 0;
          this.remove(entry);
          this.hooks.sent(entry, accepted);
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          if ((error.expired || error.unknown) && recoveries === 0 && (await this.recovered(error))) {
            recoveries += 1;
            continue;
          }
          if (error.passing || error.expired || error.unknown) {
            failures += 1;
            this.mark(entry, "waiting");
            await this.pause(failures, error.retryAfter);
          } else {
            this.mark(entry, "failed", error.message);
          }
        }
      }
    } finally {
      this.running = false;
    }
  }

  /** @param {Problem} error */
  async recovered(error) {
    try {
      return await this.hooks.recover(error);
    } catch {
      return false;
    }
  }

  /** @param {number} failures @param {number} retryAfter seconds */
  async pause(failures, retryAfter) {
    this.wake = new AbortController();
    const wait = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** (failures - 1));
    await sleep(Math.max(wait, retryAfter * 1_000), this.wake.signal);
  }

  /** @param {Entry} entry @param {"waiting" | "sending" | "failed"} state @param {string} [error] */
  mark(entry, state, error) {
    if (!this.entries.includes(entry)) return;
    entry.state = state;
    if (error) entry.error = error;
    else delete entry.error;
    this.hooks.changed(entry);
  }

  /** Edits the stored list in place: another tab may have its own entries there. @param {(stored: Entry[]) => Entry[]} edit */
  store(edit) {
    keep(this.name, edit(recall(this.name, /** @type {Entry[]} */ ([]))));
  }
}
