import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { HarnessError } from '../../errors.ts';

/** Text that one file of data may hold, unpacked: what a string can hold. */
const DATA_MAX_BYTES = 500_000_000;
const GZIP = [0x1f, 0x8b] as const;

/** A file's text, unpacked when it is gzipped. Throws HARNESS_DATA_MISSING or HARNESS_DATA_INVALID. */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new HarnessError('HARNESS_DATA_MISSING', `${path} can't be read: ${(error as NodeJS.ErrnoException).code}`);
  }
  try {
    const plain = GZIP.every((byte, place) => bytes[place] === byte)
      ? gunzipSync(bytes, { maxOutputLength: DATA_MAX_BYTES })
      : bytes;
    if (plain.length <= DATA_MAX_BYTES) return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (error) {
    throw invalid(path, `it can't be unpacked or is no UTF-8: ${(error as Error).message}`);
  }
  throw invalid(path, `it holds more than ${DATA_MAX_BYTES} bytes`);
}

/** A file's JSON object. Throws HARNESS_DATA_MISSING or HARNESS_DATA_INVALID. */
export function readObject(path: string): Record<string, unknown> {
  const text = readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(path, `it is no JSON: ${(error as Error).message}`);
  }
  return objectOf(value, path, 'the file');
}

export function objectOf(value: unknown, path: string, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(path, `${where} should be an object`);
}

export function listOf(value: unknown, path: string, where: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(path, `${where} should be a list`);
}

const WORD_MAX = 64;

/** Below all numbers that count people or things: only the edge of a history. */
const ID_MIN = -1;

/** An id of a person or an item: a whole number, or a short word. */
export function idOf(value: unknown, path: string, where: string): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= ID_MIN) return String(value);
  if (typeof value === 'string' && value.length > 0 && value.length <= WORD_MAX) return value;
  throw invalid(path, `${where} should be a whole number from 0 on or a word of at most ${WORD_MAX} characters`);
}

export function invalid(path: string, what: string): HarnessError {
  return new HarnessError('HARNESS_DATA_INVALID', `${path}: ${what}`);
}
