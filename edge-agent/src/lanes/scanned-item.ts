import { type InStoreReading, type InStoreRules, parseScan, type ScanMeaning } from '@tillside/devices';
import type { AgentConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import type { Item, Items, Taken } from '../prices/item.ts';
import { type ExpiryKind, expiredOn, lastDayOf } from './expiry.ts';

/** How this store reads codes. */
export interface ScanRules {
  /** In-store 2x codes: presets and patterns of the config, already checked. */
  readonly inStore: InStoreRules;
  /** Dates in a code after which a pack is refused. */
  readonly refuseAfter: ReadonlySet<ExpiryKind>;
}

export const scanRules = (config: Pick<AgentConfig, 'inStoreCodes' | 'refuseAfter'>): ScanRules => ({
  inStore: config.inStoreCodes,
  refuseAfter: new Set(config.refuseAfter),
});

/** What a scanned code names, and what it says of this pack. */
export interface ScannedCode {
  /** Undefined: the item master lacks it. */
  readonly item: Item | undefined;
  /** How many of the item the code stands for: more than one for a pack. */
  readonly units: number;
  /** What names the goods in the code: a GTIN, or the number of the store's own label. */
  readonly code: { readonly text: string; readonly isGtin: boolean };
  readonly taken: Partial<Taken>;
}

/** Gram and fen for one unit of the last place of an AI's value: its last digit is the number of decimals (GS1 General Specifications, 3.6). */
const GRAMS_PER = { '310': 1_000, '320': 453.592_37 } as const;
const CNY = '156';

/**
 * What a scanned code puts in a basket. `localNow` is the store's wall clock, `2026-11-22T08:30`. Throws CODE_INVALID (the symbol breaks the rules of its kind),
 * CODE_NOT_AN_ITEM, ITEM_EXPIRED.
 */
export function scannedItem(items: Items, code: string, rules: ScanRules, localNow: string): ScannedCode {
  const scan = parseScan(code, { inStore: rules.inStore });
  if (!scan.ok) {
    throw new AgentError('CODE_INVALID', { detail: `(${scan.problem.code}, ${scan.problem.position + 1})` });
  }
  const found = itemOf(items, scan);
  const until = expiredOn(scan.ais ?? [], rules.refuseAfter, localNow);
  if (until !== undefined) throw new AgentError('ITEM_EXPIRED', { detail: `(${until.replace('T', ' ')})` });
  const taken = scan.inStore === undefined ? takenOfElements(scan.ais ?? []) : takenOfLabel(scan.inStore);
  return { ...found, taken };
}

/** The last day on which the pack of a scanned code is good, `2026-11-21`; undefined where the code names none. */
export function goodThrough(code: string, rules: ScanRules, localNow: string): string | undefined {
  const scan = parseScan(code, { inStore: rules.inStore });
  return scan.ok ? lastDayOf(scan.ais ?? [], localNow) : undefined;
}

function itemOf(items: Items, scan: Extract<ScanMeaning, { ok: true }>): Omit<ScannedCode, 'taken'> {
  const label = scan.inStore;
  const gtin = label?.gtin ?? scan.gtin;
  const code =
    label !== undefined && label.gtin === undefined
      ? { text: label.item, isGtin: false }
      : gtin === undefined
        ? undefined
        : { text: gtin, isGtin: true };
  if (code === undefined) throw new AgentError('CODE_NOT_AN_ITEM', { detail: `(${scan.kind})` });
  const byLabel = label && ((label.gtin && items.byCode(label.gtin)) || one(items.bySku(label.item)));
  // A store may number goods of its own with the digits that a rule also reads: the whole code in the item master counts then.
  const found = byLabel || (scan.gtin === undefined ? undefined : items.byCode(scan.gtin));
  return { item: found?.item, units: found?.units ?? 1, code };
}

const one = (item: Item | undefined) => item && { item, units: 1 };

/** Digits that are all zero say nothing: such a label only names the item. */
function takenOfLabel({ priceMinor, weightGrams, quantity }: InStoreReading): Partial<Taken> {
  return {
    ...(priceMinor ? { amountFen: priceMinor } : {}),
    ...(weightGrams ? { weightGrams } : {}),
    ...(quantity ? { quantity } : {}),
  };
}

function takenOfElements(elements: readonly { ai: string; value: string }[]): Partial<Taken> {
  const taken: Partial<Taken> = {};
  for (const { ai, value } of elements) {
    const kind = ai.slice(0, 3);
    const decimals = Number(ai[3] ?? 0);
    if (ai === '10') taken.lotId = value;
    else if (ai === '21') taken.serial = value;
    else if (ai === '30') taken.quantity = Number(value);
    else if (kind === '310' || kind === '320')
      taken.weightGrams = Math.round((Number(value) * GRAMS_PER[kind]) / 10 ** decimals);
    else if (kind === '392') taken.amountFen = Math.round((Number(value) * 100) / 10 ** decimals);
    else if (kind === '393' && value.startsWith(CNY))
      taken.amountFen = Math.round((Number(value.slice(3)) * 100) / 10 ** decimals);
  }
  return taken;
}
