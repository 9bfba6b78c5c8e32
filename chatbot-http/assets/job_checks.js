/** What stands beside a job being written: its questions at a glance, and what they would make of the answers that are there. */
import { el } from "./dom.js";
import { words } from "./desk_words.js";

/** @typedef {Record<string, any>} Json */

/** The questions as they are asked, one after another. @param {HTMLElement} list @param {Json[]} questions */
export function preview(list, questions) {
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
export function compared(found) {
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
