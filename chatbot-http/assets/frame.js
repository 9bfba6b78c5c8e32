/**
 * The chat within a host's page (see `widget.js`): its colour and language come by the address, and the page around is
 * told two things, how many messages came while the chat was closed, and that somebody wants it closed.
 */
import { chatModule } from "./soon.js";

const asked = new URLSearchParams(location.search);
const colour = asked.get("color") ?? "";
if (/^#[0-9a-f]{6}$/i.test(colour)) paint(colour);

/** Whether the chat can be seen; the page around says so. */
let open = true;
let unread = 0;
addEventListener("message", (event) => {
  if (event.source !== parent || event.data?.chatbot !== "shown") return;
  open = event.data.open === true;
  if (open) tell((unread = 0));
});
/** Numbers only: whoever frames this page learns nothing of what is said. @param {number} n */
function tell(n) {
  parent.postMessage({ chatbot: "unread", n }, "*");
}

const { Chat } = await chatModule();
const { need } = await import("./dom.js");
const root = need(document, "#chat", HTMLElement);
const chat = new Chat(root);
const began = Date.now();
root.addEventListener("chat:bot", () => {
  // What the history brings at the start is nothing new.
  if (!open && Date.now() - began > 2_000) tell((unread += 1));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") parent.postMessage({ chatbot: "close" }, "*");
});
void chat.start();

/** The host's colour, and black or white on it, whichever reads better. @param {string} hex */
function paint(hex) {
  const part = (/** @type {number} */ at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  const on = light > 0.179 ? "#000000" : "#ffffff";
  const head = document.querySelector(".frame-head");
  if (!(head instanceof HTMLElement)) return;
  head.style.setProperty("--accent", hex);
  head.style.setProperty("--on-accent", on);
}
