import { foldLedger, LedgerEntry, lotEnds, type PointsRules, statementOf } from '@tillside/decide';
import type { HubAnswer, MovePoints } from '@tillside/hub-contract';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import { sha256Of } from '../sha256.ts';
import type { MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { HQ } from './join.ts';
import { pointsRulesOf } from './record.ts';
import { memberSettingsOf } from './settings.ts';

const HOLD_MS = 30 * 60_000;
/** A burn holds its points while it is written. */
const BURN_MS = 60_000;

export interface PointsDeskPorts {
  readonly storage: Pick<HubStorage, 'members' | 'partners'>;
  readonly clock: Clock;
}

/** Points of a member as HQ knows them. */
export function createPointsDesk({ storage, clock }: PointsDeskPorts) {
  const { ledger, directory } = storage.members;
  const stateOf = async (entries: readonly LedgerEntry[], rules: PointsRules) =>
    foldLedger(entries, rules, { asOfMs: clock.now(), sha256: sha256Of });

  const hold = async (
    holdId: string,
    member: MemberRow,
    points: number,
    lifeMs: number,
  ): Promise<{ points: number; until: string }> => {
    const nowMs = clock.now();
    const rules = await pointsRulesOf(storage);
    const about = {
      holdId,
      memberId: member.memberId,
      store: HQ,
      at: instantOf(nowMs),
      until: instantOf(nowMs + lifeMs),
    };
    return ledger.hold(about, (entries, held) => {
      const { available } = foldLedger(entries, rules, { asOfMs: nowMs, sha256: sha256Of });
      return available - held >= points ? points : 0;
    });
  };
  const held = async (memberId: string): Promise<LedgerEntry[]> => ledger.entriesOf(await directory.same(memberId));

  return {
    balance: async ({ memberId }: MemberRow) => {
      const { available, pending, owed } = await stateOf(await held(memberId), await pointsRulesOf(storage));
      return { available, pending, owed };
    },
    statement: async ({ memberId }: MemberRow): Promise<HubAnswer<'pointsOf'>> => {
      const rules = await pointsRulesOf(storage);
      const { state, lines, ...rest } = statementOf(await held(memberId), rules, {
        asOfMs: clock.now(),
        sha256: sha256Of,
      });
      const { available, pending, owed } = state;
      return { available, pending, owed, ...rest, lines: lines.map((line) => ({ ...line })) };
    },
    /** Throws HUB_IDEMPOTENCY_CONFLICT, HUB_POINTS_REFUSED. */
    move: async (member: MemberRow, { kind, id, points, of, reason, holdId }: MovePoints): Promise<LedgerEntry> => {
      const { memberId } = member;
      const entryId = `${kind}:${HQ}:${id}`;
      const content = sha256Of(JSON.stringify([memberId, kind, points, of ?? null, reason ?? null]));
      const now = instantOf(clock.now());
      const before = await held(memberId);
      const claim = await storage.partners.claims.take({ scope: 'points', name: entryId, content, memberId, at: now });
      if (claim.state === 'other') throw new HubFault('HUB_IDEMPOTENCY_CONFLICT', entryId);
      const written = before.find((entry) => entry.entryId === entryId);
      if (written !== undefined) return written;
      if (of !== undefined) checkReverse(before, of, points);
      const { points: rules, zone } = (await memberSettingsOf(storage)).settings;
      const entry = LedgerEntry.parse({
        entryId,
        memberId,
        kind,
        points,
        at: claim.at,
        ...(kind === 'earn' || (kind === 'adjust' && points > 0) ? lotEnds(rules, Date.parse(claim.at), zone) : {}),
        ...(of === undefined ? {} : { of }),
        ...(reason === undefined ? {} : { reason }),
      });
      if (kind === 'burn') await spend(member, points, holdId ?? `burn ${id}`, holdId === undefined);
      await ledger.add([entry], { store: HQ, at: now });
      if (kind === 'burn') await ledger.releaseHold(holdId ?? `burn ${id}`);
      return entry;
    },
    /** Throws HUB_POINTS_REFUSED. */
    hold: async (member: MemberRow, holdId: string, points: number): Promise<HubAnswer<'holdPoints'>> => {
      const given = await hold(holdId, member, points, HOLD_MS);
      if (given.points < points) {
        await ledger.releaseHold(holdId);
        throw new HubFault('HUB_POINTS_REFUSED');
      }
      return { holdId, ...given };
    },
    release: (holdId: string): Promise<void> => ledger.releaseHold(holdId),
  };

  /** Under the person's lock, by a hold: two burns at once never spend the same points. */
  async function spend(member: MemberRow, points: number, holdId: string, isOwn: boolean): Promise<void> {
    const given = await hold(holdId, member, points, BURN_MS);
    if (given.points >= points && Date.parse(given.until) > clock.now()) return;
    if (isOwn) await ledger.releaseHold(holdId);
    throw new HubFault('HUB_POINTS_REFUSED');
  }
}

/** No more comes back than the entry moved, less what came back before. */
function checkReverse(entries: readonly LedgerEntry[], of: string, points: number): void {
  const target = entries.find(({ entryId, kind }) => entryId === of && (kind === 'earn' || kind === 'burn'));
  if (target === undefined) throw new HubFault('HUB_POINTS_REFUSED', '(of)');
  const gone = entries.reduce((sum, entry) => sum + (entry.of === of ? entry.points : 0), 0);
  if (gone + points > target.points) throw new HubFault('HUB_POINTS_REFUSED', '(more than there was)');
}

export type PointsDesk = ReturnType<typeof createPointsDesk>;
