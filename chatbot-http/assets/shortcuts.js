/** The keyboard: letters do what the help says, wherever one isn't writing. */
import { need } from "./dom.js";

/** After `g`, for so long, the next letter names a page. */
const GO_MS = 1_500;
/** @type {Record<string, string>} */
const PAGES = {
  i: "/console/conversations",
  a: "/console/actions",
  l: "/console",
  j: "/console/jobs",
  d: "/dashboard",
};

/** @param {string} base */
export function listen(base) {
  const help = document.querySelector("#help");
  if (!(help instanceof HTMLDialogElement)) return;
  const show = () => (help.open ? help.close() : help.showModal());
  need(document, "[data-help]", HTMLButtonElement).addEventListener("click", show);
  let going = 0;

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const writes = target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
    if (event.key === "Escape" && writes) {
      target.blur();
      return;
    }
    if (writes || event.ctrlKey || event.metaKey || event.altKey || (help.open && event.key !== "?")) return;
    if (going && event.key in PAGES) {
      event.preventDefault();
      location.href = base + PAGES[event.key];
      return;
    }
    going = 0;
    const desk = document.querySelector("#desk");
    const fire = (/** @type {string} */ name) => desk?.dispatchEvent(new CustomEvent(name));
    const focus = (/** @type {string} */ selector) => {
      const node = document.querySelector(selector);
      if (node instanceof HTMLElement) node.focus();
    };
    /** @type {Record<string, () => void>} */
    const does = {
      "?": show,
      "/": () => focus("#find"),
      g: () => {
        going = setTimeout(() => (going = 0), GO_MS);
      },
      j: () => step(1),
      k: () => step(-1),
      e: () => press("[data-resolve]"),
      r: () => focus("#say"),
      t: () => fire("desk:toggle"),
      c: () => {
        const canned = document.querySelector("details.canned");
        if (canned instanceof HTMLDetailsElement) canned.open = true;
      },
      n: () => focus("#note"),
      m: () => fire("desk:mine"),
      u: () => {
        fire("desk:unread");
        if (desk && location.pathname.includes("/conversations/")) location.href = `${base}/console/conversations${location.search}`;
      },
    };
    const what = does[event.key];
    if (!what) return;
    event.preventDefault();
    what();
  });
}

/** What `j` and `k` go through: the list of this page. @returns {HTMLElement[]} */
function items() {
  const all = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-item]"));
  return Array.from(all).filter((node) => node.offsetParent !== null);
}

/** The one that is chosen: the focus is in it, or it is the open one. @returns {number} */
function chosen() {
  const all = items();
  const at = all.findIndex((item) => item.contains(document.activeElement));
  return at >= 0 ? at : all.findIndex((item) => item.querySelector("[aria-current]"));
}

/** @param {number} by */
function step(by) {
  const all = items();
  const next = all[Math.max(0, Math.min(all.length - 1, chosen() + by))];
  const link = next?.querySelector("a, button");
  if (link instanceof HTMLElement) link.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Presses a button of the chosen item. @param {string} selector */
function press(selector) {
  const button = items()[chosen()]?.querySelector(selector);
  if (button instanceof HTMLElement) button.click();
}
