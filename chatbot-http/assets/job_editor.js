/** A job being written: its fields and questions, checked as one types, with the chat beside it and what it would change. */
import { el, need, sleep } from "./dom.js";
import { said } from "./desk.js";
import { words } from "./desk_words.js";
import { compared, preview } from "./job_checks.js";
import { labelled, number, ruleFields, select, tick } from "./job_fields.js";
import { Rehearsal } from "./rehearsal.js";

/** @typedef {Record<string, any>} Json */
const CHECK_MS = 500;
const FIELDS = ["title", "slug", "employer", "location", "contact", "privacy_url", "owner", "timezone", "hours", "description"];
const KINDS = ["yes_no", "number", "choice", "duration", "date", "money", "text"];

/** @param {import("./api.js").Api} api */
export function openEditor(api) {
  const root = need(document, "#editor", HTMLElement);
  /** @type {Json} */
  const file = JSON.parse(root.dataset["file"] || "{}");
  file["prescreen"] ??= {};
  file["prescreen"].questions ??= [];
  const questions = () => /** @type {Json[]} */ (file["prescreen"].questions);
  const list = need(root, "[data-questions]", HTMLElement);
  const fault = need(document, "#fault", HTMLElement);
  const jobId = root.dataset["job"] ?? "";

  const rehearsal = new Rehearsal(api, root, file);
  const about = need(root, "[data-about]", HTMLElement);
  for (const name of FIELDS) about.append(...aboutField(file, name, jobId !== "", changed));
  about.append(...facts(file, changed));

  /** @param {number} [focus] */
  function draw(focus) {
    list.replaceChildren(...questions().map((question, at) => card(question, at)));
    if (focus !== undefined) {
      const field = list.children[focus]?.querySelector("textarea");
      if (field instanceof HTMLElement) field.focus();
    }
    changed();
  }

  /** @param {Json} question @param {number} at */
  function card(question, at) {
    const id = `q${at}`;
    const text = el("textarea", { id: `${id}-text`, rows: 2, maxlength: 1000 });
    text.value = question["text"] ?? "";
    text.addEventListener("input", () => set(question, "text", text.value));
    const kind = select(
      `${id}-kind`,
      KINDS.map((value) => [value, words.kinds[value] ?? value]),
      question["kind"] ?? "yes_no",
    );
    kind.addEventListener("change", () => {
      question["kind"] = kind.value;
      delete question["rule"];
      if (kind.value === "choice") question["options"] ??= [{ value: "first" }, { value: "second" }];
      else delete question["options"];
      draw(at);
    });
    const move = (/** @type {number} */ by) => {
      const all = questions();
      const [taken] = all.splice(at, 1);
      if (taken) all.splice(at + by, 0, taken);
      draw(at + by);
    };
    const button = (/** @type {string} */ label, /** @type {string} */ name, /** @type {() => void} */ run, off = false) => {
      const node = el(
        "button",
        {
          type: "button",
          class: "link",
          "aria-label": `${name}: ${at + 1}`,
          disabled: off,
        },
        label,
      );
      node.addEventListener("click", run);
      return node;
    };
    const head = el(
      "div",
      { class: "title split" },
      el("h3", {}, words.question(at + 1)),
      el(
        "p",
        {},
        button("↑", words.up, () => move(-1), at === 0),
        button("↓", words.down, () => move(1), at === questions().length - 1),
        button(words.remove, words.remove, () => {
          questions().splice(at, 1);
          draw(Math.min(at, questions().length - 1));
        }),
      ),
    );
    const weight = el("input", {
      id: `${id}-weight`,
      type: "number",
      min: 0,
      step: "any",
    });
    weight.value = String(question["weight"] ?? 1);
    weight.addEventListener("input", () => set(question, "weight", number(weight.value) ?? 1));
    return el(
      "li",
      { class: "box card-question" },
      head,
      labelled(`${id}-text`, words.asked, text),
      el("div", { class: "row" }, labelled(`${id}-kind`, words.kind, kind), labelled(`${id}-weight`, words.weight, weight)),
      el(
        "div",
        { class: "row" },
        tick(words.mustHave, question["must_have"] === true, (on) => set(question, "must_have", on)),
        tick(words.required, question["required"] !== false, (on) => set(question, "required", on)),
      ),
      ...ruleFields(question, id, changed),
    );
  }

  /** @param {Json} holder @param {string} name @param {unknown} value */
  function set(holder, name, value) {
    holder[name] = value;
    changed();
  }

  let turn = 0;
  async function changed() {
    const mine = (turn += 1);
    preview(need(root, "[data-preview]", HTMLElement), questions());
    await sleep(CHECK_MS);
    if (mine !== turn) return;
    const shown = need(root, "[data-lint]", HTMLElement);
    try {
      /** @type {{ valid: boolean, error: { field: string, problem: string, example?: string } | null, warnings: string[] }} */
      const found = await api.request("POST", "/jobs/check", file);
      if (mine !== turn) return;
      if (found.error) rehearsal.wait();
      else void rehearsal.play();
      const lines = found.error ? [`${found.error.field}: ${found.error.problem}`] : found.warnings;
      shown.replaceChildren(
        found.error
          ? el(
              "p",
              { class: "fault" },
              lines[0] ?? "",
              found.error.example ? el("span", { class: "hint" }, ` ${words.example} ${found.error.example}`) : "",
            )
          : lines.length === 0
            ? el("p", { class: "fine" }, words.nothingWrong)
            : el("ul", { class: "lint" }, ...lines.map((line) => el("li", {}, line))),
      );
    } catch (error) {
      shown.textContent = said(error);
    }
  }

  need(root, "[data-add]", HTMLButtonElement).addEventListener("click", () => {
    questions().push({ text: "", kind: "yes_no", rule: { expected: true } });
    draw(questions().length - 1);
  });
  const tell = (/** @type {unknown} */ error) => (fault.textContent = said(error));
  document.querySelector("[data-save]")?.addEventListener("click", () => {
    fault.textContent = "";
    void save(api, jobId, file).then((id) => {
      if (!jobId) location.href = `${api.base}/console/jobs/${id}`;
      else {
        need(document, "#said", HTMLElement).textContent = words.saved;
        location.reload();
      }
    }, tell);
  });
  document.querySelector("[data-toggle]")?.addEventListener("click", () => {
    const status = root.dataset["open"] === "true" ? "closed" : "open";
    api.request("PATCH", `/jobs/${jobId}`, { status }).then(() => location.reload(), tell);
  });
  root.querySelector("[data-what-if]")?.addEventListener("click", () => {
    const shown = need(root, "[data-if]", HTMLElement);
    api.request("POST", `/jobs/${jobId}/what-if`, file["prescreen"]).then(
      (found) => shown.replaceChildren(...compared(/** @type {any} */ (found))),
      (error) => (shown.textContent = said(error)),
    );
  });
  draw();
}

