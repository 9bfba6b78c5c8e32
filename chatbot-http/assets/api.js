/** The HTTP API: one way to ask, one kind of error. */

/** An answer that isn't 2xx, or none at all (`status` 0: the network). */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{ code?: string, detail?: string, title?: string }} [body] problem+json
   * @param {number} [retryAfter] seconds
   */
  constructor(status, body = {}, retryAfter = 0) {
    super(body.detail || body.title || (status ? `The server answered ${status}.` : "No connection."));
    this.status = status;
    this.code = body.code ?? "";
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }

  /** The session or its token is not known (any more). */
  get unknown() {
    return this.status === 401 || this.status === 404;
  }

  get expired() {
    return this.status === 409 && this.code === "session_expired";
  }
}

const TIMEOUT_MS = 20_000;

/** One principal's access: a candidate by bearer token, a recruiter by cookie. */
export class Api {
  /**
   * @param {string} base the prefix all routes have, "" at the root
   * @param {{ token?: string, csrf?: string, cookie?: boolean }} [access]
   */
  constructor(base, access = {}) {
    this.base = base.replace(/\/$/, "");
    this.token = access.token ?? "";
    this.csrf = access.csrf ?? "";
    this.cookie = access.cookie ?? false;
  }

  /** @param {boolean} unsafe @returns {Record<string, string>} */
  headers(unsafe) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (this.token) headers["authorization"] = `Bearer ${this.token}`;
    if (unsafe && this.csrf) headers["x-csrf-token"] = this.csrf;
    return headers;
  }

  /** Only the console rides on a cookie; a candidate's page never sends a recruiter's. @returns {RequestCredentials} */
  get credentials() {
    return this.cookie ? "same-origin" : "omit";
  }

  /**
   * @template T
   * @param {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<T>}
   */
  async request(method, path, body) {
    const headers = this.headers(method !== "GET");
    headers["accept"] = "application/json";
    if (body !== undefined) headers["content-type"] = "application/json";
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(this.base + path, {
        method,
        headers,
        credentials: this.credentials,
        cache: "no-store",
        signal: stop.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw problem(response.status, text, response.headers.get("retry-after"));
      return /** @type {T} */ (text ? JSON.parse(text) : null);
    } catch (error) {
      throw error instanceof Problem ? error : new Problem(0);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * `fetch` can't tell how much of an upload has left, so this is the older way.
   * @param {string} path
   * @param {FormData} form
   * @param {(part: number) => void} onProgress 0 to 1
   * @returns {Promise<import("./types.js").Accepted>}
   */
  upload(path, form, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.base + path);
      for (const [name, value] of Object.entries(this.headers(true))) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      });
      request.addEventListener("error", () => reject(new Problem(0)));
      request.addEventListener("timeout", () => reject(new Problem(0)));
      request.addEventListener("load", () => {
        if (request.status < 200 || request.status > 299) {
          reject(problem(request.status, request.responseText, request.getResponseHeader("retry-after")));
          return;
        }
        try {
          resolve(JSON.parse(request.responseText));
        } catch {
          reject(new Problem(0));
        }
      });
      request.send(form);
    });
  }
}

/** @param {number} status @param {string} text @param {string | null} retryAfter */
export function problem(status, text, retryAfter) {
  let body = {};
  try {
    body = JSON.parse(text) ?? {};
  } catch {
    // Not ours (a proxy's page): the status says enough.
  }
  return new Problem(status, body, Number(retryAfter) || 0);
}
