/** What the browser remembers between visits. Where storage is refused, memory serves until the page closes. */

/** @type {Map<string, string>} */
const memory = new Map();
const PREFIX = "chatbot.";

/**
 * @template T
 * @param {string} name
 * @param {T} fallback
 * @returns {T}
 */
export function recall(name, fallback) {
  let text = memory.get(name) ?? null;
  try {
    text = localStorage.getItem(PREFIX + name) ?? text;
  } catch {
    // Storage is switched off: memory it is.
  }
  if (text === null) return fallback;
  try {
    return /** @type {T} */ (JSON.parse(text));
  } catch {
    return fallback;
  }
}

/** @param {string} name @param {unknown} value */
export function keep(name, value) {
  const text = JSON.stringify(value);
  memory.set(name, text);
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    // Full or switched off.
  }
}

/** @param {string} name */
export function forget(name) {
  memory.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was stored.
  }
}
