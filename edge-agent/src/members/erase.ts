import { AgentError } from '../errors.ts';
import type { Forgotten, Journal, Tx } from '../journal/index.ts';
import { forgetPhoneCodes } from '../messages/codes.ts';
import { forgetCarried } from '../points/balance.ts';
import { type Clock, instantOf } from '../ports.ts';
import { isErased } from './checked-in.ts';
import { memberById } from './members.ts';
import { dropNews } from './news.ts';
import { forgetTier } from './tier.ts';

/** An answer to a retry of the sign-up is kept beside the row that it made, written within this time. */
const SIGN_UP_MS = 10_000;
/** Erasures that one transaction does again. */
const AGAIN_AT_ONCE = 500;

/**
 * Forgets a person under each of their ids: what was bought stays as sales of nobody in particular, what was promised or known of the person goes. A basket that is open goes on as
 * a guest's: its till is told by PRICE_CHANGED where that changes what is to be paid. The keys are to be erased once this is committed (`eraseKeys`); from then on what was sealed
 * with them is unreadable wherever it is. Throws MEMBER_UNKNOWN.
 */
export function eraseMember(tx: Tx, clock: Clock, memberId: string, by: Forgotten['by']): void {
  const member = memberById(tx, memberId);
  if (member === undefined) throw new AgentError('MEMBER_UNKNOWN');
  forgetPerson(tx, { memberId: member.memberId, at: instantOf(clock.now()), by });
}

/** HQ tells that a person was erased. What there is here goes; that it is gone is told HQ in any case, as each store does. The keys are the caller's, as above. */
export function eraseByHq(tx: Tx, clock: Clock, memberId: string): void {
  forgetPerson(tx, { memberId, at: instantOf(clock.now()), by: 'hq' });
}

/** The keys of a member who was erased, and of the ids that went in the same deed. Idempotent. */
export function eraseKeys(journal: Journal, memberId: string, by: Forgotten['by']): void {
  const ids = journal.all<{ memberId: string; at: string }>(
    'SELECT member_id AS memberId, at FROM erasure WHERE at = (SELECT at FROM erasure WHERE member_id = ?)',
    memberId,
  );
  journal.keys.erase(ids.map((each) => ({ ...each, by })));
}

/**
 * A journal that was put back may be from before an erasure, which HQ may never have heard of: whom the file of the keys knows to be forgotten is forgotten again, and HQ is told. To be
 * called before anybody is served. Returns how many.
 */
export function eraseAgain(journal: Journal): number {
  let count = 0;
  let page = journal.keys.forgottenAfter('', AGAIN_AT_ONCE);
  while (page.length > 0) {
    const back = page.filter(({ memberId }) => !isErased(journal, memberId));
    // Also who is unknown here: HQ may have heard of the sign-up that this disk has lost.
    if (back.length > 0)
      journal.write((tx) => {
        for (const forgotten of back) if (!isErased(tx, forgotten.memberId)) forgetPerson(tx, forgotten);
      });
    count += back.length;
    page = journal.keys.forgottenAfter(page.at(-1)?.memberId ?? '', AGAIN_AT_ONCE);
  }
  return count;
}

function forgetPerson(tx: Tx, forgotten: Forgotten): void {
  const { memberId, at, by } = forgotten;
  const row = tx.get<{ joined_at: string }>('SELECT joined_at FROM member WHERE member_id = ?', memberId);
  tx.run('DELETE FROM purchase WHERE member_id = ?', memberId);
  tx.run('DELETE FROM exposure WHERE member_id = ?', memberId);
  tx.run('DELETE FROM coupon WHERE member_id = ? AND spent_sale_id IS NULL', memberId);
  tx.run('DELETE FROM gift_choice WHERE member_id = ?', memberId);
  forgetTier(tx, memberId);
  tx.run('DELETE FROM member_phone WHERE member_id = ?', memberId);
  tx.run('DELETE FROM member WHERE member_id = ?', memberId);
  tx.run('DELETE FROM member_card WHERE member_id = ?', memberId);
  forgetPhoneCodes(tx, memberId);
  dropNews(tx, memberId);
  tx.run('DELETE FROM member_news WHERE into_id = ?', memberId);
  forgetCarried(tx, memberId);
  tx.run(
    `UPDATE basket SET content = json_set(json_remove(content, '$.memberId', '$.memberTrust', '$.payWithPoints'), '$.memberLeft', json('true'),
       '$.revision', coalesce(json_extract(content, '$.revision'), 1) + 1)
     WHERE state IN ('open', 'suspended') AND json_extract(content, '$.memberId') = ?`,
    memberId,
  );
  if (row !== undefined) forgetSignUp(tx, memberId, Date.parse(row.joined_at));
  tx.run('INSERT INTO erasure (member_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING', memberId, at);
  tx.append('tillside.member.erased.v1', { memberId, at, by });
  // Other ids of the same person, which HQ merged into this one.
  const same = tx.all<{ member_id: string }>('SELECT member_id FROM member WHERE into_id = ?', memberId);
  for (const { member_id: alias } of same) forgetPerson(tx, { ...forgotten, memberId: alias });
}

/** The answer holds the printed code, and the word by which a phone would still get a key. */
function forgetSignUp(tx: Tx, memberId: string, joinedMs: number): void {
  tx.run(
    'DELETE FROM idempotency WHERE at BETWEEN ? AND ? AND instr(response, ?) > 0',
    joinedMs,
    joinedMs + SIGN_UP_MS,
    JSON.stringify(memberId),
  );
}
