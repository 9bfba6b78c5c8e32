/** The recruiters' pages: each part comes to life where the page has it. */
import { Api } from "./api.js";
import { localTimes } from "./dom.js";
import { openDesk } from "./desk.js";
import { listen } from "./shortcuts.js";

const base = document.body.dataset["base"] ?? "";
const csrf = document.querySelector("meta[name=csrf-token]")?.getAttribute("content") ?? "";
const api = new Api(base, { csrf, cookie: true });
localTimes(document);
listen(base);

for (const field of document.querySelectorAll("select[data-send]")) {
  field.addEventListener("change", () => field instanceof HTMLSelectElement && field.form?.requestSubmit());
}
const desk = document.querySelector("#desk");
if (desk instanceof HTMLElement) openDesk(api, desk);
/** @param {string} where @param {() => Promise<void>} open a part of the page that is fetched only where the page has it */
const part = (where, open) => (document.querySelector(where) ? open() : undefined);
await Promise.all([
  part("[data-action-id]", () => import("./queue.js").then(({ openQueue }) => openQueue(api))),
  part(".inbox", () => import("./inbox.js").then(({ openInbox }) => openInbox(api))),
  part("#editor", () => import("./job_editor.js").then(({ openEditor }) => openEditor(api))),
  part("#person, #stage, #receipt[data-can=true]", () => import("./person.js").then(({ openPerson }) => openPerson(api))),
  part("#signout, #user-form", () => import("./account.js").then(({ openAccount }) => openAccount(api))),
]);
// Who drives the page from outside waits for this: before it, some controls are not there yet or do nothing.
document.body.dataset["alive"] = "yes";
