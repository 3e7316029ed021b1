import type { MemberRow, PurchaseSummary } from '../../storage/member-port.ts';
import { DAY_MS } from '../activity.ts';
import type { RunPorts } from '../run.ts';

export const PEOPLE_AS_OF = Date.parse('2026-06-01T00:00:00Z');

export interface TestPerson {
  readonly row: MemberRow;
  readonly bought: PurchaseSummary & { readonly number: string };
}

const daysAgo = (days: number): string => new Date(PEOPLE_AS_OF - days * DAY_MS).toISOString();

/** The `index`th person: by turns a regular, one who came once, one between, and one who never bought; each third without consent to personalisation. */
export function personOf(index: number): TestPerson {
  const [memberId, number] = [`m${index}`, String(100_000_000 + index)];
  const wobble = index % 10;
  const kinds = [
    { first: 300 + wobble, prior: 9 + wobble, last: 2 + wobble, orders: 30 + wobble, spentFen: (30 + wobble) * 20_000 },
    { first: 300 + wobble, prior: null, last: 300 + wobble, orders: 1, spentFen: 2_000 + wobble },
    { first: 360, prior: 120 + wobble, last: 60 + wobble, orders: 6, spentFen: 30_000 + wobble },
  ];
  const kind = kinds[index % 4];
  const granted = index % 3 !== 0;
  const joinedAt = daysAgo(400);
  return {
    bought: {
      memberId,
      number,
      joinedAt,
      firstAt: kind === undefined ? null : daysAgo(kind.first),
      lastAt: kind === undefined ? null : daysAgo(kind.last),
      priorAt: kind === undefined || kind.prior === null ? null : daysAgo(kind.prior),
      orders: kind?.orders ?? 0,
      spentFen: kind?.spentFen ?? 0,
    },
    row: {
      memberId,
      number,
      home: index % 5 === 0 ? 'hq' : `s${index % 2}`,
      channel: 'till',
      joinedAt,
      tier: 'base',
      tierUntil: null,
      consents: [{ purpose: 'personalisation', granted, textVersion: 'v1', at: joinedAt }],
      tags: [],
      segments: [],
      household: null,
      publicKeys: [],
      codeHashes: [],
      profile: null,
      phoneIndex: null,
      phoneVerified: null,
      into: null,
      changedAt: joinedAt,
    },
  };
}

/** Members in memory, made on the way where there are many: a million take no room of their own. */
export function peopleOf(count: number): RunPorts & { readonly segments: Map<string, readonly string[]> } {
  const segments = new Map<string, readonly string[]>();
  const pageOf = <T>(after: string | null, limit: number, make: (index: number) => T): T[] => {
    const from = after === null ? 0 : Number(after) - 100_000_000 + 1;
    return Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, at) => make(from + at));
  };
  return {
    segments,
    clock: { now: () => PEOPLE_AS_OF },
    purchases: { page: async (after, limit) => pageOf(after, limit, (index) => personOf(index).bought) },
    directory: {
      count: async () => ({ members: count, merged: 0, erased: 0 }),
      page: async (after, limit) =>
        pageOf(after, limit, (index) => {
          const { row } = personOf(index);
          return { ...row, segments: [...(segments.get(row.memberId) ?? [])] };
        }),
      put: async (memberId, change) => {
        if (change.segments !== undefined) segments.set(memberId, change.segments);
        return true;
      },
    },
  };
}
