/** The job page: its chat, and the facts beside it where there is room. */
import { chatModule } from "./soon.js";

const about = document.querySelector("details.about");
const wide = matchMedia("(min-width: 60rem)");
function open() {
  if (about instanceof HTMLDetailsElement) about.open = wide.matches;
}
wide.addEventListener("change", open);
open();

const { Chat } = await chatModule();
const root = document.querySelector("#chat");
if (root instanceof HTMLElement) void new Chat(root).start();