/** @param {import("./api.js").Api} api @param {string} id @param {Json} file @returns {Promise<string>} */
async function save(api, id, file) {
  if (!id) {
    /** @type {Json} */
    const made = await api.request("POST", "/jobs", file);
    return made["id"];
  }
  const { prescreen, slug: _slug, ...fields } = file;
  await api.request("PATCH", `/jobs/${id}`, fields);
  // Only questions that differ make a new version.
  /** @type {Json} */
  const stands = await api.request("GET", `/jobs/${id}`);
  const plain = (/** @type {Json} */ q) => JSON.stringify({ ...q, id: undefined, question_order: undefined });
  const same = JSON.stringify(stands["prescreen"]?.questions?.map(plain)) === JSON.stringify(prescreen.questions.map(plain));
  if (!same) await api.request("PUT", `/jobs/${id}/questions`, prescreen);
  return id;
}

/** @param {Json} file @param {string} name @param {boolean} known @param {() => void} changed */
function aboutField(file, name, known, changed) {
  if (name === "slug" && known) return [];
  const node =
    name === "description" ? el("textarea", { id: `job-${name}`, rows: 4 }) : el("input", { id: `job-${name}`, autocomplete: "off" });
  node.value = file[name] ?? "";
  node.addEventListener("input", () => {
    const value = node.value.trim();
    if (value) file[name] = value;
    else if (name === "title") file[name] = "";
    else delete file[name];
    changed();
  });
  return [labelled(`job-${name}`, words.jobFields[name] ?? name, node)];
}

/** @param {Json} file @param {() => void} changed */
function facts(file, changed) {
  const node = el("textarea", {
    id: "job-facts",
    rows: 3,
    placeholder: "salary: 70–85 k€",
  });
  node.value = Object.entries(file["facts"] ?? {})
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
  node.addEventListener("input", () => {
    const pairs = node.value
      .split("\n")
      .map((line) => line.split(/:\s*(.*)/s))
      .filter(([name, value]) => name?.trim() && value);
    file["facts"] = Object.fromEntries(pairs.map(([name = "", value]) => [name.trim(), value]));
    if (pairs.length === 0) delete file["facts"];
    changed();
  });
  return [labelled("job-facts", words.facts, node)];
}
