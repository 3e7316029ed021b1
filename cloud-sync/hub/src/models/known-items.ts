import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { catalogueLines, largestCatalogue } from '../items/newest-catalogue.ts';
import type { HubStorage } from '../storage/port.ts';

const Row = z.object({
  sku: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  sizeZh: z.string(),
  sizeEn: z.string(),
  department: z.string(),
  category: z.string(),
  type: z.string(),
  brand: z.string().optional(),
  discontinued: z.boolean().optional(),
});

/** What HQ's catalogue says of its items, without prices: the file that tells the job so, and its argument. None where HQ has no catalogue. */
export async function itemsArgs(storage: Pick<HubStorage, 'desired' | 'artifacts'>, dir: string): Promise<string[]> {
  const catalogue = await largestCatalogue(storage);
  if (catalogue === null) return [];
  const file = join(dir, 'items.ndjson');
  await pipeline(linesOf(storage, catalogue), createWriteStream(file, { mode: 0o600 }));
  return ['--items', file];
}

/** A line an item; what is not sold any more is left out, so that it is not proposed. */
async function* linesOf(storage: Pick<HubStorage, 'artifacts'>, catalogue: string): AsyncGenerator<string> {
  let last: string | undefined;
  for await (const { sku, line } of catalogueLines(storage, catalogue)) {
    // An item with several prices has a line for each, one after the other.
    if (sku === last) continue;
    last = sku;
    const { data } = Row.safeParse(JSON.parse(line));
    if (data === undefined || data.discontinued === true) continue;
    const { department, category, type, brand, nameZh, nameEn, sizeZh, sizeEn } = data;
    const item = { sku, department, category, type, brand, size: sizeZh || sizeEn, name: `${nameZh} ${nameEn}` };
    yield `${JSON.stringify(item)}\n`;
  }
}
