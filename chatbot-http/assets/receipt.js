/** A receipt: every question, what was said, what was read, the points and why. The console renders the same on the server. */
import { el } from "./dom.js";
import { words } from "./words.js";

/** @param {number} value */
export function tidy(value) {
  return String(Math.round(value * 100) / 100);
}

/** A value as people write it. @param {unknown} value @returns {string} */
export function valueText(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "object") {
    const { amount, currency, period } = /** @type {{ amount?: unknown, currency?: unknown, period?: unknown }} */ (value);
    if (amount === undefined) return JSON.stringify(value);
    return [amount, currency, period ? `per ${period}` : null].filter((part) => part !== null && part !== undefined).join(" ");
  }
  return String(value);
}

/**
 * @param {HTMLElement} root
 * @param {import("./types.js").Receipt} receipt
 */
export function showReceipt(root, receipt) {
  const score = receipt.jd_match_score;
  const known = score !== null && score !== undefined;
  const total = receipt.total ?? receipt.answers.length;
  const answered = receipt.answered ?? receipt.answers.filter(isAnswered).length;
  root.replaceChildren(
    el(
      "div",
      { class: "total" },
      el("p", { class: "number" }, known ? tidy(score) : "–", " ", el("small", {}, known ? words.scoreOf : words.noScore)),
      el("meter", {
        min: 0,
        max: 100,
        value: known ? score : 0,
        "aria-hidden": true,
      }),
      el("p", { class: "facts" }, words.answeredOf(answered, total), " · ", receipt.status.replaceAll("_", " ")),
    ),
    el("ol", { class: "answers" }, ...receipt.answers.map(line)),
  );
}

/** @param {import("./types.js").Answer} answer */
function isAnswered(answer) {
  return (answer.answer_text ?? "") !== "" || (answer.value ?? null) !== null;
}

/** @param {import("./types.js").Answer} answer */
function line(answer) {
  const done = isAnswered(answer) || Boolean(answer.reason);
  const item = el("li", {
    class: done ? "answer" : "answer open",
    "data-question": answer.question_id,
    "data-kind": answer.kind,
  });
  const head = el("p", { class: "question", dir: "auto" }, answer.question_text);
  if (answer.must_have) {
    const [word, tone] =
      answer.passed === true ? [words.passed, "good"] : answer.passed === false ? [words.failed, "bad"] : [words.unknown, "plain"];
    head.append(" ", el("span", { class: `tag ${tone}` }, `${words.mustHave}: ${word}`));
  }
  item.append(head);
  if (!done) {
    item.append(el("p", { class: "reason" }, words.waitingForAnswer));
    return item;
  }
  if (answer.answer_text) item.append(el("blockquote", { dir: "auto" }, answer.answer_text));
  const weight = answer.weight ?? 1;
  const scored = answer.score !== null && answer.score !== undefined;
  const points = scored ? words.points(tidy((answer.score ?? 0) * weight), tidy(weight)) : words.notScored;
  const read = valueText(answer.value);
  const facts = el("p", { class: "points" }, el("b", {}, points));
  if (read) facts.append(" · ", el("span", { dir: "auto" }, `read as ${read}`));
  item.append(facts);
  if (scored)
    item.append(
      el("meter", {
        min: 0,
        max: 1,
        value: answer.score ?? 0,
        "aria-hidden": true,
      }),
    );
  if (answer.reason) item.append(el("p", { class: "reason", dir: "auto" }, answer.reason));
  return item;
}
