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
if (document.querySelector("[data-action-id]")) void import("./queue.js").then(({ openQueue }) => openQueue(api));
if (document.querySelector(".inbox")) void import("./inbox.js").then(({ openInbox }) => openInbox(api));
if (document.querySelector("#editor")) void import("./job_editor.js").then(({ openEditor }) => openEditor(api));
if (document.querySelector("#person, #stage, #receipt[data-can=true]"))
  void import("./person.js").then(({ openPerson }) => openPerson(api));
if (document.querySelector("#signout, #user-form")) void import("./account.js").then(({ openAccount }) => openAccount(api));
