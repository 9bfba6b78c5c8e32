/** A candidate's whole way, on a phone and on a desk: portal, job, chat, offline and back, reload, the end. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  BASE,
  accessible,
  buttonsShown,
  check,
  converse,
  eventually,
  finish,
  fits,
  history,
  launch,
  savedSession,
  shot,
  someJob,
  visit,
} from "./harness.mjs";

// On the disk, where the browser finds it: handed over it would be ten megabytes through the debugging protocol.
const big = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "chatbot-")), "big.pdf");
fs.writeFileSync(big, Buffer.alloc(10 * 1024 * 1024 + 1));
const browser = await launch();
// Three people at once, each on their own screen.
await Promise.all([320, 390, 1280].map((width) => wholeWay(width)));
await narrow(320);
fs.rmSync(path.dirname(big), { recursive: true });
await finish(browser);

async function wholeWay(width) {
  const { context, page, faults } = await visit(browser, { width });
  const slug = await someJob(page);
  await page.goto(`${BASE}/`);
  await fits(page, `portal ${width}`);
  await shot(page, `portal-${width}`);
  await page.locator(`.jobs a[href$="/j/${slug}"]`).click();
  check(`${width}: the job's title is the page's`, (await page.locator("h1").textContent()).trim().length > 0);

  await eventually(`${width}: the bot speaks first`, async () => (await page.locator("li.msg.bot").count()) > 0);
  check(`${width}: the bot wears a badge`, (await page.locator("li.msg.bot .badge").first().textContent()).length > 0);
  check(`${width}: the log is a live region`, (await page.locator("[role=log]").count()) === 1);
  await shot(page, `chat-start-${width}`);

  // To the first question, then away and back.
  await converse(page, slug, ({ message }) => message.metadata?.expects?.type === "question");
  check(`${width}: the candidate wears a badge`, (await page.locator("li.msg.candidate .badge").first().textContent()) === "You");
  const before = await savedSession(page, slug);
  const words = await page.locator("li.msg .bubble").allTextContents();
  await page.locator(".composer textarea").fill("half a thought");
  await page.reload();
  await eventually(`${width}: a reload shows the same messages`, async () => {
    const now = await page.locator("li.msg .bubble").allTextContents();
    return JSON.stringify(now) === JSON.stringify(words) || now.length;
  });
  check(`${width}: a reload keeps the session`, (await savedSession(page, slug))?.id === before.id);
  check(`${width}: a reload keeps the draft`, (await page.locator(".composer textarea").inputValue()) === "half a thought");
  await page.locator(".composer textarea").fill("");

  await offline(context, page, slug, width, faults);
  await attach(page, slug, width);
  await corrected(page, slug, width);
  await twoTabs(context, page, slug, width);

  if (process.env.ADMIN_TOKEN) await person(page, slug, width, process.env.ADMIN_TOKEN);

  await converse(page, slug, ({ message }) => message.metadata?.expects?.type === "submit");
  await shot(page, `chat-summary-${width}`);
  check(`${width}: progress is shown`, /\d+ of \d+/.test(await page.locator(".progress").textContent()));
  const last = await converse(page, slug, ({ message }) => message.metadata?.expects?.type === "none");
  check(`${width}: the bot closes the conversation`, last !== null);
  // The form is done; what is left to press is the one wish that is asked apart from it.
  const left = await buttonsShown(page);
  check(
    `${width}: only the wish to be considered for other jobs can still be pressed`,
    left.length === 2 && left.some((label) => /consider me/i.test(label)),
    left,
  );
  const said = await history(page, slug);
  const seqs = await page.locator("li[data-seq]").evaluateAll((nodes) => nodes.map((node) => Number(node.dataset.seq)));
  check(`${width}: every message is shown once`, new Set(seqs).size === seqs.length && seqs.length === said.length, [
    seqs.length,
    said.length,
  ]);
  check(
    `${width}: in order`,
    seqs.every((seq, at) => at === 0 || seq > seqs[at - 1]),
    seqs,
  );
  await fits(page, `chat ${width}`);
  await shot(page, `chat-end-${width}`);
  check(`${width}: no console errors, no CSP violations`, faults.length === 0, faults);
  await context.close();
}

/** A message of one's own is corrected: both values are known, and the new one counts. */
async function corrected(page, slug, width) {
  await converse(page, slug, ({ message }) => /2 of/.test(message.content));
  await page.locator("li.msg.candidate", { hasText: "5" }).last().locator(".edit").press("Enter");
  check(`${width}: the words come back to be corrected`, (await page.locator(".composer textarea").inputValue()) === "5");
  await shot(page, `chat-edit-${width}`);
  await accessible(page, `chat ${width}`);
  await page.locator(".composer textarea").fill("7 years");
  await page.keyboard.press("Enter");
  await eventually(`${width}: the correction is taken`, async () =>
    (await history(page, slug)).some(({ metadata }) => metadata?.templates?.includes("answer_edited")),
  );
  await eventually(
    `${width}: and shown as one`,
    async () => (await page.locator("li.msg.candidate .state", { hasText: "Corrects" }).count()) === 1,
  );
}

