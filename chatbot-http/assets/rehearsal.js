/**
 * The chat of a job being written, to be tried: the server plays it from the start with the real bot, in memory, as often as
 * something is said or the job changes. Nothing of it is kept.
 */
import { Problem } from "./api.js";
import { el, need } from "./dom.js";
import { MessageLog } from "./log.js";
import { words } from "./desk_words.js";

/** @typedef {{ content: string, button?: string }} Line */
/** @typedef {{ messages: import("./types.js").Message[], application: import("./types.js").Receipt | null }} Played */

export class Rehearsal {
  /** @param {import("./api.js").Api} api @param {HTMLElement} root @param {Record<string, any>} file the job as it is written */
  constructor(api, root, file) {
    this.api = api;
    this.file = file;
    /** @type {Line[]} what the candidate has said so far */
    this.lines = [];
    this.turn = 0;
    this.scroller = need(root, ".preview", HTMLElement);
    this.list = need(root, "[data-play]", HTMLElement);
    this.replies = need(root, ".preview .replies", HTMLElement);
    this.outcome = need(root, "[data-outcome]", HTMLElement);
    const form = need(root, "[data-try]", HTMLFormElement);
    const field = need(form, "input", HTMLInputElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const content = field.value.trim();
      if (content === "") return;
      field.value = "";
      this.say({ content });
    });
    need(root, "[data-again]", HTMLButtonElement).addEventListener("click", () => {
      this.lines = [];
      void this.play(true);
    });
  }

  /** @param {Line} line */
  say(line) {
    this.lines.push(line);
    void this.play(true);
  }

  /** The job isn't one yet. */
  wait() {
    this.turn += 1;
    if (this.list.children.length === 0) this.outcome.textContent = words.nothingToTry;
  }

  /** @param {boolean} [toEnd] whether the last words are looked at; else what is looked at stays in sight */
  async play(toEnd = false) {
    const mine = (this.turn += 1);
    try {
      /** @type {Played} */
      const played = await this.api.request("POST", "/jobs/preview", { job: this.file, lines: this.lines });
      if (mine === this.turn) this.show(played, toEnd);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (mine === this.turn) this.outcome.textContent = error.message;
    }
  }

  /** @param {Played} played @param {boolean} toEnd */
  show({ messages, application }, toEnd) {
    const place = this.scroller.scrollTop;
    this.list.replaceChildren();
    const log = new MessageLog(this.scroller, this.list, { me: "candidate" });
    for (const message of messages) log.show(message);
    const last = messages.filter(({ sender }) => sender !== "system").at(-1);
    const buttons = last?.sender === "bot" ? (last.metadata?.buttons ?? []) : [];
    this.replies.replaceChildren(
      ...buttons.map(({ label, value }) => {
        const button = el("button", { type: "button", class: "reply", dir: "auto" }, label);
        button.addEventListener("click", () => {
          this.say({ content: label, button: value });
          this.scroller.focus({ preventScroll: true });
        });
        return button;
      }),
    );
    this.replies.hidden = buttons.length === 0;
    this.scroller.scrollTop = toEnd && this.lines.length > 0 ? this.scroller.scrollHeight : toEnd ? 0 : place;
    const score = application?.jd_match_score;
    this.outcome.textContent =
      typeof score === "number" ? words.outcome(score, application?.must_have_failed ? words.failed : words.passed) : words.triedNothing;
  }
}
