/**
 * Who reads otherwise: by keyboard alone, with the text twice as large, from right to left, without motion. ADMIN_TOKEN makes
 * the people. Every control of every page is reached with the Tab key, in the order it stands, and shows that it is.
 */
import { BASE, applicant, call, check, eventually, finish, fits, launch, openDesk, shot, visit } from "./harness.mjs";

const admin = process.env.ADMIN_TOKEN;
const browser = await launch();
const HEBREW = "נהג משאית בלילה";
await call("POST", "/jobs", admin, {
  slug: "driver",
  title: HEBREW,
  employer: "חברה לדוגמה",
  description: "נסיעות לילה בין חיפה לתל אביב, חמישה לילות בשבוע.",
  facts: { שכר: "9,000 ₪" },
  contact: "jobs@example.org",
  prescreen: {
    questions: [
      { text: "האם יש לך רישיון נהיגה?", kind: "yes_no", rule: { expected: true } },
      { text: "כמה שנים נהגת?", kind: "number" },
    ],
  },
});
const driver = (await call("GET", "/jobs", admin)).items.find((job) => job.slug === "driver");
const { token } = await call("POST", "/users", admin, { email: "grace@example.org", name: "Grace Hopper", role: "admin" });
const person = await applicant("driver", { says: ["yes", "yes", "I want to talk to a person"] });
const { candidate_id: candidate } = await call("GET", `/applications/${person.application_id}`, admin);
const chat = `/j/driver#chat=${person.session_id}.${person.token}`;
const candidates = { portal: "/", job: chat, frame: "/w/driver", signin: "/signin" };
const desk = {
  inbox: "/console/conversations",
  conversation: `/console/conversations/${person.session_id}`,
  actions: "/console/actions",
  ranked: `/console?job=${driver.id}`,
  application: `/console/applications/${person.application_id}`,
  person: `/console/candidates/${candidate}`,
  jobs: "/console/jobs",
  editor: `/console/jobs/${driver.id}`,
  search: "/console/search?q=person",
  account: "/console/account",
  people: "/console/people",
  dashboard: "/dashboard",
};

/** Presses Tab through the whole page; every control that can be seen must have had its turn, and shown it. */
async function byKeyboard(page, name) {
  await page.evaluate(() => {
    window.turns = [];
    window.dim = [];
    document.addEventListener("focusin", ({ target }) => {
      window.turns.push(target);
      const line = (node, part) => getComputedStyle(node, part).outlineStyle !== "none";
      if (!line(target) && !line(target, "::after")) window.dim.push(target.outerHTML.slice(0, 80));
    });
  });
  const many = await page.evaluate(
    () => document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']").length,
  );
  for (let n = 0; n < many + 4; n += 1) await page.keyboard.press("Tab");
  const { missed, dim, order } = await page.evaluate(() => {
    const controls = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
    const seen = controls.filter((node) => node.checkVisibility({ visibilityProperty: true }) && !node.disabled && node.tabIndex >= 0);
    const first = window.turns.filter((node, at) => window.turns.indexOf(node) === at);
    const order = first.slice(1).filter((node, at) => !(first[at].compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING));
    const brief = (node) => node.outerHTML.slice(0, 80);
    return { missed: seen.filter((node) => !window.turns.includes(node)).map(brief), dim: window.dim, order: order.map(brief) };
  });
  check(`${name}: every control is reached by Tab`, missed.length === 0, missed);
  check(`${name}: and shows that it is`, dim.length === 0, dim.slice(0, 4));
  // Going round once is one step back.
  check(`${name}: in the order in which they stand`, order.length <= 1, order);
}

/** The page at twice the text's size, as zoom or a reader's own setting makes it. */
async function enlarged(page, name) {
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await fits(page, `${name}, text at 200 %`);
  await page.evaluate(() => (document.documentElement.style.fontSize = ""));
}

/** The page's frame mirrored, as a translation for a language from right to left would have it. */
async function mirrored(page, name) {
  await page.evaluate(() => (document.documentElement.dir = "rtl"));
  await fits(page, `${name}, mirrored`);
  await page.evaluate(() => (document.documentElement.dir = ""));
}

// The candidate. 1280 pixels at 400 % are 320, at 200 % 640.
const phone = await visit(browser, { width: 320 });
for (const [name, path] of Object.entries(candidates)) {
  await phone.page.goto(BASE + path);
  if (name === "job" || name === "frame")
    await eventually(`${name}: the bot speaks`, async () => (await phone.page.locator("li.msg.bot").count()) > 0);
  for (const width of [320, 640]) {
    await phone.page.setViewportSize({ width, height: 568 });
    await fits(phone.page, `${name} ${width}`);
  }
  await enlarged(phone.page, name);
  await shot(phone.page, `reach-${name}-640`);
  await mirrored(phone.page, name);
  await byKeyboard(phone.page, name);
}
await phone.page.setViewportSize({ width: 320, height: 568 });
await phone.page.goto(BASE + chat);
await eventually("the question is there", async () => (await phone.page.locator("li.msg.bot").count()) > 1);
const direction = (selector) =>
  phone.page
    .locator(selector)
    .last()
    .evaluate((node) => getComputedStyle(node).direction);
check("a title in Hebrew runs from right to left", (await direction("h1")) === "rtl");
await phone.page.locator("#say").fill("ארבע שנים, רוב הזמן בלילה");
check("so does what one writes", (await direction("#say")) === "rtl");
await phone.page.keyboard.press("Enter");
await eventually("and what one has written", async () => (await direction("li.msg.candidate .bubble")) === "rtl");
check(
  "words in English still run from left to right",
  (await phone.page
    .locator("li.msg.candidate .bubble")
    .first()
    .evaluate((node) => getComputedStyle(node).direction)) === "ltr",
);
await fits(phone.page, "chat in Hebrew 320");
await shot(phone.page, "reach-hebrew-320");
await phone.page.emulateMedia({ reducedMotion: "reduce" });
await phone.page.goto(BASE + chat);
const moving = await phone.page.evaluate(() => {
  const typing = document.createElement("li");
  typing.className = "typing";
  typing.append(document.createElement("i"));
  document.querySelector(".messages")?.append(typing);
  return getComputedStyle(typing.firstElementChild).animationName;
});
check("nothing moves for who wants no motion", moving === "none", moving);
check("the candidate's pages report no faults", phone.faults.length === 0, phone.faults);
await phone.context.close();

// The recruiter.
const { context, page, faults } = await visit(browser, { width: 1280 });
await page.goto(`${BASE}/signin`);
await page.keyboard.press("Tab");
while (!(await page.evaluate(() => document.activeElement?.tagName === "SUMMARY"))) await page.keyboard.press("Tab");
await page.keyboard.press("Enter");
await page.keyboard.press("Tab");
await page.keyboard.type(token);
await page.keyboard.press("Enter");
await page.waitForURL(/\/console/);
for (const [name, path] of Object.entries(desk)) {
  await page.setViewportSize({ width: 1280, height: 800 });
  await openDesk(page, path);
  if (name === "editor")
    await eventually("the editor is drawn, and its chat has begun", async () => (await page.locator(".checks button.reply").count()) > 0);
  await byKeyboard(page, name);
  await page.setViewportSize({ width: 640, height: 400 });
  await fits(page, `${name} 640`);
  await enlarged(page, name);
  await shot(page, `reach-${name}-640`);
  await mirrored(page, name);
}
check("the desk reports no faults", faults.length === 0, faults);
await context.close();
await finish(browser);
