import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callAgent } from '@tillside/agent-contract';
import type { Cashier } from './day/cashier.ts';
import { pushCampaigns, trainAndPush, until } from './day/headquarters.ts';
import { signUpAtKiosk } from './day/kiosk.ts';
import { openTill } from './day/open-till.ts';
import { planDay } from './day/plan.ts';
import { closeDays, sellAloneThenPost } from './day/reconcile.ts';
import { type Errand, serve } from './day/shopping.ts';
import { changePromotion, dairyShelf, hangLabels, staffPhone } from './day/staff.ts';
import { freePorts } from './ports-free.ts';
import { demoCampaigns } from './store/campaigns.ts';
import { DemoStore, LANES } from './store/demo-store.ts';
import { callHub } from './store/hub-client.ts';
import { businessDateNow, type Ports, STORE_ID } from './store/layout.ts';

const CAMPAIGN_DEADLINE_MS = 2_000;
const MODEL_TIMEOUT_MS = 30_000;
const DRAIN_TIMEOUT_MS = 60_000;
const PRESENCE_WINDOW_MS = 5_000;
const SIGN_UPS = 5;

/** The last line of `npm start -- --once`. */
interface DayReport {
  sales: number;
  events: number;
  acked: number;
  membersSignedUp: number;
  couponsRedeemed: number;
  recommendationsServed: number;
  labelsUpdated: number;
  campaignApplied: boolean;
  presenceSeen: number;
  weighed: number;
  decisionMs: { p50: number; p99: number };
}

/** One day of the demo store over real wires, as fast as it goes. Returns the exit code: 0 only if every step happened. */
export async function runOnce(options: { root: string | undefined; ports: Ports }): Promise<number> {
  const root = options.root ?? mkdtempSync(join(tmpdir(), 'tillside-day-'));
  const started = performance.now();
  const say = (text: string): void =>
    void process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
  const demo = new DemoStore({ root, ports: await freePorts(), presenceWindowMs: PRESENCE_WINDOW_MS, say });
  const stop = (): void => void demo.stop().then(() => process.exit(1));
  let isDone = false;
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const died = new Promise<never>((_, reject) =>
      demo.onPartExit((name) => reject(new Error(`the ${name} ended by itself`))),
    );
    const report = await Promise.race([runDay(demo, say), died]);
    const missing = whatIsMissing(report);
    for (const line of missing) say(`NOT DONE: ${line}`);
    await demo.stop();
    process.stdout.write(`${JSON.stringify(report)}\n`);
    isDone = missing.length === 0;
    return isDone ? 0 : 1;
  } catch (error) {
    say(`FAILED: ${(error as Error).message}\n        logs: ${demo.layout.logs}`);
    await demo.stop();
    return 1;
  } finally {
    if (options.root === undefined && isDone) rmSync(root, { recursive: true, force: true });
  }
}

async function runDay(demo: DemoStore, say: (text: string) => void): Promise<DayReport> {
  await demo.start();
  if (demo.simulators.withoutSerial !== undefined)
    say(`no serial lines here (${demo.simulators.withoutSerial}); the same bytes go over TCP`);
  const businessDate = businessDateNow();
  const cashiers = await pairLanes(demo);
  const phone = await staffPhone(demo);
  const status = () => phone.call('status', {});

  say('HQ pushes campaigns');
  const pushed = performance.now();
  await pushCampaigns(demo, demoCampaigns(demo.data, Date.now()));
  const applied = await until('the store applies the campaign set', CAMPAIGN_DEADLINE_MS * 5, async () =>
    (await status()).campaignSetVersion > 0 ? performance.now() - pushed : undefined,
  );
  say(`campaigns applied ${(applied / 1000).toFixed(2)} s after the push began`);

  const stopWalking = demo.simulators.presence.start();
  const shelf = dairyShelf(demo.data, 4);
  say('staff hang labels and change a promotion');
  let labelsUpdated = await hangLabels(phone, shelf);
  labelsUpdated += await changePromotion(phone, shelf[0] ?? '');

  const errands = planDay(demo.data);
  const half = Math.floor(errands.length / 2);
  const counts = { weighed: 0, couponsRedeemed: 0, recommended: 0, sources: new Map<string, number>() };
  say(`morning: ${half} baskets on ${cashiers.length} lanes, recommendations from the store's own statistics`);
  await sellAll(demo, cashiers, errands.slice(0, half), businessDate, counts, say);

  say('HQ trains a model on the purchases and pushes it');
  let lastTold = 0;
  const modelId = await trainAndPush(demo, (share, stage) => {
    if (share - lastTold < 0.25) return;
    lastTold = share;
    say(`  training ${Math.round(share * 100)} %  ${stage}`);
  });
  await until(`the store serves ${modelId}`, MODEL_TIMEOUT_MS, async () =>
    (await status()).modelId === undefined ? undefined : true,
  );

  say('members sign up at the kiosk');
  const kiosk = await signUpAtKiosk(demo, SIGN_UPS);
  counts.recommended += kiosk.recommended;

  say(`afternoon: ${errands.length - half} baskets, recommendations from ${modelId}`);
  await sellAll(demo, cashiers, errands.slice(half), businessDate, counts, say);
  for (const [source, count] of counts.sources) say(`  recommendations by ${source}: ${count} baskets`);
  if (!counts.sources.has('model')) throw new Error('no recommendation was made by the model');

  say('the agent is killed; a till sells alone, and posts the sale when it is back');
  await sellAloneThenPost(demo, cashiers[0], businessDate);
  const footfall = await phone
    .call('footfall', { query: {} })
    .catch(async () => (await staffPhone(demo)).call('footfall', { query: {} }));
  stopWalking();

  say('end of day');
  const salesFen = await closeDays(cashiers, businessDate);
  const acked = await drain(demo, cashiers, salesFen, businessDate);
  const decisionMs = cashiers.flatMap((cashier) => cashier.decisionMs).sort((left, right) => left - right);
  for (const cashier of cashiers) cashier.stop();
  return {
    sales: cashiers.reduce((sum, cashier) => sum + cashier.totals.sales, 0),
    events: acked.events,
    acked: acked.acked,
    membersSignedUp: kiosk.signedUp,
    couponsRedeemed: counts.couponsRedeemed,
    recommendationsServed: counts.recommended,
    labelsUpdated,
    campaignApplied: acked.savingsFen > 0 && (await campaignInForce(demo)),
    presenceSeen: Math.max(footfall.now.devices, ...footfall.hours.map((hour) => hour.devices)),
    weighed: counts.weighed,
    decisionMs: { p50: quantile(decisionMs, 0.5), p99: quantile(decisionMs, 0.99) },
  };
}

