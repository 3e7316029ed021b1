import type { Locale } from '@tillside/agent-contract';

/** What a command touches of the terminal it runs in. */
export interface Io {
  readonly locale: Locale;
  out(text: string): void;
  err(text: string): void;
  /** All of standard input. */
  input(): Promise<string>;
  /** Standard input line by line, as it comes. */
  lines(): AsyncIterable<string>;
  /** Aborted when the person wants to stop. */
  readonly signal: AbortSignal;
}

/** The locale by POSIX precedence: LC_ALL, LC_MESSAGES, LANG. */
export function localeFrom(env: Record<string, string | undefined>): Locale {
  const name = [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '') ?? '';
  return /^zh/i.test(name) ? 'zh-CN' : 'en';
}
