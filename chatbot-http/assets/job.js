/** The job page: its chat, and the facts beside it where there is room. */
import { Chat } from "./chat.js";
import { need } from "./dom.js";

const about = document.querySelector("details.about");
const wide = matchMedia("(min-width: 60rem)");
function open() {
  if (about instanceof HTMLDetailsElement) about.open = wide.matches;
}
wide.addEventListener("change", open);
open();
void new Chat(need(document, "#chat", HTMLElement)).start();
