import { cpus, totalmem } from 'node:os';
import type { Output, Result } from './schema.ts';

/** What people see without `--json`. Figures of a shared machine mean little without the machine, so it is named. */
export function tableOf(output: Output): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
  if ('soak' in output) {
    const rows = Object.entries(output.counts).map(([what, count]) => [what, String(count)]);
    const failures = output.failures.map((failure) => `  ${failure.code}  ${failure.message}\n`).join('');
    return `\nsoak ${output.soak}: ${output.passed ? 'passed' : 'FAILED'}  (seed ${output.seed})\n${columns(['count', ''], rows)}${failures}${machine}\n`;
  }
  const title = 'bench' in output ? `bench ${output.bench}` : `eval ${output.eval}`;
  const rows = output.results.map((result) => [result.case, result.metric, shown(result), result.unit]);
  return `\n${title}\n${columns(['case', 'metric', 'value', 'unit'], rows)}${machine}\n`;
}

const shown = ({ value, unit }: Result): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(unit === 'ratio' ? 4 : 2);

const NUMBER = /^-?[\d.]+$/;

function columns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, place) => Math.max(title.length, ...rows.map((row) => row[place]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, place) => (NUMBER.test(cell) ? cell.padStart(widths[place] ?? 0) : cell.padEnd(widths[place] ?? 0))).join('  ')}`.trimEnd();
  return `${[head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n')}\n`;
}
