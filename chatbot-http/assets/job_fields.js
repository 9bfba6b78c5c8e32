/** The fields a question's rule is written in, one set for each kind of answer; and what any field is made of. */
import { el } from "./dom.js";
import { words } from "./desk_words.js";

/** @typedef {Record<string, any>} Json */

/** @param {Json} question @param {string} id @param {() => void} changed @returns {HTMLElement[]} */
export function ruleFields(question, id, changed) {
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

/** @param {string} id @param {string} label @param {HTMLElement} field */
export function labelled(id, label, field) {
  return el("p", { class: "field" }, el("label", { for: id }, label), field);
}

/** @param {string} label @param {boolean} on @param {(on: boolean) => void} changed */
export function tick(label, on, changed) {
  const box = el("input", { type: "checkbox" });
  box.checked = on;
  box.addEventListener("change", () => changed(box.checked));
  return el("label", { class: "check" }, box, ` ${label}`);
}

/** @param {string} id @param {string[][]} options @param {string} held */
export function select(id, options, held) {
  const node = el("select", { id }, ...options.map(([value = "", label = ""]) => el("option", { value }, label)));
  node.value = held;
  return node;
}

/** @param {string} text */
export function split(text) {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}

/** @param {string} text */
export function number(text) {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? undefined : value;
}
