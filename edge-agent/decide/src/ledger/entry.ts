import { z } from 'zod';
import { Instant } from '../schema/common.ts';

/** The most points that one entry may move. */
export const MAX_ENTRY_POINTS = 1_000_000_000;

/**
 * Names its cause, so that the same cause told twice is one entry: `<kind>:<store or hq>:<id of the sale, return, import or order>`, e.g.
 * `earn:s1:0193-7f`. Parts of one cause that move points apart add a suffix.
 */
export const EntryId = z.string().regex(/^(open|earn|burn|adjust|reverse):[a-z0-9-]{2,32}:[A-Za-z0-9._:/-]{1,160}$/);

export const EntryKind = z.enum(['open', 'earn', 'burn', 'adjust', 'reverse']);
export type EntryKind = z.infer<typeof EntryKind>;

/**
 * One fact of the points ledger. It is never changed or taken away: what was wrong is set right by another entry. Expiry is no entry: it follows from the lots, so that a
 * burn that is heard of late and was made before the expiry still counts.
 *
 * `open`: a balance that was kept elsewhere before. `adjust`: by a person, with a reason; alone it may take away. `reverse`: takes back `points` of the earn `of`, or gives back
 * `points` of the burn `of`.
 */
export const LedgerEntry = z
  .strictObject({
    entryId: EntryId,
    /** Pseudonymous. A member who was merged into another keeps the entries of before. */
    memberId: z.string().regex(/^[A-Za-z0-9_-]{4,40}$/),
    kind: EntryKind,
    points: z.int().min(-MAX_ENTRY_POINTS).max(MAX_ENTRY_POINTS),
    at: Instant,
    /** Of the lot that it makes: not to be spent before (the return window). */
    availableAt: Instant.optional(),
    /** Of the lot that it makes; absent: never. */
    expiresAt: Instant.optional(),
    of: EntryId.optional(),
    reason: z.string().min(1).max(80).optional(),
  })
  .refine(({ entryId, kind }) => entryId.startsWith(`${kind}:`), 'the id begins with the kind')
  .refine(({ kind, points }) => (kind === 'adjust' ? points !== 0 : points > 0), 'points are above 0')
  .refine(({ kind, of }) => (kind === 'reverse') === (of !== undefined), '`of` belongs to a reverse')
  .refine(({ of }) => of === undefined || /^(earn|burn):/.test(of), 'an earn or a burn is reversed')
  .refine(({ kind, reason }) => kind !== 'adjust' || reason !== undefined, 'an adjustment has a reason')
  .refine(
    ({ kind, availableAt, expiresAt }) =>
      (kind !== 'burn' && kind !== 'reverse') || (availableAt === undefined && expiresAt === undefined),
    'no lot is made',
  );
export type LedgerEntry = z.infer<typeof LedgerEntry>;
