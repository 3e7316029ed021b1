import { z } from 'zod';
import { MyExport } from './my.ts';
import { Count, Instant } from './text.ts';

/** Members and points as operators and partners (online shop, CRM, mini-program) see them. Personal fields are in clear here: every look is written down with its reason. */
export const MemberId = z.string().regex(/^[A-Za-z0-9_-]{4,40}$/);
const Label = z.string().min(1).max(64);
export const Reason = z.string().trim().min(1).max(80);
export const Purpose = z.enum(['membership', 'personalisation', 'marketing']);
export const Birthday = z.string().regex(/^(\d{4}-)?\d{2}-\d{2}$/);
const Name = z.string().trim().min(1).max(60);
/** As typed: spaces, dashes, with or without +86. */
const TypedPhone = z.string().min(5).max(40);
const Consent = z.strictObject({ purpose: Purpose, granted: z.boolean(), textVersion: z.string().min(1).max(40) });

export const MemberView = z.strictObject({
  memberId: MemberId,
  number: z.string(),
  joinedAt: Instant,
  /** Store id, or `hq`. */
  home: z.string(),
  channel: z.string(),
  tier: z.string(),
  tierUntil: z.string().nullable(),
  consents: z.array(z.strictObject({ ...Consent.shape, at: Instant })),
  tags: z.array(z.string()),
  segments: z.array(z.string()),
  household: MemberId.nullable(),
  /** The others of it, who joined first first. `said`: when, by whom and why HQ linked them, with the agreement of both; null: they came with it from a store. */
  householdMembers: z.array(
    z.strictObject({
      memberId: MemberId,
      said: z.strictObject({ at: Instant, by: z.string(), reason: z.string() }).nullable(),
    }),
  ),
  /** Other ids of the same person. */
  aliases: z.array(MemberId),
  /** Null where nothing personal is known, or HQ has no key to it. */
  profile: z
    .strictObject({ phone: z.string().optional(), birthday: z.string().optional(), name: z.string().optional() })
    .nullable(),
  points: z.strictObject({ available: z.int(), pending: z.int(), owed: z.int() }),
});
export type MemberView = z.infer<typeof MemberView>;

/** Exactly one of the ways, and why. */
export const FindMember = z
  .strictObject({
    phone: TypedPhone.optional(),
    number: z
      .string()
      .regex(/^\d{9}$/)
      .optional(),
    /** Of a printed card. */
    code: z.string().min(1).max(128).optional(),
    reason: Reason,
  })
  .refine(
    ({ phone, number, code }) => [phone, number, code].filter((way) => way !== undefined).length === 1,
    'one of phone, number and code',
  );

/** A year in the birthday, or the word of somebody that the person is 14 or older. */
export const SignUp = z.strictObject({
  phone: TypedPhone.optional(),
  birthday: Birthday.optional(),
  name: Name.optional(),
  isOldEnough: z.boolean().optional(),
  consents: z.array(Consent).min(1).max(3),
  tags: z.array(Label).max(32).default([]),
});
export type SignUp = z.infer<typeof SignUp>;

/** null takes a field away. */
export const CorrectMember = z.strictObject({
  phone: TypedPhone.nullable().optional(),
  birthday: Birthday.nullable().optional(),
  name: Name.nullable().optional(),
  reason: Reason,
});

/**
 * What moved points elsewhere. `id` names the cause in the whole chain, e.g. `shop/order-4711`: the same id with the same content is the same entry, with other content it is refused.
 * `reverse` takes back `points` of the earn, or gives back `points` of the burn, whose id is `of`.
 */
