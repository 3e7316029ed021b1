/** A hub and stores of this process for journeys of members: real services and files, a kiosk, a till and a staff phone each. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnswerOf, type Arguments, callAgent, type PairedKind, type RouteName } from '@tillside/agent-contract';
import { hashPin, parseConfig, type RunningAgent, startAgent } from '@tillside/edge-agent';
import { parseConfig as parseHubConfig, type RunningHub, startHub } from '@tillside/hub';
import { expect } from 'vitest';
import { demoItemsCsvPath } from '../src/data/index.ts';
import { kioskPages, memberPages, STAFF_PIN } from '../src/store/layout.ts';

export const DRAIN_MS = 20_000;
const POLL_MS = 500;

export interface Device {
  readonly credential: string;
  call<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>>;
}

/** A free port, for a hub that goes and comes back where it was. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export class MemberWorld {
  readonly dir = mkdtempSync(join(tmpdir(), 'tillside-members-'));
  readonly stores = new Map<string, RunningAgent>();
  #hub: RunningHub | undefined;
  #ports = { hub: 0, mqtt: 0 };
  #keys = 0;

  at(...names: string[]): string {
    return join(this.dir, ...names);
  }

  get hubUrl(): string {
    return `http://127.0.0.1:${this.#ports.hub}`;
  }

  key(): string {
    this.#keys += 1;
    return `key-${this.#keys}`;
  }

  /** `more`: further keys of the hub's config. */
  async startHub(more: object = {}): Promise<void> {
    if (this.#ports.hub === 0) this.#ports = { hub: await freePort(), mqtt: await freePort() };
    const pages = memberPages();
    this.#hub = await startHub(
      parseHubConfig({
        dataDir: this.at('hub'),
        port: this.#ports.hub,
        mqtt: { port: this.#ports.mqtt },
        logLevel: 'silent',
        ...(pages === undefined ? {} : { memberPageDir: pages }),
        ...more,
      }),
    );
  }

  /** For a person at HQ. */
  async operatorCode(): Promise<{ code: string; url: string }> {
    if (this.#hub === undefined) throw new Error('no hub');
    return { code: (await this.#hub.pairingCode('operator')).code, url: this.hubUrl };
  }

  async stopHub(): Promise<void> {
    await this.#hub?.stop();
    this.#hub = undefined;
  }

  /** `more`: further keys of the store's config. */
  async openStore(storeId: string, more: object = {}): Promise<RunningAgent> {
    if (this.#hub === undefined) throw new Error('a store pairs with a hub');
    const { code: pairingCode } = await this.#hub.pairingCode('store', storeId);
    const pages = kioskPages();
    const agent = await startAgent(
      parseConfig({
        version: 1,
        storeId,
        storeName: { zh: `${storeId} 店`, en: storeId },
        dataDir: this.at(storeId),
        port: 0,
        hub: { url: this.hubUrl, pairingCode, pollMs: POLL_MS },
        staff: [{ id: 'staff-lin', name: '林晓', pinHash: hashPin(STAFF_PIN) }],
        logLevel: 'silent',
        ...(pages === undefined ? {} : { pagesDir: pages }),
        ...more,
      }),
    );
    this.stores.set(storeId, agent);
    const csv = readFileSync(demoItemsCsvPath, 'utf8');
    await callAgent(this.#admin(storeId), 'importFile', { params: { what: 'items' }, body: csv });
    return agent;
  }

  agent(storeId: string): RunningAgent {
    const agent = this.stores.get(storeId);
    if (agent === undefined) throw new Error(`no store ${storeId}`);
    return agent;
  }

  #admin(storeId: string): { url: string; credential: string } {
    const credential = readFileSync(this.at(storeId, 'secrets', 'admin.token'), 'utf8');
    return { url: this.agent(storeId).url, credential };
  }

  async pairingCode(storeId: string, kind: PairedKind, lane?: string): Promise<string> {
    const body = { kind, name: kind, ...(lane === undefined ? {} : { lane }) };
    return (await callAgent(this.#admin(storeId), 'createPairingCode', { body })).code;
  }

  async pair(storeId: string, kind: PairedKind, lane?: string): Promise<Device> {
    const { url } = this.agent(storeId);
    const code = await this.pairingCode(storeId, kind, lane);
    const { credential } = await callAgent({ url }, 'pair', { body: { code, kind } });
    return { credential, call: (name, args) => callAgent({ url, credential }, name, args) };
  }

  /** All that a store has to tell is at HQ. */
  async drained(storeId: string): Promise<void> {
    const sync = () => this.agent(storeId).app.status().sync;
    await expect.poll(() => [sync().waiting, sync().online], { timeout: DRAIN_MS }).toEqual([0, true]);
  }

  /** Files of hub and stores that hold a text. */
  holding(text: string): string[] {
    return readdirSync(this.dir, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(this.at(name)).isFile() && readFileSync(this.at(name)).includes(text))
      .toSorted();
  }

  async stop(): Promise<void> {
    for (const agent of this.stores.values()) await agent.stop();
    await this.stopHub();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
