import type { OpenBasket } from '@tillside/agent-contract';
import type { z } from 'zod';
import { AgentError } from '../errors.ts';
import type { Reader } from '../journal/index.ts';
import type { StoredBasket } from './basket.ts';
import { NOTHING_SHOWN } from './delta.ts';
import type { Terminal } from './till.ts';

/** A basket that was not shown yet. A terminal whose session trains opens nothing else. Throws PRICE_OWNER. */
export function newBasket(
  reader: Reader,
  terminal: Terminal,
  { cashierId, training }: z.infer<typeof OpenBasket>,
  { basketId, openedAt }: Pick<StoredBasket, 'basketId' | 'openedAt'>,
): StoredBasket {
  return {
    basketId,
    state: 'open',
    terminalId: terminal.deviceId,
    lane: terminal.lane,
    cashierId,
    openedAt,
    lines: [],
    nextLine: 1,
    revision: 0,
    couponIds: [],
    giftChoices: [],
    promisedFen: {},
    shown: NOTHING_SHOWN,
    priceOwner: ownerOf(terminal),
    ...(training === true || isTraining(reader, terminal.deviceId) ? { training: true } : {}),
  };
}

/** Whose prices the baskets of a terminal have. Throws PRICE_OWNER for a POS that only reports its sales. */
export function ownerOf({ priceOwner }: Terminal): StoredBasket['priceOwner'] {
  if (priceOwner === 'pos-reports') throw new AgentError('PRICE_OWNER', { detail: `(${priceOwner})` });
  return priceOwner;
}

const isTraining = (reader: Reader, terminalId: string): boolean =>
  reader.get(
    'SELECT 1 AS yes FROM till_session WHERE terminal_id = ? AND closed_at IS NULL AND training = 1',
    terminalId,
  ) !== undefined;
