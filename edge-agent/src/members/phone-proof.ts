import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { instantOf } from '../ports.ts';
import type { Member } from './members.ts';

const ASKS = 'phone-proof';

/** Whether this store sends codes to phones: only then a number that is not proven holds anything back. In the journal, so that whoever reads a member reads this with it. */
export function keepAsking(tx: Tx, asks: boolean): void {
  if (!asks) tx.run('DELETE FROM meta WHERE key = ?', ASKS);
  else tx.run('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING', ASKS, '1');
}

export const asksForProof = (reader: Reader): boolean =>
  reader.get('SELECT 1 AS yes FROM meta WHERE key = ?', ASKS) !== undefined;

/** `held`: 1 proven, 0 not yet, null nobody ever asked. Undefined: nobody asks. */
export function phoneProofOf(reader: Reader, held: number | null): boolean | undefined {
  return held === null || !asksForProof(reader) ? undefined : held === 1;
}

/** Points are earned and not spent, and what is personal is out of sight, until the phone is proven: the person may have joined with somebody else's number. */
export const isHeldBack = ({ isPhoneVerified }: Pick<Member, 'isPhoneVerified'>): boolean => isPhoneVerified === false;

/** The same of an id. */
export const isMemberHeldBack = (reader: Reader, memberId: string): boolean =>
  reader.get('SELECT 1 AS yes FROM member WHERE member_id = ? AND phone_verified = 0', memberId) !== undefined &&
  asksForProof(reader);

/** The member showed the code that went to their number. Told once. */
export function setProven(tx: Tx, memberId: string, atMs: number): void {
  const changed = tx.run(
    'UPDATE member SET phone_verified = 1 WHERE member_id = ? AND phone_verified IS NOT 1',
    memberId,
  );
  if (changed === 1) tx.append('tillside.member.verified.v1', { memberId, at: instantOf(atMs) });
}

/** Throws MEMBER_UNVERIFIED. */
export function checkProven(member: Pick<Member, 'isPhoneVerified'>): void {
  if (isHeldBack(member)) throw new AgentError('MEMBER_UNVERIFIED');
}
