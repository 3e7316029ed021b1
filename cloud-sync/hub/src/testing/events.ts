import { randomUUID } from 'node:crypto';
import {
  againOf,
  type Envelope,
  type EventBody,
  envelopeHash,
  genesisHash,
  originOf,
  type Stream,
} from '@tillside/protocol';
import { type IncomingEvent, toIncoming } from '../sync/incoming.ts';

const AT = '2024-03-02T09:15:30+08:00';
export type Sale = EventBody<'tillside.sale.completed.v1'>;

/** A readable sale of one line; money in fen. */
export function saleBody(change: Partial<Sale> = {}): Sale {
  const payableFen = change.payableFen ?? 900;
  const savingsFen = change.savingsFen ?? 100;
  return {
    saleId: randomUUID(),
    basketId: randomUUID(),
    businessDate: '2024-03-02',
    completedAt: AT,
    terminalId: 'till-1',
    lane: '1',
    cashierId: 'c-1',
    receiptNumber: '1',
    late: false,
    lines: [
      {
        lineId: 'l1',
        sku: '1001',
        department: 'grocery',
        category: 'milk',
        quantity: 2,
        listFen: payableFen + savingsFen,
        payableFen,
        adjustments: savingsFen > 0 ? [{ campaignId: 'milk-10', amountFen: savingsFen }] : [],
      },
    ],
    tenders: [{ kind: 'cash', amountFen: payableFen }],
    coupons: [],
    listFen: payableFen + savingsFen,
    savingsFen,
    payableFen,
    pointsEarned: 0,
    policyVersion: '1',
    campaignSetVersion: 1,
    priceVersion: 1,
    ...change,
  };
}

export interface Chain {
  readonly store: string;
  readonly epoch: string;
  readonly stream: Stream;
  /** The next envelope of the chain. */
  next(type: string, data: Record<string, unknown>): Envelope;
  sale(change?: Partial<Sale>): Envelope;
  /** An occurrence of an epoch that is over, as its store tells it again in this one. */
  again(envelope: Envelope): Envelope;
  /** The same chain from here on, as a store restored from a backup would go on. */
  fork(): Chain;
}

/** A store's side of one stream: hands out envelopes whose hashes chain. */
export function chainOf(store: string, stream: Stream = 'sales', epoch: string = randomUUID()): Chain {
  return from(store, stream, epoch, 1, genesisHash(store, epoch, stream));
}

function from(store: string, stream: Stream, epoch: string, firstSeq: number, firstPrev: string): Chain {
  let seq = firstSeq;
  let prevhash = firstPrev;
  const chain: Chain = {
    store,
    epoch,
    stream,
    next: (type, data) => {
      const id = randomUUID();
      const source = `/stores/${store}`;
      const datacontenttype = 'application/json';
      // The order in which agents write.
      const occurrence = { specversion: '1.0', id, source, type, time: AT, datacontenttype } as const;
      const envelope: Envelope = { ...occurrence, store, epoch, stream, seq, prevhash, data };
      seq += 1;
      prevhash = envelopeHash(JSON.stringify(envelope));
      return envelope;
    },
    again: (told) => {
      const again = againOf(originOf(told, envelopeHash(JSON.stringify(told))));
      const envelope: Envelope = { ...told, epoch, stream, seq, prevhash, again };
      seq += 1;
      prevhash = envelopeHash(JSON.stringify(envelope));
      return envelope;
    },
    sale: (change) => chain.next('tillside.sale.completed.v1', saleBody(change)),
    fork: () => from(store, stream, epoch, seq, prevhash),
  };
  return chain;
}

export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** An envelope as it is once a batch was read. */
export const incoming = (envelope: Envelope): IncomingEvent => toIncoming(envelope, JSON.stringify(envelope));
