/** Looks for what a shopper may have left behind: in a page's heap, and in files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** How a mainland number may stand somewhere: digits, in the groups of a screen, with its country code. */
export const formsOfPhone = (digits: string): string[] => {
  const groups = [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)];
  return [digits, ...[' ', '-', '\u00a0'].map((gap) => groups.join(gap)), `86${digits}`, `+86 ${groups.join(' ')}`];
};

/** All that V8 can still reach in a page, as the text of a heap snapshot. */
export async function heapOf(page: Page): Promise<string> {
  const cdp = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  // Twice: what the first collection lets go may hold more.
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await cdp.detach();
  return chunks.join('');
}

/** The names of those needles that stand in the text. */
export const foundIn = (text: string, needles: ReadonlyMap<string, string>): string[] =>
  [...needles].filter(([, needle]) => text.includes(needle)).map(([name]) => name);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** `file: needle` for every file below the folder that holds one, in UTF-8 or UTF-16LE. */
export function foundInFiles(folder: string, needles: ReadonlyMap<string, string>): string[] {
  const patterns = [...needles].flatMap(([name, needle]) => [
    { name, bytes: Buffer.from(needle, 'utf8') },
    { name: `${name} in UTF-16`, bytes: Buffer.from(needle, 'utf16le') },
  ]);
  return filesBelow(folder).flatMap((path) => {
    const bytes = readFileSync(path);
    return patterns
      .filter((pattern) => bytes.includes(pattern.bytes))
      .map(({ name }) => `${path.slice(folder.length + 1)}: ${name}`);
  });
}
