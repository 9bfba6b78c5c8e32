/**
 * A person takes over while a model is writing its answer, seen from both sides. The model is a server of ours that writes
 * slowly; MODEL_PORT is where the bot looks for it, ADMIN_TOKEN signs the recruiter in.
 */
import http from "node:http";
import { BASE, applicant, call, check, eventually, finish, launch, shot, visit } from "./harness.mjs";

const admin = process.env.ADMIN_TOKEN;
const WORDS = "The team has six people who bake bread and rolls for the whole town every single morning".split(" ");
let asked = 0;
let hungUp = 0;
const model = http.createServer((request, response) => {
  request.resume();
  request.on("end", async () => {
    asked += 1;
    let open = true;
    response.on("close", () => {
      if (!response.writableFinished) hungUp += 1;
      open = false;
    });
    response.writeHead(200, { "content-type": "text/event-stream" });
    const piece = (delta, finish_reason = null) =>
      response.write(
        `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
      );
    piece({ role: "assistant", content: "" });
    for (const word of WORDS) {
      if (!open) return;
      piece({ content: `${word} ` });
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    piece({}, "stop");
    response.end("data: [DONE]\n\n");
  });
});
await new Promise((resolve) => model.listen(Number(process.env.MODEL_PORT), "127.0.0.1", resolve));

const slug = "slow-baker";
await call("POST", "/jobs", admin, {
  slug,
  title: "Baker",
  description: "The team has six people who bake bread and rolls for the whole town every single morning.",
  prescreen: { questions: [{ text: "How many years have you baked?", kind: "number" }] },
});
const { token } = await call("POST", "/users", admin, { email: "ada@example.org", name: "Ada Lovelace", role: "recruiter" });
const person = await applicant(slug, { says: ["yes"] });
const browser = await launch();
const desk = await visit(browser, { width: 1280 });
await desk.page.goto(`${BASE}/signin`);
await desk.page.locator("summary").click();
await desk.page.locator("#token").fill(token);
await desk.page.locator("#token").press("Enter");
await desk.page.waitForURL(/\/console/);
await desk.page.goto(`${BASE}/console/conversations/${person.session_id}`);
const phone = await visit(browser, { width: 390 });
await phone.page.goto(`${BASE}/j/${slug}#chat=${person.session_id}.${person.token}`);
await eventually("the candidate sees the question", async () => (await phone.page.locator("li.msg.bot").count()) > 1);
const before = await phone.page.locator("li.msg.bot").count();

await phone.page.locator("#say").fill("Tell me about the people I would work with, please?");
await phone.page.keyboard.press("Enter");
for (const [name, { page }] of [
  ["candidate", phone],
  ["recruiter", desk],
])
  await eventually(`the ${name} sees the bot writing`, async () => (await page.locator("li.draft .bubble").count()) === 1);
await eventually("word by word", async () => /six people/.test(await phone.page.locator("li.draft .bubble").textContent()));
await shot(phone.page, "takeover-writing-390");
await shot(desk.page, "takeover-writing-1280");

await desk.page.locator("h1").focus();
await desk.page.keyboard.press("t");
await eventually("the recruiter has the conversation", async () => await desk.page.locator("[data-do=release]").isVisible());
for (const [name, { page }] of [
  ["candidate", phone],
  ["recruiter", desk],
]) {
  await eventually(`what was being written is gone for the ${name}`, async () => (await page.locator("li.draft").count()) === 0);
  await eventually(`the ${name} reads that a person has joined`, async () => (await page.locator("li.notice").count()) === 1);
}
await eventually("the candidate sees that a person answers", async () => (await phone.page.locator(".with.person").count()) === 1);
await eventually("the model is hung up on", async () => hungUp === 1);
await desk.page.locator("#say").fill("Hello, Ada here. They are lovely people.");
await desk.page.keyboard.press("Enter");
await eventually(
  "the candidate reads the person's words",
  async () => (await phone.page.locator("li.msg.recruiter", { hasText: "lovely people" }).count()) === 1,
);
// Longer than the model would have taken for the rest.
await phone.page.waitForTimeout(WORDS.length * 400 - 4_000);
const { messages } = await call("GET", `/chat/${person.session_id}/history`, person.token);
const since = messages.slice(messages.findIndex(({ sender }) => sender === "system") + 1).filter(({ sender }) => sender === "bot");
check("the bot says nothing after the takeover", since.length === 0, since);
check("nor does either page show it", (await phone.page.locator("li.msg.bot").count()) === before, before);
for (const [name, { page }] of [
  ["candidate", phone],
  ["recruiter", desk],
])
  check(`nobody seems to be typing to the ${name}`, (await page.locator("li.typing").count()) === 0);
check("the model was asked", asked >= 1, asked);
await shot(phone.page, "takeover-390");
await shot(desk.page, "takeover-1280");
const faults = [...desk.faults, ...phone.faults];
check("no console errors, no CSP violations", faults.length === 0, faults);
model.closeAllConnections();
model.close();
await finish(browser);
