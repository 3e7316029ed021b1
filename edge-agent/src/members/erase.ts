import type { EventBody } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { Tx } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { memberByCode } from './members.ts';

/**
 * Forgets a member: what was bought stays as sales of nobody in particular, what was promised or known of the person goes. The key is erased once this is committed
 * (`Journal.eraseKeys`); from then on what was sealed with it is unreadable wherever it is. Throws MEMBER_UNKNOWN.
 */
export function eraseMember(
  tx: Tx,
  clock: Clock,
  code: string,
  by: EventBody<'tillside.member.erased.v1'>['by'],
): { memberId: string } {
  const member = memberByCode(tx, code, clock.now());
  if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
  const { memberId } = member;
  const at = instantOf(clock.now());
  tx.run('DELETE FROM purchase WHERE member_id = ?', memberId);
  tx.run('DELETE FROM coupon WHERE member_id = ? AND spent_sale_id IS NULL', memberId);
  tx.run('DELETE FROM member_phone WHERE member_id = ?', memberId);
  tx.run('DELETE FROM member WHERE member_id = ?', memberId);
  tx.run('INSERT INTO erasure (member_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING', memberId, at);
  tx.append('tillside.member.erased.v1', { memberId, at, by });
  return { memberId };
}
