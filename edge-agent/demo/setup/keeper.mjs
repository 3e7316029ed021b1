/**
 * `node keeper.mjs postgres|careless-postgres|mosquitto`: runs one service on a folder of its own, prints one line of JSON once it is ready (where it is,
 * or why it is not), and stops it and removes the folder when its standard input ends: that is when its parent stops or dies.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMosquitto, startPostgres } from './services.mjs';

/** A service that does not stop when asked is ended after this long. */
const STOP_TIMEOUT_MS = 5_000;
const START = {
  postgres: (folder) => startPostgres(folder),
  /** One that may lose what it committed: for the test that it is refused. */
  'careless-postgres': (folder) => startPostgres(folder, { fsync: 'off' }),
  mosquitto: startMosquitto,
};

// A terminal's Ctrl-C reaches everyone; we go when our parent has gone.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
const gone = new Promise((resolve) =>
  process.stdin.on('end', resolve).on('close', resolve).on('error', resolve).resume(),
);

const folder = mkdtempSync(join(tmpdir(), 'tillside-service-'));
chmodSync(folder, 0o711);
let service;
let answer;
try {
  service = await START[process.argv[2]](folder);
  answer = service.about;
} catch (error) {
  answer = { error: error.message, hint: error.hint ?? '', code: error.code ?? 'TEST_SERVICE_FAILED' };
}
process.stdout.on('error', () => undefined);
process.stdout.write(`${JSON.stringify(answer)}\n`);
await gone;
if (service !== undefined && service.child.exitCode === null) {
  const ended = new Promise((resolve) => service.child.once('exit', resolve));
  service.child.kill(service.stopSignal);
  const timer = setTimeout(() => service.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
rmSync(folder, { recursive: true, force: true });
process.exit(0);
