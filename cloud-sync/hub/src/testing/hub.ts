import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HubAnswer, HubError, type HubRouteName } from '@tillside/hub-contract';
import { BATCH_TYPE, BatchAck, batchText, type Envelope, StorePairAnswer } from '@tillside/protocol';
import { pino } from 'pino';
import { type CallInput, type HubClient, hubClient } from '../cli/client.ts';
import type { HubConfigInput } from '../config.ts';
import { type HubOptions, type RunningHub, startHub } from '../hub.ts';
import { loadOperator } from '../operator-file.ts';

export interface PairedStore extends StorePairAnswer {
  /** Sends with this store's credential. */
  send(path: string, init?: RequestInit): Promise<Response>;
  batch(envelopes: readonly unknown[], store?: string): Promise<Response>;
  acked(envelopes: readonly Envelope[]): Promise<BatchAck>;
}

export interface TestHub {
  readonly dataDir: string;
  readonly hub: RunningHub;
  readonly call: HubClient;
  pairStore(id: string): Promise<PairedStore>;
  /** Stops, and starts again on the same data. */
  restart(options?: HubOptions): Promise<void>;
  dispose(): Promise<void>;
}

const ANY_PORT = { port: 0, mqtt: { port: 0 } } as const;

/** A whole hub on loopback with its own data directory. */
export async function testHub(config: HubConfigInput = {}, options: HubOptions = {}): Promise<TestHub> {
  const dataDir = config.dataDir ?? mkdtempSync(join(tmpdir(), 'tillside-hub-'));
  const logger = options.logger ?? pino({ level: 'silent' });
  const start = (more: HubOptions) => startHub({ ...ANY_PORT, ...config, dataDir }, { logger, ...options, ...more });
  let hub = await start({});
  let operator = await loadOperator(dataDir);
  return {
    dataDir,
    get hub() {
      return hub;
    },
    call: <K extends HubRouteName>(name: K, input?: CallInput<K>): Promise<HubAnswer<K>> =>
      hubClient(operator)(name, input),
    pairStore: async (id) => pairStore(() => hub, id),
    restart: async (more = {}) => {
      await hub.stop();
      hub = await start(more);
      operator = await loadOperator(dataDir);
    },
    dispose: async () => {
      await hub.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const postJson = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

async function pairStore(hub: () => RunningHub, id: string): Promise<PairedStore> {
  const { code } = await hub().pairingCode('store', id);
  const answer = await postJson(`${hub().url}/v1/pair`, { code, kind: 'store', name: `agent of ${id}` });
  const paired = StorePairAnswer.parse(await answer.json());
  const authorization = `Bearer ${paired.credential}`;
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${hub().url}${path}`, { ...init, headers: { authorization, ...init.headers } });
  const batch = (envelopes: readonly unknown[], store = id) =>
    send('/v1/sync/batches', {
      method: 'POST',
      headers: { 'content-type': BATCH_TYPE },
      body: batchText(
        { batchId: randomUUID(), store },
        envelopes.map((each) => JSON.stringify(each)),
      ),
    });
  return { ...paired, send, batch, acked: async (envelopes) => BatchAck.parse(await (await batch(envelopes)).json()) };
}

/** The coded error of an answer that must be one. */
export async function refusalOf(answer: Response | Promise<Response>): Promise<HubError & { status: number }> {
  const response = await answer;
  return { ...HubError.parse(await response.json()), status: response.status };
}
