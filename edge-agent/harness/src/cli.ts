import { createProgress } from './output/progress.ts';
import { REGISTRY } from './registry.ts';
import { runHarness } from './run.ts';

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopped.signal.aborted) process.exit(130);
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
