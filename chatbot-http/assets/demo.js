/** The demo: the sample job's chat on one side, its receipt filling on the other. */
import { Problem } from "./api.js";
import { Chat } from "./chat.js";
import { need } from "./dom.js";
import { showReceipt } from "./receipt.js";

const REFRESH_MS = 5_000;
const root = need(document, "#chat", HTMLElement);
const receipt = need(document, "#receipt", HTMLElement);
const live = need(document, "#receipt-said", HTMLElement);
const chat = new Chat(root);
let shown = "";
let asking = false;
let askAgain = false;

async function refresh() {
  if (!chat.session.id || document.visibilityState === "hidden") return;
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    /** @type {import("./types.js").Receipt} */
    const now = await chat.api.request("GET", `/demo/receipt/${chat.session.id}`);
    const text = JSON.stringify(now);
    if (text !== shown) {
      const first = shown === "";
      shown = text;
      showReceipt(receipt, now);
      if (!first) live.textContent = receipt.querySelector(".total")?.textContent ?? "";
    }
  } catch (error) {
    // No receipt yet (404), or no network: the next round tells.
    if (!(error instanceof Problem)) throw error;
  } finally {
    asking = false;
    if (askAgain) {
      askAgain = false;
      void refresh();
    }
  }
}

root.addEventListener("chat:session", () => void refresh());
root.addEventListener("chat:bot", () => void refresh());
setInterval(() => void refresh(), REFRESH_MS);
document.querySelector("#again")?.addEventListener("click", () => chat.startOver());

// On a phone the two stand behind tabs.
const tabs = [...document.querySelectorAll("[role=tab]")].filter((tab) => tab instanceof HTMLButtonElement);
/** @param {HTMLButtonElement} chosen */
function choose(chosen) {
  for (const tab of tabs) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls") ?? "")?.classList.toggle("away", !on);
  }
}
for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => choose(tab));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = tabs[(index + 1) % tabs.length];
    if (!next) return;
    choose(next);
    next.focus();
  });
}

void chat.start();
