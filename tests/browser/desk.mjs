/**
 * A recruiter's day, by keyboard: the inbox watched live, takeover seen from both sides, notes, tags, replies, search, the
 * queue, a job written and tried, a person and their double, sign-ins, the dashboard. ADMIN_TOKEN makes the people.
 */
import {
  BASE,
  accessible,
  alive,
  applicant,
  call,
  check,
  eventually,
  finish,
  fits,
  launch,
  openDesk,
  shot,
  tabTo,
  visit,
} from "./harness.mjs";

const admin = process.env.ADMIN_TOKEN;
const browser = await launch();
const { token } = await call("POST", "/users", admin, { email: "ada@example.org", name: "Ada Lovelace", role: "admin" });
const slug = "baker";
await call("POST", "/jobs", admin, {
  slug,
  title: "Baker, early shift",
  employer: "Example Bakery",
  location: "Leipzig",
  contact: "jobs@example.org",
  facts: { salary: "3,000 € a month" },
  prescreen: {
    questions: [
      { text: "How many years have you baked?", kind: "number", rule: { min: 3, unit: "years" }, weight: 2, must_have: true },
      { text: "Can you start at four in the morning?", kind: "yes_no", rule: { expected: true } },
      {
        text: "Where would you rather work?",
        kind: "choice",
        options: [{ value: "shop" }, { value: "bakery" }],
        rule: { accept: ["bakery"] },
      },
    ],
  },
});
const people = [];
for (const [says, source] of [
  [["yes", "five years", "yes", "bakery", "Jane Doe", "jane@example.org", "submit"], "newsletter"],
  [["yes", "one year", "yes", "shop", "Jonas Weber", "jonas@example.org"], "fair"],
  [["yes", "seven", "I want to talk to a person"], undefined],
  [["yes", "4 years", "no", "bakery", "Jane D.", "jane@example.org"], undefined],
])
  people.push(await applicant(slug, { says, source }));

const { context, page, faults } = await visit(browser, { width: 1280 });
const key = (name) => page.keyboard.press(name);
const to = (selector) => tabTo(page, selector);
/** Presses what Tab leads to. */
const enter = async (selector) => {
  await to(selector);
  await key("Enter");
};
/** Writes over what stands in a field. */
const write = async (selector, words) => {
  await to(selector);
  await key("Control+a");
  if (words === "") await key("Delete");
  else await page.keyboard.type(words);
};
/** Follows a link. */
const follow = async (selector) => {
  await Promise.all([page.waitForEvent("load"), enter(selector)]);
  await alive(page);
};

// In, by keyboard alone.
await page.goto(`${BASE}/signin`);
await accessible(page, "sign-in");
await shot(page, "signin-1280");
await to("summary");
await key("Enter");
await to("#token");
await page.keyboard.type(token);
await key("Enter");
await page.waitForURL(/\/console/);

// The inbox.
await key("g");
await key("i");
await page.waitForURL(/\/conversations/);
await eventually("every conversation is listed", async () => (await page.locator(".convs li").count()) >= people.length);
check("who waits for a person says so", (await page.locator(".convs .tag.bad").count()) > 0);
await shot(page, "inbox-1280");
await accessible(page, "inbox");
await to("#find");
await key("Escape");
await key("j");
check("j chooses the first", await page.evaluate(() => document.activeElement?.closest(".convs li") !== null));
await follow(`.convs a[href*="${people[1].session_id}"]`);
await eventually("the transcript is there", async () => (await page.locator("li.msg").count()) > 3);

// Watched live, without taking it.
const seen = await page.locator("li.msg").count();
await call("POST", `/chat/${people[1].session_id}/messages?wait=10`, people[1].token, { content: "Is there a canteen?" });
await eventually("what the candidate writes appears by itself", async () => (await page.locator("li.msg").count()) >= seen + 2);
check("and the bot still has the conversation", await page.locator("[data-do=takeover]").isVisible());
await eventually("what is read counts as read", async () => (await page.locator(".convs li.unread", { hasText: "Jonas" }).count()) === 0);

