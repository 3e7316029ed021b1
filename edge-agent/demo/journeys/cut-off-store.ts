/** A store and its HQ over HTTPS and MQTT, with a line between them that can be cut and a clock that both go by. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Arguments, callAgent, DEFAULT_CONSENT_TEXTS, type PairedKind } from '@tillside/agent-contract';
import { type AgentConfig, parseConfig, type RunningAgent, startAgent } from '@tillside/edge-agent';
import { parseConfig as parseHubConfig, type RunningHub, startHub } from '@tillside/hub';
import { openSqliteReader } from '@tillside/hub/storage';
import { type Stream, trustingFetch } from '@tillside/protocol';
import { testCa } from '@tillside/protocol/testing';
import { expect } from 'vitest';
import { nodeArguments, roomEntry } from '../src/process.ts';
import { callHub } from '../src/store/hub-client.ts';
import { Line } from './line.ts';

export const STORE = 'store-1';
export const DAY_MS = 86_400_000;
export const FOLLOW = { timeout: 40_000, interval: 50 };
export const TEA_GTIN = '2900000000049';
const MILK = { sku: 'milk', gtin: '2900000000018', nameZh: '鲜牛奶', nameEn: 'Milk', category: 'milk' };
const TEA = { sku: 'tea', gtin: TEA_GTIN, nameZh: '绿茶', nameEn: 'Green tea', category: 'tea', priceFen: 500 };
const OF_BOTH = { sizeZh: '1 升', sizeEn: '1 L', department: 'drinks', soldBy: 'each', vatBasisPoints: 900 };
const COUPON = { schema: 1, version: 1, kind: 'discount', fundedBy: 'store', requiresCoupon: true } as const;

export type Caller = () => { url: string; credential: string };

export class CutOffStore {
  readonly clock = { now: (): number => Date.now() + this.aheadMs };
  aheadMs = 0;
  readonly #dir = mkdtempSync(join(tmpdir(), 'tillside-cut-off-'));
  readonly #web = new Line(() => Number(new URL(this.hub.url).port));
  readonly #wake = new Line(() => Number(new URL(this.hub.mqttUrl).port));
  #hub: RunningHub | undefined;
  #agent: RunningAgent | undefined;
  #operator: { credential: string; fetch: typeof fetch } | undefined;
  #keys = 0;

  get agent(): RunningAgent {
    if (this.#agent === undefined) throw new Error('not started');
    return this.#agent;
  }

  get hub(): RunningHub {
    if (this.#hub === undefined) throw new Error('not started');
    return this.#hub;
  }

  async start(more: Partial<AgentConfig> = {}): Promise<void> {
    const ca = testCa();
    const { cert, key } = ca.issue(['127.0.0.1']);
    const files = { 'ca.pem': ca.cert, 'hub.pem': cert, 'hub.key': key };
    for (const [name, text] of Object.entries(files)) writeFileSync(this.#at(name), text);
    await this.startHub();
    const trusting = trustingFetch(ca.cert);
    const { code } = await this.hub.pairingCode('operator');
    const body = { code, kind: 'operator', name: 'journey' };
    const { credential } = await callHub({ url: this.hub.url, fetch: trusting }, 'pair', { body });
    this.#operator = { credential, fetch: trusting };
    const { code: pairingCode } = await this.hub.pairingCode('store', STORE);
    const hub = {
      url: `https://127.0.0.1:${await this.#web.start()}`,
      caFile: this.#at('ca.pem'),
      mqttUrl: `mqtt://127.0.0.1:${await this.#wake.start()}`,
      pairingCode,
      pollMs: 500,
    };
    const store = { version: 1, storeId: STORE, storeName: { zh: '店', en: 'Store' }, dataDir: this.#at('store') };
    writeFileSync(this.#at('agent.json'), JSON.stringify({ ...store, port: 0, hub, logLevel: 'silent', ...more }));
    await this.startAgent();
  }

  async startHub(): Promise<void> {
    await this.#hub?.stop();
    const tls = { certFile: this.#at('hub.pem'), keyFile: this.#at('hub.key'), caFile: this.#at('ca.pem') };
    const config = { dataDir: this.#at('hub'), port: 0, host: '127.0.0.1', tls, mqtt: { port: 0 }, logLevel: 'silent' };
    this.#hub = await startHub(parseHubConfig(config), { clock: this.clock });
  }

  /** Also again, as after a power cut. */
  async startAgent(): Promise<void> {
    await this.#agent?.stop();
    const config = parseConfig(JSON.parse(readFileSync(this.#at('agent.json'), 'utf8')));
    this.#agent = await startAgent(config, { clock: this.clock });
  }

  cut(): void {
    this.#web.cut();
    this.#wake.cut();
  }

  mend(): void {
    this.#web.mend();
    this.#wake.mend();
  }

  async stop(): Promise<void> {
    await this.#agent?.stop();
    await this.#web.stop();
    await this.#wake.stop();
    await this.#hub?.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  get operator(): { url: string; credential: string; fetch: typeof fetch } {
    if (this.#operator === undefined) throw new Error('not started');
    return { url: this.hub.url, ...this.#operator };
  }

  get admin(): { url: string; credential: string } {
    return { url: this.agent.url, credential: readFileSync(this.#at('store', 'secrets', 'admin.token'), 'utf8') };
  }

  readonly status = (locale: 'en' | 'zh-CN' = 'en') => callAgent({ ...this.admin, locale }, 'status', {});
  readonly codes = async (): Promise<string[]> => (await this.status()).conditions.map(({ code }) => code);

  async drained(): Promise<void> {
    await expect.poll(async () => (await this.status()).sync.waiting, FOLLOW).toBe(0);
  }

  /** What HQ published is in force here, of both kinds; its terms of membership come by themselves. */
  async applied(version: number): Promise<void> {
    const hq = async () => (await this.status()).hq.map((one) => `${one.kind} ${one.version} ${one.state}`).toSorted();
    await expect
      .poll(hq, FOLLOW)
      .toEqual([`campaigns ${version} applied`, `items ${version} applied`, 'terms 1 applied']);
  }

  /** HQ publishes the price of milk and what comes off it; tea is a yuan cheaper from `teaFrom` on, and two more with a coupon. */
  async publish(milkFen: number, percentOffBp: number, teaFrom: number): Promise<void> {
    const rows = [{ ...MILK, priceFen: milkFen }, TEA].map((item) =>
      Object.entries({ ...OF_BOTH, ...item, type: '', shelf: 'A1', pictogram: 'box' }).map(([k, v]) => [k, String(v)]),
    );
    const lines = rows.map((row) => JSON.stringify(Object.fromEntries(row)));
    await callHub(this.operator, 'pushItems', { query: { stores: STORE }, body: lines.join('\n') });
    const { requiresCoupon, ...discount } = COUPON;
    const window = (from: number) => ({ from: new Date(from).toISOString(), to: '2099-01-01T00:00:00Z' });
    const [milk, tea] = [
      { name: { zh: '牛奶', en: 'Milk' }, items: { skus: ['milk'] }, discount: { by: 'percent', percentOffBp } },
      { name: { zh: '茶', en: 'Tea' }, items: { skus: ['tea'] }, discount: { by: 'amount', amountOffFen: 100 } },
    ];
    const more = { ...tea, discount: { by: 'amount', amountOffFen: 300 }, limits: { perBasket: 1 } };
    const campaigns = [
      { ...discount, id: 'milk-off', window: window(0), ...milk },
      { ...discount, id: 'tea-off', window: window(teaFrom), ...tea },
      { ...discount, requiresCoupon, id: 'tea-coupon', window: window(0), ...more },
    ];
    const policy = { version: 1, objective: 'best-for-customer', couponsPerBasket: 1 };
    const set = { schema: 1, setId: 'cut-off', version: 1, campaigns, policy };
    await callHub(this.operator, 'pushCampaigns', { body: { stores: [STORE], set } });
  }

  async pair(kind: PairedKind & ('terminal' | 'kiosk')): Promise<Caller> {
    const body = { kind, name: kind, ...(kind === 'terminal' ? { lane: '1' } : {}) };
    const { code } = await callAgent(this.admin, 'createPairingCode', { body });
    const { credential } = await callAgent({ url: this.agent.url }, 'pair', { body: { code, kind } });
    // The agent of after a restart listens elsewhere.
    return () => ({ url: this.agent.url, credential });
  }

  /** One milk and one tea; returns the sale and what each cost. */
  async sell(till: Caller, coupon?: string): Promise<{ saleId: string; fen: number[] }> {
    const { basketId } = await callAgent(till(), 'openBasket', { body: { cashierId: 'c1' }, key: this.#key() });
    const to = { params: { basketId } };
    await callAgent(till(), 'addLine', { ...to, body: { sku: 'milk' }, key: this.#key() });
    let { decision } = await callAgent(till(), 'addLine', { ...to, body: { sku: 'tea' }, key: this.#key() });
    if (coupon !== undefined)
      ({ decision } = await callAgent(till(), 'addCoupon', { ...to, body: { code: coupon }, key: this.#key() }));
    const amountFen = decision.payableFen;
    const tenders = [{ kind: 'cash' as const, amountFen }];
    const body = { cashierId: 'c1', expectedPayableFen: amountFen, tenders };
    const { saleId } = await callAgent(till(), 'completeBasket', { ...to, body, key: this.#key() });
    return { saleId, fen: decision.lines.map(({ payableFen }) => payableFen) };
  }

  async join(kiosk: Caller, n: number): Promise<void> {
    const consents = [{ purpose: 'membership', granted: true, textVersion: DEFAULT_CONSENT_TEXTS.version } as const];
    const body: Arguments<'signUp'>['body'] = {
      phone: `139${87_650_000 + n}`,
      isOldEnough: true,
      consents,
      locale: 'zh-CN',
    };
    await callAgent(kiosk(), 'signUp', { body, key: this.#key() });
  }

  /** The bytes of every event that is in the store, by stream and number. */
  written(): Map<string, string> {
    const rows = this.agent.app.journal.all<{ stream: string; seq: number; envelope: string }>(
      'SELECT stream, seq, envelope FROM event',
    );
    return new Map(rows.map(({ stream, seq, envelope }) => [`${stream}/${seq}`, envelope]));
  }

  /** What a consumer at HQ is given of a stream, and the holes that the store declared in it. */
  async atHub(stream: Stream) {
    const { events, close } = openSqliteReader(this.#at('hub', 'hub.db'));
    const of = { store: STORE, epoch: this.agent.app.journal.epoch, stream };
    const rows = await events.read(of, 0, 100_000);
    const sheds = await events.sheds(of);
    const at = (await events.streamsSince('1970-01-01T00:00:00.000Z', { after: null, limit: 10 })).find(
      (one) => one.stream === stream,
    );
    await close();
    return { rows, sheds, contiguousSeq: at?.contiguousSeq ?? 0 };
  }

  /** `tillside-hub store verify`, beside the running hub. */
  async verify(): Promise<string> {
    const args = [...nodeArguments(roomEntry('@tillside/hub')), '-d', this.#at('hub'), 'store', 'verify', STORE];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, LC_ALL: 'en_GB.UTF-8' },
    });
    return stdout;
  }

  #key(): string {
    return `k${this.#keys++}`;
  }

  #at(...names: string[]): string {
    return join(this.#dir, ...names);
  }
}
