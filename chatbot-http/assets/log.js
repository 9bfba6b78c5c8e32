/** The conversation on the page: messages in their order, what still waits to be sent, the typing sign. */
import { clockTime, el, linked } from "./dom.js";
import { words } from "./words.js";

const NEAR_END = 120;

export class MessageLog {
  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} list
   * @param {{ me: "candidate" | "recruiter", names?: Partial<Record<import("./types.js").Sender, string>> }} view
   */
  constructor(scroller, list, view) {
    this.scroller = scroller;
    this.list = list;
    this.view = view;
    /** @type {Map<string, HTMLElement>} */
    this.shown = new Map();
    this.last = 0;
    /** @type {HTMLElement | null} */
    this.draft = null;
    this.typing = el("li", { class: "typing", "aria-hidden": true }, el("i"), el("i"), el("i"));
  }

  /** Takes over messages the server has rendered: their addresses become links, their order is known. */
  adopt() {
    for (const node of this.list.querySelectorAll("li[data-id]")) {
      if (!(node instanceof HTMLElement)) continue;
      this.shown.set(node.dataset["id"] ?? "", node);
      this.last = Math.max(this.last, Number(node.dataset["seq"]) || 0);
      const bubble = node.querySelector(".bubble");
      if (bubble && (node.classList.contains("bot") || node.classList.contains("recruiter"))) {
        bubble.replaceChildren(linked(bubble.textContent ?? ""));
      }
    }
    this.group();
  }

  /**
   * @param {import("./types.js").Message} message
   * @returns {boolean} whether it was new
   */
  show(message) {
    if (this.shown.has(message.id)) return false;
    this.keepEnd(() => {
      if (message.sender === "bot") this.dropDraft();
      const pending = message.sender === this.view.me ? this.pendingOf(message) : null;
      const node = this.node(message);
      if (pending) pending.replaceWith(node);
      this.place(node, message.seq);
      this.shown.set(message.id, node);
      this.last = Math.max(this.last, message.seq);
      this.group();
    });
    return true;
  }

  /** The bubble that was shown while this message was on its way. @param {import("./types.js").Message} message */
  pendingOf(message) {
    const id = message.metadata?.client_message_id;
    for (const node of this.list.querySelectorAll("li.pending")) {
      if (!(node instanceof HTMLElement)) continue;
      if (id ? node.dataset["client"] === id : node.dataset["text"] === message.content) return node;
    }
    return null;
  }

  /**
   * What is on its way; `actions` are offered when it could not be sent.
   * @param {string} clientId
   * @param {string} text
   * @param {{ status: string, failed?: boolean, actions?: { label: string, run: () => void }[], part?: number, file?: boolean }} state
   */
  pending(clientId, text, state) {
    this.keepEnd(() => {
      const old = this.list.querySelector(`li.pending[data-client="${CSS.escape(clientId)}"]`);
      const note = el("p", { class: "state" }, state.status);
      for (const { label, run } of state.actions ?? []) {
        const button = el("button", { type: "button", class: "link" }, label);
        button.addEventListener("click", run);
        note.append(" ", button);
      }
      if (state.part !== undefined)
        note.append(
          el("progress", {
            max: 1,
            value: state.part,
            "aria-label": state.status,
          }),
        );
      const node = el(
        "li",
        {
          class: `msg ${this.view.me} mine pending${state.failed ? " failed" : ""}`,
          "data-client": clientId,
          "data-text": text,
        },
        this.who(this.view.me, null),
        el("div", { class: "bubble", dir: "auto" }, state.file ? el("span", { class: "file" }, text) : text),
        note,
      );
      if (old) old.replaceWith(node);
      else this.list.append(node);
      this.keepLast();
      this.group();
    });
  }

  /** @param {string} clientId */
  dropPending(clientId) {
    this.list.querySelector(`li.pending[data-client="${CSS.escape(clientId)}"]`)?.remove();
  }

  /** Accepted: from here on it is an ordinary message. @param {string} clientId @param {string} id @param {number} seq */
  settle(clientId, id, seq) {
    const node = this.list.querySelector(`li.pending[data-client="${CSS.escape(clientId)}"]`);
    if (this.shown.has(id) || !(node instanceof HTMLElement)) {
      node?.remove();
      return;
    }
    node.classList.remove("pending", "failed");
    node.querySelector(".state")?.remove();
    node.querySelector(".who")?.append(" ", time(new Date()));
    node.dataset["id"] = id;
    this.place(node, seq);
    this.shown.set(id, node);
    this.group();
  }

  /** Says of one's own message that it corrects another. @param {string} id */
  corrects(id) {
    const node = this.shown.get(id);
    if (node && !node.querySelector(".state")) node.append(el("p", { class: "state" }, words.corrects));
  }

  /** The session goes on under another id, whose numbers begin anew. */
  freeze() {
    for (const node of this.list.querySelectorAll("li[data-seq]")) node.removeAttribute("data-seq");
    this.last = 0;
    this.dropDraft();
    this.list.append(el("li", { class: "notice" }, words.earlier));
  }

  /** A line between messages. @param {string} text @param {...Node} more */
  notice(text, ...more) {
    this.keepEnd(() => {
      this.list.append(el("li", { class: "notice", dir: "auto" }, text, ...more));
      this.keepLast();
    });
  }

  /** @param {{ text?: string, content?: string }} piece */
  stream(piece) {
    // Nothing of it stands any more.
    if (piece.content === "") return this.dropDraft();
    this.keepEnd(() => {
      if (!this.draft) {
        this.draft = el("li", { class: "msg bot draft", "aria-hidden": true }, el("div", { class: "bubble", dir: "auto" }));
        this.list.append(this.draft);
      }
      const bubble = this.draft.firstElementChild;
      if (bubble) bubble.textContent = piece.content ?? (bubble.textContent ?? "") + (piece.text ?? "");
      this.setTyping(false);
    });
  }

  dropDraft() {
    this.draft?.remove();
    this.draft = null;
  }

  /** @param {boolean} on */
  setTyping(on) {
    if (on === this.typing.isConnected) return;
    if (!on) this.typing.remove();
    else this.keepEnd(() => this.list.append(this.typing));
  }

  /** @param {HTMLElement} node @param {number} seq */
  place(node, seq) {
    node.dataset["seq"] = String(seq);
    let next = null;
    for (let at = this.list.lastElementChild; at; at = at.previousElementSibling) {
      if (at === node) continue;
      const later = at.matches(".pending, .typing, .draft") || (at instanceof HTMLElement && Number(at.dataset["seq"]) > seq);
      if (!later) break;
      next = at;
    }
    if (!node.isConnected || node.nextElementSibling !== next) this.list.insertBefore(node, next);
  }

  /** The typing sign stays below everything. */
  keepLast() {
    if (this.typing.isConnected) this.list.append(this.typing);
  }

  /** @param {import("./types.js").Message} message */
  node(message) {
    if (message.sender === "system") {
      return el("li", { class: "notice", dir: "auto", "data-id": message.id }, message.content);
    }
    const mine = message.sender === this.view.me;
    const trusted = message.sender === "bot" || message.sender === "recruiter";
    const bubble = el("div", { class: "bubble", dir: "auto" });
    if (message.content_format === "file") bubble.append(fileLine(message));
    else if (trusted) bubble.append(linked(message.content));
    else bubble.append(message.content);
    const item = el(
      "li",
      {
        class: `msg ${message.sender}${mine ? " mine" : ""}`,
        "data-id": message.id,
      },
      this.who(message.sender, message),
      bubble,
    );
    if (mine && message.metadata?.edits) item.append(el("p", { class: "state" }, words.corrects));
    return item;
  }

  /** @param {import("./types.js").Sender} sender @param {import("./types.js").Message | null} message */
  who(sender, message) {
    const author = sender === "recruiter" ? message?.metadata?.author : undefined;
    const name =
      author || (sender === this.view.me && sender === "candidate" ? words.you : "") || this.view.names?.[sender] || label(sender);
    const line = el("p", { class: "who" }, el("span", { class: "badge" }, name));
    const sent = message?.sent_at ? new Date(message.sent_at) : new Date();
    if (message && !Number.isNaN(sent.getTime())) line.append(" ", time(sent));
    return line;
  }

  /** Messages of one sender in a row show the badge once. */
  group() {
    let before = "";
    for (const node of this.list.children) {
      const name = node.classList.contains("msg") ? (node.querySelector(".badge")?.textContent ?? "") : "";
      node.classList.toggle("cont", name !== "" && name === before);
      before = name;
    }
  }

  /** What scrolls: the log, or on a low screen the page (see `chat.css`). @returns {Element} */
  get port() {
    const page = getComputedStyle(this.scroller).overflowY === "visible";
    return page ? (document.scrollingElement ?? this.scroller) : this.scroller;
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.port;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  toEnd() {
    const view = this.port;
    view.scrollTop = view.scrollHeight;
  }

  /** Stays at the end if the reader was there; who reads further up isn't moved. @param {() => void} change */
  keepEnd(change) {
    const follow = this.atEnd;
    change();
    if (follow) this.toEnd();
  }
}

/** @param {Date} date */
function time(date) {
  return el("time", { datetime: date.toISOString(), title: date.toLocaleString() }, clockTime(date));
}

/** @param {import("./types.js").Sender} sender */
function label(sender) {
  if (sender === "bot") return words.bot;
  if (sender === "recruiter") return words.recruiter;
  return words.candidate;
}

/** @param {import("./types.js").Message} message */
function fileLine(message) {
  const file = message.metadata?.file;
  const name = file?.name || message.content || words.file;
  const size = file?.size ? ` (${fileSize(file.size)})` : "";
  return el("span", { class: "file" }, name + size);
}

/** @param {number} bytes */
export function fileSize(bytes) {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
