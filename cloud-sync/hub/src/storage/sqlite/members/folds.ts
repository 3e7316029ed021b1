import { earnId, type LedgerEntry } from '@tillside/decide';
import type { IncomingEvent } from '../../../sync/incoming.ts';
import type { JoinedMember, MemberEffects, MemberRefund } from '../../../sync/member-effects.ts';
import { guestPointsBack } from '../../members/guest-refund.ts';
import { msOf, proofMark, utcOf } from '../../members/rows.ts';
import type { Sqlite } from '../open.ts';
import type { MemberWrites } from './index.ts';
import type { PurchaseDelta } from './purchases.ts';

/** What newly stored events do to members; call it in the transaction of their insert, after it. Bodies in quarantine do nothing. */
export type MemberFolds = (store: string, events: readonly IncomingEvent[], receivedAt: string) => void;

/** Whose a sale was that this store told of; no row: it was not heard of. */
const SALE = `SELECT e.envelope ->> '$.data.memberId' AS memberId, e.envelope ->> '$.data.payableFen' AS payableFen FROM events e JOIN streams s ON s.id = e.stream_id
  WHERE e.sale_id = @saleId AND s.store = @store AND e.type = 'tillside.sale.completed.v1' AND e.quarantine IS NULL LIMIT 1`;

export function createMemberFolds(
  db: Sqlite,
  { directory, ledger, purchases, erasures, access }: MemberWrites,
): MemberFolds {
  const sale = db.prepare<object, { memberId: string | null; payableFen: number }>(SALE);
  const waits = db.prepare<[string, string], 1>('SELECT 1 FROM guest_sales WHERE store = ? AND sale_id = ?');
  const earned = db.prepare<[string], string>('SELECT entry FROM ledger WHERE entry_id = ?').pluck();

  const home = db.prepare<[string], string>('SELECT home FROM members WHERE member_id = ?').pluck();

  /** Of who is known and was not erased, those who know are told. */
  const tell = (memberId: string, at: string): void => {
    const root = directory.rootOf(memberId);
    if (root !== undefined) directory.touch(root, 'known', at);
  };
  /** A file of another store names the same member, who may come there from now on; what is new on the card is believed of the store where the member is at home. */
  const broughtAgain = (store: string, { memberId, codeHash, publicKey, joinedAt }: JoinedMember, at: string): void => {
    directory.seen(memberId, store, joinedAt, 0);
    if (home.get(memberId) === store) {
      if (codeHash !== null) directory.mark(memberId, 'code', codeHash, msOf(joinedAt));
      if (publicKey !== null) directory.mark(memberId, 'key', publicKey, msOf(joinedAt));
    }
    tell(memberId, at);
  };
  const join = (store: string, joined: JoinedMember, at: string): void => {
    const { memberId, codeHash, publicKey, claim, joinedAt, phoneVerified, ...rest } = joined;
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
    if (outcome === 'known' && rest.channel === 'import') broughtAgain(store, joined, at);
    if (outcome !== 'added') return;
    if (phoneVerified !== null) directory.mark(memberId, 'proof', proofMark(phoneVerified), msOf(joinedAt));
    if (claim !== null) directory.mark(memberId, 'claim', claim.hash, msOf(joinedAt), msOf(claim.until));
    directory.seen(memberId, store, joinedAt, 0);
  };
  const ofDirectory = (store: string, effects: MemberEffects, at: string): void => {
    const { joined, consent, keyed, invited, corrected, proof, erased, accessed } = effects;
    if (joined !== undefined) join(store, joined, at);
    if (consent !== undefined) directory.consent(consent.memberId, [consent.state], at);
    if (keyed !== undefined && directory.mark(keyed.memberId, 'key', keyed.publicKey, msOf(keyed.at)))
      tell(keyed.memberId, at);
    if (invited !== undefined)
      directory.mark(invited.memberId, 'claim', invited.hash, msOf(invited.at), msOf(invited.until));
    if (corrected !== undefined)
      directory.correct(corrected.memberId, JSON.stringify(corrected.profile), msOf(corrected.at), at);
    if (proof !== undefined && directory.mark(proof.memberId, 'proof', proofMark(proof.isProven), msOf(proof.at)))
      tell(proof.memberId, at);
    if (erased !== undefined) erasures.told(store, erased);
    if (accessed !== undefined) access({ ...accessed, by: `${store}/${accessed.by}` });
  };
  /** Of a guest's sale: it waits with the sale, or is its member's by now. */
  const ofGuest = (store: string, refund: MemberRefund, payableFen: number, heardAt: string): PurchaseDelta[] => {
    const { saleId, month, fen } = refund;
    if (waits.get(store, saleId) !== undefined) purchases.keepRefund(store, { saleId, month, fen });
    const entry = earned.get(earnId(store, saleId));
    if (entry !== undefined) {
      const back = guestPointsBack(JSON.parse(entry) as LedgerEntry, { ...refund, store, payableFen });
      ledger.take(back, { store: 'hq', at: heardAt });
    }
    const memberId = purchases.ownerOf(store, saleId);
    return memberId === undefined ? [] : [{ memberId, month, sale: null, fen: -fen }];
  };
  const ofSales = (
    told: { readonly store: string; readonly at: string; readonly effects: MemberEffects },
    hasRefunds: boolean,
    deltas: PurchaseDelta[],
  ): void => {
    const { store, effects } = told;
    const { purchase, refund, back, guest } = effects;
    if (purchase !== undefined) {
      const { saleId, memberId, month, at, fen } = purchase;
      deltas.push({ memberId, month, sale: { saleId, at: utcOf(at) }, fen });
      if (hasRefunds)
        for (const early of purchases.takeRefunds(store, saleId))
          deltas.push({ memberId, month: early.month, sale: null, fen: -early.fen });
    }
    if (back !== undefined) deltas.push({ memberId: back.memberId, month: back.month, sale: null, fen: -back.fen });
    if (refund !== undefined) {
      const { saleId, month, fen } = refund;
      const held = sale.get({ store, saleId });
      if (held === undefined) purchases.keepRefund(store, { saleId, month, fen });
      else if (held.memberId === null) deltas.push(...ofGuest(store, refund, held.payableFen, told.at));
      else deltas.push({ memberId: held.memberId, month, sale: null, fen: -fen });
    }
    if (guest !== undefined) purchases.keepGuest({ store, ...guest });
  };
  return (store, events, receivedAt) => {
    const deltas: PurchaseDelta[] = [];
    // Of before: a refund of this batch finds its sale in the log.
    let hasRefunds: boolean | undefined;
    for (const { quarantine, effects } of events) {
      const { members } = effects;
      if (quarantine !== null || members === undefined) continue;
      if (members.entries !== undefined) ledger.take(members.entries, { store, at: receivedAt });
      else {
        hasRefunds ??= purchases.hasRefunds();
        ofSales({ store, at: receivedAt, effects: members }, hasRefunds, deltas);
      }
      ofDirectory(store, members, receivedAt);
    }
    for (const memberId of purchases.add(store, deltas, false)) tell(memberId, receivedAt);
  };
}
