import { CarriedPoints, LedgerEntry } from '@tillside/decide';
import { z } from 'zod';
import { IncludedMarks } from './members.ts';
import { MemberId, StoreId } from './stream.ts';

/** Entries of one answer: what a household moves in some years. */
export const MAX_TOLD_ENTRIES = 1_000;

/** `POST /v1/sync/points/statement`: what moved the points of a member whom the asking store knows, wherever that was. Any of the person's ids. */
export const StatementRequest = z.strictObject({ memberId: MemberId });
export const ToldPoints = z.strictObject({
  /** Ids of the person. */
  memberIds: z.array(MemberId).min(1).max(64),
  /** The newest, in no order. */
  entries: z.array(LedgerEntry).max(MAX_TOLD_ENTRIES),
  /** What all before them came to, the asking store's own up to `included` among it; absent: nothing was before. */
  opening: CarriedPoints.optional(),
  included: IncludedMarks,
  /** Names of stores where the entries were made. */
  stores: z.record(StoreId, z.string()),
});
export type ToldPoints = z.infer<typeof ToldPoints>;
