import { entriesOfSale, isFreshStep, readNumericCode, readRotatingCode } from '@tillside/decide';
import { isSignedBy, keyIdOf, publicKeyOf } from '@tillside/protocol';
import type { GuestSale, MemberStore } from '../storage/member-port.ts';
import { stepOfPassword } from './phones.ts';
import { memberSettingsOf } from './settings.ts';

/** Waiting sales that are looked at in one go. */
const PAGE = 500;
/** A code that nobody has turned out to have by then. */
const WAIT_MS = 180 * 86_400_000;

export interface GuestRun {
  readonly settled: number;
  readonly dropped: number;
  /** From where the next run goes on; 0: from the start. */
  readonly after: number;
}

type Owner = { readonly memberId: string } | 'unknown' | 'wrong';

/** Whose a code is that was shown at an instant. `wrong`: it is no code, or was not right then, and never will be. */
async function ownerOf({ directory, secrets }: MemberStore, { codeHash, shown, at }: GuestSale): Promise<Owner> {
  if (codeHash !== null) return (await directory.find({ codeHash })) ?? 'unknown';
  const [rotating, numeric] = [readRotatingCode(shown ?? ''), readNumericCode(shown ?? '')];
  if (rotating !== undefined) {
    const member = await directory.find({ keyId: rotating.keyId });
    if (member === null) return 'unknown';
    const key = member.publicKeys.map(publicKeyOf).find((raw) => raw !== undefined && keyIdOf(raw) === rotating.keyId);
    if (key === undefined) return 'unknown';
    return isFreshStep(rotating.step, Date.parse(at)) && isSignedBy(rotating, key) ? member : 'wrong';
  }
  if (numeric === undefined) return 'wrong';
  const member = await directory.find({ number: numeric.number });
  if (member === null) return 'unknown';
  const secret = await secrets.get(member.memberId);
  if (secret === null) return 'unknown';
  return stepOfPassword(secret, numeric, Date.parse(at)) === null ? 'wrong' : member;
}

/** Gives sales of guests to members who are known by now, each once, with the points that they would have earned. */
export async function runGuests(members: MemberStore, after: number, nowMs: number): Promise<GuestRun> {
  const { settings } = await memberSettingsOf({ members });
  const page = await members.guests.waiting(after, PAGE);
  let [settled, dropped] = [0, 0];
  for (const sale of page) {
    const owner = await ownerOf(members, sale);
    const { store: storeId, saleId, at, points: earned } = sale;
    if (owner === 'wrong' || (owner === 'unknown' && nowMs - Date.parse(at) > WAIT_MS)) {
      await members.guests.drop(storeId, saleId);
      dropped += 1;
    } else if (owner !== 'unknown') {
      const { memberId } = owner;
      const [entry = null] = entriesOfSale(
        { storeId, memberId, at, saleId, earned, spent: 0 },
        settings.points,
        settings.zone,
      );
      if (await members.guests.settle(sale, memberId, entry, new Date(nowMs).toISOString())) settled += 1;
    }
  }
  return { settled, dropped, after: page.length < PAGE ? 0 : (page.at(-1)?.cursor ?? 0) };
}
