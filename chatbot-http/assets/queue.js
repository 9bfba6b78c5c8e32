/** The action queue: an action that is dealt with leaves the list, and the next one is at hand. */
import { need } from "./dom.js";
import { said } from "./desk.js";
import { words } from "./desk_words.js";

/** @param {import("./api.js").Api} api */
export function openQueue(api) {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-resolve]") : null;
    if (button instanceof HTMLButtonElement) void resolve(api, button);
  });
}

/** @param {import("./api.js").Api} api @param {HTMLButtonElement} button */
async function resolve(api, button) {
  const row = button.closest("[data-action-id]");
  const note = need(document, "#said", HTMLElement);
  if (!(row instanceof HTMLElement)) return;
  button.disabled = true;
  try {
    await api.request("POST", `/actions/${row.dataset["actionId"]}/resolve`, {});
    note.textContent = words.resolved;
    // The row goes, so the focus moves on to the next one.
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const target = next?.querySelector("a, button") ?? document.querySelector("h1");
    row.remove();
    const count = document.querySelector(".count")?.firstChild;
    if (count) count.textContent = String(Math.max(0, Number(count.textContent) - 1));
    if (target instanceof HTMLElement) target.focus();
    const empty = document.querySelector("main > .empty");
    if (!document.querySelector("[data-action-id]") && empty instanceof HTMLElement) empty.hidden = false;
  } catch (error) {
    button.disabled = false;
    note.textContent = said(error);
  }
}
