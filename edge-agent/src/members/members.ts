import {
  type BasketMember,
  DECIDE_LIMITS,
  isFreshStep,
  phoneOf,
  type RotatingCode,
  readNumericCode,
  readRotatingCode,
} from '@tillside/decide';
import { codeHash } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { balanceOf } from '../points/balance.ts';
import { isFreshHere } from './freshness.ts';
import { phoneProofOf } from './phone-proof.ts';
import { isSignedBy, keyIdOf, publicKeyOf } from './rotating-code.ts';
import { phoneIndex } from './sealing.ts';

export interface Consent {
  purpose: 'membership' | 'personalisation' | 'marketing';
  granted: boolean;
  textVersion: string;
  at: string;
}

export interface Member {
  memberId: string;
  tier: string;
  consents: Consent[];
  joinedAt: string;
  /** Labels that coupons may be given by; they never set a price. */
  tags: string[];
  segments: string[];
  /** MM-DD, of who agreed to personal offers. */
  birthday: string | undefined;
  /** Joined in this store: all that they ever bought is known here. */
  joinedHere: boolean;
  /** Orders in all stores that HQ knows of; undefined where HQ never told of the member. */
  ordersAtHq: number | undefined;
  /** What is known of the member's wishes may be gone by; see freshness.ts. */
  isFresh: boolean;
  /** Undefined: this store asks nobody for a proof of their phone, or nobody asked this member. */
  isPhoneVerified: boolean | undefined;
}

interface MemberRow {
  member_id: string;
  tier: string;
  consents: string;
  joined_at: string;
  tags: string;
  segments: string;
  birthday: string | null;
  profile: string | null;
  orders: number | null;
  into_id: string | null;
  phone_verified: number | null;
}

/** Purchases of a member that a recommendation looks at. */
const MAX_HISTORY_ROWS = 400;

const asMember = (reader: Reader, row: MemberRow): Member => ({
  memberId: row.member_id,
  tier: row.tier,
  consents: JSON.parse(row.consents) as Consent[],
  joinedAt: row.joined_at,
  tags: JSON.parse(row.tags) as string[],
  segments: JSON.parse(row.segments) as string[],
  birthday: row.birthday ?? undefined,
  joinedHere: row.profile !== null,
  ordersAtHq: row.orders ?? undefined,
  isFresh: isFreshHere(reader),
  isPhoneVerified: phoneProofOf(reader, row.phone_verified),
});

/** Who was merged into another is that other. */
function toMember(reader: Reader, row: MemberRow): Member {
  const into =
    row.into_id === null ? undefined : reader.get<MemberRow>('SELECT * FROM member WHERE member_id = ?', row.into_id);
  return asMember(reader, into ?? row);
}

export function memberById(reader: Reader, memberId: string): Member | undefined {
  const row = reader.get<MemberRow>('SELECT * FROM member WHERE member_id = ?', memberId);
  return row && toMember(reader, row);
}

/**
 * By the code a member showed at an instant: a printed one, with or without the `TM:` prefix, of which the journal keeps only a hash; a rotating one (`TR:`) of a phone whose key
 * is known; or 18 digits, of which the changing part is HQ's to check. Whether it was shown before is `identify`'s to know. Throws MEMBER_CODE_EXPIRED for a rotating one of another
 * time.
 */
export function memberByCode(reader: Reader, code: string, atMs: number): Member | undefined {
  const rotating = readRotatingCode(code);
  if (rotating !== undefined) return memberOfPhone(reader, rotating, atMs);
  const numeric = readNumericCode(code);
  if (numeric !== undefined) return memberByNumber(reader, numeric.number);
  const hash = codeHash(code.trim().replace(/^TM:/i, ''));
  const row = reader.get<MemberRow>(
    'SELECT * FROM member WHERE code_hash = ? OR member_id = (SELECT member_id FROM member_card WHERE code_hash = ?)',
    hash,
    hash,
  );
  return row && toMember(reader, row);
}

/** By the nine digits that HQ gave. */
export function memberByNumber(reader: Reader, number: string): Member | undefined {
  const row = reader.get<MemberRow>('SELECT * FROM member WHERE number = ?', number);
  return row && toMember(reader, row);
}

function memberOfPhone(reader: Reader, code: RotatingCode, atMs: number): Member | undefined {
  const phone = reader.get<{ member_id: string; public_key: string }>(
    'SELECT member_id, public_key FROM member_phone WHERE key_id = ?',
    code.keyId,
  );
  const publicKey = phone && publicKeyOf(phone.public_key);
  if (phone === undefined || publicKey === undefined || !isSignedBy(code, publicKey)) return undefined;
  if (!isFreshStep(code.step, atMs)) throw new AgentError('MEMBER_CODE_EXPIRED');
  return memberById(reader, phone.member_id);
}

/**
 * These phones of a member, and no other, will show rotating codes. Keys are raw Ed25519 keys in base64url. Throws PUBLIC_KEY_REFUSED for what is no key, and for another
 * member's.
 */
