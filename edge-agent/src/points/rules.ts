import { PointsRules } from '@tillside/decide';
import type { Reader, Tx } from '../journal/index.ts';
import { dateOf, zonedInstants } from '../ports.ts';

const BY_HQ = 'points-rules-hq';
const BY_CONFIG = 'points-rules-config';
const ZONE = 'points-zone';
const DEFAULT_ZONE = 'Asia/Shanghai';

/** A journal has one zone; a process that opens several, as tests do, has a few. */
const MAX_ZONES = 16;
const zones = new Map<string, (ms: number) => string>();

function instantsOf(zone: string): (ms: number) => string {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  if (zones.size >= MAX_ZONES) zones.clear();
  const made = zonedInstants(zone);
  zones.set(zone, made);
  return made;
}

const kept = (reader: Reader, key: string): string | undefined =>
  reader.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', key)?.value;

function keep(tx: Tx, key: string, value: string): void {
  if (kept(tx, key) === value) return;
  tx.run(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    value,
  );
}

/** Rules that HQ signed: from now on they count here. */
export const keepRules = (tx: Tx, rules: PointsRules): void => keep(tx, BY_HQ, JSON.stringify(rules));

/** What the store's own configuration says, which counts as long as HQ has said nothing. */
export function keepOwnRules(tx: Tx, { points, zone }: { points: PointsRules; zone: string }): void {
  keep(tx, BY_CONFIG, JSON.stringify(points));
  keep(tx, ZONE, zone);
}

export function rulesOf(reader: Reader): PointsRules {
  return PointsRules.parse(JSON.parse(kept(reader, BY_HQ) ?? kept(reader, BY_CONFIG) ?? '{}'));
}

/** In which months end. */
export const zoneOf = (reader: Reader): string => kept(reader, ZONE) ?? DEFAULT_ZONE;

/** The date on the store's wall. */
export const storeDate = (reader: Reader, atMs: number): string => dateOf(instantsOf(zoneOf(reader))(atMs));

export const storeOf = (reader: Reader): string => kept(reader, 'store') ?? '';
