import { TAKE_DAYS_MAX, type TakesAnswer, type TakesQuery } from '@tillside/hub-contract';
import type { z } from 'zod';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { HubStorage } from '../storage/port.ts';

const DAY_MS = 86_400_000;
const DAYS_UNASKED = 28;
/** A year of some dozen models, each explored and not. */
const MAX_ROWS = 10_000;

const dateOf = (ms: number): string => instantOf(ms).slice(0, 'YYYY-MM-DD'.length);

/** What became of recommendations in the days asked for. Throws HUB_REQUEST_INVALID for more days than TAKE_DAYS_MAX, or none. */
export async function takesOf(
  { storage, clock }: { readonly storage: Pick<HubStorage, 'takes'>; readonly clock: Clock },
  query: z.infer<typeof TakesQuery>,
): Promise<TakesAnswer> {
  const to = query.to ?? dateOf(clock.now());
  const from = query.from ?? dateOf(Date.parse(to) - (DAYS_UNASKED - 1) * DAY_MS);
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days < 1 || days > TAKE_DAYS_MAX) throw new HubFault('HUB_REQUEST_INVALID', `1 to ${TAKE_DAYS_MAX} days`);
  const rows = await storage.takes.days({ store: query.store, from, to, limit: MAX_ROWS + 1 });
  return {
    from,
    to,
    rows: rows.slice(0, MAX_ROWS).map(({ modelId, ...row }) => ({ ...row, modelId: modelId === '' ? null : modelId })),
    isWhole: rows.length <= MAX_ROWS,
  };
}
