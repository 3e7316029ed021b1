import { setImmediate } from 'node:timers/promises';
import type { ImportReport } from '@tillside/agent-contract';
import { DECIDE_LIMITS, Id, type LedgerEntry } from '@tillside/decide';
import { z } from 'zod';
import { codeHash } from '../coupons/coupons.ts';
import type { Journal, Reader, Tx } from '../journal/index.ts';
import { postPoints } from '../points/entries.ts';
import { type CsvRows, readCsv } from '../prices/csv.ts';
import { Items } from '../prices/item.ts';
import { isErased } from './checked-in.ts';
import { type Consent, ownerOfKey, setPublicKeys } from './members.ts';
import { keyIdOf, publicKeyOf } from './rotating-code.ts';

const id = z.string().trim().min(1).max(64);
/** Labels that coupons may be given by, parted by `|`. */
const labels = z
  .string()
  .transform((text) => [...new Set(text.split('|').map((label) => label.trim()))].filter((label) => label !== ''))
  .pipe(z.array(Id).max(DECIDE_LIMITS.maxLabelsPerMember));
const MemberRow = z.object({
  memberId: z.string().regex(/^[A-Za-z0-9_-]{4,40}$/),
  code: id,
  tier: id,
  points: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
  joinedAt: z.iso.datetime({ offset: true }),
  personalisation: z.enum(['yes', 'no']),
  tags: labels.optional(),
  segments: labels.optional(),
  publicKey: z
    .string()
    .trim()
    .refine((key) => key === '' || publicKeyOf(key) !== undefined, 'an Ed25519 public key: 32 bytes in base64url')
    .optional(),
});
const CouponRow = z.object({ couponId: id, code: id, campaignId: id, memberId: z.string().trim().max(64) });
const PurchaseRow = z.object({
  memberId: id,
  sku: id,
  at: z.iso.datetime({ offset: true }),
  quantity: z
    .string()
    .regex(/^[1-9]\d{0,3}$/)
    .transform(Number),
});

/** Columns of the three files; docs/items.md explains them. */
export const MEMBER_COLUMNS = Object.keys(MemberRow.shape);
export const COUPON_COLUMNS = Object.keys(CouponRow.shape);
export const PURCHASE_COLUMNS = Object.keys(PurchaseRow.shape);

/** Rows that one transaction takes: a till that writes waits for it. */
const ROWS_AT_ONCE = 200;

type Row = z.infer<typeof MemberRow>;
type Rows = CsvRows<Row>;

/**
 * Members known elsewhere: pseudonymous ids and the codes on their cards; no personal fields. Existing members keep their points and consents; who was erased does not come back. HQ
 * is told of each who is new or has another card, tier or key, so that other stores find them.
 */
export function importMembers(journal: Journal, csv: string): ImportReport {
  const rows = readCsv(csv, MemberRow);
  let accepted = 0;
  for (const batch of batchesOf(rows)) accepted += takeMembers(journal, rows, batch);
  return finish(journal, accepted, rows.report());
}

/** The same while tills are served: between two transactions everybody else has a turn. */
export async function importMembersByTurns(journal: Journal, csv: string): Promise<ImportReport> {
  const rows = readCsv(csv, MemberRow);
  let accepted = 0;
  for (const batch of batchesOf(rows)) {
    accepted += takeMembers(journal, rows, batch);
    await journal.durable();
    await setImmediate();
  }
  return finish(journal, accepted, rows.report());
}

function* batchesOf({ good }: Rows): Generator<Rows['good']> {
  for (let from = 0; from < good.length; from += ROWS_AT_ONCE) yield good.slice(from, from + ROWS_AT_ONCE);
}

/** One transaction. Returns how many rows were taken. */
function takeMembers(journal: Journal, rows: Rows, batch: Rows['good']): number {
  return journal.write((tx) => {
    const openings: LedgerEntry[] = [];
    let count = 0;
    for (const { row, value } of batch) {
      const refusal = refusalOf(tx, value);
      if (refusal !== undefined) {
        rows.reject(row, ...refusal);
        continue;
      }
      const before = heldOf(tx, value.memberId);
      putMember(tx, value);
      if (before === undefined && value.points > 0) openings.push(openingOf(value));
      if (!putKey(tx, value))
        rows.reject(row, 'ROW_DUPLICATE', 'the public key belongs to another member; the rest of the row was taken');
      const after = heldOf(tx, value.memberId);
      if (after !== undefined && JSON.stringify(before) !== JSON.stringify(after))
        tellJoined(tx, value.memberId, after);
      count += 1;
    }
    postPoints(tx, openings);
    return count;
  });
}

function refusalOf(tx: Tx, { memberId, code }: Row): ['ROW_DUPLICATE' | 'ROW_REFERENCE', string] | undefined {
  if (isErased(tx, memberId)) return ['ROW_REFERENCE', 'the member was erased'];
  const hash = cardHash(code);
  const owner = tx.get<{ member_id: string }>('SELECT member_id FROM member WHERE code_hash = ?', hash)?.member_id;
  return owner === undefined || owner === memberId
    ? undefined
    : ['ROW_DUPLICATE', 'the code belongs to another member'];
}

