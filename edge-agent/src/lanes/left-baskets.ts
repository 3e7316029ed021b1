import type { StreamEvent } from '@tillside/agent-contract';
import type { Reader } from '../journal/index.ts';

type BasketEvent = Extract<StreamEvent, { type: 'basket' }>;

/** Open baskets whose member has left, as news for the screens of their lanes. There are few, and the same news again does no harm. */
export const leftBaskets = (reader: Reader): BasketEvent[] =>
  reader
    .all<{ basket_id: string; lane: string; revision: number }>(
      `SELECT basket_id, lane, json_extract(content, '$.revision') AS revision FROM basket
       WHERE state = 'open' AND json_extract(content, '$.memberLeft')`,
    )
    .map(({ basket_id, lane, revision }) => ({ type: 'basket', lane, basketId: basket_id, revision, what: 'changed' }));
