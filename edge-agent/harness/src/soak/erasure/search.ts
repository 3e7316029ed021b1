import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openFields, type Sealed } from '@tillside/protocol';

export interface Sought {
  readonly phones: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, string>;
  readonly erased: ReadonlySet<string>;
}

const BOX =
  /\{\\*"alg\\*":\\*"A256GCM\\*",\\*"iv\\*":\\*"([A-Za-z0-9_-]{16})\\*",\\*"box\\*":\\*"([A-Za-z0-9_-]+)\\*"\}/gu;
const KEY = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/gu;
/** Digits by which a person is found: without the country's. */
const BARE_FROM = '+86'.length;

function* filesBelow(dir: string): Generator<string> {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/**
 * Every file is read as bytes: databases with their free pages and logs, journals, backups, keys. A phone of an erased member in clear, a key of one, or a box that any key that
 * lies anywhere opens, is a person who can still be read.
 */
export function findPersons(
  dir: string,
  { phones, keys, erased }: Sought,
): { code: string; message: string } | undefined {
  const boxes = new Map<string, Sealed>();
  const found = new Set<string>();
  for (const path of filesBelow(dir)) {
    const text = readFileSync(path, 'latin1');
    const where = path.slice(dir.length + 1);
    for (const memberId of erased) {
      const phone = phones.get(memberId)?.slice(BARE_FROM);
      if (phone !== undefined && text.includes(phone))
        return { code: 'PHONE_READABLE', message: `${memberId} in ${where}` };
      const key = keys.get(memberId);
      if (key !== undefined && text.includes(key)) return { code: 'KEY_LEFT', message: `${memberId} in ${where}` };
    }
    for (const [, iv = '', box = ''] of text.matchAll(BOX)) boxes.set(`${iv}${box}`, { alg: 'A256GCM', iv, box });
    for (const [key] of text.matchAll(KEY)) found.add(key);
  }
  for (const sealed of boxes.values())
    for (const key of found)
      for (const memberId of erased)
        if (opens(key, memberId, sealed)) return { code: 'PERSON_READABLE', message: memberId };
  return undefined;
}

function opens(key: string, memberId: string, sealed: Sealed): boolean {
  try {
    openFields(Buffer.from(key, 'base64url'), memberId, sealed);
    return true;
  } catch {
    return false;
  }
}