// Takeover, seen from both sides.
const phone = await visit(browser, { width: 390 });
await phone.page.goto(`${BASE}/j/${slug}#chat=${people[1].session_id}.${people[1].token}`);
await eventually("the candidate has the same conversation", async () => (await phone.page.locator("li.msg").count()) > 3);
await key("r");
await page.keyboard.type("Hello Jonas, this is Ada.");
check("typing proposes to take over", await page.locator(".propose").isVisible());
await shot(page, "conversation-1280");
await key("Enter");
await eventually("the recruiter has it", async () => await page.locator("[data-do=release]").isVisible());
await eventually("the moment stands in the recruiter's transcript", async () => (await page.locator("#desk li.notice").count()) === 1);
await eventually("and in the candidate's", async () => (await phone.page.locator("li.notice").count()) === 1);
await eventually("the candidate sees that a person answers", async () => (await phone.page.locator(".with.person").count()) === 1);
await eventually(
  "and reads the words",
  async () => (await phone.page.locator("li.msg.recruiter", { hasText: "this is Ada" }).count()) === 1,
);
await shot(phone.page, "candidate-person-390");
await accessible(phone.page, "chat with a person");
await phone.context.close();

// Beside it.
await key("Escape");
await key("m");
await eventually("m assigns it", async () => (await page.locator(".convs .tag.good", { hasText: "Ada" }).count()) === 1);
await key("n");
await page.keyboard.type("Call back on Monday");
await key("Control+Enter");
await eventually("a note is kept", async () => (await page.locator(".notes li", { hasText: "Monday" }).count()) === 1);
await to("#tags");
await page.keyboard.type("call back, early");
await key("Enter");
await eventually("tags are shown in the list", async () => (await page.locator(".convs .tag", { hasText: "early" }).count()) === 1);
await key("Escape");
await key("r");
await page.keyboard.type("Thank you, I will call you tomorrow.");
await key("Escape");
await key("c");
await write("#keep-title", "Call tomorrow");
await enter("#keep-title");
await eventually("a reply is kept", async () => (await page.locator(".canned .use").count()) === 1);
await shot(page, "canned-1280");
await write("#say", "");
await enter(".canned .use");
check("and put into the field", /call you tomorrow/.test(await page.locator("#say").inputValue()));
await accessible(page, "conversation");
await page.reload();
check("the note is there after a reload", (await page.locator(".notes li").count()) === 1);
check("so is the assignee", (await page.locator("#assignee").evaluate((node) => node.selectedOptions[0].textContent)) === "Ada Lovelace");
await write("#say", "");
await key("Escape");
await key("t");
await eventually("t gives it back", async () => await page.locator("[data-do=takeover]").isVisible());

