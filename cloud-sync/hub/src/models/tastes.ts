import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MemberId, PACK_LIMITS } from '@tillside/protocol';
import { z } from 'zod';
import { HubFault } from '../fault.ts';
import type { HubStorage } from '../storage/port.ts';
import type { TasteRow } from '../storage/taste-port.ts';

const FILE = 'tastes.ndjson';
/** Rows that are stored in one transaction. */
const PAGE_ROWS = 500;
/** Of one line: the taste as base64, and its member. */
const MAX_LINE_CHARS = Math.ceil(PACK_LIMITS.tasteBytes / 3) * 4 + 256;

const Line = z.object({ memberId: MemberId, taste: z.base64().min(1) });

/**
 * Takes what a training over all stores worked out about members, in place of what the one before did. Null where it left nothing, or there are no members. Throws
 * HUB_TRAINING_FAILED for a line that is none; what came before it is kept.
 */
export async function takeTastes(
  { members }: Pick<HubStorage, 'members'>,
  { out, modelId, now }: { readonly out: string; readonly modelId: string; readonly now: () => string },
): Promise<number | null> {
  const file = join(out, FILE);
  if ((await stat(file).catch(() => null)) === null) return null;
  if ((await members.directory.count()).members === 0) return null;
  return members.tastes.replaceAll(modelId, pagesOf(file), now);
}

async function* pagesOf(file: string): AsyncGenerator<TasteRow[]> {
  let page: TasteRow[] = [];
  for await (const line of linesOf(file)) {
    page.push(rowOf(line));
    if (page.length < PAGE_ROWS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Lines with something in them. In memory is never more than a piece of the file and a line. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of createReadStream(file, 'latin1') as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARS) throw damaged('too long');
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}

function rowOf(line: string): TasteRow {
  try {
    const { memberId, taste } = Line.parse(JSON.parse(line));
    const bytes = Buffer.from(taste, 'base64');
    if (bytes.length <= PACK_LIMITS.tasteBytes) return { memberId, taste: bytes };
  } catch {
    // What stands there is personal: it is not repeated.
  }
  throw damaged('a line is none');
}

const damaged = (why: string): HubFault => new HubFault('HUB_TRAINING_FAILED', `${FILE}: ${why}`);
