import type { IncomingEvent } from '../../../sync/incoming.ts';
import type { JoinedMember, MemberEffects } from '../../../sync/member-effects.ts';
import { msOf, utcOf } from '../../members/rows.ts';
import type { Sqlite } from '../open.ts';
import type { MemberWrites } from './index.ts';

/** What newly stored events do to members; call it in the transaction of their insert, after it. Bodies in quarantine do nothing. */
export type MemberFolds = (store: string, events: readonly IncomingEvent[], receivedAt: string) => void;

/** Whose a sale was that this store told of; no row: it was not heard of. */
const SALE = `SELECT e.envelope ->> '$.data.memberId' AS memberId FROM events e JOIN streams s ON s.id = e.stream_id
  WHERE e.sale_id = @saleId AND s.store = @store AND e.type = 'tillside.sale.completed.v1' AND e.quarantine IS NULL LIMIT 1`;

export function createMemberFolds(
  db: Sqlite,
  { directory, ledger, purchases, erasures, access }: MemberWrites,
): MemberFolds {
  const sale = db.prepare<object, { memberId: string | null }>(SALE);

  const join = (store: string, joined: JoinedMember, at: string): void => {
    const { memberId, codeHash, publicKey, claim, joinedAt, ...rest } = joined;
    const outcome = directory.add(
      {
        ...rest,
        memberId,
        joinedAt,
        home: store,
        tierUntil: null,
        tags: [],
        segments: [],
        publicKeys: publicKey === null ? [] : [publicKey],
        codeHashes: codeHash === null ? [] : [codeHash],
        phoneIndex: null,
      },
      at,
    );
    if (outcome !== 'added') return;
    if (claim !== null) directory.mark(memberId, 'claim', claim.hash, msOf(joinedAt), msOf(claim.until));
    directory.seen(memberId, store, joinedAt, 0);
  };
  /** Of who is known and was not erased, those who know are told. */
  const tell = (memberId: string, at: string): void => {
    const root = directory.rootOf(memberId);
    if (root !== undefined) directory.touch(root, 'known', at);
  };
  const ofDirectory = (store: string, effects: MemberEffects, at: string): void => {
    const { joined, consent, keyed, corrected, erased, accessed } = effects;
    if (joined !== undefined) join(store, joined, at);
    if (consent !== undefined) directory.consent(consent.memberId, [consent.state], at);
    if (keyed !== undefined && directory.mark(keyed.memberId, 'key', keyed.publicKey, msOf(keyed.at)))
      tell(keyed.memberId, at);
    if (corrected !== undefined)
      directory.correct(corrected.memberId, JSON.stringify(corrected.profile), msOf(corrected.at), at);
    if (erased !== undefined) erasures.told(store, erased);
    if (accessed !== undefined) access({ ...accessed, by: `${store}/${accessed.by}` });
  };
  const ofSales = (store: string, effects: MemberEffects, changed: Set<string>): void => {
    const { purchase, refund, back, guest } = effects;
    const take = (memberId: string, month: string, at: string | null, fen: number): void => {
      purchases.add(store, { memberId, month, at, fen });
      changed.add(memberId);
    };
    if (purchase !== undefined) {
      const { saleId, memberId, month, at, fen } = purchase;
      take(memberId, month, utcOf(at), fen);
      for (const early of purchases.takeRefunds(store, saleId)) take(memberId, early.month, null, -early.fen);
    }
    if (back !== undefined) take(back.memberId, back.month, null, -back.fen);
    if (refund !== undefined) {
      const held = sale.get({ store, saleId: refund.saleId });
      if (held === undefined) purchases.keepRefund(store, refund);
      else if (held.memberId !== null) take(held.memberId, refund.month, null, -refund.fen);
    }
    if (guest !== undefined) purchases.keepGuest({ store, ...guest });
  };
  return (store, events, receivedAt) => {
    const changed = new Set<string>();
    for (const { quarantine, effects } of events) {
      const { members } = effects;
      if (quarantine !== null || members === undefined) continue;
      if (members.entries !== undefined) ledger.take(members.entries, { store, at: receivedAt });
      else ofSales(store, members, changed);
      ofDirectory(store, members, receivedAt);
    }
    for (const memberId of changed) tell(memberId, receivedAt);
  };
}
