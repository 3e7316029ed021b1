import type { HubStorage } from '../storage/port.ts';

/** A catalogue's lines begin with it. */
const LINE_SKU = /^\{"sku":("[^"]+")/;

/** Catalogues differ by store in prices; the largest has the most items. Its hash, or null where HQ signed none. */
export async function largestCatalogue({ desired }: Pick<HubStorage, 'desired'>): Promise<string | null> {
  const held = (await desired.current()).filter(({ kind }) => kind === 'items');
  return held.sort((a, b) => b.lengthBytes - a.lengthBytes)[0]?.sha256 ?? null;
}

/** A catalogue's lines with their SKUs, piece by piece: it may be far larger than what is asked of it. */
export async function* catalogueLines(
  { artifacts }: Pick<HubStorage, 'artifacts'>,
  sha256: string | null,
): AsyncGenerator<{ sku: string; line: string }> {
  const length = sha256 === null ? null : await artifacts.length(sha256);
  if (sha256 === null || length === null || length === 0) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of artifacts.read(sha256, { from: 0, to: length - 1 })) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield* named(line);
  }
  yield* named(rest);
}

function* named(line: string): Generator<{ sku: string; line: string }> {
  const sku = LINE_SKU.exec(line)?.[1];
  if (sku !== undefined) yield { sku: JSON.parse(sku) as string, line };
}
