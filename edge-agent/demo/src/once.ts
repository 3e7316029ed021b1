import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callAgent } from '@tillside/agent-contract';
import type { Cashier } from './day/cashier.ts';
import { closeTills } from './day/end-of-day.ts';
import { pushCampaigns, trainAndPush, until } from './day/headquarters.ts';
import { signUpAtKiosk } from './day/kiosk.ts';
import { limitAges } from './day/odd-baskets.ts';
import { type OddCounts, oddHour } from './day/odd-hour.ts';
import { openTill } from './day/open-till.ts';
import { planDay } from './day/plan.ts';
import { drop, mustBeTaken, POS_FILE_TRANSACTIONS, type PosFile, posFile } from './day/poslog.ts';
import { changePriceInTime } from './day/price-change.ts';
import { drain, sellAloneThenPost, sumOf } from './day/reconcile.ts';
import { type DayCounts, noCounts, sellAll } from './day/sell.ts';
import type { Errand } from './day/shopping.ts';
import { changePromotion, dairyShelf, hangLabels, type StaffPhone, staffPhone } from './day/staff.ts';
import type { Terminal } from './day/terminal.ts';
import { freePorts } from './ports-free.ts';
import { demoCampaigns } from './store/campaigns.ts';
import { DemoStore, LANES } from './store/demo-store.ts';
import { callHub } from './store/hub-client.ts';
import { type Ports, STORE_ID } from './store/layout.ts';

const CAMPAIGN_DEADLINE_MS = 2_000;
const MODEL_TIMEOUT_MS = 30_000;
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
  recommendationsTaken: number;
  labelsUpdated: number;
  campaignApplied: boolean;
  presenceSeen: number;
  weighed: number;
  till: TillReport;
  decisionMs: { p50: number; p99: number };
}

/** What tills did beside ringing up. */
interface TillReport extends OddCounts {
  sessions: number;
  daysClosed: number;
  /** Sales in cash with change, and such that several tenders paid. */
  withChange: number;
  split: number;
  returns: number;
  /** Transactions of POSLog files. */
  fromFiles: number;
  priceChanges: number;
}

