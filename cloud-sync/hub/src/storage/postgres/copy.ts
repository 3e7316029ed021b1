import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Session } from './pool.ts';

export type CopyValue = string | number | null;

/** PostgreSQL holds every character but this one; an envelope's own text, being JSON, spells it out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that one is what this is about
const NUL = /\u0000/gu;
export const plain = (text: string): string => (text.includes('\0') ? text.replaceAll(NUL, '\u{fffd}') : text);
export const plainOrNull = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : plain(text);

const SPECIAL = /[\\\n\r\t]/gu;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
/** An envelope is long and rarely has any of them: four plain searches cost less than a pattern. */
const isPlain = (text: string): boolean =>
  !text.includes('\\') && !text.includes('\n') && !text.includes('\t') && !text.includes('\r');
const escaped = (text: string): string =>
  isPlain(text) ? text : text.replaceAll(SPECIAL, (char) => ESCAPED[char] ?? char);

/** A value in COPY's text format. */
const field = (value: CopyValue): string =>
  value === null ? '\\N' : typeof value === 'number' ? String(value) : escaped(value);

export const copyLine = (values: readonly CopyValue[]): string => `${values.map(field).join('\t')}\n`;

/** Rows in one go, in the transaction of `session`. */
export async function copyIn(session: Session, into: string, lines: readonly string[]): Promise<void> {
  const stream = session.query(copyFrom(`COPY ${into} FROM STDIN`));
  await pipeline([Buffer.from(lines.join(''))], stream);
}
