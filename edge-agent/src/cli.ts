import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { localeFrom } from './cli/io.ts';
import { runCli } from './cli/program.ts';

/** An agent that can't stop by itself in this time is ended. */
const STOP_DEADLINE_MS = 10_000;

const asked = new AbortController();
const stop = (): void => {
  if (asked.signal.aborted) process.exit(1);
  asked.abort();
  setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

const code = await runCli(process.argv.slice(2), {
  locale: localeFrom(process.env),
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  input: () => text(process.stdin),
  lines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  signal: asked.signal,
});
process.exit(code);
