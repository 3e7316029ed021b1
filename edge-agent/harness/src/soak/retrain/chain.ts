import { randomUUID } from 'node:crypto';
import { callHub, type DemoBasket, freePorts, historyBatches } from '@tillside/demo';
import { type HubConfigInput, parseConfig, type RunningHub, startHub } from '@tillside/hub';
import { BATCH_TYPE, batchText } from '@tillside/protocol';
import { GOODS } from './habits.ts';
import type { TrainingJob } from './judge.ts';

const POLL_MS = 500;

interface Paired {
  readonly url: string;
  readonly credential: string;
}

/** HQ of a small chain: a real hub with its ingest, its trainings and its pushes. */
export class Chain {
  readonly #dir: string;
  readonly #training: HubConfigInput['training'];
  readonly #stores = new Map<string, Paired>();
  #hub: RunningHub | undefined;
  #operator: Paired | undefined;

  constructor(dir: string, training: HubConfigInput['training']) {
    this.#dir = dir;
    this.#training = training;
  }

  async start(stores: readonly string[]): Promise<void> {
    const { hub: port, mqtt } = await freePorts();
    const rest = { mqtt: { port: mqtt }, logLevel: 'silent' as const, training: this.#training };
    const hub = await startHub(parseConfig({ dataDir: this.#dir, port, ...rest }));
    this.#hub = hub;
    const { url } = hub;
    const pair = async (kind: 'operator' | 'store', name: string): Promise<Paired> => {
      const { code } = await hub.pairingCode(kind, ...(kind === 'store' ? [name] : []));
      return { url, credential: (await callHub({ url }, 'pair', { body: { code, kind, name } })).credential };
    };
    this.#operator = await pair('operator', 'HQ');
    for (const store of stores) this.#stores.set(store, await pair('store', store));
  }

  async stop(): Promise<void> {
    await this.#hub?.stop();
  }

  /** A store tells what it sold. Each telling is an epoch of its own, as of a store whose disk is new. */
  async tell(store: string, history: readonly DemoBasket[]): Promise<void> {
    const { url, credential } = this.#stores.get(store) ?? this.#hq();
    for (const events of historyBatches({ history, items: GOODS }, store)) {
      const answer = await fetch(`${url}/v1/sync/batches`, {
        method: 'POST',
        headers: { 'content-type': BATCH_TYPE, authorization: `Bearer ${credential}` },
        body: batchText({ batchId: randomUUID(), store }, events),
      });
      if (!answer.ok) throw new Error(`the hub answered ${answer.status}: ${await answer.text()}`);
    }
  }

  /** The training that the hub begins by itself once it holds so many sales; undefined when it does not in time. */
  async trainedOn(sales: number, withinMs: number, signal: AbortSignal): Promise<TrainingJob | undefined> {
    const lastAt = performance.now() + withinMs;
    while (performance.now() < lastAt && !signal.aborted) {
      const { job } = await callHub(this.#hq(), 'models');
      if (job !== null && job.endedAt !== null && job.sales >= sales) return job;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    return undefined;
  }

  async promoted(): Promise<string | null> {
    return (await callHub(this.#hq(), 'models')).models.find((model) => model.promoted)?.id ?? null;
  }

  async push(id: string): Promise<void> {
    await callHub(this.#hq(), 'pushModel', { params: { id }, body: { stores: ['*'] } });
  }

  #hq(): Paired {
    if (this.#operator === undefined) throw new Error('the hub is not started');
    return this.#operator;
  }
}
