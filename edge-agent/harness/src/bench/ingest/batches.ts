import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Batches of one store in a file, each behind its length. */
const LENGTH_BYTES = 4;

export const storeName = (place: number): string => `store-${String(place + 1).padStart(3, '0')}`;
const fileOf = (dir: string, store: string): string => join(dir, `${store}.batches`);

export function writeBatches(dir: string, store: string, batches: readonly Buffer[]): void {
  const parts = batches.flatMap((batch) => {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(batch.length);
    return [length, batch];
  });
  writeFileSync(fileOf(dir, store), Buffer.concat(parts));
}

export function readBatches(dir: string, store: string): Buffer[] {
  const bytes = readFileSync(fileOf(dir, store));
  const batches: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    at += LENGTH_BYTES;
    batches.push(bytes.subarray(at, at + length));
    at += length;
  }
  return batches;
}
