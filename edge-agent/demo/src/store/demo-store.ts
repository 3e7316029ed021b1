import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callAgent, type PairedKind, type PriceOwner } from '@tillside/agent-contract';
import { hashPin } from '@tillside/edge-agent';
import { BATCH_TYPE, batchText } from '@tillside/protocol';
import { type DemoData, demoMapPath, loadDemoData } from '../data/index.ts';
import { replayText } from '../day/replay.ts';
import { Part, roomEntry } from '../process.ts';
import { historyBatches, untilLately, yearOf } from './history.ts';
import { callHub } from './hub-client.ts';
import { importFiles, memberCode } from './import-files.ts';
import {
  consolePages,
  FILE_POS,
  kioskPages,
  type Layout,
  layoutOf,
  memberPages,
  type Ports,
  STAFF_PIN,
  STORE_ID,
  STORE_NAME,
  STORE_ZONE,
  SUPERVISOR_PIN,
} from './layout.ts';
import { LANES, Simulators } from './simulators.ts';

export interface DemoStoreOptions {
  root: string;
  ports: Ports;
  /** Told what is being done, for people. */
  say(step: string): void;
  /** Milliseconds of one footfall window. */
  presenceWindowMs: number;
  /** Households whose past year HQ is told; all where it is not given. */
  households?: number | undefined;
}

/** The codes that the demo prints are still good when somebody opens a page much later. */
const CODE_MINUTES = 720;

/** As the first line of `tillside-agent` has them: a till leaves little that is young behind, and a store's machine has other things in its memory. */
const AGENT_FLAGS = ['--max-semi-space-size=4'];

/** A POS of this machine writes its small files in one go. */
const SETTLE_MS = 300;

/** Where a retailer's invoice platform would be. */
const FAPIAO_TEMPLATE = 'https://fapiao.example.cn/q?s={store}&n={sale}&a={amount}&d={date}&k={sign}';

interface Saved {
  operatorCredential: string;
  historySent: boolean;
  storePaired: boolean;
  imported: boolean;
}

/** The whole demo: hub, agent and every simulator, each its own process or wire, with its data below one folder. */
export class DemoStore {
  readonly data: DemoData = untilLately(loadDemoData(), Date.now());
  readonly layout: Layout;
  readonly simulators: Simulators;
  readonly runId = randomUUID().slice(0, 8);
  agentUrl = '';
  hubUrl = '';
  operatorCredential = '';
  /** One-time code for a person who opens the console. */
  operatorCode = '';
  historyEvents = 0;
  #mqttUrl = '';
  #isStopped = false;
  #options: DemoStoreOptions;
  #hub: Part<{ url: string; mqttUrl: string; operatorPairingCode: string }>;
  #agent: Part<{ url: string }>;

  constructor(options: DemoStoreOptions) {
    this.#options = options;
    this.layout = layoutOf(options.root);
    const { layout } = this;
    this.simulators = new Simulators(layout, options.ports);
    const part = (name: string, room: '@tillside/hub' | '@tillside/edge-agent', config: string) => ({
      name,
      entry: roomEntry(room),
      args: ['run', '--config', config, '--ready-json'],
      logPath: join(layout.logs, `${name}.log`),
    });
    this.#hub = new Part(part('hub', '@tillside/hub', layout.hubConfig));
    this.#agent = new Part({ ...part('agent', '@tillside/edge-agent', layout.agentConfig), flags: AGENT_FLAGS });
  }

  get agentPid(): number | undefined {
    return this.#agent.pid;
  }

  get hubPid(): number | undefined {
    return this.#hub.pid;
  }

  onPartExit(listener: (name: string) => void): void {
    this.#hub.onExit = () => listener('hub');
    this.#agent.onExit = () => listener('agent');
  }

  async start(): Promise<void> {
    const { say } = this.#options;
    const { layout } = this;
    for (const folder of [layout.root, layout.logs, layout.simulators, layout.posFiles])
      mkdirSync(folder, { recursive: true });
    say('simulators');
    await this.simulators.start();
    say('hub');
    await this.#startHub();
    const saved = this.#read();
    if (!saved.historySent) {
      say('history');
      await this.#sendHistory();
      this.#save({ ...saved, historySent: true });
    }
    say('agent');
    await this.#configureAgent();
    writeFileSync(layout.replay, replayText(this.data));
    await this.startAgent();
    if (!this.#read().imported) {
      say('import');
      await this.#import();
      this.#save({ ...this.#read(), imported: true });
    }
  }

