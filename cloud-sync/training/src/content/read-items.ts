import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { messageOf, TrainingError } from '../errors.ts';
import { ITEM_LINE_MAX_CHARS, ITEMS_MAX } from '../limits.ts';
import type { ItemContent } from './tokens.ts';

export interface KnownItems {
  readonly items: readonly ItemContent[];
  /** SHA-256 over the file's lines. */
  readonly hash: string;
}

/** Longest text of each field; the others may be absent. */
const NEEDED = { sku: 64, category: 64, department: 64 } as const;
const OPTIONAL = { type: 64, brand: 64, size: 200, name: 500 } as const;

/**
 * Reads what a catalogue says of its items: one JSON object a line, {sku, category, department, type?, brand?, size?, name?}, all texts, each
 * SKU once; other fields are let be.
 *
 * @throws TrainingError TRAINING_ITEMS_MISSING, TRAINING_ITEMS_INVALID
 */
export async function readItems(path: string): Promise<KnownItems> {
  const hash = createHash('sha256');
  const items = new Map<string, ItemContent>();
  let number = 0;
  try {
    const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      number += 1;
      if (line.trim() === '') continue;
      hash.update(`${line}\n`);
      const item = itemOf(line, number);
      if (items.has(item.sku)) invalid(number, `sku: ${item.sku} comes twice`);
      items.set(item.sku, item);
      if (items.size > ITEMS_MAX) invalid(number, `more than ${ITEMS_MAX} items`);
    }
  } catch (error) {
    if (error instanceof TrainingError) throw error;
    throw new TrainingError('TRAINING_ITEMS_MISSING', messageOf(error));
  }
  return { items: [...items.values()], hash: hash.digest('hex') };
}

function itemOf(line: string, number: number): ItemContent {
  if (line.length > ITEM_LINE_MAX_CHARS) invalid(number, `${line.length} characters`);
  let told: unknown;
  try {
    told = JSON.parse(line);
  } catch {
    invalid(number, 'it is not JSON');
  }
  if (typeof told !== 'object' || told === null) return invalid(number, 'it is no object');
  const row = told as Record<string, unknown>;
  const text = (field: string, most: number): string => {
    const value = row[field];
    if (typeof value !== 'string' || value.length > most)
      return invalid(number, `${field}: a text, at most ${most} long`);
    return value;
  };
  const optional = (field: keyof typeof OPTIONAL) => (row[field] == null ? undefined : text(field, OPTIONAL[field]));
  const sku = text('sku', NEEDED.sku);
  if (sku === '') invalid(number, 'sku: empty');
  return {
    sku,
    category: text('category', NEEDED.category),
    department: text('department', NEEDED.department),
    ...{ type: optional('type'), brand: optional('brand'), size: optional('size'), name: optional('name') },
  };
}

function invalid(line: number, detail: string): never {
  throw new TrainingError('TRAINING_ITEMS_INVALID', `line ${line}: ${detail}`);
}
