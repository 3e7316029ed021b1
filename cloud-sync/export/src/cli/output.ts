import { explainFault, HubFault } from '@tillside/hub/storage';
import { EXPORT_ERRORS, ExportError, type ExportErrorCode, messageOf } from '../errors.ts';
import type { ExportSummary, Progress } from '../run.ts';

/** Where the command line writes; tests pass their own. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

type Language = 'zh' | 'en';
const language = (): Language => (/^zh/iu.test(process.env.LC_ALL ?? process.env.LANG ?? '') ? 'zh' : 'en');

/** Code, cause, what it is this time, and what to do. */
export function describeCode(code: ExportErrorCode, detail = ''): string {
  const { cause, hint } = EXPORT_ERRORS[code];
  return `${code}: ${cause[language()]}${detail === '' ? '' : ` ${detail}`}\n${hint[language()]}`;
}

export function describeError(error: unknown): string {
  if (error instanceof ExportError) return describeCode(error.code, error.detail);
  if (error instanceof HubFault) {
    const { message, hint } = explainFault(error, language());
    return `${error.code}: ${message}\n${hint}`;
  }
  return describeCode('EXPORT_FAILED', messageOf(error));
}

const MEGA = 1_000_000;

export function describeSummary(dir: string, summary: ExportSummary): string {
  const { events, waiting, merged, version, files, rows, bytes } = summary;
  const size = (bytes / MEGA).toFixed(1);
  const [zh, en] = [
    `新导出 ${events} 个事件；${dir} 第 ${version} 版：${files} 个文件，${rows} 行，${size} MB；合并 ${merged.files} 个文件；${waiting} 个事件暂时读不懂。`,
    `${events} events exported; ${dir} is at version ${version}: ${files} files, ${rows} rows, ${size} MB; ${merged.files} files merged; ${waiting} events cannot be read yet.`,
  ];
  return language() === 'zh' ? zh : en;
}

const EVERY_MS = 5000;

/** Says how far a long run is, now and then. */
export function progressLine(output: Output, now: () => number = Date.now): (progress: Progress) => void {
  let last = now();
  return ({ step, events, streams }) => {
    if (now() - last < EVERY_MS) return;
    last = now();
    output.err(`${step}: ${events} events, ${streams} streams`);
  };
}
