import { gzipSync } from 'node:zlib';
import type { Result } from '../../output/schema.ts';
import { openKiosk, type Place } from './place.ts';

const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['js', /\.js$/],
  ['css', /\.css$/],
  ['fonts', /\.woff2?$/],
  ['other', /./],
];

/** What the first screen loads: each file as it is, and as gzip would send it (the agent is on loopback and sends it as it is). */
export async function measurePages(place: Place): Promise<Result[]> {
  const kiosk = await openKiosk(place);
  try {
    await kiosk.page.evaluate(async () => {
      await document.fonts.ready;
    });
    const urls = await kiosk.page.evaluate(() => [
      location.href,
      ...performance.getEntriesByType('resource').map(({ name }) => name),
    ]);
    const pages = [...new Set(urls)].filter((url) => !new URL(url).pathname.startsWith('/v1/'));
    const sums = new Map(KINDS.map(([kind]) => [kind, { files: 0, bytes: 0, gzipBytes: 0 }]));
    for (const url of pages) {
      const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
      const kind = KINDS.find(([, pattern]) => pattern.test(new URL(url).pathname))?.[0] ?? 'other';
      const sum = sums.get(kind);
      if (sum === undefined) continue;
      sum.files += 1;
      sum.bytes += bytes.length;
      // Fonts are packed already.
      sum.gzipBytes += kind === 'fonts' ? bytes.length : gzipSync(bytes).length;
    }
    return [...sums].flatMap(([kind, { files, bytes, gzipBytes }]) => [
      { case: 'first-load', metric: `${kind}Mb`, value: bytes / 1e6, unit: 'MB' as const },
      { case: 'first-load', metric: `${kind}GzipMb`, value: gzipBytes / 1e6, unit: 'MB' as const },
      { case: 'first-load', metric: `${kind}Files`, value: files, unit: 'count' as const },
    ]);
  } finally {
    await kiosk.close();
  }
}