const cardHash = (code: string): string => codeHash(code.replace(/^TM:/i, ''));

function putMember(tx: Tx, value: Row): void {
  const consent = (purpose: string, granted: boolean) => ({
    purpose,
    granted,
    textVersion: 'import',
    at: value.joinedAt,
  });
  tx.run(
    `INSERT INTO member (member_id, code_hash, tier, consents, joined_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (member_id) DO UPDATE SET code_hash = excluded.code_hash, tier = excluded.tier`,
    value.memberId,
    cardHash(value.code),
    value.tier,
    JSON.stringify([consent('membership', true), consent('personalisation', value.personalisation === 'yes')]),
    value.joinedAt,
  );
  // A file without the column leaves each member as it was.
  for (const column of ['tags', 'segments'] as const) {
    const said = value[column];
    if (said === undefined) continue;
    tx.run(`UPDATE member SET ${column} = ? WHERE member_id = ?`, JSON.stringify(said), value.memberId);
  }
}

/** False: the key is another member's. */
function putKey(tx: Tx, { memberId, publicKey }: Row): boolean {
  if (publicKey === undefined || publicKey === '') return true;
  const holder = ownerOfKey(tx, keyIdOf(Buffer.from(publicKey, 'base64url')));
  if (holder !== undefined && holder !== memberId) return false;
  setPublicKeys(tx, memberId, [publicKey]);
  return true;
}

/** What HQ is told of a member, as this store holds it. */
interface Held {
  readonly codeHash: string;
  readonly tier: string;
  readonly consents: string;
  readonly joinedAt: string;
  readonly publicKey: string | null;
}

const heldOf = (reader: Reader, memberId: string): Held | undefined =>
  reader.get<Held>(
    `SELECT code_hash AS codeHash, tier, consents, joined_at AS joinedAt,
       (SELECT public_key FROM member_phone p WHERE p.member_id = m.member_id ORDER BY key_id LIMIT 1) AS publicKey
     FROM member m WHERE member_id = ?`,
    memberId,
  );

function tellJoined(tx: Tx, memberId: string, held: Held): void {
  const { codeHash: hash, tier, joinedAt, publicKey } = held;
  tx.append('tillside.member.joined.v1', {
    memberId,
    joinedAt,
    channel: 'import',
    tier,
    consents: JSON.parse(held.consents) as Consent[],
    codeHash: hash,
    ...(publicKey === null ? {} : { publicKey }),
  });
}

/** The same file imported in several stores of a chain gives its points once. */
const openingOf = ({ memberId, points, joinedAt }: Row): LedgerEntry => ({
  entryId: `open:import:${memberId}`,
  memberId,
  kind: 'open',
  points,
  at: joinedAt,
});

/** Coupons issued elsewhere; one without a member may be used by anybody who holds it. A spent coupon stays spent. */
export function importCoupons(journal: Journal, csv: string): ImportReport {
  const rows = readCsv(csv, CouponRow);
  const accepted = journal.write((tx) => {
    let count = 0;
    for (const { row, value } of rows.good) {
      const code = value.code.replace(/^TC:/i, '');
      const owner = tx.get<{ coupon_id: string }>(
        'SELECT coupon_id FROM coupon WHERE code_hash = ?',
        codeHash(code),
      )?.coupon_id;
      if (owner !== undefined && owner !== value.couponId) {
        rows.reject(row, 'ROW_DUPLICATE', 'the code belongs to another coupon');
        continue;
      }
      tx.run(
        `INSERT INTO coupon (coupon_id, code_hash, code, campaign_id, member_id) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (coupon_id) DO UPDATE SET campaign_id = excluded.campaign_id`,
        value.couponId,
        codeHash(code),
        code,
        value.campaignId,
        value.memberId === '' ? null : value.memberId,
      );
      count += 1;
    }
    return count;
  });
  return finish(journal, accepted, rows.report());
}

/** What members bought before this store knew them; replaces what an earlier import brought for the same members. */
export function importPurchases(journal: Journal, csv: string): ImportReport {
  const rows = readCsv(csv, PurchaseRow);
  const accepted = journal.write((tx) => {
    const members = new Set(rows.good.map(({ value }) => value.memberId));
    for (const memberId of members) tx.run('DELETE FROM purchase WHERE member_id = ?', memberId);
    for (const { value } of rows.good) {
      tx.run(
        'INSERT INTO purchase (member_id, sku, at, quantity) VALUES (?, ?, ?, ?)',
        value.memberId,
        value.sku,
        value.at,
        value.quantity,
      );
    }
    return rows.good.length;
  });
  return finish(journal, accepted, rows.report());
}

function finish(
  journal: Journal,
  accepted: number,
  report: Pick<ImportReport, 'rejected' | 'rejectedCount'>,
): ImportReport {
  return { priceVersion: new Items(journal).priceVersion(), accepted, ...report };
}
