/** The inbox: the list stays live, filters send themselves, what stands beside a conversation is kept as it is changed. */
import { problem } from "./api.js";
import { el, localTimes, need, sleep } from "./dom.js";
import { parser } from "./events.js";
import { said } from "./desk.js";
import { words } from "./desk_words.js";

const TOGETHER_MS = 800;
const BACK_OFF_MS = 2_000;
const BACK_OFF_MAX_MS = 30_000;

/** @param {import("./api.js").Api} api */
export function openInbox(api) {
  const holder = document.querySelector(".convs-scroll");
  if (holder instanceof HTMLElement) void live(api, holder);
  beside(api);
}

/** @param {import("./api.js").Api} api @param {HTMLElement} holder */
async function live(api, holder) {
  let drawing = false;
  let again = false;
  const draw = async () => {
    if (drawing) {
      again = true;
      return;
    }
    drawing = true;
    do {
      again = false;
      await list(api, holder);
      await sleep(TOGETHER_MS);
    } while (again);
    drawing = false;
  };
  let failures = 0;
  let first = true;
  for (;;) {
    try {
      const response = await fetch(`${api.base}/conversations/events`, {
        credentials: "same-origin",
        cache: "no-store",
      });
      if (!response.ok || !response.body) throw problem(response.status, await response.text(), null);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parse = parser(() => {
        // The page has just been drawn by the server.
        if (first) first = false;
        else void draw();
      });
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        failures = 0;
        parse(value);
      }
    } catch {
      failures += 1;
    }
    await sleep(Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** failures) * (0.75 + Math.random() / 2));
  }
}

/** The list anew from the server, without moving what the reader looks at. @param {import("./api.js").Api} api @param {HTMLElement} holder */
async function list(api, holder) {
  const query = new URLSearchParams(location.search);
  const open = /\/conversations\/([0-9a-f-]{36})$/.exec(location.pathname)?.[1];
  if (open) query.set("open", open);
  const response = await fetch(`${api.base}/console/conversations/list?${query}`, { credentials: "same-origin", cache: "no-store" }).catch(
    () => null,
  );
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#list");
  if (!fresh) return;
  localTimes(fresh);
  const focused = document.activeElement?.closest("#list a")?.getAttribute("href");
  const { scrollTop } = holder;
  holder.replaceChildren(fresh);
  holder.scrollTop = scrollTop;
  const next = focused ? holder.querySelector(`a[href="${CSS.escape(focused)}"]`) : null;
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

/** Assignee, tags, notes. @param {import("./api.js").Api} api */
function beside(api) {
  const desk = document.querySelector("#desk");
  const side = document.querySelector(".side-pane");
  if (!(desk instanceof HTMLElement) || !(side instanceof HTMLElement)) return;
  const id = desk.dataset["session"] ?? "";
  const note = need(document, "#said", HTMLElement);
  const tell = (/** @type {unknown} */ error) => (note.textContent = said(error));

  const assignee = need(side, "#assignee", HTMLSelectElement);
  const assign = () =>
    api
      .request("PUT", `/chat/${id}/assignee`, {
        user_id: assignee.value || null,
      })
      .then(() => (note.textContent = words.saved), tell);
  assignee.addEventListener("change", () => void assign());
  desk.addEventListener("desk:mine", () => {
    const me = assignee.dataset["me"] ?? "";
    if (!me || !Array.from(assignee.options).some(({ value }) => value === me)) return;
    assignee.value = me;
    void assign();
  });

  const tags = need(side, "#tags", HTMLInputElement);
  let before = tags.value;
  const sort = () => {
    if (tags.value === before) return;
    before = tags.value;
    const list = tags.value
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean);
    api.request("PUT", `/chat/${id}/tags`, { tags: list }).then(() => (note.textContent = words.saved), tell);
  };
  need(side, "#tags-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    sort();
  });
  tags.addEventListener("change", sort);

  const notes = need(side, ".notes", HTMLElement);
  const form = side.querySelector("#note-form");
  if (form instanceof HTMLFormElement) {
    const field = need(form, "textarea", HTMLTextAreaElement);
    const add = () => {
      const content = field.value.trim();
      if (!content) return;
      api.request("POST", `/chat/${id}/notes`, { content }).then((/** @type {any} */ added) => {
        field.value = "";
        const drop = el("button", { type: "button", class: "link", "data-unnote": true }, words.delete);
        const when = el("p", { class: "when" }, `${added.author} `, drop);
        notes.append(el("li", { "data-note": added.id }, el("p", { dir: "auto" }, added.content), when));
        note.textContent = words.saved;
      }, tell);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      add();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) add();
    });
  }
  notes.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-unnote]") : null;
    const item = button?.closest("[data-note]");
    if (!(item instanceof HTMLElement)) return;
    api.request("DELETE", `/notes/${item.dataset["note"]}`).then(() => item.remove(), tell);
  });
}
