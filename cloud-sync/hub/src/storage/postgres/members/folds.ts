import { earnId, type LedgerEntry } from '@tillside/decide';
import type { JoinedMember, MemberEffects, MemberRefund } from '../../../sync/member-effects.ts';
import { guestPointsBack } from '../../members/guest-refund.ts';
import { msOf, proofMark, utcOf } from '../../members/rows.ts';
import { plain } from '../copy.ts';
import type { Stored } from '../folds.ts';
import { rowsOf, type Session } from '../pool.ts';
import { toldErased } from './erase.ts';
import { addAccess, Touches } from './feed.ts';
import { type HeardEntry, takeEntries, touchPersons } from './ledger.ts';
import { addPurchases, type Delta, keepGuest, keepRefund, takeRefunds } from './purchases.ts';
import { addConsents, addMember, correctProfile, lockMembers, putMark, rowOf } from './writes.ts';

type Told = { readonly store: string; readonly at: string; readonly effects: MemberEffects };

const ofDirectory = (effects: MemberEffects): string | undefined => {
  const { joined, consent, keyed, invited, corrected, proof, erased } = effects;
  return (joined ?? consent ?? keyed ?? invited ?? corrected ?? proof ?? erased)?.memberId;
};

async function join(
  session: Session,
  store: string,
  joined: JoinedMember,
  at: string,
  touches: Touches,
): Promise<boolean> {
  const { memberId, codeHash, publicKey, claim, joinedAt, phoneVerified, ...rest } = joined;
  const member = {
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
  };
  const outcome = await addMember(session, member, at, touches);
  if (outcome === 'known' && rest.channel === 'import') await broughtAgain(session, store, joined, touches);
  if (outcome !== 'added') return false;
  if (phoneVerified !== null)
    await putMark(session, { memberId, kind: 'proof', value: proofMark(phoneVerified), atMs: msOf(joinedAt) });
  const { hash: value, until } = claim ?? { hash: '', until: '' };
  if (claim !== null)
    await putMark(session, { memberId, kind: 'claim', value, atMs: msOf(joinedAt), untilMs: msOf(until) });
  await session.query(SEEN, [memberId, store, utcOf(joinedAt)]);
  return true;
}

const SEEN = `INSERT INTO member_stores AS held VALUES ($1, $2, $3, 0) ON CONFLICT (member_id, store) DO UPDATE SET last_at = greatest(held.last_at, excluded.last_at)`;

/** A file of another store names the same member, who may come there from now on; what is new on the card is believed of the store where the member is at home. */
async function broughtAgain(
  session: Session,
  store: string,
  { memberId, codeHash, publicKey, joinedAt }: JoinedMember,
  touches: Touches,
): Promise<void> {
  await session.query(SEEN, [memberId, store, utcOf(joinedAt)]);
  const [held] = await rowsOf<{ root: string; home: string }>(
    session,
    'SELECT root, home FROM members WHERE member_id = $1',
    [memberId],
  );
  if (held === undefined) return;
  const atMs = msOf(joinedAt);
  if (held.home === store) {
    if (codeHash !== null) await putMark(session, { memberId, kind: 'code', value: codeHash, atMs });
    if (publicKey !== null) await putMark(session, { memberId, kind: 'key', value: publicKey, atMs });
  }
  touches.add(held.root, 'known');
}

/** Rare, so one by one, under the members' locks. */
async function changeDirectory(session: Session, told: Told, touches: Touches): Promise<void> {
  const { store, at, effects } = told;
  const { joined, consent, keyed, invited, corrected, proof, erased } = effects;
  if (joined !== undefined) await join(session, store, joined, at, touches);
  if (consent !== undefined) await addConsents(session, consent.memberId, [consent.state], touches);
  if (keyed !== undefined) {
    const { memberId, publicKey: value } = keyed;
    const isPut = await putMark(session, { memberId, kind: 'key', value, atMs: msOf(keyed.at) });
    const root = isPut ? (await rowOf(session, memberId))?.root : undefined;
    if (root !== undefined) touches.add(root, 'known');
  }
  if (invited !== undefined) {
    const { memberId, hash: value, until } = invited;
    await putMark(session, { memberId, kind: 'claim', value, atMs: msOf(invited.at), untilMs: msOf(until) });
  }
  if (corrected !== undefined) await correctProfile(session, corrected, at, touches);
  if (proof !== undefined) {
    const { memberId, isProven, at: provenAt } = proof;
    const mark = { memberId, kind: 'proof', value: proofMark(isProven), atMs: msOf(provenAt) } as const;
    const root = (await putMark(session, mark)) ? (await rowOf(session, memberId))?.root : undefined;
    if (root !== undefined) touches.add(root, 'known');
  }
  if (erased !== undefined) await toldErased(session, store, erased, touches);
}

/** Whose a sale was that its store told of; no row: it was not heard of. Bodies of other members than pseudonymous ids can't be stored. */
const SALE = `SELECT envelope AS text FROM events WHERE store = $1 AND sale_id = $2 AND type = 'tillside.sale.completed.v1' AND quarantine IS NULL LIMIT 1`;

