import type { IncludedMarks, MemberRecord } from '@tillside/protocol';
import type { Reader, Tx } from '../journal/index.ts';
import { takeCarried } from '../points/balance.ts';
import { birthdayFor } from './birthday.ts';
import type { Consent } from './members.ts';
import { dropNews } from './news.ts';
import { keyIdOf, publicKeyOf } from './rotating-code.ts';

/** What HQ told of a member. */
export interface Told {
  readonly record: MemberRecord;
  readonly included: IncludedMarks;
  readonly source: 'pack' | 'feed' | 'hq';
  /** When it was so. */
  readonly asOf: string;
}

export const isErased = (reader: Reader, memberId: string): boolean =>
  reader.get('SELECT 1 AS yes FROM erasure WHERE member_id = ?', memberId) !== undefined;

/** Whether HQ told of this member, and nobody needs to be asked. */
export const isTold = (reader: Reader, memberId: string): boolean =>
  reader.get('SELECT 1 AS yes FROM member WHERE member_id = ? AND as_of IS NOT NULL', memberId) !== undefined;

/**
 * A member of HQ's joins those whom this store works with: what was said here later of a consent stays, all else is as HQ says. `phoneIndex`: of the phone by which they were
 * found, under the store's own key. Whether that phone is proven is the word of the store that keeps it, else HQ's. False for who was erased.
 */
export function checkIn(tx: Tx, { record, included, source, asOf }: Told, phoneIndex?: string): boolean {
  const { memberId, aliases } = record;
  if (isErased(tx, memberId)) return false;
  const held = tx.get<{ consents: string }>('SELECT consents FROM member WHERE member_id = ?', memberId);
  const consents = newestOf([...record.consents, ...(JSON.parse(held?.consents ?? '[]') as Consent[])]);
  tx.run(
    `INSERT INTO member (member_id, code_hash, tier, consents, joined_at, tags, segments, source, as_of, orders, birthday, tier_until, phone_verified)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (member_id) DO UPDATE SET tier = excluded.tier, consents = excluded.consents, joined_at = excluded.joined_at, tags = excluded.tags,
       segments = excluded.segments, source = excluded.source, as_of = excluded.as_of, orders = excluded.orders, birthday = excluded.birthday,
       tier_until = excluded.tier_until, phone_verified = iif(profile IS NULL, excluded.phone_verified, phone_verified), into_id = NULL`,
    memberId,
    cardless(memberId),
    record.tier,
    JSON.stringify(consents),
    record.joinedAt,
    JSON.stringify(record.tags),
    JSON.stringify(record.segments),
    source,
    asOf,
    record.orders,
    birthdayFor(consents, record.birthday),
    record.tierUntil ?? null,
    record.phoneVerified === undefined ? null : Number(record.phoneVerified),
  );
  if (phoneIndex !== undefined)
    tx.run(
      `UPDATE member SET phone_index = ? WHERE member_id = ? AND NOT EXISTS (SELECT 1 FROM member WHERE phone_index = ?)`,
      phoneIndex,
      memberId,
      phoneIndex,
    );
  putNumber(tx, memberId, record.number);
  putPhones(tx, record);
  putCards(tx, record, source);
  tx.run('UPDATE member SET into_id = NULL WHERE into_id = ?', memberId);
  for (const alias of aliases) tx.run('UPDATE member SET into_id = ? WHERE member_id = ?', memberId, alias);
  dropNews(tx, memberId);
  takeCarried(tx, memberId, record.points, included, aliases);
  return true;
}

/** Takes the place of a card's hash for who has none; no code has it. */
const cardless = (memberId: string): string => `none:${memberId}`;

function newestOf(statements: readonly Consent[]): Consent[] {
  const newest = new Map<Consent['purpose'], Consent>();
  for (const statement of statements) {
    const known = newest.get(statement.purpose);
    if (known === undefined || Date.parse(statement.at) > Date.parse(known.at))
      newest.set(statement.purpose, statement);
  }
  return [...newest.values()];
}

function putNumber(tx: Tx, memberId: string, number: string | undefined): void {
  if (number === undefined) return;
  tx.run('UPDATE member SET number = NULL WHERE number = ? AND member_id <> ?', number, memberId);
  tx.run('UPDATE member SET number = ? WHERE member_id = ?', number, memberId);
}

/** HQ knows whose phone it is now: a key that stood with another member here moves. */
function putPhones(tx: Tx, { memberId, publicKeys }: MemberRecord): void {
  tx.run('DELETE FROM member_phone WHERE member_id = ?', memberId);
  for (const publicKey of publicKeys) {
    const raw = publicKeyOf(publicKey);
    if (raw === undefined) continue;
    tx.run(
      `INSERT INTO member_phone (key_id, member_id, public_key) VALUES (?, ?, ?)
       ON CONFLICT (key_id) DO UPDATE SET member_id = excluded.member_id, public_key = excluded.public_key`,
      keyIdOf(raw),
      memberId,
      publicKey,
    );
  }
}

/** A pack names no card but the one that was shown; elsewhere all are named. */
function putCards(tx: Tx, { memberId, codeHashes }: MemberRecord, source: Told['source']): void {
  if (source !== 'pack') tx.run('DELETE FROM member_card WHERE member_id = ?', memberId);
  for (const hash of codeHashes)
    tx.run(
      'INSERT INTO member_card (code_hash, member_id) VALUES (?, ?) ON CONFLICT (code_hash) DO UPDATE SET member_id = excluded.member_id',
      hash,
      memberId,
    );
}
