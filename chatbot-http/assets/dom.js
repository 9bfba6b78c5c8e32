/** Building and finding elements. Text goes in as text; nothing here parses HTML. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] false and null are left out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children);
  return node;
}

/**
 * The one element a page must have; its absence is a fault of the page.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function need(root, selector, type) {
  const node = root.querySelector(selector);
  if (!(node instanceof type)) throw new Error(`the page lacks ${selector}`);
  return node;
}

/**
 * A random id; pages served by plain http have no `randomUUID`.
 * @returns {string}
 */
export function uuid() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/**
 * Resolves after `ms`, or at once when the signal fires.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function sleep(ms, signal) {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    signal?.addEventListener("abort", done);
  });
}

const LINK = /https?:\/\/[^\s<>"'`]+/g;

/**
 * Text with its web addresses as links. Only http and https become links.
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function linked(text) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const address = trimmed(match[0]);
    const href = safeAddress(address);
    if (!href) continue;
    out.append(text.slice(from, match.index));
    out.append(el("a", { href, rel: "noopener noreferrer nofollow", target: "_blank" }, address));
    from = match.index + address.length;
  }
  out.append(text.slice(from));
  return out;
}

/** A sentence's own punctuation is no part of an address. @param {string} address */
function trimmed(address) {
  let end = address.replace(/[.,;:!?…»”]+$/, "");
  while (end.endsWith(")") && !end.includes("(")) end = end.slice(0, -1);
  return end;
}

/** @param {string} address @returns {string | null} */
function safeAddress(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** "14:05", with the day when it isn't today. @param {Date} date */
export function clockTime(date) {
  const today = new Date().toDateString() === date.toDateString();
  return date.toLocaleString(
    undefined,
    today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  );
}

/** Server-rendered UTC times in the reader's own zone. @param {ParentNode} root */
export function localTimes(root) {
  for (const node of root.querySelectorAll("time[datetime]")) {
    const date = new Date(node.getAttribute("datetime") ?? "");
    if (Number.isNaN(date.getTime())) continue;
    node.textContent = clockTime(date);
    node.setAttribute("title", date.toLocaleString());
  }
}
