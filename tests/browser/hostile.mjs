/**
 * Markup through every field that a stranger fills, then every page that shows it: nothing of it may run. ADMIN_TOKEN signs in;
 * PAYLOADS=all sends each shape through each field, else some do, one of each way in.
 */
import { BASE, alive, applicant, call, check, eventually, finish, launch, visit } from "./harness.mjs";

const admin = process.env.ADMIN_TOKEN;
const RUN = "window.__ran=(window.__ran||0)+1";
const all = [
  `<script>${RUN}</script>`,
  `"><script>${RUN}</script>`,
  `'><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `"><img src=x onerror='${RUN}'>`,
  `<svg onload="${RUN}">`,
  `<svg/onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<body onload=${RUN}>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<iframe src="javascript:parent.${RUN}">`,
  `<a href="javascript:${RUN}">x</a>`,
  `javascript:${RUN}`,
  `<details open ontoggle="${RUN}">`,
  `<input autofocus onfocus="${RUN}">`,
  `<select autofocus onfocus="${RUN}">`,
  `<video><source onerror="${RUN}"></video>`,
  `<audio src=x onerror="${RUN}">`,
  `<math><mtext><img src=x onerror="${RUN}"></mtext></math>`,
  `<object data="javascript:${RUN}">`,
  `<embed src="javascript:${RUN}">`,
  `<form action="javascript:${RUN}"><button autofocus>x</button></form>`,
  `<meta http-equiv="refresh" content="0;url=javascript:${RUN}">`,
  `<link rel=stylesheet href="data:text/css,*{x:expression(${RUN})}">`,
  `<style>@import 'javascript:${RUN}';</style>`,
  `<base href="javascript:${RUN}//">`,
  `<marquee onstart="${RUN}">x</marquee>`,
  `" autofocus onfocus="${RUN}" x="`,
  `' onmouseover='${RUN}' x='`,
  `\u0022 onload=\u0022${RUN}`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `<!--><script>${RUN}</script>-->`,
  `<![CDATA[<script>${RUN}</script>]]>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `https://x.example/"onmouseover="${RUN}`,
  `http://x.example/'><script>${RUN}</script>`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
];
/** Without PAYLOADS=all every sixth: seven shapes through three fields. */
const shapes = process.env.PAYLOADS === "all" ? all : all.filter((_, at) => at % 6 === 0);
const slug = "markup";
await call("POST", "/jobs", admin, {
  slug,
  title: `Markup ${all[1]}`,
  employer: all[5],
  location: all[7],
  description: all.slice(0, 8).join(" "),
  contact: all[6],
  facts: { [all[9].slice(0, 60)]: all[13] },
  prescreen: { questions: [{ text: `Say anything ${all[0]}`, kind: "text", rule: { keywords: [{ term: "anything" }] } }] },
});
const sessions = [];
let sent = 0;
// Each shape as an answer, as a name, as a file's name and in the link's source.
for (const shape of shapes) {
  const opened = await applicant(slug, { says: ["yes", shape], source: shape.slice(0, 100) });
  await call("POST", `/chat/${opened.session_id}/messages?wait=10`, opened.token, { content: shape.slice(0, 80) });
  const form = new FormData();
  form.append("file", new Blob(["Jane\njane@example.org\n"], { type: "text/plain" }), `${shape.replaceAll("/", "").slice(0, 80)}.txt`);
  const response = await fetch(`${BASE}/chat/${opened.session_id}/attachments`, {
    method: "POST",
    headers: { authorization: `Bearer ${opened.token}` },
    body: form,
  });
  check(
    "the file is taken or refused, no more",
    response.status === 202 || (response.status >= 400 && response.status < 500),
    response.status,
  );
  sent += 3;
  sessions.push(opened);
}
check("every shape went through every field", sent === shapes.length * 3 && sent >= 20, sent);

const { token } = await call("POST", "/users", admin, { email: "eve@example.org", name: `Eve ${all[0]}`.slice(0, 80), role: "admin" });
const browser = await launch();
const { context, page, faults } = await visit(browser, { width: 1280 });
await page.goto(`${BASE}/signin`);
await page.locator("summary").click();
await page.locator("#token").fill(token);
await page.locator("#token").press("Enter");
await page.waitForURL(/\/console/);
const jobs = (await call("GET", "/jobs", admin)).items;
const markup = jobs.find((job) => job.slug === slug);
const paths = [
  "/",
  `/j/${slug}`,
  "/console",
  `/console?job=${markup.id}`,
  "/console/conversations",
  "/console/actions",
  "/console/jobs",
  `/console/jobs/${markup.id}`,
  "/dashboard",
  `/dashboard?job=${markup.id}`,
  "/console/search?q=window",
  `/console/search?q=${encodeURIComponent(all[1])}`,
  `/console/conversations?tag=${encodeURIComponent(all[5])}`,
  "/console/account",
  "/console/people",
];
for (const [at, opened] of sessions.entries()) {
  await call("POST", `/chat/${opened.session_id}/notes`, admin, { content: shapes[at] });
  await call("PUT", `/chat/${opened.session_id}/tags`, admin, { tags: [shapes[at].slice(0, 40)] });
  paths.push(`/console/conversations/${opened.session_id}`);
  if (at % 8 === 0) paths.push(`/console/applications/${opened.application_id}`);
}
const first = await call("GET", `/applications/${sessions[0].application_id}`, admin);
paths.push(`/console/candidates/${first.candidate_id}`);
let ran = 0;
page.on("dialog", (dialog) => {
  ran += 1;
  void dialog.dismiss();
});
for (const path of paths) {
  await page.goto(BASE + path);
  if (/^\/(console|dashboard)/.test(path)) await alive(page);
  await page.waitForTimeout(60);
  // What is folded away is opened, without waiting for what can't be clicked.
  await page.evaluate(() => document.querySelectorAll("details").forEach((node) => (node.open = true)));
  ran += await page.evaluate(() => window.__ran ?? 0);
}
// Live: what arrives while the page is open, and the candidate's own page.
await page.goto(`${BASE}/console/conversations/${sessions[0].session_id}`);
for (const shape of all.slice(0, 12)) await call("POST", `/chat/${sessions[0].session_id}/messages`, sessions[0].token, { content: shape });
await eventually(
  "what arrives live is shown as text",
  async () => (await page.locator("li.msg.candidate .bubble", { hasText: "<svg onload" }).count()) > 0,
);
ran += await page.evaluate(() => window.__ran ?? 0);
await page.goto(`${BASE}/j/${slug}#chat=${sessions[0].session_id}.${sessions[0].token}`);
await eventually(
  "the candidate sees their own words as text",
  async () => (await page.locator("li.msg.candidate .bubble", { hasText: "<svg onload" }).count()) > 0,
);
ran += await page.evaluate(() => window.__ran ?? 0);
check("no script ran", ran === 0, ran);
const violations = faults.filter((line) => line.startsWith("CSP:"));
check("none even tried: no policy was violated", violations.length === 0, violations.slice(0, 5));
console.log(`${sent} payloads, ${paths.length + 2} pages, ${ran} scripts ran`);
await context.close();
await finish(browser);
