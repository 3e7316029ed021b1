import type { ComparedMember, Comparison, HubAnswer, ProbableDuplicates } from '@tillside/hub-contract';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { MemberRow } from '../storage/member-port.ts';
import type { HubStorage } from '../storage/port.ts';
import { type Caller, callerName, type MemberDesk } from './desk.ts';
import { phoneLikeness } from './likeness.ts';
import { type OpenProfile, openProfile } from './open-profile.ts';
import type { PointsDesk } from './points-desk.ts';

export interface DuplicateDeskPorts {
  readonly storage: Pick<HubStorage, 'members' | 'keys'>;
  readonly clock: Clock;
  readonly desk: Pick<MemberDesk, 'note' | 'person'>;
  readonly points: Pick<PointsDesk, 'balance'>;
  /** The run over everybody; see MemberUpkeep. */
  readonly upkeep: { compare(): void; readonly isComparing: boolean };
}

type Fields = OpenProfile['fields'];
type Likeness = Comparison['alike']['name'];
const HIDDEN = '*';

/** The first letter; of a phone four digits before the last four are hidden, of a birthday the day. */
export const MASKS = {
  name: (name: string): string => `${[...name][0] ?? ''}${HIDDEN.repeat(2)}`,
  phone: (phone: string): string => phone.replace(/\d{4}(?=\d{4}$)/u, HIDDEN.repeat(4)),
  birthday: (birthday: string): string => birthday.replace(/\d{2}$/u, HIDDEN.repeat(2)),
} as const;

const masked = (fields: Fields, name: keyof typeof MASKS): string | null => {
  const value = fields[name];
  return value === undefined ? null : MASKS[name](value);
};
const likeness = (one: string | null | undefined, other: string | null | undefined): Likeness => {
  if (one === null || one === undefined || other === null || other === undefined) return 'unknown';
  return one === other ? 'same' : 'other';
};

/** Who may be there twice, as people at HQ look at it and judge. */
export function createDuplicateDesk({ storage, clock, desk, points, upkeep }: DuplicateDeskPorts) {
  const { directory, duplicates, purchases } = storage.members;

  const factsOf = async (row: MemberRow, fields: Fields): Promise<ComparedMember> => {
    const { memberId, number, joinedAt, home, channel, tier, household, codeHashes } = row;
    const { orders = 0, spentFen = 0, lastAt = null } = (await purchases.of(memberId)) ?? {};
    return {
      memberId,
      number,
      joinedAt,
      home,
      channel,
      tier,
      household,
      orders,
      spentFen,
      lastAt,
      points: (await points.balance(row)).available,
      cards: codeHashes.length,
      name: masked(fields, 'name'),
      phone: masked(fields, 'phone'),
      birthday: masked(fields, 'birthday'),
    };
  };
  /** Both as the persons that they are. Throws HUB_MEMBER_UNKNOWN. */
  const both = async (one: string, other: string) => [await desk.person(one), await desk.person(other)] as const;
  const noteBoth = async (caller: Caller, rows: readonly MemberRow[], what: string, reason: string): Promise<void> => {
    for (const { memberId } of rows) await desk.note(caller, memberId, what, reason);
  };
  const fieldsOf = async (row: MemberRow): Promise<Fields> =>
    (await openProfile(storage, await directory.same(row.memberId), row))?.fields ?? {};

  return {
    list: async ({ after, limit }: { after: number; limit: number }): Promise<ProbableDuplicates> => {
      const found = await duplicates.page(after, limit + 1);
      const pairs = found.slice(0, limit).map(({ reasons, ...pair }) => ({ ...pair, reasons: [...reasons] }));
      return {
        run: await duplicates.run(),
        isRunning: upkeep.isComparing,
        total: await duplicates.count(),
        pairs,
        next: found.length > limit ? (pairs.at(-1)?.rank ?? null) : null,
      };
    },
    run: (): HubAnswer<'runDuplicates'> => {
      upkeep.compare();
      return { started: true };
    },
    compare: async (caller: Caller, memberId: string, other: string, reason: string): Promise<Comparison> => {
      const rows = await both(memberId, other);
      await noteBoth(caller, rows, 'compare', reason);
      const [one, two] = [await fieldsOf(rows[0]), await fieldsOf(rows[1])];
      const isCard = rows[0].codeHashes.some((code) => rows[1].codeHashes.includes(code));
      const areCards = rows.every(({ codeHashes }) => codeHashes.length > 0);
      return {
        people: [await factsOf(rows[0], one), await factsOf(rows[1], two)],
        alike: {
          name: likeness(one.name, two.name),
          phone: phoneLikeness(one.phone, two.phone),
          birthday: likeness(one.birthday, two.birthday),
          household: likeness(rows[0].household, rows[1].household),
          card: isCard ? 'same' : areCards ? 'other' : 'unknown',
        },
      };
    },
    saySeparate: async (
      caller: Caller,
      memberId: string,
      other: string,
      reason: string,
    ): Promise<HubAnswer<'sayTwoPeople'>> => {
      const rows = await both(memberId, other);
      const said = {
        one: rows[0].memberId,
        other: rows[1].memberId,
        at: instantOf(clock.now()),
        by: callerName(caller),
      };
      const outcome = await duplicates.saySeparate({ ...said, reason });
      if (outcome === 'unknown') throw new HubFault('HUB_MEMBER_UNKNOWN');
      if (outcome === 'refused') throw new HubFault('HUB_MERGE_REFUSED');
      await noteBoth(caller, rows, 'two people', reason);
      return { said: true };
    },
    takeBack: async (
      caller: Caller,
      memberId: string,
      other: string,
      reason: string,
    ): Promise<HubAnswer<'takeTwoPeopleBack'>> => {
      const rows = await both(memberId, other);
      // Said already: the same again is no change.
      if (await duplicates.takeBack(memberId, other)) await noteBoth(caller, rows, 'two people taken back', reason);
      return { takenBack: true };
    },
    separate: async (limit: number): Promise<HubAnswer<'twoPeople'>> => ({ said: await duplicates.separate(limit) }),
  };
}

export type DuplicateDesk = ReturnType<typeof createDuplicateDesk>;
