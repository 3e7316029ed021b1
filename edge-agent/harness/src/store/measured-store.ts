import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callAgent, type StatusView } from '@tillside/agent-contract';
import type { CampaignSet } from '@tillside/decide';
import { callHub, type DemoData, DemoStore, demoCampaigns, freePorts, memberCode, STORE_ID } from '@tillside/demo';
import type { PoolItem } from '../bench/generator.ts';
import { HarnessError } from '../errors.ts';
import type { Chance } from '../random.ts';

const PRESENCE_WINDOW_MS = 60_000;
const POLL_MS = 50;

/** A paired POS terminal: what it needs to call the agent. */
export interface PairedTerminal {
  readonly url: string;
  readonly credential: string;
  readonly deviceId: string;
}

/** The demo store in a folder of its own and on free ports: hub, agent, device hosts and simulators, gone without a trace at `stop`. */
export class MeasuredStore {
  readonly demo: DemoStore;
  readonly root: string;

  private constructor(root: string, demo: DemoStore) {
    this.root = root;
    this.demo = demo;
  }

  /** HQ knows the past year of that many households, or of all. Rejects with HARNESS_STORE_FAILED, everything stopped again and the logs left in the folder that the message names. */
  static async start(say: (step: string) => void, households?: number): Promise<MeasuredStore> {
    const root = mkdtempSync(join(tmpdir(), 'tillside-harness-'));
    const ports = await freePorts();
    const demo = new DemoStore({ root, ports, presenceWindowMs: PRESENCE_WINDOW_MS, households, say });
    try {
      await demo.start();
      // An agent learns from imported purchases when it starts, and measures begin with one that knows them.
      await demo.stopAgent();
      await demo.startAgent();
      return new MeasuredStore(root, demo);
    } catch (error) {
      await demo.stop().catch(() => undefined);
      throw new HarnessError('HARNESS_STORE_FAILED', `${(error as Error).message}\n  ${root}`);
    }
  }

  async stop(): Promise<void> {
    await this.demo.stop();
    rmSync(this.root, { recursive: true, force: true });
  }

  get data(): DemoData {
    return this.demo.data;
  }

  pair(name: string): Promise<PairedTerminal> {
    return this.demo.pair('terminal', name, name);
  }

  /** A kiosk of this store has offers to show. Rejects with HARNESS_NEEDS_PAGES where the agent has no kiosk. */
  async openForKiosks(signal: AbortSignal): Promise<void> {
    const shown = await fetch(`${this.demo.agentUrl}/kiosk/`);
    if (!shown.ok) throw new HarnessError('HARNESS_NEEDS_PAGES', 'the agent shows no kiosk');
    await this.pushCampaigns(demoCampaigns(this.data, Date.now()), signal);
  }

  /** The agent starts anew as one that sends codes to phones (onto its own page), or none. Resolves with what it did before. */
  async sendPhoneCodes(isOn: boolean): Promise<boolean> {
    const path = this.demo.layout.agentConfig;
    const { messages, ...config } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const wasOn = messages !== undefined;
    if (wasOn === isOn) return wasOn;
    writeFileSync(path, JSON.stringify(isOn ? { ...config, messages: { kind: 'outbox' } } : config), { mode: 0o600 });
    await this.demo.stopAgent();
    await this.demo.startAgent();
    return wasOn;
  }

  /** The code of the newest message to a phone; undefined where none was sent. */
  async newestPhoneCode(): Promise<string | undefined> {
    const answer = await fetch(`${this.demo.agentUrl}/outbox/messages.json`);
    if (!answer.ok) return undefined;
    const { messages } = (await answer.json()) as { messages: { code?: string }[] };
    return messages[0]?.code;
  }

  status(): Promise<StatusView> {
    return callAgent({ url: this.demo.agentUrl, credential: this.demo.adminCredential() }, 'status', {});
  }

  /** Baskets that the agent has decided since it started, those that it knew the answer for left out. */
  async decisionsMade(): Promise<number> {
    const text = await (await fetch(`${this.demo.agentUrl}/metrics`)).text();
    const [, made] = /^tillside_decisions_made_total (\d+)$/m.exec(text) ?? [];
    if (made === undefined) throw new HarnessError('HARNESS_STORE_FAILED', 'the agent counts no decisions');
    return Number(made);
  }

  /** HQ pushes campaigns; resolves when the agent sells by them. */
  async pushCampaigns(set: CampaignSet, signal: AbortSignal): Promise<void> {
    const { campaignSetVersion } = await this.status();
    await callHub(this.demo.hub(), 'pushCampaigns', { body: { stores: [STORE_ID], set } });
    await until('the store applies the campaigns', 30_000, signal, async () =>
      (await this.status()).campaignSetVersion > campaignSetVersion ? true : undefined,
    );
  }

  /** HQ trains on the store's year and pushes the model; resolves when the agent serves it. */
  async trainModel(signal: AbortSignal, progress: (share: number) => void): Promise<string> {
    const hub = this.demo.hub();
    const { id } = await callHub(hub, 'trainModel', { body: { seed: 1, stores: [STORE_ID] } });
    const modelId = await until('the training job ends', 10 * 60_000, signal, async () => {
      const job = await callHub(hub, 'trainingJob', { params: { id } });
      progress(job.progress);
      if (job.state === 'failed')
        throw new HarnessError('HARNESS_STORE_FAILED', `training: ${job.error?.code} ${job.error?.message}`);
      return job.state === 'done' && job.modelId !== null ? job.modelId : undefined;
    });
    await callHub(hub, 'pushModel', { params: { id: modelId }, body: { stores: [STORE_ID] } });
    await until('the store serves the model', 60_000, signal, async () =>
      (await this.status()).modelId === modelId ? true : undefined,
    );
    return modelId;
  }

  /** Items sold by the piece, some of them, as what baskets and campaigns are made of. */
  pool(chance: Chance, size: number): PoolItem[] {
    const each = this.data.items.filter((item) => item.soldBy === 'each');
    return chance.sample(each, size).map((item) => ({
      sku: item.sku,
      department: item.department,
      category: item.category,
      name: { zh: item.nameZh, en: item.nameEn },
      unitPriceFen: item.priceFen,
    }));
  }

  /** Card codes of the members with the most baskets in the year: those that a recommendation has most to look at for. */
  knownMemberCodes(count: number): string[] {
    const baskets = new Map<string, number>();
    for (const { memberId } of this.data.history)
      if (memberId !== undefined) baskets.set(memberId, (baskets.get(memberId) ?? 0) + 1);
    return [...baskets]
      .sort(([leftId, left], [rightId, right]) => right - left || leftId.localeCompare(rightId))
      .slice(0, count)
      .map(([memberId]) => memberCode(memberId));
  }
}

/** Asks again and again until there is an answer. Rejects with HARNESS_TIMED_OUT naming what did not happen, and when aborted. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  signal: AbortSignal,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadlineMs)
      throw new HarnessError('HARNESS_TIMED_OUT', `not within ${timeoutMs / 1_000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
