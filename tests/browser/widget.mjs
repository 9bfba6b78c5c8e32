/** The widget on a host's page that does its worst: styles for everything, a strict policy, patched prototypes. */
import http from "node:http";
import { BASE, accessible, check, eventually, finish, launch, shot, visit } from "./harness.mjs";

const job = "rust-engineer";
const POLICY = `default-src 'none'; script-src ${BASE} 'self'; frame-src ${BASE}; style-src 'self'`;
const asked = [];
const host = http.createServer((request, response) => {
  asked.push(request.url);
  if (request.url === "/host.css") {
    response.setHeader("content-type", "text/css");
    response.end(`* { font-size: 48px !important; color: red !important; background: yellow !important; transform: rotate(2deg) !important; }
      button, iframe, div { display: none !important; position: static !important; width: 3px !important; }
      chatbot-widget { display: none !important; visibility: hidden; opacity: 1; }`);
    return;
  }
  if (request.url === "/host.js") {
    response.setHeader("content-type", "text/javascript");
    response.end(
      "window.__proto_broken = true; Array.prototype.foreign = 1; window.addEventListener('message', (e) => { (window.heard ??= []).push(JSON.stringify(e.data)); });",
    );
    return;
  }
  const dark = request.url === "/left" ? 'data-position="left" data-color="#ffd400" data-lang="de"' : "";
  response.setHeader("content-type", "text/html");
  response.setHeader("content-security-policy", POLICY);
  response.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>A host</title><link rel="stylesheet" href="/host.css"><script src="/host.js"></script>
    <main><h1>Somebody else's page</h1></main><script src="${BASE}/widget.js" data-job="${job}" ${dark} async></script></html>`);
});
await new Promise((resolve) => host.listen(0, "127.0.0.1", resolve));
const home = `http://127.0.0.1:${host.address().port}`;
const browser = await launch();

for (const width of [1280, 390]) {
  const { context, page, faults } = await visit(browser, { width });
  const foreign = [];
  page.on("request", (request) => {
    const { origin } = new URL(request.url());
    if (origin !== home && origin !== BASE && !request.url().startsWith("data:")) foreign.push(request.url());
  });
  await page.goto(`${home}/`);
  const element = page.locator("chatbot-widget");
  await eventually(`${width}: the element is there`, async () => (await element.count()) === 1);
  check(`${width}: its inside is closed to the host`, (await element.evaluate((node) => node.shadowRoot)) === null);
  check(`${width}: nothing of the chat is loaded before it is opened`, page.frames().length === 1, page.frames().length);
  await shot(page, `widget-closed-${width}`);
  // Its inside is closed to the test as well: the button is where a person would press.
  const box = { x: page.viewportSize().width - 60, y: page.viewportSize().height - 42 };
  await page.mouse.click(box.x, box.y);
  await eventually(`${width}: the chat opens`, async () => page.frames().length === 2);
  const frame = page.frames()[1];
  await eventually(`${width}: the bot speaks in it`, async () => (await frame.locator("li.msg.bot").count()) > 0);
  const style = await frame
    .locator("li.msg.bot .bubble")
    .first()
    .evaluate((node) => getComputedStyle(node).fontSize);
  check(`${width}: the host's styles stay outside`, style === "16px", style);
  await frame.locator(".reply").first().click();
  await eventually(`${width}: it goes on to the first question`, async () => (await frame.locator("li.msg.bot").count()) > 1);
  await shot(page, `widget-open-${width}`);
  check(
    `${width}: the host can't read the chat`,
    await page.evaluate(() => {
      try {
        return document.querySelector("iframe") === null && window.frames[0].document === undefined;
      } catch {
        return true;
      }
    }),
  );
  const heard = await page.evaluate(() => window.heard ?? []);
  check(
    `${width}: the host hears numbers only`,
    heard.every((line) => /^\{"chatbot":"(unread","n":\d+|close")\}$/.test(line)),
    heard,
  );
  check(`${width}: nothing is asked of anybody else`, foreign.length === 0, foreign);
  check(`${width}: no errors, no CSP violations`, faults.filter((line) => !line.includes("favicon")).length === 0, faults);
  await frame.locator("textarea").press("Escape");
  await page.waitForTimeout(200);
  await shot(page, `widget-shut-${width}`);
  await context.close();
}

const { context, page } = await visit(browser, { width: 1280 });
await page.goto(`${home}/left`);
await page.locator("chatbot-widget").waitFor({ state: "attached" });
await page.mouse.click(60, page.viewportSize().height - 42);
await eventually("on the left, in another colour", async () => page.frames().length === 2);
const frame = page.frames()[1];
await eventually(
  "the head takes the host's colour",
  async () => (await frame.locator(".frame-head").evaluate((node) => getComputedStyle(node).backgroundColor)) === "rgb(255, 212, 0)",
);
await shot(page, "widget-left-1280");
await context.close();

const alone = await visit(browser, { width: 390 });
await alone.page.goto(`${BASE}/w/${job}`);
await eventually("the frame's page speaks", async () => (await alone.page.locator("li.msg.bot").count()) > 0);
await accessible(alone.page, "frame");
await alone.context.close();

const script = await fetch(`${BASE}/widget.js`, { headers: { "accept-encoding": "gzip" } });
const packed = (await import("node:zlib")).gzipSync(await script.text()).length;
check("it is small", packed < 25_000, packed);
console.log(`widget.js: ${packed} bytes compressed`);
for (const path of ["/console", "/signin", `/j/${job}`]) {
  const policy = (await fetch(BASE + path, { redirect: "manual" })).headers.get("content-security-policy") ?? "";
  check(`${path} can't be framed`, policy.includes("frame-ancestors 'none'"), policy);
}
host.close();
await finish(browser);
