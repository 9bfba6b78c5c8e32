/** What the browser tests share: a browser, a page that reports its faults, and counted checks. */
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const BASE = (process.env.BASE_URL ?? "http://127.0.0.1:8080").replace(/\/$/, "");
const SHOTS = process.env.SCREENSHOTS;
const PATIENCE = 10_000;

let passed = 0;
let failed = 0;

/** One named check. @param {string} name @param {unknown} holds @param {unknown} [seen] */
export function check(name, holds, seen) {
  if (holds) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED ${name}${seen === undefined ? "" : `: ${JSON.stringify(seen)}`}`);
  }
}

/** Waits until `read` gives something true; the check fails when it doesn't. */
export async function eventually(name, read, ms = PATIENCE) {
  const end = Date.now() + ms;
  let seen;
  do {
    seen = await read().catch((error) => String(error));
    if (seen === true) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (Date.now() < end);
  check(name, seen === true, seen);
  return seen === true;
}

/** Goes to an element by Tab alone, as somebody without a mouse does. Answers whether it got there. */
export async function tabTo(page, selector, most = 300) {
  const there = () => page.evaluate((node) => node !== null && node === document.activeElement, handle);
  const handle = await page.locator(selector).first().elementHandle();
  for (let n = 0; n < most; n += 1) {
    if (await there()) return true;
    await page.keyboard.press("Tab");
  }
  check(`Tab reaches ${selector}`, false);
  return false;
}

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * A fresh profile with one page. `faults` collects console errors, CSP violations and uncaught exceptions.
 * @param {import("playwright-core").Browser} browser
 * @param {{ width?: number, height?: number, dark?: boolean, locale?: string }} [options]
 */
export async function visit(browser, { width = 1280, height, dark = false, locale = "en-GB" } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: height ?? (width < 700 ? 844 : 800) },
    colorScheme: dark ? "dark" : "light",
    locale,
    hasTouch: width < 700,
    isMobile: width < 700,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  /** @type {string[]} */
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { context, page, faults };
}

/** Waits until each part of a recruiter's page has come to life: some are fetched after the page has loaded. */
export async function alive(page) {
  await page.locator("body[data-alive=yes]").waitFor({ state: "attached" });
}

/** Goes to a recruiter's page. */
export async function openDesk(page, path) {
  await page.goto(BASE + path);
  await alive(page);
}

export async function shot(page, name) {
  if (!SHOTS) return;
  fs.mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
}

/** No sideways scrolling at this width. */
export async function fits(page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${name}: nothing is wider than the screen`, over <= 0, over);
}

/** Where the pages' scripts keep a job's session. */
export async function savedSession(page, key) {
  return page.evaluate((name) => JSON.parse(localStorage.getItem(`chatbot.session.${name}`) ?? "null"), key);
}

/** The session's messages as the server has them, read with the page's own token. */
export async function history(page, key) {
  const saved = await savedSession(page, key);
  const response = await fetch(`${BASE}/chat/${saved.id}/history?after=0&limit=500`, {
    headers: { authorization: `Bearer ${saved.token}` },
  });
  return (await response.json()).messages;
}

/** The first open job's slug, from JOB or the portal. */
export async function someJob(page) {
  if (process.env.JOB) return process.env.JOB;
  await page.goto(`${BASE}/`);
  const href = await page.locator(".jobs a").first().getAttribute("href");
  return decodeURIComponent(href.split("/j/")[1]);
}

/** An answer that fits what the bot's last message expects, typed or pressed. */
export function answerFor(message, buttons) {
  const expects = message?.metadata?.expects ?? {};
  const text = message?.content?.toLowerCase() ?? "";
  if (expects.type === "none") return null;
  if (expects.type === "consent") return { press: /yes|agree|ok/i };
  if (expects.type === "submit") return { press: /submit|send|yes/i };
  if (expects.type === "field") {
    if (expects.field === "email" || /e-?mail/.test(text)) return { type: "jane.doe@example.org" };
    if (expects.field === "phone") return { type: "+49 30 1234567" };
    return { type: "Jane Doe" };
  }
  if (buttons.length > 0) return { press: /^(yes|remote|hybrid)/i };
  if (/notice/.test(text)) return { type: "one month" };
  if (/salary|pay|earn|wage/.test(text)) return { type: "80000 EUR per year" };
  if (/when|start|date/.test(text)) return { type: "2027-02-01" };
  if (/how many|years|months/.test(text)) return { type: "5" };
  if (/database/.test(text)) return { type: "PostgreSQL and SQLite, both for years" };
  return { type: "yes" };
}

