/**
 * A candidate's chat: the session, the log, the composer and the outbox put together.
 * A page gives it an element with `data-base`, `data-slug`, `data-key` (see `_chat.html`).
 *
 * Fires `chat:session` (detail: {id, api}) once a session is known and `chat:bot` when the bot has spoken.
 */
import { Api, Problem } from "./api.js";
import { Composer } from "./composer.js";
import { el, need, sleep, uuid } from "./dom.js";
import { follow } from "./events.js";
import { forget } from "./keep.js";
import { MessageLog } from "./log.js";
import { Outbox } from "./outbox.js";
import { Session } from "./session.js";
import { words } from "./words.js";

const CONNECTING_AFTER_MS = 1_000;
const TYPING_AFTER_MS = 400;
const TYPING_FOR_MS = 8_000;
const REPLY_MS = 30_000;
/** No answer to the bot, but something the page does. */
const SAVE = "save-my-data";

export class Chat {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.key = root.dataset["key"] || root.dataset["slug"] || "";
    this.api = new Api(root.dataset["base"] ?? "");
    this.session = new Session(this.api, {
      key: this.key,
      slug: root.dataset["slug"] ?? "",
      source: new URLSearchParams(location.search).get("src"),
    });
    this.scroller = need(root, ".scroll", HTMLElement);
    this.region = need(root, "[role=log]", HTMLElement);
    this.log = new MessageLog(this.scroller, need(root, ".messages", HTMLElement), { me: "candidate" });
    this.replies = need(root, ".replies", HTMLElement);
    this.net = need(root, ".net", HTMLElement);
    this.who = need(root, ".with", HTMLElement);
    this.fault = need(root, ".fault", HTMLElement);
    this.jump = need(root, ".jump", HTMLButtonElement);
    this.composer = new Composer(need(root, "form", HTMLFormElement), this.key, {
      text: (text) => this.write(text),
      file: (file) => void this.sendFile(file),
      problem: (text) => (this.fault.textContent = text),
    });
    this.outbox = new Outbox(this.key, {
      send: (entry) =>
        this.api.request("POST", `/chat/${this.session.id}/messages`, {
          content: entry.content,
          client_message_id: entry.client_message_id,
          ...(entry.metadata ? { metadata: entry.metadata } : {}),
        }),
      changed: (entry) => this.showEntry(entry),
      sent: (entry, accepted) => {
        this.log.settle(entry.client_message_id, accepted.message_id, accepted.seq);
        if (entry.metadata?.edits) this.log.corrects(accepted.message_id);
        this.editable();
        this.awaitReply(accepted.seq);
        // The bot may have been quicker than the acknowledgement: what it offered was kept for now.
        this.mySeq = Math.max(this.mySeq, accepted.seq);
        if (this.outbox.entries.length === 0 && this.botSeq > this.mySeq) this.offer(this.offered);
      },
      recover: (error) => this.recover(error),
    });
    /** The seq of the message that is being corrected; 0: none. */
    this.editing = 0;
    /** What came while nobody looked. */
    this.missed = 0;
    this.title = document.title;
    this.automation = true;
    this.botSeq = 0;
    this.mySeq = 0;
    /** @type {import("./types.js").Button[]} the buttons of the bot's last message */
    this.offered = [];
    this.typingTimer = 0;
    this.expired = false;
    this.following = true;
    /** @type {Promise<void> | null} */
    this.renewing = null;
    /** @type {{ stop: () => void, nudge: () => void } | null} */
    this.stream = null;
    this.watch();
  }

  watch() {
    addEventListener("online", () => {
      this.stream?.nudge();
      this.showNet("");
    });
    addEventListener("offline", () => this.showNet(words.offline));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      this.missed = 0;
      document.title = this.title;
      this.stream?.nudge();
      if (this.expired) this.tryRenew();
    });
    this.jump.addEventListener("click", () => {
      this.log.toEnd();
      this.scroller.focus({ preventScroll: true });
    });
    // The phone's keyboard takes half the window: the last words stay in sight.
    // Caught on the way down: the log scrolls, or the page does.
    const scrolled = () => {
      this.following = this.log.atEnd;
      if (this.following) this.jump.hidden = true;
    };
    document.addEventListener("scroll", scrolled, {
      capture: true,
      passive: true,
    });
    let height = 0;
    new ResizeObserver(() => {
      if (this.scroller.clientHeight < height && this.following) this.log.toEnd();
      height = this.scroller.clientHeight;
    }).observe(this.scroller);
  }

  /** Enters the session, however long the network takes. */
  async start() {
    // A line that comes and goes at once would only move what is below it.
    const slow = setTimeout(() => this.showNet(words.connecting), CONNECTING_AFTER_MS);
    for (let tries = 1; ; tries += 1) {
      try {
        const messages = await this.session.enter().finally(() => clearTimeout(slow));
        this.showAll(messages);
        break;
      } catch (error) {
        if (!(error instanceof Problem) || (!error.passing && tries >= 2)) {
          this.showNet(error instanceof Problem && error.status !== 0 ? error.message : words.busy);
          this.region.removeAttribute("aria-busy");
          if (!(error instanceof Problem)) throw error;
          return;
        }
        this.showNet(navigator.onLine ? `${words.busy} ${words.retrying}` : words.offline);
        await sleep(Math.max(Math.min(15_000, 1_000 * 2 ** (tries - 1)), error.retryAfter * 1_000));
      }
    }
    this.region.removeAttribute("aria-busy");
    this.showNet(navigator.onLine ? "" : words.offline);
    this.entered();
    this.outbox.start();
  }

  entered() {
    this.expired = false;
    this.stream?.stop();
    this.stream = follow(this.api, this.session.id, this.log.last, {
      message: (message) => this.hear(message),
      typing: (sender) => sender !== "candidate" && this.automation && this.typing(TYPING_FOR_MS),
      control: (automation) => this.control(automation),
      delta: (piece) => this.automation && this.log.stream(piece),
      state: (state) => this.showNet(state === "waiting" ? (navigator.onLine ? words.reconnecting : words.offline) : ""),
      lost: (error) => this.lost(error),
    });
    this.root.dispatchEvent(
      new CustomEvent("chat:session", {
        detail: { id: this.session.id, api: this.api },
      }),
    );
  }

  /** @param {import("./types.js").Message[]} messages */
  showAll(messages) {
    for (const message of messages) this.hear(message, true);
    for (const entry of this.outbox.entries) this.showEntry(entry);
    // Who is new reads from the top; who returns goes on at the end.
    if (messages.some((message) => message.sender === "candidate")) this.log.toEnd();
    else this.log.port.scrollTop = 0;
    this.following = this.log.atEnd;
    if (this.mySeq > this.botSeq) this.awaitReply(this.mySeq);
  }

  /** @param {import("./types.js").Message} message @param {boolean} [old] from the history */
  hear(message, old = false) {
    const near = this.log.atEnd;
    if (!this.log.show(message)) return;
    if (!old && !near && message.sender !== "candidate") this.jump.hidden = false;
    if (!old && message.sender !== "candidate" && document.visibilityState !== "visible") {
      this.missed += 1;
      document.title = `(${this.missed}) ${this.title}`;
    }
    if (message.sender === "candidate") {
      this.editable();
      this.mySeq = Math.max(this.mySeq, message.seq);
      if (message.seq > this.botSeq) this.offer([]);
      return;
    }
    this.typing(0);
    if (message.sender !== "bot") return;
    this.botSeq = Math.max(this.botSeq, message.seq);
    const { buttons, progress, expects } = message.metadata ?? {};
    if (message.seq > this.mySeq && message.seq >= this.botSeq) {
      const ownData = message.metadata?.templates?.includes("my_data") ?? false;
      this.offered = [...(buttons ?? []), ...(ownData ? [{ label: words.saveMyData, value: SAVE }] : [])];
      this.offer(this.outbox.entries.length > 0 ? [] : this.offered);
      this.composer.suit(expects);
    }
    if (progress) this.progress(progress.answered, progress.total);
    this.root.dispatchEvent(new CustomEvent("chat:bot", { detail: message }));
  }

  /** What one has said can be corrected: each of one's own messages gets a button for it. */
  editable() {
    const mine = /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("li.msg.candidate[data-seq]:not(.pending)"));
    for (const item of mine) {
      const bubble = item.querySelector(".bubble");
      if (!bubble || item.querySelector(".edit") || bubble.querySelector(".file")) continue;
      const text = bubble.textContent ?? "";
      const button = el("button", { type: "button", class: "link edit", "aria-label": words.editOf(text.slice(0, 60)) }, words.edit);
      button.addEventListener("click", () => this.edit(Number(item.dataset["seq"]), text));
      item.querySelector(".who")?.append(button);
    }
  }

  /** @param {number} seq @param {string} text */
  edit(seq, text) {
    this.editing = seq;
    const stop = el("button", { type: "button", class: "link" }, words.cancel);
    stop.addEventListener("click", () => {
      this.stopEditing();
      this.composer.field.value = "";
      this.composer.field.focus();
    });
    const brief = text.length > 40 ? `${text.slice(0, 39)}…` : text;
    const line = el("p", { class: "editing", role: "status" }, words.editing(brief), " ", stop);
    this.root.querySelector(".editing")?.remove();
    this.composer.form.prepend(line);
    this.composer.field.value = text;
    this.composer.grow();
    this.composer.field.focus();
  }

  stopEditing() {
    this.editing = 0;
    this.root.querySelector(".editing")?.remove();
  }

  /** @param {string} text */
  write(text) {
    if (!this.editing) {
      this.say(text);
      return;
    }
    const edits = this.editing;
    this.stopEditing();
    this.outbox.add(text, { edits });
    this.log.toEnd();
  }

  /** @param {string} text @param {string} [button] */
  say(text, button) {
    this.offer([]);
    this.outbox.add(text, button === undefined ? undefined : { button });
    this.log.toEnd();
  }

  /** @param {import("./types.js").Button[]} buttons */
  offer(buttons) {
    this.log.keepEnd(() => {
      this.replies.replaceChildren(
        ...buttons.map(({ label, value }) => {
          const button = el("button", { type: "button", class: "reply", dir: "auto" }, label);
          button.addEventListener("click", () => {
            if (value === SAVE) {
              void this.saveData();
              return;
            }
            this.say(label, value);
            this.scroller.focus({ preventScroll: true });
          });
          return button;
        }),
      );
      this.replies.hidden = buttons.length === 0;
    });
  }

  /** Everything held about the candidate, as a file. The token stays in a header, so a link alone would not do. */
  async saveData() {
    this.fault.textContent = "";
    try {
      const held = await this.api.request("GET", `/chat/${this.session.id}/export`);
      const url = URL.createObjectURL(new Blob([JSON.stringify(held, null, 2)], { type: "application/json" }));
      const link = el("a", { href: url, download: words.myDataFile });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.fault.textContent = error.message;
    }
  }

  /** @param {import("./outbox.js").Entry} entry */
  showEntry(entry) {
    const { client_message_id: id, content } = entry;
    if (entry.state === "failed") {
      this.log.pending(id, content, {
        status: [words.notSent, entry.error].filter(Boolean).join(" "),
        failed: true,
        actions: [
          { label: words.tryAgain, run: () => this.outbox.retry(entry) },
          {
            label: words.remove,
            run: () => {
              this.outbox.remove(entry);
              this.log.dropPending(id);
              this.composer.giveBack(content);
            },
          },
        ],
      });
    } else
      this.log.pending(id, content, {
        status: entry.state === "sending" ? words.sending : words.waiting,
      });
  }

  /** @param {File} file @returns {Promise<void>} */
  async sendFile(file) {
    if (!this.session.id) {
      this.fault.textContent = words.connecting;
      return;
    }
    const id = uuid();
    const show = (/** @type {number} */ part) =>
      this.log.pending(id, file.name, {
        status: words.uploading(file.name, Math.round(part * 100)),
        part,
        file: true,
      });
    const form = new FormData();
    form.append("client_message_id", id);
    form.append("file", file, file.name);
    this.offer([]);
    show(0);
    this.log.toEnd();
    try {
      const accepted = await this.api.upload(`/chat/${this.session.id}/attachments`, form, show);
      this.log.settle(id, accepted.message_id, accepted.seq);
      this.awaitReply(accepted.seq);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.expired && (await this.recover(error))) {
        this.log.dropPending(id);
        return this.sendFile(file);
      }
      const again = () => {
        this.log.dropPending(id);
        void this.sendFile(file);
      };
      this.log.pending(id, file.name, {
        status: `${words.notSent} ${error.message}`,
        failed: true,
        file: true,
        actions: [
          { label: words.tryAgain, run: again },
          { label: words.remove, run: () => this.log.dropPending(id) },
        ],
      });
    }
  }

  /** A sign of life while a reply is due, but not for one that comes at once. @param {number} seq */
  awaitReply(seq) {
    this.mySeq = Math.max(this.mySeq, seq);
    if (!this.automation || this.botSeq > seq) return;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.botSeq < seq && this.typing(REPLY_MS), TYPING_AFTER_MS);
  }

  /** @param {number} ms 0: stop */
  typing(ms) {
    clearTimeout(this.typingTimer);
    this.log.setTyping(ms > 0);
    if (ms > 0) this.typingTimer = setTimeout(() => this.log.setTyping(false), ms);
  }

  /** @param {boolean} automation */
  control(automation) {
    if (!automation) {
      this.offer([]);
      this.log.dropDraft();
      this.typing(0);
    }
    this.automation = automation;
    this.who.textContent = automation ? words.botHere : words.personHere;
    this.who.classList.toggle("person", !automation);
  }

  /** @param {number} answered @param {number} total */
  progress(answered, total) {
    const line = need(this.root, ".progress", HTMLElement);
    const bar = need(line, "progress", HTMLProgressElement);
    bar.max = Math.max(1, total);
    bar.value = answered;
    need(line, "span", HTMLElement).textContent = words.progress(answered, total);
    line.classList.add("known");
  }

  /** @param {string} text */
  showNet(text) {
    if (this.net.textContent !== text) this.net.textContent = text;
  }

  /** @param {Problem} error */
  lost(error) {
    if (error.expired) {
      this.expired = true;
      if (document.visibilityState === "visible") this.tryRenew();
      return;
    }
    this.offer([]);
    this.typing(0);
    this.showNet("");
    const again = el("button", { type: "button", class: "link" }, words.startAgain);
    again.addEventListener("click", () => this.startOver());
    this.log.notice(`${words.ended} `, again);
  }

  /** A message met a session that is expired or gone. @param {Problem} error @returns {Promise<boolean>} */
  async recover(error) {
    if (error.expired) {
      await this.renew();
      return true;
    }
    // Gone: what was written goes back to its writer, who decides anew.
    for (const entry of [...this.outbox.entries]) {
      this.outbox.remove(entry);
      this.log.dropPending(entry.client_message_id);
      this.composer.giveBack(entry.content);
    }
    this.stream?.stop();
    this.lost(error);
    return true;
  }

  /** Goes on in the successor of an expired session; asked twice at once, it happens once. */
  renew() {
    this.renewing ??= (async () => {
      try {
        this.stream?.stop();
        await this.session.renew();
        this.log.freeze();
        this.botSeq = 0;
        this.mySeq = 0;
        this.entered();
      } finally {
        this.renewing = null;
      }
    })();
    return this.renewing;
  }

  tryRenew() {
    this.renew().catch((error) => {
      if (!(error instanceof Problem)) throw error;
      this.showNet(words.reconnecting);
      setTimeout(() => this.expired && this.tryRenew(), 5_000);
    });
  }

  /** Forgets this browser's session; the conversation itself stays with the server. */
  startOver() {
    this.stream?.stop();
    this.session.drop();
    forget(`outbox.${this.key}`);
    location.reload();
  }
}
