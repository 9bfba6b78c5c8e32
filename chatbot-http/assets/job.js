/** The job page: its chat, and the facts beside it where there is room. */
import { need } from "./dom.js";

const about = document.querySelector("details.about");
const wide = matchMedia("(min-width: 60rem)");
function open() {
  if (about instanceof HTMLDetailsElement) about.open = wide.matches;
}
wide.addEventListener("change", open);
open();

// What the server has drawn is painted first; then the chat comes to life. A tab in the background paints nothing.
async function start() {
  const { Chat } = await import("./chat.js");
  void new Chat(need(document, "#chat", HTMLElement)).start();
}
if (document.visibilityState === "visible") requestAnimationFrame(() => setTimeout(() => void start()));
else void start();
