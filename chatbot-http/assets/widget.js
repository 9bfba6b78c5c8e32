/**
 * A job's chat on any page, by one tag:
 *
 *   <script src="https://jobs.example.org/widget.js" data-job="rust-engineer" async></script>
 *
 * data-job       the job's name in its link; needed
 * data-color     #rrggbb of the button and the chat's head
 * data-position  right (default) or left
 * data-lang      the language of the button, such as de
 * data-label     the button's words, instead of ours
 * data-open      "true": open at once
 *
 * A custom element with a closed shadow root: the host's styles stay outside, ours inside. The chat itself is a frame of
 * the server's, so the host's page sees neither its words nor its token. A host with a content security policy allows the
 * server in script-src and frame-src; nothing inline is used, and no other address is asked.
 */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const { job = "", color = "", position = "right", lang = "", label = "", open = "" } = script.dataset;
  const home = script.src.replace(/\/widget\.js(?:[?#].*)?$/, "");
  if (!job || customElements.get("chatbot-widget")) return;

  /** @type {Record<string, { open: string, close: string, unread: string }>} */
  const WORDS = {
    en: {
      open: "Apply by chat",
      close: "Close the chat",
      unread: "new messages",
    },
    de: {
      open: "Per Chat bewerben",
      close: "Chat schließen",
      unread: "neue Nachrichten",
    },
    fr: {
      open: "Postuler par chat",
      close: "Fermer le chat",
      unread: "nouveaux messages",
    },
    es: {
      open: "Postular por chat",
      close: "Cerrar el chat",
      unread: "mensajes nuevos",
    },
    it: {
      open: "Candidati via chat",
      close: "Chiudi la chat",
      unread: "nuovi messaggi",
    },
    pl: {
      open: "Aplikuj przez czat",
      close: "Zamknij czat",
      unread: "nowe wiadomości",
    },
    ar: {
      open: "قدّم عبر المحادثة",
      close: "إغلاق المحادثة",
      unread: "رسائل جديدة",
    },
  };
  const language = (lang || document.documentElement.lang || navigator.language || "en").slice(0, 2).toLowerCase();
  const words = WORDS[language] ?? WORDS["en"] ?? { open: "", close: "", unread: "" };
  const paint = /^#[0-9a-f]{6}$/i.test(color) ? color : "#0b5d4e";
  const light = [1, 3, 5].reduce((sum, at, i) => {
    const value = Number.parseInt(paint.slice(at, at + 2), 16) / 255;
    return sum + ([0.2126, 0.7152, 0.0722][i] ?? 0) * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }, 0);
  const seen = `chatbot.widget.${job}`;
  const side = position === "left" ? "left" : "right";

  const CSS = `
    :host { all: initial !important; position: fixed !important; inset: auto 0 0 0 !important; z-index: 2147483000 !important; height: 0 !important; display: block !important; }
    * { box-sizing: border-box; }
    button { position: fixed; bottom: max(16px, env(safe-area-inset-bottom)); ${side}: 16px; display: inline-flex; align-items: center; gap: 8px; min-height: 52px; max-width: calc(100vw - 32px); padding: 0 20px; border: 2px solid #ffffff; border-radius: 26px; background: ${paint}; color: ${light > 0.179 ? "#000000" : "#ffffff"}; font: 600 16px/1.2 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; cursor: pointer; box-shadow: 0 4px 20px rgb(0 0 0 / 28%); }
    button:focus-visible { outline: 3px solid ${paint}; outline-offset: 3px; }
    svg { flex: none; width: 22px; height: 22px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    b { min-width: 22px; padding: 0 6px; border-radius: 11px; background: #a3241c; color: #ffffff; font-size: 13px; line-height: 22px; text-align: center; }
    [hidden] { display: none !important; }
    .panel { position: fixed; bottom: 84px; ${side}: 16px; width: min(400px, calc(100vw - 32px)); height: min(640px, calc(100vh - 108px)); border: 1px solid #d9d5ca; border-radius: 18px; overflow: hidden; background: #ffffff; box-shadow: 0 12px 48px rgb(0 0 0 / 30%); }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: light dark; }
    @media (max-width: 480px), (max-height: 480px) {
      .panel { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; padding-bottom: 68px; }
      .shown button { ${side}: 16px; bottom: 8px; }
    }
    @media (prefers-reduced-motion: no-preference) { .panel:not([hidden]) { animation: up 0.16s ease-out; } @keyframes up { from { opacity: 0; transform: translateY(8px); } } }`;

  class ChatbotWidget extends HTMLElement {
    connectedCallback() {
      const root = this.attachShadow({ mode: "closed" });
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(CSS);
        root.adoptedStyleSheets = [sheet];
      } catch {
        // An old browser: a style element, which a strict policy of the host's may refuse.
        root.append(Object.assign(document.createElement("style"), { textContent: CSS }));
      }
      const box = document.createElement("div");
      const panel = document.createElement("div");
      panel.className = "panel";
      panel.id = "panel";
      panel.hidden = true;
      const button = document.createElement("button");
      button.type = "button";
      button.lang = language;
      button.dir = "auto";
      button.setAttribute("aria-expanded", "false");
      button.setAttribute("aria-controls", "panel");
      const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      icon.setAttribute("viewBox", "0 0 24 24");
      icon.setAttribute("aria-hidden", "true");
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", "M4 5h16v11H11l-5 4v-4H4z");
      icon.append(path);
      const text = document.createElement("span");
      text.textContent = label || words.open;
      const count = document.createElement("b");
      count.hidden = true;
      button.append(icon, text, count);
      box.append(panel, button);
      root.append(box);

      /** @type {HTMLIFrameElement | null} */
      let frame = null;
      let loaded = false;
      const load = () => {
        if (frame) return;
        frame = document.createElement("iframe");
        frame.title = label || words.open;
        frame.allow = "clipboard-write";
        frame.src = `${home}/w/${encodeURIComponent(job)}?color=${encodeURIComponent(paint)}&lang=${language}&src=widget`;
        frame.addEventListener("load", () => {
          loaded = true;
          tell();
        });
        panel.append(frame);
      };
      const tell = () => {
        if (loaded) frame?.contentWindow?.postMessage({ chatbot: "shown", open: !panel.hidden }, new URL(home).origin);
      };
      const remember = () => {
        try {
          localStorage.setItem(seen, "1");
        } catch {
          // Storage is off: the chat is then loaded when it is opened.
        }
      };
      const show = (/** @type {boolean} */ on) => {
        if (on) {
          load();
          remember();
        }
        panel.hidden = !on;
        box.className = on ? "shown" : "";
        button.setAttribute("aria-expanded", String(on));
        text.textContent = on ? words.close : label || words.open;
        if (on) frame?.focus();
        else button.focus();
        tell();
      };
      const unread = (/** @type {number} */ n) => {
        count.hidden = n === 0;
        count.textContent = n > 9 ? "9+" : String(n);
        count.setAttribute("aria-label", `${n} ${words.unread}`);
      };
      button.addEventListener("click", () => show(panel.hidden));
      addEventListener("message", (event) => {
        if (!frame || event.source !== frame.contentWindow) return;
        if (event.data?.chatbot === "unread" && Number.isInteger(event.data.n)) unread(Math.max(0, event.data.n));
        if (event.data?.chatbot === "close" && !panel.hidden) show(false);
      });
      try {
        // Whoever has chatted here before hears of new messages without opening it.
        if (localStorage.getItem(seen)) load();
      } catch {
        // Nothing is known, so nothing is loaded.
      }
      // In the top layer no transform or stacking of the host's moves it.
      if (typeof this.showPopover === "function") {
        this.popover = "manual";
        this.showPopover();
      }
      if (open === "true") show(true);
    }
  }
  customElements.define("chatbot-widget", ChatbotWidget);
  const put = () => document.body.append(document.createElement("chatbot-widget"));
  if (document.body) put();
  else addEventListener("DOMContentLoaded", put);
})();
