import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { callAgent } from '@tillside/agent-contract';
import { STORE_ID } from '@tillside/demo';
import { Journal } from '@tillside/edge-agent/journal';
import { type MeasuredStore, until } from '../../store/measured-store.ts';
import { goodRow, itemFile } from '../item-file.ts';

const IMPORT_TIMEOUT_MS = 10 * 60_000;
const SERVING_TIMEOUT_MS = 120_000;

/** Adds made-up items to what the store sells. */
export async function sellMore(store: MeasuredStore, from: number, count: number): Promise<void> {
  const { demo } = store;
  const admin = { url: demo.agentUrl, credential: demo.adminCredential(), timeoutMs: IMPORT_TIMEOUT_MS };
  const body = itemFile({ count, row: (place) => goodRow(from + place, 0) });
  const report = await callAgent(admin, 'importFile', { params: { what: 'items' }, body });
  if (report.accepted !== count) throw new Error(`${report.accepted} of ${count} items accepted`);
}

/** Puts a model in force as after a restart: what HQ signed for the store is in the journal, its file beside it. */
export async function serveModel(
  store: MeasuredStore,
  { file, modelId, version }: { file: string; modelId: string; version: number },
  signal: AbortSignal,
): Promise<void> {
  const { demo } = store;
  await demo.stopAgent();
  const journal = Journal.open({
    dataDir: demo.layout.agentData,
    store: STORE_ID,
    clock: { now: () => Date.now() },
    random: { uuid: randomUUID, bytes: () => Buffer.alloc(0) },
  });
  try {
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    journal.write((tx) =>
      tx.run(
        "INSERT OR REPLACE INTO desired (kind, version, sha256, content, applied_at) VALUES ('model', ?, ?, ?, ?)",
        ...[version, sha256, file, new Date().toISOString()],
      ),
    );
  } finally {
    journal.close();
  }
  await demo.startAgent();
  await until('the store serves the model', SERVING_TIMEOUT_MS, signal, async () =>
    (await store.status()).modelId === modelId ? true : undefined,
  );
}
