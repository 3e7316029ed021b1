import { decodeTaste, type MemberTaste, skuKey } from '@tillside/features';
import type { Reader } from '../journal/index.ts';

/** SKUs that are read before others get their turn. */
const PAGE = 5_000;

interface TasteDeps {
  readonly reader: Reader;
  /** HQ's bytes about a member, from the pack in force. */
  readonly bytesOf: (memberId: string) => Buffer | undefined;
  /** Differs when items came or went. */
  readonly itemsVersion: () => number;
}

/** What HQ knows of members, by this store's own SKUs: a pack names them by keys. */
export class Tastes {
  #deps: TasteDeps;
  #skus = new Map<number, string>();
  /** Of the items in `#skus`; -1 before the first. */
  #version = -1;
  #building: { readonly skus: Map<number, string>; readonly version: number; after: string } | undefined;

  constructor(deps: TasteDeps) {
    this.#deps = deps;
  }

  /** Undefined for whom HQ told nothing of, and for bytes that nobody here can read. Whether the member agrees is the caller's to know. */
  of(memberId: string): MemberTaste | undefined {
    const bytes = this.#deps.bytesOf(memberId);
    if (bytes === undefined) return undefined;
    this.refresh();
    // A store that got its first items just now knows nothing of before.
    while (this.#skus.size === 0 && this.#building !== undefined) this.#step();
    return decodeTaste(bytes, (key) => this.#skus.get(key));
  }

  /** Reads the SKUs again where items came or went, a page at a time; until then those of before are known. */
  refresh(): void {
    const version = this.#deps.itemsVersion();
    if (version === (this.#building?.version ?? this.#version)) return;
    const isIdle = this.#building === undefined;
    this.#building = { skus: new Map(), version, after: '' };
    if (isIdle) setImmediate(() => this.#turn());
  }

  stop(): void {
    this.#building = undefined;
  }

  #turn(): void {
    if (this.#building === undefined) return;
    this.#step();
    setImmediate(() => this.#turn());
  }

  #step(): void {
    const building = this.#building;
    if (building === undefined) return;
    const page = this.#deps.reader.all<{ sku: string }>(
      'SELECT sku FROM item WHERE sku > ? ORDER BY sku LIMIT ?',
      building.after,
      PAGE,
    );
    for (const { sku } of page) building.skus.set(skuKey(sku), sku);
    building.after = page.at(-1)?.sku ?? building.after;
    if (page.length === PAGE) return;
    this.#skus = building.skus;
    this.#version = building.version;
    this.#building = undefined;
  }
}
