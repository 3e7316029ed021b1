import { createHash } from 'node:crypto';
import { burnId, countedOf, earnId, type LedgerEntry, lotEnds, PointsRules } from '@tillside/decide';
import type { Chance } from '../../random.ts';

const ZONE = 'Asia/Shanghai';
const DAY_MS = 86_400_000;
const FIRST_MS = Date.parse('2024-01-01T00:00:00Z');
const DAYS = 700;
/** What the state is asked for: in the middle of the last lots' lives. */
export const AS_OF_MS = FIRST_MS + 720 * DAY_MS;
const STORES = ['s-north', 's-south', 's-east', 'hq'];
const ENTRIES_A_PERSON = 40;
const SHARE = { opening: 0.3, burn: 0.25, back: 0.15, adjust: 0.03, twoIds: 0.05, conflict: 0.003, again: 0.1 };

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** People with all that moved their points. */
export interface History {
  readonly rules: PointsRules;
  /** Ids of each person: one, or two of a person who was merged. */
  readonly people: readonly (readonly string[])[];
  /** Each once, with the content that counts. */
  readonly entries: readonly LedgerEntry[];
  /** Another content under an id that is among them, which does not count. */
  readonly others: readonly LedgerEntry[];
  /** By arithmetic alone, with no ledger: what the programme issued, gave for spent points, and adjusted. */
  readonly sums: { readonly issued: number; readonly redeemed: number; readonly adjusted: number };
}

/** About `count` entries of people of partition `part`. */
export function drawHistory(chance: Chance, part: number, count: number): History {
  const rules = PointsRules.parse({
    pendingDays: chance.pick([0, 7]),
    expiryMonths: 12,
    negative: chance.pick(['owe', 'absorb']),
  });
  const people: string[][] = [];
  const entries: LedgerEntry[] = [];
  while (entries.length < count) {
    const place = people.length;
    const ids = [`M${part}-${place}`, ...(chance.happens(SHARE.twoIds) ? [`N${part}-${place}`] : [])];
    people.push(ids);
    drawPerson(chance, rules, ids, Math.min(ENTRIES_A_PERSON, count - entries.length), entries);
  }
  const others: LedgerEntry[] = [];
  for (const [place, entry] of entries.entries()) {
    if (!chance.happens(SHARE.conflict)) continue;
    const other = { ...entry, reason: 'told otherwise' };
    const counted = countedOf(entry, other, sha256);
    entries[place] = counted;
    others.push(counted === entry ? other : entry);
  }
  return { rules, people, entries, others, sums: sumsOf(entries) };
}

function drawPerson(
  chance: Chance,
  rules: PointsRules,
  ids: readonly string[],
  count: number,
  out: LedgerEntry[],
): void {
  const left = new Map<string, number>();
  let atMs = FIRST_MS + chance.between(0, 100) * DAY_MS;
  for (let n = 0; n < count; n++) {
    atMs += chance.between(1, Math.floor((DAYS * DAY_MS) / ENTRIES_A_PERSON));
    const memberId = chance.pick(ids);
    const store = chance.pick(STORES);
    const cause = `${ids[0]}/${n}`;
    const entry = drawEntry(chance, { memberId, store, cause, at: new Date(atMs).toISOString() }, rules, left, n === 0);
    if (entry.kind === 'earn' || entry.kind === 'burn') left.set(entry.entryId, entry.points);
    out.push(entry);
  }
}

interface Where {
  readonly memberId: string;
  readonly store: string;
  readonly cause: string;
  readonly at: string;
}

function drawEntry(
  chance: Chance,
  { memberId, store, cause, at }: Where,
  rules: PointsRules,
  left: Map<string, number>,
  isFirst: boolean,
): LedgerEntry {
  const points = chance.between(1, 300);
  const ends = () => lotEnds(rules, Date.parse(at), ZONE);
  if (isFirst && chance.happens(SHARE.opening))
    return { entryId: `open:${store}:${cause}`, memberId, kind: 'open', points, at };
  if (left.size > 0 && chance.happens(SHARE.back)) {
    const [of, most] = chance.pick([...left]);
    const part = chance.between(1, most);
    if (part === most) left.delete(of);
    else left.set(of, most - part);
    return { entryId: `reverse:${store}:${cause}`, memberId, kind: 'reverse', points: part, at, of };
  }
  if (chance.happens(SHARE.burn)) return { entryId: burnId(store, cause), memberId, kind: 'burn', points, at };
  if (chance.happens(SHARE.adjust))
    return {
      entryId: `adjust:${store}:${cause}`,
      memberId,
      kind: 'adjust',
      points: chance.pick([points, -points]),
      at,
      reason: 'soak',
    };
  return { entryId: earnId(store, cause), memberId, kind: 'earn', points, at, ...ends() };
}

function sumsOf(entries: readonly LedgerEntry[]): History['sums'] {
  const sums = { issued: 0, redeemed: 0, adjusted: 0 };
  for (const { kind, points, of } of entries) {
    if (kind === 'open' || kind === 'earn') sums.issued -= points;
    if (kind === 'burn') sums.redeemed += points;
    if (kind === 'adjust') sums.adjusted -= points;
    if (kind === 'reverse' && of?.startsWith('earn:')) sums.issued += points;
    if (kind === 'reverse' && of?.startsWith('burn:')) sums.redeemed -= points;
  }
  return sums;
}

/** In an order of its own, some of it twice. */
export function delivery<T>(chance: Chance, all: readonly T[]): T[] {
  const told = [...all];
  for (const one of all) if (chance.happens(SHARE.again)) told.push(one);
  for (let place = told.length - 1; place > 0; place--) {
    const other = chance.between(0, place);
    [told[place], told[other]] = [told[other] as T, told[place] as T];
  }
  return told;
}