async function pairLanes(demo: DemoStore): Promise<Cashier[]> {
  const cashiers: Cashier[] = [];
  for (const lane of LANES) cashiers.push(await openTill(demo, lane));
  await until('scanners and scales are online', 20_000, async () => {
    const { devices } = await callAgent({ url: demo.agentUrl, credential: demo.adminCredential() }, 'status', {});
    return devices.filter((device) => device.lane !== undefined).every((device) => device.state === 'online')
      ? true
      : undefined;
  });
  return cashiers;
}

async function sellAll(
  demo: DemoStore,
  cashiers: readonly Cashier[],
  errands: readonly Errand[],
  businessDate: string,
  counts: { weighed: number; couponsRedeemed: number; recommended: number; sources: Map<string, number> },
  say: (text: string) => void,
): Promise<void> {
  const items = new Map(demo.data.items.map((item) => [item.sku, item]));
  const waiting = [...errands];
  let done = 0;
  const work = async (cashier: Cashier): Promise<void> => {
    for (let errand = waiting.shift(); errand !== undefined; errand = waiting.shift()) {
      const outcome = await serve(cashier, errand, { items, businessDate, betweenScansMs: 0 });
      counts.weighed += outcome.weighed;
      counts.couponsRedeemed += outcome.couponsRedeemed;
      if (outcome.recommended !== undefined && outcome.recommended.count > 0) {
        counts.recommended += 1;
        counts.sources.set(outcome.recommended.source, (counts.sources.get(outcome.recommended.source) ?? 0) + 1);
      }
      done += 1;
      if (done % 50 === 0) say(`  ${done} of ${errands.length} baskets`);
    }
  };
  await Promise.all(cashiers.map(work));
}

/** What HQ knows of its newest release: the store itself reported it applied. */
async function campaignInForce(demo: DemoStore): Promise<boolean> {
  const { releases } = await callHub(demo.hub(), 'campaigns');
  return releases[0]?.stores.find((state) => state.store === STORE_ID)?.state === 'applied';
}

/** Waits until the hub holds everything, and compares its sales with the tills', to the fen. */
async function drain(
  demo: DemoStore,
  cashiers: readonly Cashier[],
  salesFen: number,
  businessDate: string,
): Promise<{ events: number; acked: number; savingsFen: number }> {
  const admin = { url: demo.agentUrl, credential: demo.adminCredential() };
  const { sync } = await until('the hub has acknowledged every event', DRAIN_TIMEOUT_MS, async () => {
    const status = await callAgent(admin, 'status', {});
    return status.sync.waiting === 0 ? status : undefined;
  });
  const atHub = await callHub(demo.hub(), 'store', { params: { id: STORE_ID } });
  const today = atHub.days.find((day) => day.businessDate === businessDate);
  const sold = cashiers.reduce((sum, cashier) => sum + cashier.totals.sales, 0);
  if (today?.sales !== sold || today.payableFen !== salesFen) {
    throw new Error(
      `the hub counts ${today?.sales} sales of ${today?.payableFen} fen, the tills ${sold} of ${salesFen}`,
    );
  }
  const held = atHub.positions.reduce((sum, position) => sum + position.contiguousSeq, 0) - demo.historyEvents;
  return { events: sync.events, acked: held, savingsFen: today.savingsFen };
}

function whatIsMissing(report: DayReport): string[] {
  const missing: string[] = [];
  for (const [name, value] of Object.entries(report)) if (value === 0 || value === false) missing.push(name);
  if (report.acked !== report.events) missing.push(`acked ${report.acked} of ${report.events} events`);
  return missing;
}

function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return Number(value.toFixed(2));
}
