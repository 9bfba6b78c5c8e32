/** A job being written: its fields and questions, checked as one types, with the chat beside it and what it would change. */
import { el, need, sleep } from "./dom.js";
import { said } from "./desk.js";
import { words } from "./desk_words.js";
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

/** @param {Json} question @param {string} id @param {() => void} changed @returns {HTMLElement[]} */
function ruleFields(question, id, changed) {
  const rule = () => (question["rule"] ??= {});
  const tidy = () => {
    if (question["rule"] && Object.keys(question["rule"]).length === 0) delete question["rule"];
    changed();
  };
  const put = (/** @type {string} */ name, /** @type {unknown} */ value) => {
    if (value === undefined || value === "") delete rule()[name];
    else rule()[name] = value;
    tidy();
  };
  const input = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ type, /** @type {string} */ hint = "") => {
    const node = el("input", {
      id: `${id}-${name}`,
      type,
      step: "any",
      placeholder: hint,
      autocomplete: "off",
    });
    node.value = String(question["rule"]?.[name] ?? "");
    node.addEventListener("input", () => put(name, type === "number" ? number(node.value) : node.value.trim()));
    return labelled(`${id}-${name}`, label, node);
  };
  const row = (/** @type {HTMLElement[]} */ ...fields) => [el("div", { class: "row" }, ...fields)];
  switch (question["kind"]) {
    case "yes_no": {
      const held = question["rule"]?.expected;
      const node = select(
        `${id}-expected`,
        [
          ["", words.anyAnswer],
          ["true", words.yes],
          ["false", words.no],
        ],
        held === undefined ? "" : String(held),
      );
      node.addEventListener("change", () => put("expected", node.value === "" ? undefined : node.value === "true"));
      return [labelled(`${id}-expected`, words.expected, node)];
    }
    case "number":
      return row(input("min", words.atLeast, "number"), input("max", words.atMost, "number"), input("unit", words.unit, "text", "years"));
    case "duration":
      return row(input("max", words.atMost, "text", "P3M"));
    case "date":
      return row(input("before", words.before, "date"));
    case "money":
      return row(
        input("max", words.atMost, "number"),
        input("currency", words.currency, "text", "EUR"),
        input("period", words.period, "text", "year"),
      );
    case "choice": {
      const options = el("input", { id: `${id}-options`, autocomplete: "off" });
      options.value = (question["options"] ?? []).map((/** @type {Json} */ o) => o["value"]).join(", ");
      options.addEventListener("input", () => {
        const known = question["options"] ?? [];
        question["options"] = split(options.value).map(
          (value) =>
            known.find((/** @type {Json} */ o) => o["value"] === value) ?? {
              value,
            },
        );
        changed();
      });
      const accept = el("input", { id: `${id}-accept`, autocomplete: "off" });
      accept.value = (question["rule"]?.accept ?? []).join(", ");
      accept.addEventListener("input", () => put("accept", split(accept.value).length > 0 ? split(accept.value) : undefined));
      return [
        labelled(`${id}-options`, words.options, options),
        labelled(`${id}-accept`, words.accepted, accept),
        tick(words.several, question["multiple"] === true, (on) => {
          question["multiple"] = on;
          changed();
        }),
      ];
    }
    default: {
      const keywords = el("input", {
        id: `${id}-keywords`,
        autocomplete: "off",
        placeholder: "postgresql, sqlite",
      });
      keywords.value = (question["rule"]?.keywords ?? []).map((/** @type {Json} */ k) => k["term"]).join(", ");
      keywords.addEventListener("input", () => {
        const known = question["rule"]?.keywords ?? [];
        const list = split(keywords.value).map(
          (term) =>
            known.find((/** @type {Json} */ k) => k["term"] === term) ?? {
              term,
            },
        );
        put("keywords", list.length > 0 ? list : undefined);
      });
      return [labelled(`${id}-keywords`, words.keywords, keywords)];
    }
  }
}

/** The questions as they are asked, one after another. @param {HTMLElement} list @param {Json[]} questions */
function preview(list, questions) {
  const bubble = (/** @type {string} */ text, /** @type {string} */ who) =>
    el("li", { class: `msg ${who}${who === "candidate" ? " mine" : ""}` }, el("div", { class: "bubble", dir: "auto" }, text));
  list.replaceChildren(
    ...questions.flatMap((question, at) => {
      const asked = bubble(`${words.progressOf(at + 1, questions.length)}\n${question["text"] || "…"}`, "bot");
      const labels =
        question["kind"] === "yes_no"
          ? [words.yes, words.no]
          : (question["options"] ?? []).map((/** @type {Json} */ option) => option["label"] ?? option["value"]);
      const offered = labels.map((/** @type {string} */ label) => el("span", { class: "reply" }, label));
      return [asked, ...(offered.length > 0 ? [el("li", { class: "replies" }, ...offered)] : [bubble(words.theAnswer, "candidate")])];
    }),
  );
}

/** @param {{ applications: Json[], truncated: boolean }} found @returns {HTMLElement[]} */
function compared(found) {
  if (found.applications.length === 0) return [el("p", { class: "hint" }, words.noApplications)];
  const score = (/** @type {number | null} */ n) => (n === null ? "–" : String(n));
  const verdict = (/** @type {boolean} */ failed) => (failed ? words.failed : words.passed);
  const rows = found.applications.map((one) => {
    const moved = one["score"] !== one["new_score"] || one["must_have_failed"] !== one["new_must_have_failed"];
    const must =
      one["must_have_failed"] === one["new_must_have_failed"]
        ? verdict(one["must_have_failed"])
        : `${verdict(one["must_have_failed"])} → ${verdict(one["new_must_have_failed"])}`;
    return el(
      "tr",
      { class: moved ? "moved" : "" },
      el("th", { scope: "row", dir: "auto" }, one["candidate_name"] ?? words.noName),
      el("td", { class: "num" }, score(one["score"])),
      el("td", { class: "num" }, score(one["new_score"])),
      el("td", {}, must),
    );
  });
  const head = [words.candidate, words.scoreNow, words.scoreThen, words.mustHaves].map((name) => el("th", { scope: "col" }, name));
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows));
  return [
    el(
      "div",
      {
        class: "table",
        tabindex: 0,
        role: "region",
        "aria-label": words.whatIf,
      },
      table,
    ),
  ];
}

/** @param {string} id @param {string} label @param {HTMLElement} field */
function labelled(id, label, field) {
  return el("p", { class: "field" }, el("label", { for: id }, label), field);
}

/** @param {string} label @param {boolean} on @param {(on: boolean) => void} changed */
function tick(label, on, changed) {
  const box = el("input", { type: "checkbox" });
  box.checked = on;
  box.addEventListener("change", () => changed(box.checked));
  return el("label", { class: "check" }, box, ` ${label}`);
}

/** @param {string} id @param {string[][]} options @param {string} held */
function select(id, options, held) {
  const node = el("select", { id }, ...options.map(([value = "", label = ""]) => el("option", { value }, label)));
  node.value = held;
  return node;
}

/** @param {string} text */
function split(text) {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

/** @param {string} text */
function number(text) {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? undefined : value;
}