/** Whoever settles the sale waits until what came back is kept, and the other way round. */
const WAITS = 'SELECT 1 FROM guest_sales WHERE store = $1 AND sale_id = $2 FOR UPDATE';

/** Of a guest's sale: it waits with the sale, or is its member's by now. */
async function ofGuest(
  session: Session,
  store: string,
  refund: MemberRefund,
  about: { payableFen: number; heardAt: string },
): Promise<Delta[]> {
  const { saleId, month, fen } = refund;
  const isWaiting = (await rowsOf(session, WAITS, [store, plain(saleId)])).length > 0;
  if (isWaiting) await keepRefund(session, { store, saleId, month, fen });
  const [held] = await rowsOf<{ entry: string }>(session, 'SELECT entry FROM ledger WHERE entry_id = $1', [
    earnId(store, plain(saleId)),
  ]);
  if (held !== undefined) {
    const earning = JSON.parse(held.entry) as LedgerEntry;
    const back = guestPointsBack(earning, { ...refund, store, payableFen: about.payableFen });
    await takeEntries(
      session,
      back.map((entry) => ({ entry, store: 'hq', at: about.heardAt })),
    );
  }
  const [owner] = await rowsOf<{ id: string }>(
    session,
    'SELECT member_id AS id FROM member_sales WHERE store = $1 AND sale_id = $2 AND is_guest',
    [store, plain(saleId)],
  );
  return owner === undefined ? [] : [{ store, memberId: owner.id, month, sale: null, fen: -fen }];
}

async function refunded(session: Session, told: readonly Told[]): Promise<Delta[]> {
  const deltas: Delta[] = [];
  for (const { store, at: heardAt, effects } of told) {
    const { refund } = effects;
    if (refund === undefined) continue;
    const { saleId, month, fen } = refund;
    const [sale] = await rowsOf<{ text: string }>(session, SALE, [store, plain(saleId)]);
    if (sale === undefined) {
      await keepRefund(session, { store, saleId, month, fen });
      continue;
    }
    const { memberId, payableFen } = (JSON.parse(sale.text) as { data: { memberId?: string; payableFen: number } })
      .data;
    if (memberId === undefined) deltas.push(...(await ofGuest(session, store, refund, { payableFen, heardAt })));
    else deltas.push({ store, memberId, month, sale: null, fen: -fen });
  }
  return deltas;
}

function purchased(told: readonly Told[]): Delta[] {
  return told.flatMap(({ store, effects: { purchase, back } }): Delta[] => {
    if (purchase !== undefined) {
      const { saleId, memberId, month, at, fen } = purchase;
      return [{ store, memberId, month, sale: { saleId, at: utcOf(at) }, fen }];
    }
    return back === undefined
      ? []
      : [{ store, memberId: back.memberId, month: back.month, sale: null, fen: -back.fen }];
  });
}

/**
 * What newly stored events do to members, in the transaction of their insert and after it. Members that are changed one by one are locked first, in order; then tables are
 * written one after the other, each in the order of its keys, so that no two hubs wait for each other.
 */
export async function addMemberFolds(
  session: Session,
  batches: readonly Pick<Stored, 'store' | 'receivedAt' | 'events'>[],
): Promise<void> {
  const told = batches.flatMap(({ store, receivedAt: at, events }) =>
    events.flatMap(({ quarantine, effects: { members: effects } }): Told[] =>
      quarantine === null && effects !== undefined ? [{ store, at, effects }] : [],
    ),
  );
  if (told.length === 0) return;
  const touches = new Touches();
  const rare = told.filter(({ effects }) => ofDirectory(effects) !== undefined);
  await lockMembers(
    session,
    rare.flatMap(({ effects }) => ofDirectory(effects) ?? []),
  );
  for (const each of rare) await changeDirectory(session, each, touches);

  const entries = told.flatMap(({ store, at, effects }) =>
    (effects.entries ?? []).map((entry): HeardEntry => ({ entry, store, at })),
  );
  const moved = entries.length === 0 ? new Set<string>() : (await takeEntries(session, entries)).changed;
  const sales = told.flatMap(({ store, effects: { purchase } }) =>
    purchase === undefined ? [] : [{ store, saleId: purchase.saleId, memberId: purchase.memberId }],
  );
  // Before what came back of them.
  for (const { store, effects } of told)
    if (effects.guest !== undefined) await keepGuest(session, store, effects.guest);
  const deltas = [...purchased(told), ...(await takeRefunds(session, sales)), ...(await refunded(session, told))];
  await addPurchases(session, deltas, false);
  await touchPersons(session, [...moved, ...deltas.map(({ memberId }) => memberId)], touches);
  for (const { store, effects } of told) {
    if (effects.accessed !== undefined)
      await addAccess(session, { ...effects.accessed, by: `${store}/${effects.accessed.by}` });
  }
  await touches.write(session, batches.at(-1)?.receivedAt ?? '');
}
