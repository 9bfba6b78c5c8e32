/** One conversation as recruiters have it: live, with takeover and release, canned replies, and a message to the candidate. */
import { Problem } from "./api.js";
import { Composer } from "./composer.js";
import { el, localTimes, need, uuid } from "./dom.js";
import { follow } from "./events.js";
import { MessageLog } from "./log.js";
import { showReceipt } from "./receipt.js";
import { words } from "./desk_words.js";

/** @param {unknown} error */
export function said(error) {
  if (error instanceof Problem) return error.message;
  throw error;
}

/**
 * @param {import("./api.js").Api} api
 * @param {HTMLElement} root
 */
export function openDesk(api, root) {
  const sessionId = root.dataset["session"] ?? "";
  const applicationId = root.dataset["application"] ?? "";
  const scroller = need(root, ".scroll", HTMLElement);
  const net = need(root, ".net", HTMLElement);
  const state = need(root, ".with", HTMLElement);
  const form = root.querySelector("form.composer");
  const takeover = root.querySelector("[data-do=takeover]");
  const release = root.querySelector("[data-do=release]");
  const propose = root.querySelector(".propose");
  const fault = root.querySelector(".fault");
  const candidate = root.dataset["candidate"];
  const log = new MessageLog(scroller, need(root, ".messages", HTMLElement), {
    me: "recruiter",
    names: { recruiter: words.you, ...(candidate ? { candidate } : {}) },
  });
  log.adopt();
  localTimes(root);
  const wanted = /^#seq-(\d+)$/.exec(location.hash)?.[1];
  const found = wanted ? root.querySelector(`li[data-seq="${wanted}"]`) : null;
  if (found) {
    found.classList.add("found");
    found.scrollIntoView({ block: "center" });
  } else log.toEnd();

  let automation = root.dataset["automation"] !== "false";
  const complain = (/** @type {string} */ text) => {
    if (fault) fault.textContent = text;
  };
  const proposing = () => {
    if (!(propose instanceof HTMLElement) || !(form instanceof HTMLFormElement)) return;
    const hide = !automation || need(form, "textarea", HTMLTextAreaElement).value.trim() === "";
    // The line takes its place from the transcript, whose last words stay in sight.
    if (hide !== propose.hidden) log.keepEnd(() => (propose.hidden = hide));
  };
  let first = true;
  const control = (/** @type {boolean} */ now) => {
    if (first) state.textContent = now ? words.botAnswers : words.personHas;
    else if (now !== automation) state.textContent = now ? words.released : words.tookOver;
    first = false;
    automation = now;
    state.classList.toggle("person", !now);
    if (!now) {
      // What the bot was writing is withdrawn, and stands before nobody.
      log.dropDraft();
      log.setTyping(false);
    }
    if (takeover instanceof HTMLElement) takeover.hidden = !now;
    if (release instanceof HTMLElement) release.hidden = now;
    proposing();
  };
  control(automation);

  const act = async (/** @type {"takeover" | "release"} */ verb, focus = true) => {
    const buttons = [takeover, release].filter((node) => node instanceof HTMLButtonElement);
    for (const button of buttons) button.disabled = true;
    try {
      /** @type {{ automation_enabled: boolean }} */
      const answer = await api.request("POST", `/chat/${sessionId}/${verb}`, {});
      control(answer.automation_enabled);
      complain("");
      return true;
    } catch (error) {
      complain(said(error));
      return false;
    } finally {
      for (const button of buttons) button.disabled = false;
      if (focus) buttons.find((button) => !button.hidden)?.focus();
    }
  };
  takeover?.addEventListener("click", () => void act("takeover"));
  release?.addEventListener("click", () => void act("release"));
  root.addEventListener("desk:toggle", () => void act(automation ? "takeover" : "release", false));

  if (form instanceof HTMLFormElement) {
    const composer = new Composer(form, `console.${sessionId}`, {
      text: (text) => void send(text),
      problem: complain,
    });
    composer.field.addEventListener("input", proposing);
    proposing();
    canned(api, form, composer, complain);

    const send = async (/** @type {string} */ content) => {
      // Typing proposed it, sending takes it: two voices at once help nobody.
      if (automation && !(await act("takeover", false))) {
        composer.giveBack(content);
        return;
      }
      proposing();
      const id = uuid();
      log.pending(id, content, { status: words.sending });
      log.toEnd();
      try {
        /** @type {import("./types.js").Accepted} */
        const accepted = await api.request("POST", `/chat/${sessionId}/messages`, { content, client_message_id: id });
        log.settle(id, accepted.message_id, accepted.seq);
      } catch (error) {
        log.dropPending(id);
        composer.giveBack(content);
        complain(`${words.notSent} ${said(error)}`);
      }
    };
  }

  let asking = false;
  async function refresh() {
    const receipt = document.querySelector("#receipt");
    if (asking || !(receipt instanceof HTMLElement) || !applicationId) return;
    asking = true;
    try {
      const fresh = await api.request("GET", `/applications/${applicationId}`);
      const at = document.activeElement;
      showReceipt(receipt, fresh);
      receipt.dispatchEvent(new CustomEvent("receipt:shown"));
      if (at instanceof HTMLElement && receipt.contains(at)) at.focus({ preventScroll: true });
    } catch (error) {
      said(error);
    } finally {
      asking = false;
    }
  }

  // What is on the screen is read; whoever looks elsewhere has not read it.
  let read = 0;
  let later = 0;
  const note = () => {
    if (document.visibilityState !== "visible" || log.last <= read) return;
    clearTimeout(later);
    later = setTimeout(() => {
      read = log.last;
      api.request("PUT", `/chat/${sessionId}/read`, { seq: read }).catch(said);
    }, 400);
  };
  document.addEventListener("visibilitychange", note);
  root.addEventListener("desk:unread", () => {
    clearTimeout(later);
    read = Number.MAX_SAFE_INTEGER;
    api
      .request("PUT", `/chat/${sessionId}/read`, {
        seq: Math.max(0, log.last - 1),
      })
      .catch(said);
  });
  note();

  follow(api, sessionId, log.last, {
    message: (message) => {
      if (log.show(message) && message.sender === "bot") void refresh();
      note();
    },
    typing: () => {
      if (!automation) return;
      log.setTyping(true);
      setTimeout(() => log.setTyping(false), 8_000);
    },
    control,
    delta: (piece) => automation && log.stream(piece),
    state: (now) => (net.textContent = now === "waiting" ? words.reconnecting : ""),
    lost: (error) => (net.textContent = error.message),
  });
}

