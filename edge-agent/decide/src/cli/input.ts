import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type DecideError, decideError, type ParseResult } from '../errors.ts';

/** An input that the command line does not take: every problem, as data. */
export class InputRefused extends Error {
  readonly errors: readonly DecideError[];

  constructor(errors: readonly DecideError[]) {
    super(errors.map((error) => `${error.code} ${error.path}`).join('; '));
    this.errors = errors;
  }
}

/** The refusal of a command line; `where` names the option, empty for the whole. */
export function badUsage(where: string, message: string | undefined): InputRefused {
  return new InputRefused([decideError('USAGE', where, message)]);
}

/** The value, or a refusal whose paths begin with the file. */
export function accept<T>(result: ParseResult<T>, where: string): T {
  if (result.ok) return result.value;
  throw new InputRefused(
    result.errors.map((error) => ({ ...error, path: error.path === '' ? where : `${where}: ${error.path}` })),
  );
}

/** Text of a file; `-` is the standard input. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new InputRefused([decideError('FILE_UNREADABLE', file, `Could not be read (${why}).`)]);
  }
}

export function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InputRefused([decideError('JSON_INVALID', where)]);
  }
}

export interface Document {
  readonly where: string;
  /** Throws `InputRefused` where the text is no JSON. */
  readonly read: () => unknown;
}

/** One JSON document, or one on each line that is not blank. */
export function documents(text: string, file: string): Document[] {
  try {
    const value = JSON.parse(text) as unknown;
    return [{ where: file, read: () => value }];
  } catch {
    const lines = text.split('\n').map((line, index) => ({ line, where: `${file} line ${index + 1}` }));
    const filled = lines.filter(({ line }) => line.trim() !== '');
    if (filled.length < 2) throw new InputRefused([decideError('JSON_INVALID', file)]);
    return filled.map(({ line, where }) => ({ where, read: () => parseJson(line, where) }));
  }
}

/** What stands on the command line: words without a dash, texts by option, switches. */
export interface Arguments {
  readonly words: readonly string[];
  readonly text: Readonly<Record<string, string | undefined>>;
  readonly on: ReadonlySet<string>;
}

/** Reads options: `texts` take a value, `switches` don't. Anything else is refused. */
export function readArguments(
  args: readonly string[],
  texts: readonly string[],
  switches: readonly string[],
): Arguments {
  const options = {
    ...Object.fromEntries(texts.map((name) => [name, { type: 'string' as const }])),
    ...Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const }])),
  };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const text = Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    const on = Object.entries(values).flatMap(([name, value]) => (value === true ? [name] : []));
    return { words: positionals, text: Object.fromEntries(text), on: new Set(on) };
  } catch (error) {
    throw badUsage('', error instanceof Error ? error.message : undefined);
  }
}

/** A locale that was named, or undefined where none was. */
export function localeOf(text: string | undefined): 'zh-CN' | 'en' | undefined {
  if (text === undefined || text === 'en' || text === 'zh-CN') return text;
  throw badUsage('--locale', 'Locales are zh-CN and en.');
}