/** One day of the demo store over real wires, as fast as it goes. Returns the exit code: 0 only if every step happened. */
export async function runOnce(options: {
  root: string | undefined;
  ports: Ports;
  households: number | undefined;
  baskets: number | undefined;
}): Promise<number> {
  const root = options.root ?? mkdtempSync(join(tmpdir(), 'tillside-day-'));
  const started = performance.now();
  const say = (text: string): void =>
    void process.stderr.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
  const { households, baskets } = options;
  const ports = await freePorts();
  const demo = new DemoStore({ root, ports, presenceWindowMs: PRESENCE_WINDOW_MS, households, say });
  const stop = (): void => void demo.stop().then(() => process.exit(1));
  let isDone = false;
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const died = new Promise<never>((_, reject) =>
      demo.onPartExit((name) => reject(new Error(`the ${name} ended by itself`))),
    );
    const report = await Promise.race([runDay(demo, baskets, say), died]);
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

/** What the parts of a day share. */
interface Day {
  readonly demo: DemoStore;
  readonly say: (text: string) => void;
  readonly cashiers: readonly [Cashier, ...Cashier[]];
  readonly phone: StaffPhone;
  readonly businessDate: string;
  readonly errands: readonly Errand[];
  readonly counts: DayCounts;
  /** What another POS tells by a file. */
  readonly file: PosFile;
}

async function runDay(demo: DemoStore, baskets: number | undefined, say: (text: string) => void): Promise<DayReport> {
  await demo.start();
  if (demo.simulators.withoutSerial !== undefined)
    say(`no serial lines here (${demo.simulators.withoutSerial}); the same bytes go over TCP`);
  const cashiers = await pairLanes(demo);
  const { businessDate } = await cashiers[0].call('currentSession', {});
  const phone = await staffPhone(demo);
  const errands = planDay(demo.data).slice(0, baskets);
  const file = posFile(demo.data, businessDate);
  const day: Day = { demo, say, cashiers, phone, businessDate, errands, counts: noCounts(), file };
  await pushAndApply(day);
  const stopWalking = demo.simulators.presence.start();
  const shelf = dairyShelf(demo.data, 4);
  const [promoted = '', repriced = ''] = shelf;
  say('staff hang labels and change a promotion');
  const hung = (await hangLabels(phone, shelf)) + (await changePromotion(phone, promoted));
  await limitAges(demo);
  say('HQ stages prices for a moment later; till and label will follow while the store sells');
  const [priceChanges, noon] = await Promise.all([changePriceInTime(demo, phone, repriced), morning(day)]);
  const kiosk = await afternoon(day, noon.modelId);
  const footfall = await phone
    .call('footfall', { query: {} })
    .catch(async () => (await staffPhone(demo)).call('footfall', { query: {} }));
  stopWalking();
  const evening = await endOfDay(day, noon.odd.pos);
  const { counts } = day;
  return {
    sales: evening.booked.sales,
    events: evening.acked.events,
    acked: evening.acked.acked,
    membersSignedUp: kiosk.signedUp,
    couponsRedeemed: counts.couponsRedeemed,
    recommendationsServed: counts.recommended + kiosk.recommended,
    recommendationsTaken: counts.taken,
    labelsUpdated: hung + priceChanges,
    campaignApplied: evening.acked.savingsFen > 0 && (await campaignInForce(demo)),
    presenceSeen: Math.max(footfall.now.devices, ...footfall.hours.map((hour) => hour.devices)),
    weighed: counts.weighed,
    till: tillReport(day, noon.odd.counts, evening, priceChanges),
    decisionMs: decisionMs(cashiers),
  };
}

async function pushAndApply({ demo, phone, say }: Day): Promise<void> {
  say('HQ pushes campaigns');
  const pushed = performance.now();
  await pushCampaigns(demo, demoCampaigns(demo.data, Date.now()));
  const applied = await until('the store applies the campaign set', CAMPAIGN_DEADLINE_MS * 5, async () =>
    (await phone.call('status', {})).campaignSetVersion > 0 ? performance.now() - pushed : undefined,
  );
  say(`campaigns applied ${(applied / 1000).toFixed(2)} s after the push began`);
}

const halfOf = (errands: readonly Errand[]): number => Math.floor(errands.length / 2);

/** The first half of the real day, the odd baskets, and the model that HQ trains on them. */
async function morning(day: Day) {
  const { demo, say, cashiers, errands, counts, businessDate, file } = day;
  const baskets = errands.slice(0, halfOf(errands));
  say(
    `morning: ${baskets.length} baskets on ${cashiers.length} lanes, recommendations from the store's own statistics`,
  );
  drop(demo, 'day-1.xml', file);
  await sellAll(demo, cashiers, baskets, counts, say);
  await mustBeTaken(demo, 'day-1.xml', file, { accepted: POS_FILE_TRANSACTIONS, repeated: 0 });
  say('odd baskets: ages, approvals, training, exchange, paper, display, and POS with prices of their own');
  const odd = await oddHour(demo, cashiers[0], businessDate);
  say('HQ trains a model on the purchases and pushes it');
  let lastTold = 0;
  const modelId = await trainAndPush(demo, (share, stage) => {
    if (share - lastTold < 0.25) return;
    lastTold = share;
    say(`  training ${Math.round(share * 100)} %  ${stage}`);
  });
  return { odd, modelId };
}

/** The second half, with the model and new members; the other POS delivers its file once more; then the agent is killed. */
async function afternoon(day: Day, modelId: string) {
  const { demo, say, cashiers, phone, errands, counts, file } = day;
  await until(`the store serves ${modelId}`, MODEL_TIMEOUT_MS, async () =>
    (await phone.call('status', {})).modelId === undefined ? undefined : true,
  );
  say('members sign up at the kiosk');
  const kiosk = await signUpAtKiosk(demo, SIGN_UPS);
  drop(demo, 'day-1-again.xml', file);
  const baskets = errands.slice(halfOf(errands));
  say(`afternoon: ${baskets.length} baskets, recommendations from ${modelId}`);
  await sellAll(demo, cashiers, baskets, counts, say);
  for (const [source, count] of counts.sources) say(`  recommendations by ${source}: ${count} baskets`);
  if (!counts.sources.has('model')) throw new Error('no recommendation was made by the model');
  await mustBeTaken(demo, 'day-1-again.xml', file, { accepted: 0, repeated: POS_FILE_TRANSACTIONS });
  say('the agent is killed; a till sells alone, and posts the sale when it is back');
  await sellAloneThenPost(demo, cashiers[0]);
  return kiosk;
}

async function endOfDay({ demo, say, cashiers, businessDate, file }: Day, pos: readonly Terminal[]) {
  say('end of day: X, Z, and what HQ holds');
  const closed = await closeTills(cashiers, pos, businessDate);
  const ofFile = { sales: 1, salesFen: file.soldFen, returns: 1, handedOutFen: file.refundedFen };
  const booked = sumOf([...[...cashiers, ...pos].map(({ totals }) => totals), ofFile]);
  const acked = await drain(demo, booked, businessDate);
  for (const cashier of cashiers) cashier.stop();
  return { closed, booked, acked };
}

function tillReport(
  { cashiers, counts }: Day,
  odd: OddCounts,
  { closed, booked }: Awaited<ReturnType<typeof endOfDay>>,
  priceChanges: number,
): TillReport {
  return {
    ...odd,
    ageChecks: odd.ageChecks + counts.ageChecks,
    sessions: odd.sessions + closed.sessions,
    printed: odd.printed + closed.printed,
    daysClosed: closed.days,
    withChange: sum(cashiers, ({ totals }) => totals.withChange),
    split: sum(cashiers, ({ totals }) => totals.split),
    returns: booked.returns,
    fromFiles: POS_FILE_TRANSACTIONS,
    priceChanges,
  };
}

const sum = <T>(parts: readonly T[], of: (part: T) => number): number =>
  parts.reduce((total, part) => total + of(part), 0);

async function pairLanes(demo: DemoStore): Promise<[Cashier, ...Cashier[]]> {
  const [first, ...others] = LANES;
  const cashiers: [Cashier, ...Cashier[]] = [await openTill(demo, first)];
  for (const lane of others) cashiers.push(await openTill(demo, lane));
  await until('scanners and scales are online', 20_000, async () => {
    const { devices } = await callAgent({ url: demo.agentUrl, credential: demo.adminCredential() }, 'status', {});
    return devices.filter((device) => device.lane !== undefined).every((device) => device.state === 'online')
      ? true
      : undefined;
  });
  return cashiers;
}

/** What HQ knows of its newest release: the store itself reported it applied. */
async function campaignInForce(demo: DemoStore): Promise<boolean> {
  const { releases } = await callHub(demo.hub(), 'campaigns');
  return releases[0]?.stores.find((state) => state.store === STORE_ID)?.state === 'applied';
}

function whatIsMissing(report: DayReport): string[] {
  const missing: string[] = [];
  for (const [name, value] of Object.entries({ ...report, ...report.till }))
    if (value === 0 || value === false) missing.push(name);
  if (report.acked !== report.events) missing.push(`acked ${report.acked} of ${report.events} events`);
  return missing;
}

function decisionMs(cashiers: readonly Cashier[]): DayReport['decisionMs'] {
  const sorted = cashiers.flatMap((cashier) => cashier.decisionMs).sort((left, right) => left - right);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return Number(value.toFixed(2));
}
