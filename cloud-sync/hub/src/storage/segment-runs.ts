import { SegmentRun } from '@tillside/hub-contract';

/** Runs that are kept. */
export const MAX_SEGMENT_RUNS = 30;

/** A run as it lies in a database; null for one of an older hub that nobody can read any more, which the next run replaces. */
export const readRun = (body: string | undefined): SegmentRun | null =>
  body === undefined ? null : (SegmentRun.safeParse(JSON.parse(body)).data ?? null);
