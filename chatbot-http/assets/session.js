/** A candidate's session: opened, found again after a reload, continued by a successor when it has expired. */
import { Problem } from "./api.js";
import { history } from "./events.js";
import { forget, keep, recall } from "./keep.js";

/** @typedef {{ id: string, token: string, application_id: string | null }} Saved */

/** A link that a recruiter handed over: the session and its token stand behind the `#`, which browsers send to nobody. */
const HANDED_OVER = /^#chat=([0-9a-f-]{36})\.([A-Za-z0-9_-]{20,})$/;

export class Session {
  /**
   * @param {import("./api.js").Api} api
   * @param {{ key: string, slug: string, source: string | null }} where `key` names it in the browser's storage
   */
  constructor(api, where) {
    this.api = api;
    this.where = where;
    this.name = `session.${where.key}`;
    this.id = "";
  }

  /**
   * The saved session with its messages, else a new one.
   * @returns {Promise<import("./types.js").Message[]>}
   */
  async enter() {
    this.take();
    const saved = recall(this.name, /** @type {Saved | null} */ (null));
    if (saved?.id && saved.token) {
      this.id = saved.id;
      this.api.token = saved.token;
      try {
        return await history(this.api, this.id, 0);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.expired) {
          await this.renew();
          return history(this.api, this.id, 0);
        }
        if (!error.unknown) throw error;
        this.drop();
      }
    }
    await this.open();
    return history(this.api, this.id, 0);
  }

  /** Takes the session of a link that was handed over, and clears it from the address. */
  take() {
    const [, id, token] = HANDED_OVER.exec(location.hash) ?? [];
    if (!id || !token) return;
    window.history.replaceState(null, "", location.pathname + location.search);
    keep(this.name, { id, token, application_id: null });
  }

  /** A new session, or, with an expired session's token, its successor. */
  async open() {
    const { slug, source } = this.where;
    /** @type {import("./types.js").OpenedSession} */
    const opened = await this.api.request("POST", "/chat/sessions", {
      platform: "web",
      job_slug: slug,
      locale: new URLSearchParams(location.search).get("lang") || navigator.language,
      ...(source ? { source } : {}),
    });
    if (opened.token) this.api.token = opened.token;
    this.id = opened.session_id;
    keep(this.name, {
      id: this.id,
      token: this.api.token,
      application_id: opened.application_id ?? null,
    });
  }

  /** The successor; when the old token is unknown by now, a new session. */
  async renew() {
    try {
      await this.open();
    } catch (error) {
      if (!(error instanceof Problem) || !error.unknown || !this.api.token) throw error;
      this.drop();
      await this.open();
    }
  }

  drop() {
    forget(this.name);
    this.id = "";
    this.api.token = "";
  }
}
