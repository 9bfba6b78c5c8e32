/** A person, and an application: stage moves, answers read by a person, merging, a chat begun, erasing. */
import { el, need } from "./dom.js";
import { said } from "./desk.js";
import { words } from "./desk_words.js";

/** @param {import("./api.js").Api} api */
export function openPerson(api) {
  stage(api);
  answers(api);
  const root = document.querySelector("#person");
  if (root instanceof HTMLElement) person(api, root);
}

/** @param {import("./api.js").Api} api */
function stage(api) {
  const form = document.querySelector("#stage");
  if (!(form instanceof HTMLFormElement)) return;
  const fault = need(form, ".fault", HTMLElement);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = need(form, "#stage-reason", HTMLInputElement).value.trim();
    const status = need(form, "#stage-to", HTMLSelectElement).value;
    api
      .request("PATCH", `/applications/${form.dataset["application"]}`, {
        status,
        ...(reason ? { reason } : {}),
      })
      .then(
        () => location.reload(),
        (error) => (fault.textContent = said(error)),
      );
  });
}

/** Every answer gets a way to say what it means. @param {import("./api.js").Api} api */
function answers(api) {
  const receipt = document.querySelector("#receipt[data-can=true]");
  if (!(receipt instanceof HTMLElement)) return;
  const id = receipt.dataset["application"] ?? "";
  /** @type {Map<string, HTMLElement>} by question: a receipt that is drawn anew while somebody writes takes nothing from them */
  const readers = new Map();
  const equip = () => {
    for (const item of receipt.querySelectorAll("li.answer[data-question]")) {
      if (!(item instanceof HTMLElement)) continue;
      const question = item.dataset["question"] ?? "";
      const own = readers.get(question) ?? reader(api, id, item);
      readers.set(question, own);
      item.append(own);
    }
  };
  equip();
  receipt.addEventListener("receipt:shown", equip);
}

/** @param {import("./api.js").Api} api @param {string} application @param {HTMLElement} item */
function reader(api, application, item) {
  const { question = "", kind = "text" } = item.dataset;
  const form = el("form", { class: "stack" });
  const value = field(kind, `value-${question}`);
  const reason = el("input", {
    id: `reason-${question}`,
    maxlength: 2000,
    required: true,
    autocomplete: "off",
  });
  const fault = el("p", { class: "fault", role: "alert" });
  form.append(
    el("label", { for: `value-${question}` }, words.readAs),
    value,
    el("label", { for: `reason-${question}` }, words.why),
    reason,
    el("button", { type: "submit", class: "quiet" }, words.save),
    fault,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = {
      value: parsed(kind, value.value.trim()),
      reason: reason.value.trim(),
    };
    api.request("PATCH", `/applications/${application}/answers/${question}`, body).then(
      () => location.reload(),
      (error) => (fault.textContent = said(error)),
    );
  });
  return el("details", { class: "read-it" }, el("summary", {}, words.readYourself), form);
}

/** @param {string} kind @param {string} id @returns {HTMLInputElement | HTMLSelectElement} */
function field(kind, id) {
  if (kind === "yes_no") {
    return el("select", { id }, el("option", { value: "yes" }, words.yes), el("option", { value: "no" }, words.no));
  }
  const type = kind === "number" ? "number" : kind === "date" ? "date" : "text";
  const hint = kind === "duration" ? "P3M" : kind === "money" ? "85000 EUR year" : "";
  return el("input", {
    id,
    type,
    step: "any",
    required: true,
    placeholder: hint,
    autocomplete: "off",
  });
}

/** @param {string} kind @param {string} text @returns {unknown} */
function parsed(kind, text) {
  if (kind === "yes_no") return text === "yes";
  if (kind === "number") return Number(text);
  if (kind === "money") {
    const [amount = "", currency, period] = text.split(/\s+/);
    return {
      amount: Number(amount),
      ...(currency ? { currency } : {}),
      ...(period ? { period } : {}),
    };
  }
  return text;
}

/** @param {import("./api.js").Api} api @param {HTMLElement} root */
function person(api, root) {
  const id = root.dataset["candidate"] ?? "";
  const fault = need(document, "#fault", HTMLElement);
  const tell = (/** @type {unknown} */ error) => (fault.textContent = said(error));
  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const same = button.closest("[data-same]");
    if (button.matches("[data-merge]") && same instanceof HTMLElement) {
      if (button.dataset["sure"] !== "yes") {
        button.dataset["sure"] = "yes";
        button.textContent = words.mergeForGood;
        return;
      }
      api
        .request("POST", `/candidates/${id}/merge`, {
          candidate_id: same.dataset["same"],
        })
        .then(() => location.reload(), tell);
    } else if (button.dataset["chat"]) {
      api
        .request("POST", "/chat/sessions", {
          platform: "web",
          application_id: button.dataset["chat"],
        })
        .then((/** @type {any} */ opened) => {
          const handed = need(root, "#handed", HTMLElement);
          const link = need(handed, "input", HTMLInputElement);
          if (!opened.link) {
            location.href = `${api.base}/console/conversations/${opened.session_id}`;
            return;
          }
          link.value = opened.link;
          handed.hidden = false;
          link.focus();
          link.select();
        }, tell);
    } else if (button.matches("[data-copy]")) {
      const link = need(root, "#handed input", HTMLInputElement);
      link.select();
      void navigator.clipboard?.writeText(link.value);
    } else if (button.matches("[data-erase]")) erase(api, root, id, tell);
  });
}

/** @param {import("./api.js").Api} api @param {HTMLElement} root @param {string} id @param {(error: unknown) => void} tell */
function erase(api, root, id, tell) {
  const dialog = need(root, "#erase", HTMLDialogElement);
  const word = need(dialog, "input", HTMLInputElement);
  const sure = need(dialog, "button[value=yes]", HTMLButtonElement);
  word.value = "";
  sure.disabled = true;
  word.oninput = () => (sure.disabled = word.value.trim().toLowerCase() !== "erase");
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes" || sure.disabled) return;
    api.request("DELETE", `/candidates/${id}`).then(() => (location.href = `${api.base}/console`), tell);
  };
  dialog.returnValue = "";
  dialog.showModal();
}
