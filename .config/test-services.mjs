/**
 * PostgreSQL and Mosquitto for tests, started by the first test that asks (`GET <TILLSIDE_TEST_SERVICES>/postgres`) and shared by the
 * rest: a run whose tests need none pays for none. What is given by URL is handed on as it is.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { without } from '../edge-agent/demo/setup/services.mjs';

const KEEPER = fileURLToPath(new URL('../edge-agent/demo/setup/keeper.mjs', import.meta.url));
const GIVEN = { postgres: process.env.TILLSIDE_TEST_POSTGRES, mosquitto: process.env.TILLSIDE_TEST_MOSQUITTO };
const NAMES = ['postgres', 'careless-postgres', 'mosquitto'];

/** @returns {{ about: Promise<string>, stop: () => Promise<void> }} about: one line of JSON */
function keep(name) {
  // In its own process group: a Ctrl-C at the terminal must not end it before it has cleaned up.
  const child = spawn(process.execPath, [KEEPER, name], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = once(child, 'exit');
  const broken = JSON.stringify({
    error: `the keeper of ${name} ended without a word`,
    hint: 'What it said is above.',
  });
  const said = once(createInterface({ input: child.stdout }), 'line').then(([line]) => line);
  const about = Promise.race([said, ended.then(() => broken)]);
  // It may have ended already.
  child.stdin.on('error', () => undefined);
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { about, stop };
}

export default async function setup() {
  const kept = new Map();
  const about = (name) => {
    // A given server's settings are its own.
    const [real = name] = NAMES.filter((each) => name === `careless-${each}`);
    const isOther = real !== name && GIVEN[real] !== undefined;
    if (without().includes(real) || isOther) return JSON.stringify({ without: true });
    if (GIVEN[name] !== undefined) return JSON.stringify({ url: GIVEN[name] });
    if (!kept.has(name)) kept.set(name, keep(name));
    return kept.get(name).about;
  };
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    if (!NAMES.includes(name)) return response.writeHead(404).end();
    Promise.resolve(about(name)).then((line) => response.end(line));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  process.env.TILLSIDE_TEST_SERVICES = `http://127.0.0.1:${server.address().port}`;
  return async () => {
    server.close();
    server.closeAllConnections();
    await Promise.all([...kept.values()].map(({ stop }) => stop()));
  };
}
