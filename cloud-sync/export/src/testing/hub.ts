import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IncomingEvent, readLine } from '@tillside/hub/planning';
import { type EventReader, type HubStorage, openSqliteReader, openSqliteStorage } from '@tillside/hub/storage';
import { againOf, type EventBody, envelopeHash, genesisHash, type Stream } from '@tillside/protocol';

/** An id that is the same in every run. */
export const idOf = (seed: string): string => {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export type Sale = EventBody<'tillside.sale.completed.v1'>;

export function saleBody(id: string, change: Partial<Sale> = {}): Sale {
  const payableFen = change.payableFen ?? 900;
  const line = { lineId: 'l1', sku: '1001', department: 'grocery', category: 'milk', quantity: 2 };
  const adjustments = [{ campaignId: 'milk-10', amountFen: 100 }];
  return {
    saleId: id,
    basketId: `b-${id}`,
    businessDate: '2024-03-02',
    completedAt: '2024-03-02T09:15:30.123456+08:00',
    terminalId: 'till-1',
    lane: '1',
    cashierId: 'c-1',
    receiptNumber: '1',
    late: false,
    lines: [
      { ...line, listFen: payableFen, payableFen: payableFen - 100, adjustments },
      {
        ...line,
        lineId: 'l2',
        sku: '1002',
        quantity: 1,
        weightGrams: 652,
        listFen: 100,
        payableFen: 100,
        adjustments: [],
      },
    ],
    tenders: [{ kind: 'cash', amountFen: payableFen }],
    coupons: [],
    listFen: payableFen + 100,
    savingsFen: 100,
    payableFen,
    pointsEarned: 0,
    policyVersion: '1',
    campaignSetVersion: 1,
    priceVersion: 1,
    ...change,
  };
}

/** A store's side of one stream: hands out events whose hashes chain. */
export interface Chain {
  readonly store: string;
  readonly epoch: string;
  readonly stream: Stream;
  next(type: string, data: Record<string, unknown>, time?: string): IncomingEvent;
  sale(change?: Partial<Sale>): IncomingEvent;
  /** An event that was first written elsewhere, told again. */
  again(event: IncomingEvent): IncomingEvent;
}

export const AT = '2024-03-02T09:15:30+08:00';

export function chainOf(store: string, stream: Stream = 'sales', epoch: string = randomUUID()): Chain {
  let [seq, prevhash] = [0, genesisHash(store, epoch, stream)];
  const write = (type: string, data: Record<string, unknown>, time: string, again?: string): IncomingEvent => {
    seq += 1;
    const id = idOf(`${epoch}/${stream}/${seq}`);
    const source = `/stores/${store}`;
    const text = JSON.stringify({
      specversion: '1.0',
      id,
      source,
      type,
      time,
      datacontenttype: 'application/json',
      store,
      epoch,
      stream,
      seq,
      prevhash,
      ...(again === undefined ? {} : { again }),
      data,
    });
    prevhash = envelopeHash(text);
    const read = readLine(text);
    if (!read.ok) throw new Error(read.message);
    return read.event;
  };
  const chain: Chain = {
    store,
    epoch,
    stream,
    next: (type, data, time = AT) => write(type, data, time),
    again: ({ epoch: first, seq: number, hash, type, time, text }) =>
      write(
        type,
        (JSON.parse(text) as { data: Record<string, unknown> }).data,
        time,
        againOf({ epoch: first, seq: number, hash }),
      ),
    sale: (change) => chain.next('tillside.sale.completed.v1', saleBody(`${store}-${seq + 1}`, change)),
  };
  return chain;
}

export interface TestHub {
  readonly dir: string;
  readonly storage: HubStorage;
  /** As an export opens it: read-only, beside the writer. */
  readonly events: EventReader;
  ingest(events: readonly IncomingEvent[], receivedAt?: string): Promise<void>;
  dispose(): Promise<void>;
}

/** Each commit flushes to disk, and here they are many: memory, where there is such a place, spares the machine's other work. */
const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A hub's SQLite database, with a writer and a reader beside it; `dir/out` is free for an export. */
export function testHub(): TestHub {
  const dir = mkdtempSync(join(SCRATCH, 'tillside-export-'));
  const file = join(dir, 'hub.db');
  const storage = openSqliteStorage(file);
  return hubOn(dir, storage, openSqliteReader(file));
}

/** The same on another database, that `reader` reads. */
export function hubOn(
  dir: string,
  storage: HubStorage,
  reader: { events: EventReader; close(): Promise<void> },
): TestHub {
  return {
    dir,
    storage,
    events: reader.events,
    ingest: async (events, receivedAt = '2024-03-02T01:16:00.000Z') => {
      for (const store of new Set(events.map((event) => event.store))) {
        const own = events.filter((event) => event.store === store);
        await storage.events.ingest([{ store, receivedAt, events: own }]);
      }
    },
    dispose: async () => {
      await reader.close();
      await storage.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
