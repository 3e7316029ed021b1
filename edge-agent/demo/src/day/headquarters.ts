import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CampaignSet } from '@tillside/decide';
import { nodeArguments, roomEntry } from '../process.ts';
import type { DemoStore } from '../store/demo-store.ts';
import { callHub } from '../store/hub-client.ts';
import { STORE_ID } from '../store/layout.ts';

const POLL_MS = 100;

/** HQ pushes a campaign set the way a marketer's script does: `tillside-hub campaign push FILE`. */
export async function pushCampaigns(demo: DemoStore, set: CampaignSet): Promise<void> {
  const file = join(demo.layout.root, 'campaigns.json');
  writeFileSync(file, JSON.stringify(set, null, 2));
  const args = [
    ...nodeArguments(roomEntry('@tillside/hub')),
    'campaign',
    'push',
    file,
    '--stores',
    STORE_ID,
    '--config',
    demo.layout.hubConfig,
  ];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`tillside-hub campaign push ended with ${code}\n${said}`)),
    );
  });
}

/** HQ trains on what the hub holds and pushes the model to the store. Returns the model's id. */
export async function trainAndPush(demo: DemoStore, progress: (share: number, stage: string) => void): Promise<string> {
  const started = await callHub(demo.hub(), 'trainModel', { body: { seed: 1, stores: ['*'] } });
  for (;;) {
    const job = await callHub(demo.hub(), 'trainingJob', { params: { id: started.id } });
    progress(job.progress, job.stage);
    if (job.state === 'failed') throw new Error(`training: ${job.error?.code} ${job.error?.message}`);
    if (job.state === 'done' && job.modelId !== null) {
      await callHub(demo.hub(), 'pushModel', { params: { id: job.modelId }, body: { stores: [STORE_ID] } });
      return job.modelId;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Waits until `done` answers something; a step that takes longer than it should is named. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  done: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await done();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`did not happen within ${timeoutMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS / 2));
  }
}
