// Our client of models against two servers that somebody else wrote: each must understand what we send, and one grades how
// we behave when it fails. Usage: node models.mjs FOLDER_OF_BINARIES LLMOCK FOLDER
import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { LLMock } from "@copilotkit/aimock";

const [bin, llmock, folder] = process.argv.slice(2);
const children = [];
const fail = (/** @type {string} */ why) => {
  throw new Error(why);
};
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const slot = (n, type, url) => ({
  [`PROVIDER${n}_TYPE`]: type,
  [`PROVIDER${n}_API_KEY`]: "k",
  [`PROVIDER${n}_MODEL`]: type === "gemini" ? "gemini-2.5-flash" : "m",
  [`PROVIDER${n}_BASE_URL`]: url,
});
const reached = async (url) => {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      return await fetch(url);
    } catch {
      await sleep(50);
    }
  }
  return fail(`nothing answers at ${url}`);
};

async function vendors() {
  const mock = new LLMock({ port: 0 });
  mock.onMessage(/team/, { content: "Six people." });
  await mock.start();
  const kinds = { openai: "/v1", anthropic: "/v1", gemini: "/v1beta", azure: "/openai/v1", groq: "/v1", ollama: "/v1", openai_compatible: "/v1" };
  let env = { ...process.env };
  Object.entries(kinds).forEach(([type, path], at) => Object.assign(env, slot(at + 1, type, mock.url + path)));
  const child = spawn(`${bin}/chatbot`, ["providers", "test"], { env, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  child.stdout.on("data", (piece) => (out += piece));
  const code = await new Promise((resolve) => child.on("close", resolve));
  process.stdout.write(out);
  await mock.stop();
  const answered = out.split("\n").filter((line) => line.startsWith("ok ")).length;
  if (code !== 0 || answered !== Object.keys(kinds).length) fail(`aimock: ${answered} of ${Object.keys(kinds).length} kinds were answered`);
}

async function behaviour() {
  const [port, web] = [await freePort(), await freePort()];
  // Half of all calls fail, and whoever comes too soon after a 429 is marked.
  const args = ["serve", "--port", String(port), "--log-level", "warning", "--error-rate", "429=0.1", "--error-rate", "503=0.2"];
  children.push(spawn(llmock, args, { stdio: "inherit" }));
  await reached(`http://127.0.0.1:${port}/`);
  const token = "third-party-admin-token-0123456789abcdef0123456789";
  const env = {
    ...process.env, DATABASE_URL: `sqlite://${folder}/models.db`, BIND_ADDR: `127.0.0.1:${web}`, CHATBOT_ADMIN_TOKEN: token, RUST_LOG: "error",
    ...slot(1, "openai", `http://127.0.0.1:${port}/v1`), ...slot(2, "anthropic", `http://127.0.0.1:${port}/anthropic/v1`),
  };
  children.push(spawn(`${bin}/chatbot-http`, [], { env, cwd: folder, stdio: "inherit" }));
  const base = `http://127.0.0.1:${web}`;
  await reached(`${base}/readyz`);
  const call = async (path, body, auth) => {
    const response = await fetch(base + path, {
      method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json", ...(auth ? { authorization: `Bearer ${auth}` } : {}) },
    });
    return response.ok ? response.json() : fail(`${path}: ${response.status} ${await response.text()}`);
  };
  await call("/jobs", { slug: "baker", title: "Baker", description: "Six people.", prescreen: { questions: [{ text: "How many years?", kind: "number" }] } }, token);
  const session = await call("/chat/sessions", { platform: "web", job_slug: "baker" });
  const say = (content) => call(`/chat/${session.session_id}/messages?wait=30`, { content }, session.token);
  await say("yes");
  for (let n = 0; n < 30; n += 1) {
    const { replies } = await say(`How big is the team on day ${n}?`);
    if (!replies?.some((reply) => reply.sender === "bot")) fail(`question ${n} had no reply`);
  }
  const stats = await (await fetch(`${base}/stats`, { headers: { authorization: `Bearer ${token}` } })).json();
  const { calls, failed } = stats.models.total;
  console.log(`llmock: 30 questions answered over ${calls} calls, ${failed} of which failed`);
  if (failed === 0) fail("no call failed: nothing was shown");
  const verdict = spawnSync(llmock, ["report", "--help"], { encoding: "utf8" });
  const flag = verdict.stdout.includes("--url") ? ["--url", `http://127.0.0.1:${port}`] : [`http://127.0.0.1:${port}`];
  const report = spawnSync(llmock, ["report", ...flag], { encoding: "utf8" });
  process.stdout.write(report.stdout);
  if (report.status !== 0) fail(`llmock's verdict: ${report.stdout}${report.stderr}`);
}

try {
  await vendors();
  await behaviour();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const child of children) child.kill("SIGINT");
}
