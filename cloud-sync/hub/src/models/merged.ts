import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { HubStorage } from '../storage/port.ts';

const PAGE_ROWS = 1_000;

/** What was bought under an id that was merged is its person's: the file that tells the job so, and its argument. None where nobody was merged. */
export async function mergedArgs({ members }: Pick<HubStorage, 'members'>, dir: string): Promise<string[]> {
  if ((await members.directory.aliases(null, 1)).length === 0) return [];
  const file = join(dir, 'merged.ndjson');
  await pipeline(linesOf(members.directory), createWriteStream(file, { mode: 0o600 }));
  return ['--merged', file];
}

async function* linesOf(directory: HubStorage['members']['directory']): AsyncGenerator<string> {
  let after: string | null = null;
  for (;;) {
    const page = await directory.aliases(after, PAGE_ROWS);
    yield page.map((alias) => `${JSON.stringify(alias)}\n`).join('');
    if (page.length < PAGE_ROWS) return;
    after = page.at(-1)?.from ?? null;
  }
}
