import { z } from 'zod';
import { MemberId, Reason } from './member-api.ts';
import { Count, Instant } from './text.ts';

/** Why two may be one. A reason names no value. `phone`: the same, which nobody verified. */
export const DuplicateReason = z.enum([
  'phone',
  'household-birthday',
  'phone-digit-birthday',
  'phone-digit-name',
  'same-card',
]);
export type DuplicateReason = z.infer<typeof DuplicateReason>;

export const ProbableDuplicates = z.strictObject({
  /** The newest run; null: there was none yet. `isCut`: there were more pairs than are kept. */
  run: z.strictObject({ at: Instant, tookMs: Count, compared: Count, isCut: z.boolean() }).nullable(),
  /** Another is asked for, or under way. */
  isRunning: z.boolean(),
  /** Pairs that wait for a person's word. */
  total: Count,
  pairs: z.array(
    z.strictObject({
      rank: z.int().positive(),
      /** Who joined later. */
      from: MemberId,
      into: MemberId,
      reasons: z.array(DuplicateReason),
    }),
  ),
  /** For `after`; null: these are the last. */
  next: z.int().positive().nullable(),
});
export type ProbableDuplicates = z.infer<typeof ProbableDuplicates>;

/** One of two who are compared. Personal fields are masked: enough to tell people apart, too little to reach them. */
export const ComparedMember = z.strictObject({
  memberId: MemberId,
  number: z.string(),
  joinedAt: Instant,
  /** Store id, or `hq`. */
  home: z.string(),
  channel: z.string(),
  tier: z.string(),
  orders: Count,
  spentFen: z.int(),
  lastAt: Instant.nullable(),
  points: z.int(),
  cards: Count,
  household: MemberId.nullable(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  birthday: z.string().nullable(),
});
export type ComparedMember = z.infer<typeof ComparedMember>;

/** How two values are to each other, behind their masks. `unknown`: one of them is not known. */
export const Likeness = z.enum(['same', 'one-digit', 'other', 'unknown']);
export const Comparison = z.strictObject({
  people: z.tuple([ComparedMember, ComparedMember]),
  alike: z.strictObject({ name: Likeness, phone: Likeness, birthday: Likeness, household: Likeness, card: Likeness }),
});
export type Comparison = z.infer<typeof Comparison>;

export const TwoPeople = z.strictObject({
  one: MemberId,
  other: MemberId,
  at: Instant,
  by: z.string(),
  reason: z.string(),
});
export type TwoPeople = z.infer<typeof TwoPeople>;

const Params = z.strictObject({ memberId: MemberId });
const Other = z.strictObject({ other: MemberId, reason: Reason });

/** Who may be there twice: for people at HQ, who decide. */
export const duplicateRoutes = {
  probableDuplicates: {
    method: 'GET',
    path: '/v1/members/probable-duplicates',
    auth: 'operator',
    query: z.strictObject({
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: ProbableDuplicates,
    summary: 'Members who are or may be one person as the daily run found them, with reasons and no personal data',
  },
  runDuplicates: {
    method: 'POST',
    path: '/v1/members/probable-duplicates/run',
    auth: 'operator',
    response: z.strictObject({ started: z.literal(true) }),
    summary: 'Look for members who are there twice now, not only once a day',
  },
  compareMembers: {
    method: 'POST',
    path: '/v1/members/:memberId/compare',
    auth: 'operator',
    params: Params,
    body: Other,
    response: Comparison,
    summary: 'Two members side by side, personal fields masked; written down with its reason for both',
  },
  sayTwoPeople: {
    method: 'POST',
    path: '/v1/members/:memberId/two-people',
    auth: 'operator',
    params: Params,
    body: Other,
    response: z.strictObject({ said: z.literal(true) }),
    summary: 'These two are two people: they are proposed no more, and merged by nobody until it is taken back',
  },
  takeTwoPeopleBack: {
    method: 'POST',
    path: '/v1/members/:memberId/two-people/undo',
    auth: 'operator',
    params: Params,
    body: Other,
    response: z.strictObject({ takenBack: z.literal(true) }),
    summary: 'Take back that two members are two people',
  },
  twoPeople: {
    method: 'GET',
    path: '/v1/members/two-people',
    auth: 'operator',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    response: z.strictObject({ said: z.array(TwoPeople) }),
    summary: 'Of whom somebody said that they are two people, newest first',
  },
} as const;