  async startAgent(): Promise<void> {
    if (this.#isStopped) throw new Error('the demo store was stopped');
    this.agentUrl = (await this.#agent.start()).url;
  }

  stopAgent(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.#agent.stop(signal);
  }

  stopHub(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.#hub.stop(signal);
  }

  /** Starts a hub that was stopped, where it was. */
  async startHub(): Promise<void> {
    this.hubUrl = (await this.#hub.start()).url;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#agent.stop();
    await this.#hub.stop();
    await this.simulators.stop();
  }

  /** The agent's machine credential; made anew at each of its starts. */
  adminCredential(): string {
    return readFileSync(join(this.layout.agentData, 'secrets', 'admin.token'), 'utf8').trim();
  }

  /** A one-time code for a device of this store. */
  async pairingCode(kind: PairedKind, name: string, lane?: string, priceOwner?: PriceOwner): Promise<string> {
    const body = {
      kind,
      name,
      ...(lane === undefined ? {} : { lane }),
      ...(priceOwner === undefined ? {} : { priceOwner }),
    };
    return (await callAgent({ url: this.agentUrl, credential: this.adminCredential() }, 'createPairingCode', { body }))
      .code;
  }

  async pair(
    kind: PairedKind,
    name: string,
    lane?: string,
    priceOwner?: PriceOwner,
  ): Promise<{ url: string; credential: string; deviceId: string }> {
    const code = await this.pairingCode(kind, name, lane, priceOwner);
    const paired = await callAgent({ url: this.agentUrl }, 'pair', { body: { code, kind } });
    return { url: this.agentUrl, credential: paired.credential, deviceId: paired.deviceId };
  }

  hub(): { url: string; credential: string } {
    return { url: this.hubUrl, credential: this.operatorCredential };
  }

  async #startHub(): Promise<void> {
    const { layout } = this;
    const { hub, mqtt } = this.#options.ports;
    const pages = consolePages();
    const phonePages = memberPages();
    writeFileSync(
      layout.hubConfig,
      JSON.stringify(
        {
          dataDir: layout.hubData,
          port: hub,
          mqtt: { port: mqtt },
          pairingCodeMinutes: CODE_MINUTES,
          ...(pages === undefined ? {} : { consoleDir: pages }),
          ...(phonePages === undefined ? {} : { memberPageDir: phonePages }),
        },
        null,
        2,
      ),
    );
    const ready = await this.#hub.start();
    this.hubUrl = ready.url;
    this.#mqttUrl = ready.mqttUrl;
    const saved = this.#read();
    if (saved.operatorCredential === '') {
      const paired = await callHub({ url: ready.url }, 'pair', {
        body: { code: ready.operatorPairingCode, kind: 'operator', name: 'demo' },
      });
      this.#save({ ...saved, operatorCredential: paired.credential });
    }
    this.operatorCredential = this.#read().operatorCredential;
    this.operatorCode = (await callHub(this.hub(), 'createPairing', { body: { kind: 'operator' } })).code;
  }

  async #sendHistory(): Promise<void> {
    const { pairing } = await callHub(this.hub(), 'addStore', { body: { id: STORE_ID, name: STORE_NAME.zh } });
    const paired = await callHub({ url: this.hubUrl }, 'pair', {
      body: { code: pairing.code, kind: 'store', name: 'history import' },
    });
    const { households } = this.#options;
    const data = households === undefined ? this.data : yearOf(this.data, households);
    for (const envelopes of historyBatches(data, STORE_ID)) {
      const response = await fetch(`${this.hubUrl}/v1/sync/batches`, {
        method: 'POST',
        headers: { 'content-type': BATCH_TYPE, authorization: `Bearer ${paired.credential}` },
        body: batchText({ batchId: randomUUID(), store: STORE_ID }, envelopes),
      });
      if (!response.ok) throw new Error(`history: ${await response.text()}`);
      this.historyEvents += envelopes.length;
    }
  }

  async #configureAgent(): Promise<void> {
    const { layout } = this;
    const { ports, presenceWindowMs } = this.#options;
    const saved = this.#read();
    const pairing = saved.storePaired
      ? undefined
      : (await callHub(this.hub(), 'addStore', { body: { id: STORE_ID, name: STORE_NAME.zh } })).pairing;
    const pages = kioskPages();
    const config = {
      version: 1,
      storeId: STORE_ID,
      storeName: STORE_NAME,
      zone: STORE_ZONE,
      dataDir: layout.agentData,
      port: ports.agent,
      ...(pages === undefined ? {} : { pagesDir: pages }),
      hub: {
        url: this.hubUrl,
        mqttUrl: this.#mqttUrl,
        ...(pairing === undefined ? {} : { pairingCode: pairing.code }),
      },
      messages: { kind: 'outbox' },
      devices: this.simulators.deviceConfigs(),
      storeMap: demoMapPath,
      fapiao: { urlTemplate: FAPIAO_TEMPLATE, keyFile: 'fapiao.key' },
      staff: [
        { id: 'staff-lin', name: '林晓', pinHash: hashPin(STAFF_PIN) },
        { id: 'staff-chen', name: '陈静', pinHash: hashPin(SUPERVISOR_PIN), role: 'supervisor' },
      ],
      poslog: {
        dropFolder: layout.posFiles,
        settleMs: SETTLE_MS,
        workstations: { [FILE_POS.workstation]: FILE_POS.lane },
      },
      presenceWindowMs,
      pairingCodeMinutes: CODE_MINUTES,
    };
    writeFileSync(join(layout.root, 'fapiao.key'), randomUUID(), { mode: 0o600 });
    writeFileSync(layout.agentConfig, JSON.stringify(config, null, 2), { mode: 0o600 });
    this.#save({ ...saved, storePaired: true });
  }

  async #import(): Promise<void> {
    const admin = { url: this.agentUrl, credential: this.adminCredential(), timeoutMs: 60_000 };
    for (const [what, body] of importFiles(this.data)) {
      const report = await callAgent(admin, 'importFile', { params: { what }, body });
      if (report.rejectedCount > 0)
        throw new Error(`${what}: ${report.rejectedCount} rows rejected, e.g. ${JSON.stringify(report.rejected[0])}`);
    }
  }

  #read(): Saved {
    const empty: Saved = { operatorCredential: '', historySent: false, storePaired: false, imported: false };
    return existsSync(this.layout.state)
      ? { ...empty, ...(JSON.parse(readFileSync(this.layout.state, 'utf8')) as Partial<Saved>) }
      : empty;
  }

  #save(saved: Saved): void {
    writeFileSync(this.layout.state, JSON.stringify(saved), { mode: 0o600 });
  }
}

/** Forgets everything that earlier runs kept. */
export function resetDemo(root: string): void {
  rmSync(root, { recursive: true, force: true });
}

export { LANES, memberCode };
