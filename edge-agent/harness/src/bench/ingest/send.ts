import { setTimeout as sleep } from 'node:timers/promises';
import { BATCH_TYPE, BatchAck, trustingFetch } from '@tillside/protocol';
import { Durations } from '../../quantiles.ts';

/** A batch is sent twice this often, as after a line that broke before the answer. */
const REPEAT_EACH = 40;

export interface SimulatedStore {
  readonly store: string;
  readonly credential: string;
  readonly batches: readonly Buffer[];
}

export interface Sent {
  readonly seconds: number;
  /** Time from request to answer. */
  readonly batches: Durations;
  readonly waits: number;
}

/** Every store sends its batches one after the other, all stores at once; resolves when the last is acknowledged. Throws where an answer is not as it must be. */
export async function sendAll(url: string, ca: string, stores: readonly SimulatedStore[]): Promise<Sent> {
  const batches = new Durations();
  let waits = 0;
  const send = async ({ store, credential, batches: own }: SimulatedStore): Promise<void> => {
    const post = trustingFetch(ca);
    const headers = { authorization: `Bearer ${credential}`, 'content-type': BATCH_TYPE, 'content-encoding': 'gzip' };
    for (let place = 0, again = false; place < own.length; ) {
      const startedMs = performance.now();
      const body = own[place] as Uint8Array<ArrayBuffer>;
      const answer = await post(`${url}/v1/sync/batches`, { method: 'POST', headers, body });
      if (answer.status === 503) {
        waits += 1;
        await answer.arrayBuffer();
        await sleep(Number(answer.headers.get('retry-after') ?? 1) * 1_000);
        continue;
      }
      if (!answer.ok) throw new Error(`${store}: HTTP ${answer.status} ${await answer.text()}`);
      const { quarantined, conflicts, refused, acks } = BatchAck.parse(await answer.json());
      batches.record(performance.now() - startedMs);
      if (
        quarantined > 0 ||
        conflicts.length > 0 ||
        refused !== undefined ||
        acks.some(({ ranges }) => ranges.length > 0)
      )
        throw new Error(`${store}: a batch was not taken in whole`);
      again = !again && (place + 1) % REPEAT_EACH === 0;
      if (!again) place += 1;
    }
  };
  const startedMs = performance.now();
  await Promise.all(stores.map(send));
  return { seconds: (performance.now() - startedMs) / 1_000, batches, waits };
}