export function setPublicKeys(tx: Tx, memberId: string, publicKeys: readonly string[]): void {
  const keys = publicKeys.map((publicKey) => {
    const raw = publicKeyOf(publicKey);
    if (raw === undefined) throw new AgentError('PUBLIC_KEY_REFUSED');
    return { keyId: keyIdOf(raw), publicKey };
  });
  tx.run('DELETE FROM member_phone WHERE member_id = ?', memberId);
  for (const { keyId, publicKey } of keys) {
    const added = tx.run(
      'INSERT INTO member_phone (key_id, member_id, public_key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      keyId,
      memberId,
      publicKey,
    );
    if (added === 0 && ownerOfKey(tx, keyId) !== memberId) throw new AgentError('PUBLIC_KEY_REFUSED');
  }
}

/** The member whose phone has the key of this id. */
export const ownerOfKey = (reader: Reader, keyId: string): string | undefined =>
  reader.get<{ member_id: string }>('SELECT member_id FROM member_phone WHERE key_id = ?', keyId)?.member_id;

/** By phone (E.164), through the keyed index. */
export function memberByPhone(reader: Reader, indexKey: Buffer, phone: string): Member | undefined {
  const row = reader.get<MemberRow>('SELECT * FROM member WHERE phone_index = ?', phoneIndex(indexKey, phone));
  return row && toMember(reader, row);
}

/**
 * Whether anything of the person beside the membership may count (adr/0021). Without it a member gets what anybody gets, and what membership gives everybody: points, member
 * prices, coupons that were given and not chosen for them. No history, tag, segment or birthday is looked at.
 */
export const personalised = (member: Member): boolean =>
  member.isFresh && member.consents.some((consent) => consent.purpose === 'personalisation' && consent.granted);

/** What campaigns may ask of a member at an instant, as far as this store knows. */
export function basketMember(reader: Reader, member: Member, atMs: number): BasketMember {
  const { memberId, tier, joinedAt, tags, segments, birthday } = member;
  const mayLabel = personalised(member);
  const orders = ordersOf(reader, member);
  return {
    memberId,
    tier,
    joinedAt,
    ...(orders === undefined ? {} : { orders }),
    ...(tags.length === 0 || !mayLabel ? {} : { tags }),
    ...(segments.length === 0 || !mayLabel ? {} : { segments }),
    ...(birthday === undefined || !mayLabel ? {} : { birthday }),
    pointsBalance: Math.min(balanceOf(reader, memberId, atMs).available, DECIDE_LIMITS.maxPoints),
  };
}

/** Earlier orders; undefined for a member from elsewhere of whom nothing was bought or imported here: then nobody knows. */
function ordersOf(reader: Reader, { memberId, joinedHere, ordersAtHq }: Member): number | undefined {
  const count = (sql: string): number => reader.get<{ n: number }>(sql, memberId)?.n ?? 0;
  const orders = Math.max(
    count('SELECT count(*) AS n FROM sale WHERE member_id = ?'),
    count('SELECT count(DISTINCT at) AS n FROM purchase WHERE member_id = ?'),
    ordersAtHq ?? 0,
  );
  return orders > 0 || joinedHere || ordersAtHq !== undefined ? orders : undefined;
}

export function recordPurchase(tx: Tx, memberId: string, sku: string, at: string, quantity: number): void {
  tx.run('INSERT INTO purchase (member_id, sku, at, quantity) VALUES (?, ?, ?, ?)', memberId, sku, at, quantity);
}

export interface PastPurchase {
  memberId: string;
  sku: string;
  /** Of the item as it is now; empty when the store no longer knows it. */
  category: string;
  department: string;
  at: string;
  quantity: number;
}

const PAST = `SELECT p.member_id AS memberId, p.sku, coalesce(i.category, '') AS category, coalesce(i.department, '') AS department, p.at, p.quantity
  FROM purchase p LEFT JOIN item i ON i.sku = p.sku`;

/** A member's purchases, newest first. */
export function purchasesOf(reader: Reader, memberId: string): PastPurchase[] {
  return reader.all(`${PAST} WHERE p.member_id = ? ORDER BY p.at DESC LIMIT ?`, memberId, MAX_HISTORY_ROWS);
}

/** Differs when a sale added to a member's purchases. An import, which also takes some away, may leave it the same. */
export function purchaseMark(reader: Reader, memberId: string): string {
  const { n, last } = reader.get<{ n: number; last: number | null }>(
    'SELECT count(*) AS n, max(rowid) AS last FROM purchase WHERE member_id = ?',
    memberId,
  ) ?? { n: 0, last: null };
  return `${n} ${last}`;
}

/** Purchases of all members, newest first. */
export function newestPurchases(reader: Reader, limit: number): PastPurchase[] {
  return reader.all(`${PAST} ORDER BY p.at DESC LIMIT ?`, limit);
}

/** E.164, of a phone as it was typed (decide's `phoneOf`). Throws PHONE_REFUSED. */
export function normalisePhone(typed: string): string {
  const phone = phoneOf(typed);
  if (phone === undefined) throw new AgentError('PHONE_REFUSED');
  return phone;
}
