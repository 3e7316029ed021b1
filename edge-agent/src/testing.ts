import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AnswerOf,
  type Arguments,
  callAgent,
  type PairedKind,
  type PriceOwner,
  type RouteName,
} from '@tillside/agent-contract';
import { pino } from 'pino';
import { type AgentConfig, parseConfig } from './config.ts';
import { type RunningAgent, startAgent } from './main.ts';
import { hashPin } from './pairing/pins.ts';
import type { Clock } from './ports.ts';

/** A real agent on a real port and disk, and callers paired with it; shared by this room's tests. */
export interface Rig {
  agent: RunningAgent;
  config: AgentConfig;
  dir: string;
  adminCredential(): string;
  pair(kind: PairedKind, lane?: string, priceOwner?: PriceOwner): Promise<Caller>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface Caller {
  deviceId: string;
  credential: string;
  call<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>>;
  session?: string;
}

export const TEST_PIN = '2468';
export const SUPERVISOR_PIN = '1357';

export async function startRig(more: Record<string, unknown> = {}, clock?: Clock): Promise<Rig> {
  const dir = mkdtempSync(join(tmpdir(), 'tillside-agent-'));
  const config = parseConfig({
    version: 1,
    storeId: 'store-test',
    storeName: { zh: '测试店', en: 'Test store' },
    dataDir: dir,
    port: 0,
    staff: [
      { id: 'staff-1', name: '小林', pinHash: hashPin(TEST_PIN) },
      { id: 'sup-1', name: '周敏', pinHash: hashPin(SUPERVISOR_PIN), role: 'supervisor' },
    ],
    logLevel: 'silent',
    ...more,
  });
  const start = (): Promise<RunningAgent> =>
    startAgent(config, { log: pino({ level: 'silent' }), ...(clock === undefined ? {} : { clock }) });
  const rig: Rig = {
    agent: await start(),
    config,
    dir,
    adminCredential: () => readFileSync(join(config.dataDir, 'secrets', 'admin.token'), 'utf8'),
    async pair(kind, lane, priceOwner) {
      const { code } = rig.agent.app.pairing.createCode({ kind, name: kind, lane, priceOwner });
      const paired = await callAgent({ url: rig.agent.url }, 'pair', { body: { code, kind } });
      const caller: Caller = {
        deviceId: paired.deviceId,
        credential: paired.credential,
        call: (name, args) =>
          callAgent(
            { url: rig.agent.url, credential: paired.credential, staffSession: caller.session, locale: 'en' },
            name,
            args,
          ),
      };
      return caller;
    },
    async restart() {
      await rig.agent.stop();
      rig.agent = await start();
    },
    async stop() {
      await rig.agent.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return rig;
}

export const ITEMS_CSV = `sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram
milk,2900000000018,鲜牛奶,Milk,1 升,1 L,dairy,milk,whole,each,1290,900,A1,dairy
bread,2900000000025,吐司面包,Toast bread,400 克,400 g,bakery,bread,toast,each,990,900,B1,bakery
apple,2900000000032,苹果,Apples,散装,loose,produce,fruit,apple,weight,1580,900,C1,produce
tea,2900000000049,绿茶,Green tea,500 毫升,500 ml,drinks,tea,green,each,500,1300,D1,drinks
`;

export function campaignSet(campaigns: unknown[]): string {
  return JSON.stringify({
    schema: 1,
    setId: 'test',
    version: 1,
    campaigns,
    policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 2 },
  });
}

export const ALWAYS = { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' };
