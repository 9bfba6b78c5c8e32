/**
 * A thousand open pages: what each costs the server in memory, and how long a message takes to reach them.
 * SERVER_PID is the server's process.
 */
import fs from "node:fs";
import net from "node:net";
import { BASE, applicant, call, check, report } from "./harness.mjs";

const PAGES = Number(process.env.PAGES ?? 1000);
const SESSIONS = 50;
const ROUNDS = 40;
const pid = process.env.SERVER_PID;
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const { hostname, port } = new URL(BASE);
const admin = process.env.ADMIN_TOKEN;

const sessions = [];
for (let at = 0; at < SESSIONS; at += 1) sessions.push(await applicant("rust-engineer", { says: ["yes"] }));
for (const { session_id } of sessions) await call("POST", `/chat/${session_id}/takeover`, admin, {});
await pause(2_000);
const before = memory();

/** @type {Map<string, (at: number) => void>} */
const waited = new Map();
let opened = 0;
const sockets = [];
for (let at = 0; at < PAGES; at += 1) {
  const session = sessions[at % SESSIONS];
  const socket = net.connect({ host: hostname, port: Number(port) });
  let heard = false;
  socket.setEncoding("utf8");
  socket.write(
    `GET /chat/${session.session_id}/events?after=0 HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${session.token}\r\naccept: text/event-stream\r\n\r\n`,
  );
  socket.on("data", (text) => {
    if (!heard) {
      heard = true;
      if (text.startsWith("HTTP/1.1 200")) opened += 1;
    }
    for (const [, id] of text.matchAll(/"content":"measured (\d+)"/g)) waited.get(id)?.(performance.now());
  });
  socket.on("error", () => {});
  sockets.push(socket);
  if (at % 50 === 49) await pause(50);
}
for (let tries = 0; tries < 100 && opened < PAGES; tries += 1) await pause(100);
check(`${PAGES} streams are open`, opened === PAGES, opened);
await pause(2_000);
const each = (memory() - before) / PAGES;

const took = [];
let late = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const session = sessions[round % SESSIONS];
  const listeners = Math.ceil((PAGES - (round % SESSIONS)) / SESSIONS);
  const times = [];
  const all = new Promise((resolve) => {
    waited.set(String(round), (at) => {
      times.push(at);
      if (times.length === listeners) resolve(undefined);
    });
  });
  const began = performance.now();
  await call("POST", `/chat/${session.session_id}/messages`, admin, { content: `measured ${round}` });
  await Promise.race([all, pause(5_000)]);
  late += listeners - times.length;
  took.push(...times.map((at) => at - began));
}
took.sort((a, b) => a - b);
const place = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.POSITIVE_INFINITY;
check("each message reached every page that has the conversation open", late === 0, late);
check("most of them were measured", took.length > (PAGES / SESSIONS) * ROUNDS * 0.9, took.length);
console.log(
  `${opened} streams: ${Math.round(each / 1024)} kB each; delivery p50 ${place(0.5).toFixed(0)} ms, p99 ${place(0.99).toFixed(0)} ms (${took.length} deliveries)`,
);
check("a page costs the server under 64 kB", each < 64 * 1024, each);
check("99 of 100 deliveries take under a second", place(0.99) < 1_000, place(0.99));
for (const socket of sockets) socket.destroy();
report();
