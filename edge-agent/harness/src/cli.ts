import { createProgress } from './output/progress.ts';
import { REGISTRY } from './registry.ts';
import { runHarness } from './run.ts';

/** A terminal and the process that started this one may both pass on the same Ctrl-C; only a later one means "now, please". */
const IMPATIENT_MS = 2_000;

const stopped = new AbortController();
let stoppedAtMs = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopped.signal.aborted) {
      if (performance.now() - stoppedAtMs > IMPATIENT_MS) process.exit(130);
      return;
    }
    stoppedAtMs = performance.now();
    process.stderr.write('\n  stopping …\n');
    stopped.abort();
  });
}

process.exitCode = await runHarness(process.argv.slice(2), {
  registry: REGISTRY,
  progress: createProgress(),
  signal: stopped.signal,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
