/**
 * A recruiter: the one-time link, the ranked list, an application, takeover and release, the actions.
 * SETUP_URL is a fresh set-up link; without it, the console is expected to be open as in development.
 */
import { BASE, check, eventually, finish, fits, launch, openDesk, shot, visit } from "./harness.mjs";

const browser = await launch();
const { context, page, faults } = await visit(browser, { width: 1280 });

if (process.env.SETUP_URL) {
  const stranger = await visit(browser, { width: 390 });
  await stranger.page.goto(process.env.SETUP_URL);
  await shot(stranger.page, "setup-390");
  await stranger.context.close();
  await page.goto(process.env.SETUP_URL);
  check("opening the link doesn't use it up", (await page.locator("form button").count()) === 1);
  await page.locator("form button").focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/console/);
} else await page.goto(`${BASE}/console`);

check("the list is ranked", (await page.locator("tbody tr").count()) > 0);
const scores = await page.locator("tbody td:nth-child(1)").allTextContents();
check(
  "ranks count from 1",
  scores.every((text, at) => Number(text) === at + 1),
  scores,
);
check("rows say how much is answered", /answered \d+ of \d+/.test(await page.locator("tbody tr").first().textContent()));
await fits(page, "list 1280");
await shot(page, "console-1280");

await page.locator("tbody a").first().focus();
await page.keyboard.press("Enter");
await page.waitForURL(/\/console\/applications\//);
check("the receipt shows every question", (await page.locator("#receipt .answer").count()) > 0);
check("and reasons", (await page.locator("#receipt .reason").count()) > 0);
await eventually("the transcript is there", async () => (await page.locator("li.msg").count()) > 0);
await shot(page, "application-1280");

// The controls, by keyboard.
const takeover = page.locator("[data-do=takeover]");
const release = page.locator("[data-do=release]");
if (await release.isVisible()) {
  await release.press("Enter");
  await takeover.waitFor();
}
await takeover.press("Enter");
await eventually("takeover is shown", async () => await release.isVisible());
await eventually("and announced in the chat", async () => (await page.locator("li.notice").count()) > 0);
const words = `A person writes ${Date.now()}`;
await page.locator("#say").fill(words);
await page.keyboard.press("Enter");
await eventually(
  "a message is sent once",
  async () => (await page.locator("li.msg.recruiter:not(.pending)", { hasText: words }).count()) === 1,
);
await shot(page, "application-taken-1280");
await release.press("Enter");
await eventually("release is shown", async () => await takeover.isVisible());
const address = page.url();

await openDesk(page, "/console/actions");
const open = await page.locator("[data-action-id]").count();
await shot(page, "actions-1280");
if (open > 0) {
  await page.locator("[data-resolve]").first().press("Enter");
  await eventually("a resolved action leaves the list", async () => (await page.locator("[data-action-id]").count()) === open - 1);
}

await page.setViewportSize({ width: 390, height: 844 });
for (const [name, url] of [
  ["console", `${BASE}/console`],
  ["application", address],
  ["actions", `${BASE}/console/actions`],
]) {
  await page.goto(url);
  await fits(page, `${name} 390`);
  await shot(page, `${name}-390`);
}
check("no console errors, no CSP violations", faults.length === 0, faults);
await context.close();

if (process.env.SETUP_URL) {
  const late = await visit(browser);
  const answer = await late.page.goto(process.env.SETUP_URL);
  check("the link works once", answer.status() >= 400, answer.status());
  const closed = await late.page.goto(`${BASE}/console`);
  check("a stranger doesn't see the console", (await late.page.locator("table").count()) === 0, closed.status());
  await late.context.close();
}
await finish(browser);
