import { Command } from 'commander';
import { checkExport } from '../check.ts';
import { ExportError } from '../errors.ts';
import { BUCKETS, BUCKETS_MAX, WATCH_SECONDS } from '../limits.ts';
import type { ExportSummary } from '../run.ts';
import { runExport } from '../run.ts';
import { openHub } from './hub.ts';
import { describeCode, describeError, describeSummary, type Output, progressLine } from './output.ts';

interface RunFlags {
  readonly hub?: string;
  readonly to: string;
  readonly watch?: boolean;
  readonly every: string;
  readonly buckets?: string;
  readonly json?: boolean;
}

/** The command line. Returns the exit code: 0 done, 1 refused, failed or in part. */
export async function main(args: readonly string[], output: Output): Promise<number> {
  let code = 0;
  const program = new Command('tillside-export')
    .description("Writes the hub's events as Parquet, by table, date and store bucket.")
    .configureOutput({ writeOut: (text) => output.out(text.trimEnd()), writeErr: (text) => output.err(text.trimEnd()) })
    .exitOverride();
  program
    .command('run')
    .description('export what is new and merge small files; the hub may be running')
    .option('--hub <file>', "the hub's config file (default: tillside-hub.yaml when it is there)")
    .requiredOption('--to <dir>', 'directory of the export')
    .option('--buckets <n>', `store buckets of a new export (default: ${BUCKETS})`)
    .option('--watch', 'go on until stopped')
    .option('--every <seconds>', 'between two runs of --watch', String(WATCH_SECONDS))
    .option('--json', 'one JSON object a run on stdout')
    .action(async (flags: RunFlags) => {
      code = await run(flags, output);
    });
  program
    .command('check <dir>')
    .description('read every file and hold it against the manifest')
    .option('--json', 'the report as JSON')
    .action(async (dir: string, { json }: { json?: boolean }) => {
      const report = await checkExport(dir);
      code = report.findings.length > 0 ? 1 : 0;
      if (json === true) output.out(JSON.stringify(report));
      else {
        output.out(`${dir}: v${report.version}, ${report.files} files, ${report.rows} rows, ${report.streams} streams`);
        for (const finding of report.findings) output.err(`${describeCode(finding.code)}\n  ${finding.where}`);
      }
    });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    const commander = error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number';
    if (commander) return Number(error.exitCode);
    output.err(describeError(error));
    return 1;
  }
}

function whole(text: string, flag: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) throw new ExportError('EXPORT_USAGE', `${flag} 1..${max}`);
  return value;
}

const DAY_SECONDS = 86_400;

async function run(flags: RunFlags, output: Output): Promise<number> {
  const buckets = flags.buckets === undefined ? undefined : whole(flags.buckets, '--buckets', BUCKETS_MAX);
  const everyMs = whole(flags.every, '--every', DAY_SECONDS) * 1000;
  const asked = new AbortController();
  const stop = (): void => asked.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const hub = await openHub(flags.hub);
  try {
    for (;;) {
      const progress = progressLine(output);
      const summary: ExportSummary = await runExport({
        dir: flags.to,
        events: hub.events,
        buckets,
        now: Date.now,
        onProgress: progress,
        signal: asked.signal,
      });
      output.out(flags.json === true ? JSON.stringify(summary) : describeSummary(flags.to, summary));
      for (const held of summary.held) {
        output.err(`${describeCode(held.code)}\n  ${held.store}/${held.epoch}/${held.stream}`);
      }
      if (flags.watch !== true) return summary.held.length > 0 ? 1 : 0;
      await pause(everyMs, asked.signal);
      if (asked.signal.aborted) return 0;
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeListener(signal, stop);
    await hub.close();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
