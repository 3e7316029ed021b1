import { HUB_ERRORS } from '@tillside/hub-contract';
import { explainFault, HubFault, type Language } from '../fault.ts';
import { HubRefusal } from './client.ts';

/** Where the command line writes; tests pass their own. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

export const language = (): Language => (/^zh/iu.test(process.env.LC_ALL ?? process.env.LANG ?? '') ? 'zh' : 'en');

/** Columns as wide as their widest cell; Chinese characters take two places. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const wide = (text: string): number =>
    [...text].reduce((sum, char) => sum + (/[\u2e80-\uffef]/u.test(char) ? 2 : 1), 0);
  const widths = head.map((name, column) => Math.max(wide(name), ...rows.map((row) => wide(row[column] ?? ''))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - wide(cell)))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Code, cause and hint, and every place that is wrong. */
export function describeError(error: unknown): string {
  if (error instanceof HubRefusal) {
    const { code, message, hint, issues = [] } = error.answer;
    const places = issues.map(({ path, code: found, message: said, text }) => {
      const words = text?.[language()] ?? said;
      return `  ${path}: ${[found, words].filter(Boolean).join(' ')}`;
    });
    return [`${code}: ${message}`, ...places, hint].join('\n');
  }
  if (error instanceof HubFault) {
    const { message, hint } = explainFault(error, language());
    return `${error.code}: ${message}\n${hint}`;
  }
  const { cause } = HUB_ERRORS.HUB_INTERNAL;
  return `HUB_INTERNAL: ${cause[language()]} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