/** Two tabs are one conversation: what is said in one stands in both, once. */
async function twoTabs(context, page, slug, width) {
  const second = await context.newPage();
  await second.goto(`${BASE}/j/${slug}`);
  await eventually(
    `${width}: a second tab shows the same`,
    async () => (await second.locator("li[data-seq]").count()) === (await page.locator("li[data-seq]").count()),
  );
  check(`${width}: in the same session`, (await savedSession(second, slug)).id === (await savedSession(page, slug)).id);
  const words = `Is it near a station? ${width}`;
  await second.locator(".composer textarea").fill(words);
  await second.keyboard.press("Enter");
  for (const [name, tab] of [
    ["first", page],
    ["second", second],
  ]) {
    await eventually(
      `${width}: said once in the ${name}`,
      async () => (await tab.locator("li.msg.candidate:not(.pending)", { hasText: words }).count()) === 1,
    );
  }
  const sent = (await history(page, slug)).filter(({ content }) => content === words);
  check(`${width}: and once at the server`, sent.length === 1, sent.length);
  await second.close();
}

/** What is written without a network waits, survives a reload, and is sent once. */
async function offline(context, page, slug, width, faults) {
  const questions = "Is there anybody out there? I wonder about the salary.";
  const count = (await history(page, slug)).length;
  await context.setOffline(true);
  await page.locator(".composer textarea").fill(questions);
  await page.keyboard.press("Enter");
  await eventually(`${width}: offline, it waits to be sent`, async () =>
    /waiting/i.test(await page.locator("li.pending .state").textContent()),
  );
  await shot(page, `chat-offline-${width}`);
  await context.setOffline(false);
  await eventually(`${width}: back online, it is sent`, async () => (await page.locator("li.pending").count()) === 0, 20_000);
  await eventually(`${width}: and answered`, async () => (await history(page, slug)).length > count + 1);
  const sent = (await history(page, slug)).filter(({ content }) => content === questions);
  check(`${width}: once`, sent.length === 1, sent.length);
  // A browser reports requests that failed offline as console errors: those are the network's, not the page's.
  for (let at = faults.length - 1; at >= 0; at -= 1) if (/ERR_INTERNET_DISCONNECTED/.test(faults[at])) faults.splice(at, 1);
}

async function attach(page, slug, width) {
  const count = (await history(page, slug)).length;
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "jane.txt", mimeType: "text/plain", buffer: Buffer.from("Jane Doe\nRust, five years\n") });
  await eventually(`${width}: a file is sent`, async () => (await history(page, slug)).length > count);
  await eventually(
    `${width}: and shown by name`,
    async () => (await page.locator("li.msg.candidate .bubble", { hasText: "jane.txt" }).count()) === 1,
  );
  await page.locator("input[type=file]").setInputFiles(big);
  await eventually(`${width}: a file over 10 MB is refused before it is sent`, async () =>
    /10 MB/.test(await page.locator(".fault").textContent()),
  );
  await page.locator(".composer textarea").fill(" ");
}

/** A person takes over, writes and gives back: the candidate sees each. */
async function person(page, slug, width, token) {
  const { id } = await savedSession(page, slug);
  const post = async (verb, body) => {
    const response = await fetch(`${BASE}/chat/${id}/${verb}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body ?? {}),
    });
    check(`${width}: ${verb} is accepted`, response.ok, response.status);
  };
  await post("takeover");
  await eventually(`${width}: a takeover is seen`, async () => (await page.locator(".with.person").count()) === 1);
  check(`${width}: and its buttons are gone`, (await buttonsShown(page)).length === 0);
  await post("messages", { content: "Hello, a person here.", client_message_id: crypto.randomUUID() });
  await eventually(
    `${width}: a person's message wears a badge`,
    async () => (await page.locator("li.msg.recruiter .badge").last().textContent()).length > 0,
  );
  await shot(page, `chat-person-${width}`);
  await post("release");
  await eventually(`${width}: the release is seen`, async () => (await page.locator(".with.person").count()) === 0);
  await eventually(`${width}: the bot repeats its question`, async () => (await history(page, slug)).at(-1).sender === "bot");
}

/** The smallest phone, and the dark. */
async function narrow(width) {
  for (const dark of [false, true]) {
    const { context, page, faults } = await visit(browser, { width, height: 568, dark });
    const slug = await someJob(page);
    await page.goto(`${BASE}/j/${slug}`);
    await eventually(`${width}: the bot speaks`, async () => (await page.locator("li.msg.bot").count()) > 0);
    await fits(page, `chat ${width}`);
    const small = await page.locator("button:visible, summary:visible, .back:visible").evaluateAll((nodes) =>
      nodes
        .map((node) => [node.textContent.trim() || node.getAttribute("aria-label"), node.getBoundingClientRect()])
        .filter(([, box]) => box.height < 43.5)
        .map(([name]) => name),
    );
    check(`${width}: targets are 44 px high`, small.length === 0, small);
    await shot(page, `chat-${width}-${dark ? "dark" : "light"}`);
    check(`${width}: no console errors`, faults.length === 0, faults);
    await context.close();
  }
}
