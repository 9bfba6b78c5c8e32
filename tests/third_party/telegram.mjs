// Text by polling against a fake of Telegram that we did not write: `node telegram.mjs PROGRAM FOLDER`.
// It has no getWebhookInfo (so TELEGRAM_MODE must say polling), answers getUpdates at once, hands an update out once
// whatever the offset, and its getMe names another bot than the token does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { strict as assert } from 'node:assert';
import TelegramServer from 'telegram-test-api';

const [program, folder] = process.argv.slice(2);
const TOKEN = '4200000001:AAthird-party-token_of-no-worth-0123';
const PATIENCE = 20_000;

const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const port = probe.address().port;
probe.close();
await once(probe, 'close');

const server = new TelegramServer({ port, host: '127.0.0.1' });
await server.start();
const env = { PATH: process.env.PATH, BIND_ADDR: '127.0.0.1:0', TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_URL: `http://127.0.0.1:${port}`, TELEGRAM_MODE: 'polling', RUST_LOG: 'info' };
const bot = spawn(program, [], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
let log = '';
bot.stderr.on('data', (words) => { log += words; });

const client = server.getClient(TOKEN, { userId: 77, chatId: 77, firstName: 'Ada' });
const said = () => server.storage.botMessages.filter((m) => m.botToken === TOKEN).map((m) => m.message);

/** Waits for the bot's message number `count`, and answers it. */
async function hears(count) {
  const end = Date.now() + PATIENCE;
  while (said().length < count) {
    assert.ok(Date.now() < end, `no message ${count}; so far ${JSON.stringify(said())}\n${log}`);
    assert.equal(bot.exitCode, null, log);
    await new Promise((next) => { setTimeout(next, 20); });
  }
  assert.equal(said().length, count, 'one reply at a time');
  return said()[count - 1];
}

let problem;
try {
  await client.sendCommand(client.makeCommand('/start rust-engineer'));
  const consent = await hears(1);
  assert.equal(Number(consent.chat_id), 77);
  assert.ok(consent.reply_markup.inline_keyboard.flat().some((button) => button.text === 'Yes'), JSON.stringify(consent));
  const steps = [
    ['yes', 'How many years'], ['five years', 'allowed to work in the EU'], ["yes, I'm a citizen", 'How do you want to work'],
    ['remote', 'notice period'], ['two months', 'yearly salary'], ['82,000 euros a year', 'When could you start'],
    ['1 March 2027', 'Which databases'], ['PostgreSQL and SQLite', 'name'],
  ];
  for (const [i, [words, next]] of steps.entries()) {
    await client.sendMessage(client.makeMessage(words));
    const reply = await hears(i + 2);
    assert.ok(reply.text.includes(next), `to "${words}" it says: ${reply.text}`);
  }
  console.log(`${steps.length} answers by text against telegram-test-api: all understood`);
} catch (error) {
  problem = error;
}
bot.kill('SIGTERM');
if (bot.exitCode === null) await once(bot, 'exit');
await server.stop();
if (problem) {
  console.error(problem);
  process.exitCode = 1;
}