// Filters and search.
for (const [query, count] of [
  ["tag=early", 1],
  ["reason=human_requested", 1],
  ["state=waiting", 2],
  ["mine=1", 1],
  ["score=90", 1],
  ["channel=telegram", 0],
  ["state=closed", 0],
]) {
  await page.goto(`${BASE}/console/conversations?${query}`);
  const n = await page.locator(".convs li").count();
  check(`the filter ${query} leaves ${count}`, n === count || (query === "score=90" && n >= 1), n);
}
await shot(page, "inbox-empty-1280");
await key("/");
await page.keyboard.type("cant");
await key("Enter");
await page.waitForURL(/\/search/);
check(
  "a search finds the beginning of a word",
  (await page.locator(".hits li").count()) === 1,
  await page
    .locator(".hits")
    .textContent()
    .catch(() => ""),
);
await accessible(page, "search");
await shot(page, "search-1280");
await enter(".hits a");
await page.waitForURL(/#seq-/);
await eventually("and leads to the message", async () => (await page.locator("li.found").count()) === 1);

// The queue.
await key("Escape");
await key("g");
await key("a");
await page.waitForURL(/\/actions/);
await alive(page);
const open = await page.locator("[data-action-id]").count();
check("something waits", open > 0);
await shot(page, "queue-1280");
await accessible(page, "actions");
await key("j");
await key("e");
await eventually("e resolves the chosen one", async () => (await page.locator("[data-action-id]").count()) === open - 1);
await key("?");
check("? shows the shortcuts", await page.locator("#help").isVisible());
await accessible(page, "help");
await shot(page, "help-1280");
await key("Escape");

// A job is written.
await key("g");
await key("j");
await page.waitForURL(/\/jobs/);
await accessible(page, "jobs");
await shot(page, "jobs-1280");
await follow("a.primary[href$='/console/jobs/new']");
await write("#job-title", "Night baker");
await enter("[data-add]");
await write("#q0-text", "How old are you?");
await eventually(
  "a question the law has views on is noticed",
  async () => (await page.locator(".lint li", { hasText: "age" }).count()) === 1,
);
await write("#q0-text", "Do you like the night?");
check(
  "the questions are shown beside it",
  (await page.locator("[data-preview] .bubble", { hasText: "Do you like the night?" }).count()) === 1,
);
const tried = page.locator("[data-play] .bubble");
await eventually("the chat beside it begins as a candidate's does", async () => /I'm a bot/.test(await tried.first().textContent()));
await enter(".checks button.reply:has-text('Yes')");
await eventually("its question is asked", async () => /Do you like the night\?/.test(await tried.last().textContent()));
await write("#q0-text", "Do you like long nights?");
await eventually("and asked anew once it is written anew", async () => /long nights/.test(await tried.last().textContent()));
await write("#try-say", "No, I hate them");
await enter("#try-say");
await eventually("its answer is scored", async () => /Score so far: 0 of 100/.test(await page.locator("[data-outcome]").textContent()));
check(
  "and nothing of it is kept",
  (await call("GET", "/jobs", admin)).items.every(({ title }) => title !== "Night baker"),
);
await write("#q0-text", "Do you like the night?");
await shot(page, "job-new-1280");
await accessible(page, "new job");
await enter("[data-save]");
await page.waitForURL(/\/console\/jobs\/[0-9a-f-]{36}/);
check("it is made", /Night baker/.test(await page.locator("h1").textContent()));
const baker = (await call("GET", "/jobs", admin)).items.find((job) => job.slug === slug);
await key("Escape");
await follow(".crumb a");
await follow(`th a[href$="${baker.id}"]`);
await write("#q0-min", "6");
await enter("[data-what-if]");
await eventually("what-if shows who would move", async () => (await page.locator("[data-if] tr.moved").count()) > 0);
await shot(page, "job-what-if-1280");
await accessible(page, "job");
check("and saves nothing", (await call("GET", `/jobs/${baker.id}`, admin)).question_set_version === 1);

// An application, and the person.
await follow(".crumb a");
await follow(`td a[href$="/console?job=${baker.id}"]`);
await accessible(page, "ranked");
await shot(page, "ranked-1280");
await follow(`a[href$="${people[1].application_id}"]`);
await enter("#receipt .read-it summary");
await write("#receipt .read-it input", "4");
await key("Tab");
await page.keyboard.type("She told me on the phone");
await page.evaluate(() => document.querySelectorAll("#receipt li").forEach((item) => (item.dataset.before = "")));
await call("POST", `/chat/${people[1].session_id}/messages?wait=10`, people[1].token, { content: "Is there a canteen?" });
await eventually("a receipt is drawn anew as the bot speaks", async () => (await page.locator("#receipt li[data-before]").count()) === 0);
check(
  "and takes nothing from who writes in it",
  await page.evaluate(
    () => document.activeElement?.closest("#receipt .read-it") !== null && document.activeElement?.value === "She told me on the phone",
  ),
);
await accessible(page, "application");
await shot(page, "application-read-1280");
await Promise.all([page.waitForEvent("load"), key("Enter")]);
check("a person's reading stands in the receipt", /Ada/.test(await page.locator("#receipt").textContent()));
await to("#stage-to");
await page.keyboard.type("short");
await Promise.all([page.waitForEvent("load"), enter("#stage button")]);
check("a stage move is shown", /shortlisted/.test(await page.locator(".title").textContent()));
const person = (await call("GET", `/applications/${people[0].application_id}`, admin)).candidate_id;
await follow(".crumb a");
await follow(`a[href$="${people[0].application_id}"]`);
await follow(`a[href$="/console/candidates/${person}"]`);
check("what is known says where it came from", /said by the candidate/.test(await page.locator(".known").textContent()));
check("somebody with the same address may be the same", (await page.locator("[data-merge]").count()) === 1);
await accessible(page, "person");
await shot(page, "person-1280");
await enter("[data-merge]");
check("merging asks once more", /for good/.test(await page.locator("[data-merge]").textContent()));
await Promise.all([page.waitForEvent("load"), enter("[data-merge]")]);
check(
  "then they are one",
  (await page.locator("#applied-title ~ .rows li").count()) === 2 && (await page.locator("[data-merge]").count()) === 0,
);
await enter("[data-chat]");
await eventually("a chat begun by the recruiter gives a link", async () => /#chat=/.test(await page.locator("#handed input").inputValue()));

// The account.
await follow("a.user");
await accessible(page, "account");
await shot(page, "account-1280");
await write("#password", "short");
await page.locator("#password").evaluate((node) => node.removeAttribute("minlength"));
await enter("#password");
await eventually("a short password is refused", async () => /12 to 128/.test(await page.locator("#password-fault").textContent()));
await write("#password", "four words put together");
await enter("#password");
await eventually("a good one is set", async () => /password is set/.test(await page.locator("#said").textContent()));
await follow(".where a");
await accessible(page, "people");
await shot(page, "people-1280");
await follow(".crumb a");
await enter("#signout");
await page.waitForURL(/\/signin/);
await write("#email", "ada@example.org");
await write("#password", "four words put together");
await enter("#password");
await page.waitForURL(/\/console/);

await follow("nav a[href$='/dashboard']");
await to("#job");
await Promise.all([page.waitForEvent("load"), page.keyboard.type("Baker")]);
check(
  "the dashboard has pictures and tables",
  (await page.locator("svg.chart").count()) > 3 && (await page.locator("table.figures").count()) > 2,
);
await accessible(page, "dashboard");
await page.screenshot({ path: `${process.env.SCREENSHOTS ?? "."}/dashboard-1280.png`, fullPage: true });

const pages = {
  inbox: "/console/conversations",
  conversation: `/console/conversations/${people[1].session_id}`,
  application: `/console/applications/${people[1].application_id}`,
  person: `/console/candidates/${person}`,
  jobs: "/console/jobs",
  job: `/console/jobs/${baker.id}`,
  account: "/console/account",
  people: "/console/people",
  dashboard: `/dashboard?job=${baker.id}`,
  search: "/console/search?q=years",
};
for (const width of [390, 320]) {
  await page.setViewportSize({ width, height: 844 });
  for (const [name, path] of Object.entries(pages)) {
    await openDesk(page, path);
    await fits(page, `${name} ${width}`);
    if (width === 390) await shot(page, `${name}-390`);
  }
}
const refused = faults.filter((line) => !/\b(401|422|429)\b/.test(line));
check("no console errors, no CSP violations", refused.length === 0, refused);
await context.close();

const dark = await visit(browser, { width: 1280, dark: true });
await dark.page.goto(`${BASE}/signin`);
await dark.page.locator("#email").fill("ada@example.org");
await dark.page.locator("#password").fill("four words put together");
await dark.page.locator("#password").press("Enter");
await dark.page.waitForURL(/\/console/);
for (const name of ["inbox", "conversation", "dashboard", "job", "person"]) {
  await openDesk(dark.page, pages[name]);
  await accessible(dark.page, `${name}, dark`);
  await shot(dark.page, `${name}-dark-1280`);
}
await dark.context.close();
await finish(browser);
