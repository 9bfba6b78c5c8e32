/** The demo: answers on one side, points on the other. */
import { BASE, check, converse, eventually, finish, fits, launch, shot, visit } from "./harness.mjs";

const browser = await launch();
for (const width of [390, 1280]) {
  const { context, page, faults } = await visit(browser, { width });
  await page.goto(`${BASE}/demo`);
  const key = await page.locator("#chat").getAttribute("data-key");
  await eventually(`${width}: the bot speaks first`, async () => (await page.locator("li.msg.bot").count()) > 0);
  await fits(page, `demo ${width}`);
  const phone = width < 960;
  if (phone) check(`${width}: the receipt stands behind a tab`, !(await page.locator("#receipt").isVisible()));
  else check(`${width}: the receipt stands beside the chat`, await page.locator("#receipt").isVisible());

  let questions = 0;
  await converse(page, key, ({ message }) => message.metadata?.expects?.type === "question" && (questions += 1) > 2);
  if (phone) await page.locator("#tab-receipt").click();
  await eventually(`${width}: answers appear on the receipt`, async () => (await page.locator("#receipt .answer:not(.open)").count()) >= 1);
  await eventually(
    `${width}: with a reason`,
    async () => (await page.locator("#receipt .answer:not(.open) .reason").first().textContent()).length > 0,
  );
  await eventually(`${width}: and a score`, async () => /\d/.test(await page.locator("#receipt .number").textContent()));
  await shot(page, `demo-receipt-${width}`);
  await fits(page, `receipt ${width}`);
  if (phone) {
    await page.locator("#tab-receipt").press("ArrowLeft");
    check(`${width}: tabs are moved by arrow keys`, await page.locator("#chat").isVisible());
    await shot(page, `demo-chat-${width}`);
  }
  const before = await page.evaluate((name) => localStorage.getItem(`chatbot.session.${name}`), key);
  await page.locator("#again").click();
  await eventually(`${width}: "Start again" opens another session`, async () => {
    const now = await page.evaluate((name) => localStorage.getItem(`chatbot.session.${name}`), key);
    return now !== null && now !== before;
  });
  check(`${width}: no console errors, no CSP violations`, faults.length === 0, faults);
  await context.close();
}
await finish(browser);