export async function buttonsShown(page) {
  return page.locator(".replies:not([hidden]) .reply").allTextContents();
}

/**
 * Waits until the bot has the last word, gives an answer that fits, and does it again until `until` says enough.
 * @param {(step: { message: any, steps: number }) => boolean | Promise<boolean>} until
 */
export async function converse(page, key, until, limit = 40) {
  for (let steps = 0; steps < limit; steps += 1) {
    let message;
    const spoke = await eventually(`step ${steps}: the bot speaks`, async () => {
      const all = (await history(page, key)).filter(({ sender }) => sender === "bot" || sender === "candidate");
      message = all.at(-1);
      if (message?.sender !== "bot") return false;
      return (await page.locator(`li[data-id="${message.id}"]`).count()) === 1;
    });
    if (!spoke) return null;
    if (await until({ message, steps })) return message;
    const wanted = message.metadata?.buttons ?? [];
    if (wanted.length > 0) {
      const ready = await eventually(
        `step ${steps}: its buttons are offered`,
        async () => (await buttonsShown(page)).length === wanted.length,
      );
      if (!ready) {
        await shot(page, `failed-buttons-step-${steps}`);
        console.log(`offered ${JSON.stringify(await buttonsShown(page))}, wanted ${JSON.stringify(wanted)}`);
        return null;
      }
    }
    const labels = await buttonsShown(page);
    const answer = answerFor(message, labels);
    if (!answer) return message;
    const button = answer.press ? (labels.find((label) => answer.press.test(label)) ?? labels[0]) : undefined;
    if (button !== undefined) {
      const pressed = await page.locator(".replies .reply", { hasText: button }).first().elementHandle();
      await pressed.click();
      // The next question's buttons may be there by now: it is this one that must be gone.
      check(`step ${steps}: pressed buttons go away`, !(await pressed.evaluate((node) => node.isConnected)));
    } else {
      await page.locator(".composer textarea").fill(answer.type ?? "yes");
      await page.keyboard.press("Enter");
    }
    // Sent is not yet accepted: until it is, the last message is still the one just answered.
    const asked = message.seq;
    const accepted = async () => (await history(page, key)).some(({ sender, seq }) => sender === "candidate" && seq > asked);
    if (!(await eventually(`step ${steps}: the answer is accepted`, accepted))) return null;
  }
  check("the conversation comes to an end", false);
  return null;
}

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Nothing on the page as it stands that axe-core would object to. */
export async function accessible(page, name) {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => (await window.axe.run(document)).violations);
  const brief = found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((node) => node.target.join(" "))
        .join(", ")}`,
  );
  check(`${name}: axe has nothing to say`, brief.length === 0, brief);
}

/** Asks the API. */
export async function call(method, path, token, body) {
  const response = await fetch(`${BASE}${path}`, {
    method,
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** A candidate without a browser: opens a job's chat and says these things, each once the bot has answered the one before. */
export async function applicant(slug, words) {
  const opened = await call("POST", "/chat/sessions", "", { job_slug: slug, source: words.source });
  for (let tries = 0; tries < 100; tries += 1) {
    const { messages } = await call("GET", `/chat/${opened.session_id}/history`, opened.token);
    if (messages.some(({ sender }) => sender === "bot")) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const content of words.says) {
    await call("POST", `/chat/${opened.session_id}/messages?wait=10`, opened.token, { content });
  }
  return opened;
}

/** Prints the figures and sets the exit status. */
export async function finish(browser) {
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** The figures of a script without a browser. */
export function report() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
