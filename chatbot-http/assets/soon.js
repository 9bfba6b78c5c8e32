/**
 * What the server has drawn is painted first; the chat's own modules are asked for after that, all at once. Asked for in the
 * page's head they would stand in the way of its style sheet, and on an old phone nobody sees anything meanwhile.
 */
const CHAT = ["chat", "api", "composer", "dom", "events", "keep", "log", "outbox", "session", "words"];

/** @returns {Promise<typeof import("./chat.js")>} the chat's module, once the page is painted */
export function chatModule() {
  return new Promise((done, failed) => {
    const load = () => {
      for (const name of CHAT) {
        const link = document.createElement("link");
        link.rel = "modulepreload";
        link.href = new URL(`./${name}.js`, import.meta.url).href;
        document.head.append(link);
      }
      import("./chat.js").then(done, failed);
    };
    // A tab in the background paints nothing.
    if (document.visibilityState === "visible") requestAnimationFrame(() => setTimeout(load));
    else load();
  });
}
