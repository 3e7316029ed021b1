import type { EventBody } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { Tx } from '../journal/index.ts';
import { forgetCarried } from '../points/balance.ts';
import { type Clock, instantOf } from '../ports.ts';
import { memberById } from './members.ts';

/** An answer to a retry of the sign-up is kept beside the row that it made, written within this time. */
const SIGN_UP_MS = 10_000;

/**
 * Forgets a member: what was bought stays as sales of nobody in particular, what was promised or known of the person goes. A basket that is open goes on as a guest's: its
 * till is told by PRICE_CHANGED where that changes what is to be paid. The key is to be erased once this is committed (`KeyRing.erase`); from then on what was sealed with it is
 * unreadable wherever it is. Throws MEMBER_UNKNOWN.
 */
export function eraseMember(
  tx: Tx,
  clock: Clock,
  memberId: string,
  by: EventBody<'tillside.member.erased.v1'>['by'],
): void {
  const member = memberById(tx, memberId);
  if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
  const at = instantOf(clock.now());
  tx.run('DELETE FROM purchase WHERE member_id = ?', memberId);
  tx.run('DELETE FROM coupon WHERE member_id = ? AND spent_sale_id IS NULL', memberId);
  tx.run('DELETE FROM member_phone WHERE member_id = ?', memberId);
  tx.run('DELETE FROM member WHERE member_id = ?', memberId);
  tx.run('DELETE FROM member_card WHERE member_id = ?', memberId);
  tx.run('DELETE FROM member_news WHERE member_id = ? OR into_id = ?', memberId, memberId);
  forgetCarried(tx, memberId);
  tx.run(
    `UPDATE basket SET content = json_set(json_remove(content, '$.memberId', '$.memberTrust', '$.payWithPoints'), '$.memberLeft', json('true'),
       '$.revision', coalesce(json_extract(content, '$.revision'), 1) + 1)
     WHERE state IN ('open', 'suspended') AND json_extract(content, '$.memberId') = ?`,
    memberId,
  );
  // It holds the printed code, and the word by which a phone would still get a key.
  const joinedMs = Date.parse(member.joinedAt);
  tx.run(
    'DELETE FROM idempotency WHERE at BETWEEN ? AND ? AND instr(response, ?) > 0',
    joinedMs,
    joinedMs + SIGN_UP_MS,
    JSON.stringify(memberId),
  );
  tx.run('INSERT INTO erasure (member_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING', memberId, at);
  tx.append('tillside.member.erased.v1', { memberId, at, by });
  // Other ids of the same person, which HQ merged into this one.
  const same = tx.all<{ member_id: string }>('SELECT member_id FROM member WHERE into_id = ?', memberId);
  for (const { member_id: alias } of same) eraseMember(tx, clock, alias, by);
}

/** HQ tells that a person was erased. What there is here goes; that it is gone is told HQ in any case, as each store does. The keys are the caller's, as above. */
export function eraseByHq(tx: Tx, clock: Clock, memberId: string): void {
  const isHere = tx.get('SELECT 1 AS yes FROM member WHERE member_id = ?', memberId) !== undefined;
  if (isHere) {
    eraseMember(tx, clock, memberId, 'hq');
    return;
  }
  const at = instantOf(clock.now());
  tx.run('DELETE FROM purchase WHERE member_id = ?', memberId);
  tx.run('DELETE FROM coupon WHERE member_id = ? AND spent_sale_id IS NULL', memberId);
  tx.run('DELETE FROM member_news WHERE member_id = ? OR into_id = ?', memberId, memberId);
  forgetCarried(tx, memberId);
  tx.run('INSERT INTO erasure (member_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING', memberId, at);
  tx.append('tillside.member.erased.v1', { memberId, at, by: 'hq' });
}
