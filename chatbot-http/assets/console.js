/** The recruiter's pages: live transcript, takeover and release, a message to the candidate, actions resolved. */
import { Api, Problem } from "./api.js";
import { Composer } from "./composer.js";
import { localTimes, need, uuid } from "./dom.js";
import { follow } from "./events.js";
import { MessageLog } from "./log.js";
import { showReceipt } from "./receipt.js";
import { words } from "./words.js";

const base = document.body.dataset["base"] ?? "";
const csrf = document.querySelector("meta[name=csrf-token]")?.getAttribute("content") ?? "";
const api = new Api(base, { csrf, cookie: true });
localTimes(document);

const desk = document.querySelector("#desk");
if (desk instanceof HTMLElement) openDesk(desk);
for (const button of document.querySelectorAll("button[data-resolve]")) {
  if (button instanceof HTMLButtonElement) button.addEventListener("click", () => void resolve(button));
}

/** @param {unknown} error */
function said(error) {
  if (error instanceof Problem) return error.message;
  throw error;
}

/** @param {HTMLButtonElement} button */
async function resolve(button) {
  const row = button.closest("[data-action-id]");
  const note = need(document, "#said", HTMLElement);
  if (!(row instanceof HTMLElement)) return;
  button.disabled = true;
  try {
    await api.request("POST", `/actions/${row.dataset["actionId"]}/resolve`, {});
    note.textContent = words.resolved;
    row.classList.add("done");
    // The row goes, so the focus moves on to the next one's button.
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const target = next?.querySelector("button") ?? document.querySelector("h1");
    row.remove();
    const count = document.querySelector(".count")?.firstChild;
    if (count) count.textContent = String(Math.max(0, Number(count.textContent) - 1));
    if (target instanceof HTMLElement) target.focus();
    const empty = document.querySelector(".empty");
    if (!document.querySelector("[data-action-id]") && empty instanceof HTMLElement) empty.hidden = false;
  } catch (error) {
    button.disabled = false;
    note.textContent = said(error);
  }
}

/** @param {HTMLElement} root */
function openDesk(root) {
  const sessionId = root.dataset["session"] ?? "";
  const applicationId = root.dataset["application"] ?? "";
  const scroller = need(root, ".scroll", HTMLElement);
  const net = need(root, ".net", HTMLElement);
  const fault = need(root, ".fault", HTMLElement);
  const state = need(root, ".with", HTMLElement);
  const takeover = need(root, "[data-do=takeover]", HTMLButtonElement);
  const release = need(root, "[data-do=release]", HTMLButtonElement);
  const candidate = root.dataset["candidate"];
  const log = new MessageLog(scroller, need(root, ".messages", HTMLElement), {
    me: "recruiter",
    names: { recruiter: words.you, ...(candidate ? { candidate } : {}) },
  });
  log.adopt();
  localTimes(root);
  log.toEnd();

  const control = (/** @type {boolean} */ automation) => {
    state.textContent = automation ? words.released : words.tookOver;
    state.classList.toggle("person", !automation);
    takeover.hidden = !automation;
    release.hidden = automation;
  };
  control(root.dataset["automation"] !== "false");

  const act = async (/** @type {"takeover" | "release"} */ verb) => {
    takeover.disabled = true;
    release.disabled = true;
    try {
      /** @type {{ automation_enabled: boolean }} */
      const answer = await api.request("POST", `/chat/${sessionId}/${verb}`, {});
      control(answer.automation_enabled);
      fault.textContent = "";
    } catch (error) {
      fault.textContent = said(error);
    } finally {
      takeover.disabled = false;
      release.disabled = false;
      (takeover.hidden ? release : takeover).focus();
    }
  };
  takeover.addEventListener("click", () => void act("takeover"));
  release.addEventListener("click", () => void act("release"));

  const composer = new Composer(need(root, "form", HTMLFormElement), `console.${sessionId}`, {
    text: (text) => void send(text),
    problem: (text) => (fault.textContent = text),
  });

  async function send(/** @type {string} */ content) {
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
      fault.textContent = `${words.notSent} ${said(error)}`;
    }
  }

  let asking = false;
  async function refresh() {
    const receipt = document.querySelector("#receipt");
    if (asking || !(receipt instanceof HTMLElement) || !applicationId) return;
    asking = true;
    try {
      showReceipt(receipt, await api.request("GET", `/applications/${applicationId}`));
    } catch (error) {
      said(error);
    } finally {
      asking = false;
    }
  }

  follow(api, sessionId, log.last, {
    message: (message) => {
      if (log.show(message) && message.sender === "bot") void refresh();
    },
    control,
    delta: (piece) => log.stream(piece),
    state: (now) => (net.textContent = now === "waiting" ? words.reconnecting : ""),
    lost: (error) => (net.textContent = error.message),
  });
}
