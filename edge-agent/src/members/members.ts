import type { ConsentInput } from '@tillside/agent-contract';
import { type BasketMember, DECIDE_LIMITS } from '@tillside/decide';
import type { z } from 'zod';
import { codeHash } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { KeyRing, Reader, Tx } from '../journal/index.ts';
import { type Clock, instantOf, type Random } from '../ports.ts';
import { isFresh, isSignedBy, keyIdOf, publicKeyOf, type RotatingCode, readRotatingCode } from './rotating-code.ts';
import { newMemberKey, phoneIndex, seal } from './sealing.ts';

export interface Consent {
  purpose: 'membership' | 'personalisation' | 'marketing';
  granted: boolean;
  textVersion: string;
  at: string;
}

export interface Member {
  memberId: string;
  tier: string;
  points: number;
  consents: Consent[];
  joinedAt: string;
  /** Labels that coupons may be given by; they never set a price. */
  tags: string[];
  segments: string[];
  /** Joined in this store: all that they ever bought is known here. */
  joinedHere: boolean;
}

interface MemberRow {
  member_id: string;
  tier: string;
  points: number;
  consents: string;
  joined_at: string;
  tags: string;
  segments: string;
  profile: string | null;
}

/** Purchases of a member that a recommendation looks at. */
const MAX_HISTORY_ROWS = 400;
const MEMBER_CODE_BYTES = 12;

const toMember = (row: MemberRow): Member => ({
  memberId: row.member_id,
  tier: row.tier,
  points: row.points,
  consents: JSON.parse(row.consents) as Consent[],
  joinedAt: row.joined_at,
  tags: JSON.parse(row.tags) as string[],
  segments: JSON.parse(row.segments) as string[],
  joinedHere: row.profile !== null,
});

export function memberById(reader: Reader, memberId: string): Member | undefined {
  const row = reader.get<MemberRow>('SELECT * FROM member WHERE member_id = ?', memberId);
  return row && toMember(row);
}

/**
 * By the code a member showed at an instant: a printed one, with or without the `TM:` prefix, of which the journal keeps only a hash; or a rotating one (`TR:`) of a
 * phone whose key is known. Throws MEMBER_CODE_EXPIRED for one of another time.
 */
export function memberByCode(reader: Reader, code: string, atMs: number): Member | undefined {
  const rotating = readRotatingCode(code);
  if (rotating !== undefined) return memberOfPhone(reader, rotating, atMs);
  const row = reader.get<MemberRow>(
    'SELECT * FROM member WHERE code_hash = ?',
    codeHash(code.trim().replace(/^TM:/i, '')),
  );
  return row && toMember(row);
}

function memberOfPhone(reader: Reader, code: RotatingCode, atMs: number): Member | undefined {
  const row = reader.get<MemberRow & { public_key: string }>('SELECT * FROM member WHERE key_id = ?', code.keyId);
  const publicKey = row && publicKeyOf(row.public_key);
  if (row === undefined || publicKey === undefined || !isSignedBy(code, publicKey)) return undefined;
  if (!isFresh(code, atMs)) throw new AgentError('MEMBER_CODE_EXPIRED');
  return toMember(row);
}

/** A member's phone will show rotating codes. `publicKey` is the raw Ed25519 key in base64url. Throws PUBLIC_KEY_REFUSED. */
export function setPublicKey(tx: Tx, memberId: string, publicKey: string): void {
  const raw = publicKeyOf(publicKey);
  if (raw === undefined) throw new AgentError('PUBLIC_KEY_REFUSED');
  const keyId = keyIdOf(raw);
  const owner = tx.get<{ member_id: string }>('SELECT member_id FROM member WHERE key_id = ?', keyId)?.member_id;
  if (owner !== undefined && owner !== memberId) throw new AgentError('PUBLIC_KEY_REFUSED');
  tx.run('UPDATE member SET public_key = ?, key_id = ? WHERE member_id = ?', publicKey, keyId, memberId);
}

/** By phone (E.164), through the keyed index. */
export function memberByPhone(reader: Reader, indexKey: Buffer, phone: string): Member | undefined {
  const row = reader.get<MemberRow>('SELECT * FROM member WHERE phone_index = ?', phoneIndex(indexKey, phone));
  return row && toMember(row);
}

/** A member who declined personalisation gets the same published offers, and no history is looked at. */
export const personalised = (member: Member): boolean =>
  member.consents.some((consent) => consent.purpose === 'personalisation' && consent.granted);