export const MovePoints = z
  .strictObject({
    kind: z.enum(['earn', 'burn', 'adjust', 'reverse']),
    id: z.string().regex(/^[A-Za-z0-9._:/-]{1,120}$/),
    points: z.int().min(-1_000_000).max(1_000_000),
    of: z.string().max(200).optional(),
    reason: Reason.optional(),
    /** Of points that were held: the hold ends with it. */
    holdId: z.string().max(64).optional(),
  })
  .refine(({ kind, points }) => (kind === 'adjust' ? points !== 0 : points > 0), 'points are above 0')
  .refine(({ kind, of }) => (kind === 'reverse') === (of !== undefined), '`of` belongs to a reverse')
  .refine(({ kind, reason }) => kind !== 'adjust' || reason !== undefined, 'an adjustment has a reason');
export type MovePoints = z.infer<typeof MovePoints>;

export const PointsEntry = z.looseObject({
  entryId: z.string(),
  memberId: MemberId,
  kind: z.string(),
  points: z.int(),
  at: Instant,
});
const PointsAt = z.strictObject({ points: z.int(), atMs: z.int() }).nullable();
export const PointsStatement = z.strictObject({
  available: z.int(),
  pending: z.int(),
  owed: z.int(),
  /** Points that are held for an order, and still among those available. */
  endingNext: PointsAt,
  availableNext: PointsAt,
  beforePoints: z.int(),
  lines: z.array(z.looseObject({ kind: z.string(), atMs: z.int(), points: z.int(), balance: z.int() })),
});

/** A link needs the word of both; who leaves needs nobody's. */
export const LinkHousehold = z
  .strictObject({ household: MemberId.nullable(), bothAgreed: z.literal(true).optional(), reason: Reason })
  .refine(({ household, bothAgreed }) => household === null || bothAgreed === true, '`bothAgreed` belongs to a link');

const Params = z.strictObject({ memberId: MemberId });
const Why = z.strictObject({ reason: Reason });
const Access = z.strictObject({ by: z.string(), what: z.string(), reason: z.string(), at: Instant });

/** One bad row of an import: the row as a spreadsheet counts it, why, and which column. Never the value. */
export const RejectedMember = z.strictObject({
  row: z.int().positive(),
  code: z.enum(['ROW_SHAPE', 'ROW_FIELD', 'ROW_DUPLICATE', 'ROW_UNDER_AGE', 'ROW_CONSENT']),
  message: z.string(),
});
export const ImportReport = z.strictObject({
  rows: Count,
  added: Count,
  /** Known already, by phone or id: left as they were. */
  known: Count,
  rejectedCount: Count,
  /** Rejected rows by code. */
  reasons: z.record(z.string(), Count),
  /** The first of them. */
  rejected: z.array(RejectedMember).max(1_000),
});
export type ImportReport = z.infer<typeof ImportReport>;

const read = { auth: 'operator', scope: 'members:read' } as const;
const write = { auth: 'operator', scope: 'members:write' } as const;
const points = { auth: 'operator', scope: 'points:write' } as const;