/**
 * Replies written once and sent often.
 * @param {import("./api.js").Api} api
 * @param {HTMLFormElement} form
 * @param {Composer} composer
 * @param {(text: string) => void} complain
 */
function canned(api, form, composer, complain) {
  const details = form.querySelector("details.canned");
  if (!(details instanceof HTMLDetailsElement)) return;
  const list = need(details, "[data-replies]", HTMLElement);
  const none = need(details, "[data-none]", HTMLElement);
  const title = need(details, "#keep-title", HTMLInputElement);

  const show = async () => {
    try {
      /** @type {{ items: { id: string, title: string, content: string }[] }} */
      const known = await api.request("GET", "/replies?limit=200");
      none.hidden = known.items.length > 0;
      list.replaceChildren(
        ...known.items.map(({ id, title: name, content }) => {
          const use = el("button", { type: "button", class: "use", dir: "auto" }, el("b", {}, name), el("span", {}, content));
          use.addEventListener("click", () => {
            details.open = false;
            composer.giveBack(content);
            composer.field.dispatchEvent(new Event("input", { bubbles: true }));
            composer.field.focus();
          });
          const drop = el(
            "button",
            {
              type: "button",
              class: "link",
              "aria-label": words.deleteReply(name),
            },
            words.delete,
          );
          drop.addEventListener("click", () => {
            api.request("DELETE", `/replies/${id}`).then(show, (error) => complain(said(error)));
          });
          return el("li", {}, use, drop);
        }),
      );
    } catch (error) {
      complain(said(error));
    }
  };
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    void show().then(() => {
      const first = list.querySelector("button");
      if (first instanceof HTMLElement) first.focus();
    });
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    composer.field.focus();
  });
  const keep = async () => {
    const content = composer.field.value.trim();
    const name = title.value.trim();
    if (!content || !name) {
      complain(words.nothingToKeep);
      return;
    }
    try {
      await api.request("POST", "/replies", { title: name, content });
      title.value = "";
      complain("");
      await show();
    } catch (error) {
      complain(said(error));
    }
  };
  need(details, "[data-keep]", HTMLButtonElement).addEventListener("click", () => void keep());
  title.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    void keep();
  });
}