/** What campaigns may ask of a member, as far as this store knows. */
export function basketMember(reader: Reader, member: Member): BasketMember {
  const { memberId, tier, joinedAt, tags, segments, points } = member;
  const orders = ordersOf(reader, member);
  return {
    memberId,
    tier,
    joinedAt,
    ...(orders === undefined ? {} : { orders }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(segments.length === 0 ? {} : { segments }),
    pointsBalance: Math.min(Math.max(0, points), DECIDE_LIMITS.maxPoints),
  };
}

/** Earlier orders; undefined for a member from elsewhere of whom nothing was bought or imported here: then nobody knows. */
function ordersOf(reader: Reader, { memberId, joinedHere }: Member): number | undefined {
  const count = (sql: string): number => reader.get<{ n: number }>(sql, memberId)?.n ?? 0;
  const orders = Math.max(
    count('SELECT count(*) AS n FROM sale WHERE member_id = ?'),
    count('SELECT count(DISTINCT at) AS n FROM purchase WHERE member_id = ?'),
  );
  return orders > 0 || joinedHere ? orders : undefined;
}

/** Takes points off a balance that has them. Throws POINTS_SPENT: of two baskets that would spend the same points only one completes. */
export function spendPoints(tx: Tx, memberId: string, points: number): void {
  const taken = tx.run(
    'UPDATE member SET points = points - ? WHERE member_id = ? AND points >= ?',
    points,
    memberId,
    points,
  );
  if (taken !== 1) throw new AgentError('POINTS_SPENT');
}

export function addPoints(tx: Tx, memberId: string, points: number): void {
  tx.run('UPDATE member SET points = points + ? WHERE member_id = ?', points, memberId);
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

/** E.164. Mainland China numbers may come as typed: 11 digits beginning 13 to 19. Throws PHONE_REFUSED. */
export function normalisePhone(typed: string): string {
  const compact = typed.replace(/[\s().-]/g, '').replace(/^00/, '+');
  if (/^1[3-9]\d{9}$/.test(compact)) return `+86${compact}`;
  if (/^\+861[3-9]\d{9}$/.test(compact) || /^\+(?!86)[1-9]\d{6,14}$/.test(compact)) return compact;
  throw new AgentError('PHONE_REFUSED');
}

/**
 * Signs a shopper up. The phone is sealed under a key of the member's own and found again only by a keyed index; events carry the pseudonymous id.
 * Throws PHONE_REFUSED, CONSENT_NEEDED, MEMBER_EXISTS, PUBLIC_KEY_REFUSED.
 */
export function signUp(
  tx: Tx,
  ports: { clock: Clock; random: Random; indexKey: Buffer; keys: KeyRing },
  input: {
    phone: string;
    consents: z.infer<typeof ConsentInput>[];
    channel: 'kiosk' | 'staff' | 'till';
    publicKey?: string | undefined;
  },
): { memberId: string; code: string; tier: string; joinedAt: string } {
  const phone = normalisePhone(input.phone);
  const joinedAt = instantOf(ports.clock.now());
  const consents: Consent[] = input.consents.map((consent) => ({ ...consent, at: joinedAt }));
  if (!consents.some((consent) => consent.purpose === 'membership' && consent.granted))
    throw new AgentError('CONSENT_NEEDED');
  const index = phoneIndex(ports.indexKey, phone);
  if (tx.get('SELECT 1 AS found FROM member WHERE phone_index = ?', index) !== undefined)
    throw new AgentError('MEMBER_EXISTS');

  const memberId = `m${ports.random.bytes(12).toString('hex')}`;
  const code = ports.random.bytes(MEMBER_CODE_BYTES).toString('base64url');
  const key = newMemberKey(ports.random);
  ports.keys.put({ memberId, key: key.toString('base64url') });
  const profile = seal(ports.random, key, memberId, { phone });
  const tier = 'basic';
  tx.run(
    'INSERT INTO member (member_id, code_hash, phone_index, tier, points, consents, profile, joined_at) VALUES (?, ?, ?, ?, 0, ?, ?, ?)',
    memberId,
    codeHash(code),
    index,
    tier,
    JSON.stringify(consents),
    JSON.stringify(profile),
    joinedAt,
  );
  if (input.publicKey !== undefined) setPublicKey(tx, memberId, input.publicKey);
  tx.append('tillside.member.joined.v1', { memberId, joinedAt, channel: input.channel, tier, consents, profile });
  return { memberId, code: `TM:${code}`, tier, joinedAt };
}

export function changeConsent(tx: Tx, clock: Clock, code: string, input: z.infer<typeof ConsentInput>): void {
  const member = memberByCode(tx, code, clock.now());
  if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
  const at = instantOf(clock.now());
  const consents = [...member.consents.filter((consent) => consent.purpose !== input.purpose), { ...input, at }];
  tx.run('UPDATE member SET consents = ? WHERE member_id = ?', JSON.stringify(consents), member.memberId);
  tx.append('tillside.consent.changed.v1', { memberId: member.memberId, ...input, at });
}