export const memberRoutes = {
  findMember: {
    method: 'POST',
    path: '/v1/members/find',
    ...read,
    body: FindMember,
    response: MemberView,
    summary: 'Find a member by phone, number or card; written down with its reason',
  },
  member: {
    method: 'GET',
    path: '/v1/members/:memberId',
    ...read,
    params: Params,
    query: Why,
    response: MemberView,
    summary: 'One member; written down with its reason',
  },
  signUpMember: {
    method: 'POST',
    path: '/v1/members',
    ...write,
    body: SignUp,
    response: MemberView,
    summary: 'Sign a person up, with consents; needs Idempotency-Key',
  },
  correctMember: {
    method: 'POST',
    path: '/v1/members/:memberId/correct',
    ...write,
    params: Params,
    body: CorrectMember,
    response: MemberView,
    summary: 'Set personal fields right',
  },
  changeConsent: {
    method: 'POST',
    path: '/v1/members/:memberId/consents',
    ...write,
    params: Params,
    body: Consent.extend({ reason: Reason }),
    response: MemberView.pick({ consents: true }),
    summary: 'A consent given, or taken back, written down with its reason: all stores hear of it',
  },
  tagMember: {
    method: 'POST',
    path: '/v1/members/:memberId/tags',
    ...write,
    params: Params,
    body: z.strictObject({
      add: z.array(Label).max(32).default([]),
      remove: z.array(Label).max(32).default([]),
      reason: Reason,
    }),
    response: MemberView.pick({ tags: true }),
    summary: 'Labels by which coupons may be given; written down with the reason',
  },
  linkHousehold: {
    method: 'POST',
    path: '/v1/members/:memberId/household',
    ...write,
    params: Params,
    body: LinkHousehold,
    response: MemberView.pick({ household: true, householdMembers: true }),
    summary: 'Link a member to a household, named by one of its members, when both agreed, or take them out of it',
  },
  movePoints: {
    method: 'POST',
    path: '/v1/members/:memberId/points',
    ...points,
    params: Params,
    body: MovePoints,
    response: z.strictObject({ entry: PointsEntry }),
    summary: 'Earn, burn, adjust or reverse points, named by their cause; written down',
  },
  pointsOf: {
    method: 'GET',
    path: '/v1/members/:memberId/points',
    ...read,
    params: Params,
    query: Why,
    response: PointsStatement,
    summary: 'Balance and statement; written down with its reason',
  },
  holdPoints: {
    method: 'POST',
    path: '/v1/members/:memberId/holds',
    ...points,
    params: Params,
    body: z.strictObject({ holdId: z.string().min(1).max(64), points: z.int().min(1).max(1_000_000) }),
    response: z.strictObject({ holdId: z.string(), points: z.int(), until: Instant }),
    summary: 'Keep points for an order for half an hour; the same id is the same hold',
  },
  releasePoints: {
    method: 'POST',
    path: '/v1/holds/:holdId/release',
    ...points,
    params: z.strictObject({ holdId: z.string().min(1).max(64) }),
    response: z.strictObject({ released: z.literal(true) }),
    summary: 'Give held points back',
  },
  mergeMembers: {
    method: 'POST',
    path: '/v1/members/:memberId/merge',
    ...write,
    params: Params,
    body: z.strictObject({ into: MemberId, reason: Reason }),
    response: z.strictObject({ merged: z.literal(true) }),
    summary: 'Make a member the same person as another; can be undone',
  },
  unmergeMember: {
    method: 'POST',
    path: '/v1/members/:memberId/unmerge',
    ...write,
    params: Params,
    body: Why,
    response: z.strictObject({ unmerged: z.literal(true) }),
    summary: 'Undo a merge; points and consents are by their own ids again',
  },
  duplicates: {
    method: 'GET',
    path: '/v1/members/duplicates',
    ...read,
    response: z.strictObject({ groups: z.array(z.array(MemberId)).max(100) }),
    summary: 'Members with one phone, who joined first comes first',
  },
  exportMember: {
    method: 'POST',
    path: '/v1/members/:memberId/export',
    ...read,
    params: Params,
    body: Why,
    response: MyExport,
    summary: 'All that HQ holds of a person',
  },
  memberAccesses: {
    method: 'GET',
    path: '/v1/members/:memberId/accesses',
    auth: 'operator',
    params: Params,
    response: z.strictObject({ accesses: z.array(Access) }),
    summary: 'Who looked at a person, when and why; kept when the person is erased',
  },
  accesses: {
    method: 'GET',
    path: '/v1/accesses',
    auth: 'operator',
    query: z.strictObject({
      before: z.coerce.number().int().positive().optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: z.strictObject({
      accesses: z.array(z.strictObject({ id: z.int(), memberId: z.string(), ...Access.shape })),
    }),
    summary: 'All accesses to data of persons, newest first',
  },
  importMembers: {
    method: 'POST',
    path: '/v1/members/import',
    ...write,
    body: z.string(),
    bodyType: 'text/csv',
    response: ImportReport,
    summary: 'Members of another system as CSV, streamed; bad rows are told with their number (docs/members-import.md)',
  },
} as const;
