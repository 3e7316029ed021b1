import type { MemberTrust } from '@tillside/agent-contract';
import { type CarriedPoints, foldLedger, type LedgerEntry, type LedgerState, type PointsRules } from '@tillside/decide';
import type { IncludedMarks, ToldPoints } from '@tillside/protocol';
import type { Reader, Tx } from '../journal/index.ts';
import { isMemberHeldBack } from '../members/phone-proof.ts';
import { type OwnEntry, ownEntries, sha256 } from './entries.ts';
import { heldPoints } from './holds.ts';
import { rulesOf, storeDate } from './rules.ts';

/**
 * HQ told where a member's points stand, and which of our events that takes into account: what we hold beyond them is added here. `aliases` are other ids of the same person,
 * merged into this one.
 */
export function takeCarried(
  tx: Tx,
  memberId: string,
  points: CarriedPoints,
  included: IncludedMarks,
  aliases: readonly string[],
): void {
  tx.run(
    `INSERT INTO points_carried (member_id, points, included) VALUES (?, ?, ?)
     ON CONFLICT (member_id) DO UPDATE SET points = excluded.points, included = excluded.included`,
    memberId,
    JSON.stringify(points),
    JSON.stringify(included),
  );
  tx.run('DELETE FROM points_alias WHERE member_id = ? OR alias = ?', memberId, memberId);
  for (const alias of aliases) {
    tx.run(
      'INSERT INTO points_alias (alias, member_id) VALUES (?, ?) ON CONFLICT (alias) DO UPDATE SET member_id = excluded.member_id',
      alias,
      memberId,
    );
    tx.run('DELETE FROM points_carried WHERE member_id = ?', alias);
  }
}

/** What HQ told of a member is forgotten: erased, or merged into another. Our own entries stay; they name nobody. */
export function forgetCarried(tx: Tx, memberId: string): void {
  tx.run('DELETE FROM points_carried WHERE member_id = ?', memberId);
  tx.run('DELETE FROM points_alias WHERE member_id = ?', memberId);
  tx.run('DELETE FROM points_hold WHERE member_id = ?', memberId);
}

/** What a member's points are made of here; asked by any of the person's ids. */
export interface Account {
  readonly rules: PointsRules;
  /** Undefined: HQ never told of this member. */
  readonly opening: CarriedPoints | undefined;
  /** Ours, without those that the opening takes into account. */
  readonly own: readonly OwnEntry[];
}

export function accountOf(reader: Reader, id: string): Account {
  const rules = rulesOf(reader);
  const memberId =
    reader.get<{ member_id: string }>('SELECT member_id FROM points_alias WHERE alias = ?', id)?.member_id ?? id;
  const carried = reader.get<{ points: string; included: string }>(
    'SELECT points, included FROM points_carried WHERE member_id = ?',
    memberId,
  );
  if (carried === undefined) return { rules, opening: undefined, own: ownEntries(reader, [memberId]) };
  const aliases = reader.all<{ alias: string }>('SELECT alias FROM points_alias WHERE member_id = ?', memberId);
  const included = JSON.parse(carried.included) as IncludedMarks;
  const own = ownEntries(reader, [memberId, ...aliases.map(({ alias }) => alias)]);
  return {
    rules,
    opening: JSON.parse(carried.points) as CarriedPoints,
    own: own.filter((entry) => !isIncluded(included, entry)),
  };
}

/**
 * HQ's entries of a person with ours that it may not have. An entry that both hold counts once, by its name; but what lies in HQ's opening has no name any more, so that there ours are left out up to where
 * HQ has heard of us.
 */
export function unitedEntries(reader: Reader, { memberIds, entries, opening, included }: ToldPoints): LedgerEntry[] {
  const own = ownEntries(reader, memberIds).filter((entry) => opening === undefined || !isIncluded(included, entry));
  return [...entries, ...own.map(({ entry }) => entry)];
}

function isIncluded(included: IncludedMarks, { epoch, seq }: OwnEntry): boolean {
  if (seq === null) return false;
  const mark = included.find((one) => one.epoch === epoch);
  if (mark === undefined) return false;
  return seq <= mark.contiguousSeq || mark.ranges.some(([from, to]) => from <= seq && seq <= to);
}

const standOf = ({ rules, opening, own }: Account, atMs: number): LedgerState =>
  foldLedger(
    own.map(({ entry }) => entry),
    rules,
    { asOfMs: atMs, opening, sha256 },
  );

/** Where a member's points stand, as far as this store knows. */
export const balanceOf = (reader: Reader, memberId: string, atMs: number): LedgerState =>
  standOf(accountOf(reader, memberId), atMs);

/** What is shown as the balance: what may be spent; below 0 where points are owed. */
export const shownBalance = ({ available, owed }: LedgerState): number => available - owed;

/** What keeps a member from spending more. */
export type AllowanceLimit = 'balance' | 'offline' | 'card' | 'unverified';

export interface Allowance {
  readonly points: number;
  readonly limit: AllowanceLimit;
}

/** Who asks, and how sure it is who they are. */
export interface Spender {
  readonly memberId: string;
  readonly trust: MemberTrust;
  readonly atMs: number;
}

/**
 * Points that a member may spend here now. Of a member whom HQ keeps, what other stores let be spent since HQ told of them is not known here: this store lets no more be spent
 * than the rules say until HQ has heard of it, and what HQ holds for it. A card, which anybody may have copied, lets no more be spent a day. Who has not proven their phone, where that
 * is asked for, spends none.
 */
export function allowanceOf(reader: Reader, { memberId, trust, atMs }: Spender): Allowance {
  const account = accountOf(reader, memberId);
  const { rules, opening, own } = account;
  const most = (allowance: Allowance, points: number, limit: AllowanceLimit): Allowance =>
    points < allowance.points ? { points: Math.max(0, points), limit } : allowance;
  let allowance: Allowance = { points: standOf(account, atMs).available, limit: 'balance' };
  if (opening !== undefined)
    allowance = most(
      allowance,
      rules.offlineBurnPoints + heldPoints(reader, memberId, atMs, own) - burnt(own),
      'offline',
    );
  if (trust === 'card')
    allowance = most(allowance, rules.cardBurnPoints - cardBurns(reader, memberId, storeDate(reader, atMs)), 'card');
  if (isMemberHeldBack(reader, memberId)) allowance = most(allowance, 0, 'unverified');
  return allowance;
}

/** Spent here and not heard of by HQ; what came back of it makes room again. */
function burnt(own: readonly OwnEntry[]): number {
  const burns = new Set(own.flatMap(({ entry }) => (entry.kind === 'burn' ? [entry.entryId] : [])));
  return own.reduce((sum, { entry }) => {
    if (entry.kind === 'burn') return sum + entry.points;
    return entry.of !== undefined && burns.has(entry.of) ? sum - entry.points : sum;
  }, 0);
}

/** What a card let be spent on a date, whether HQ heard of it or not. */
const cardBurns = (reader: Reader, memberId: string, date: string): number =>
  reader.get<{ points: number }>(
    `SELECT coalesce(sum(json_extract(entry, '$.points')), 0) AS points FROM points_entry WHERE member_id = ? AND card_date = ?`,
    memberId,
    date,
  )?.points ?? 0;
