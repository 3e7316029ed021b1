import type { LedgerEntry } from './entry.ts';

/** SHA-256 of a text as UTF-8, in hex. A parameter, since this room imports nothing. */
export type Sha256 = (text: string) => string;

/** All that an entry says, in one spelling. */
export const entryContent = (entry: LedgerEntry): string =>
  JSON.stringify([
    entry.entryId,
    entry.memberId,
    entry.kind,
    entry.points,
    entry.at,
    entry.availableAt ?? null,
    entry.expiresAt ?? null,
    entry.of ?? null,
    entry.reason ?? null,
  ]);

/** Of two contents under one id the one that counts: with the lower hash, so that all agree whichever they heard first. */
export function countedOf(one: LedgerEntry, other: LedgerEntry, sha256: Sha256): LedgerEntry {
  const [a, b] = [entryContent(one), entryContent(other)];
  return a === b || sha256(a) < sha256(b) ? one : other;
}

/** Each id once, and how many came with another content than the one that counts. */
export function entrySet(
  entries: Iterable<LedgerEntry>,
  sha256: Sha256,
): { readonly byId: ReadonlyMap<string, LedgerEntry>; readonly conflicts: number } {
  const byId = new Map<string, LedgerEntry>();
  const others = new Map<string, Set<string>>();
  for (const entry of entries) {
    const held = byId.get(entry.entryId);
    if (held === undefined) {
      byId.set(entry.entryId, entry);
      continue;
    }
    const content = entryContent(entry);
    const before = entryContent(held);
    if (content === before) continue;
    others.set(entry.entryId, (others.get(entry.entryId) ?? new Set([before])).add(content));
    byId.set(entry.entryId, countedOf(held, entry, sha256));
  }
  let conflicts = 0;
  for (const contents of others.values()) conflicts += contents.size - 1;
  return { byId, conflicts };
}

/** Of a set of entries: the same on any node, whatever the order and however often each was delivered. */
export function ledgerHash(entries: Iterable<LedgerEntry>, sha256: Sha256): string {
  const contents = [...entrySet(entries, sha256).byId.values()].map(entryContent);
  return sha256(contents.sort().join('\n'));
}
