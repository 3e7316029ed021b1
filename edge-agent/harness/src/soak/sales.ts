import { CallError } from '@tillside/agent-contract';
import { businessDateNow } from '@tillside/demo';
import { generateCampaigns } from '../bench/generator.ts';
import { HarnessError } from '../errors.ts';
import { type MeasureContext, measure, type SoakReport } from '../measure.ts';
import type { SoakFailure } from '../output/schema.ts';
import { createChance } from '../random.ts';
import { type MeasuredStore, until } from '../store/measured-store.ts';
import { TillClient } from '../store/shopper.ts';
import { compareEach, compareTotals, type Told, totalsOf } from './compare.ts';
import { heldSince, hubCursor, hubFaults } from './hub-held.ts';
import { Killer } from './killer.ts';
import { type Ledger, runSession } from './till-session.ts';

const TILLS = 4;
const POOL_ITEMS = 40;
const MIX = { count: 20, perItem: 1, broad: 0, competing: 0.25, basketLines: 4 };
const MEMBERS = 100;
const DRAIN_TIMEOUT_MS = 120_000;

export const salesSoak = measure({
  description:
    'random tills against an agent that is killed at random: each sale once, to the fen, in the journal and at the hub',
  options: {
    count: { description: 'till sessions', default: 200, min: 1, max: 1_000_000 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
  },
  async run({ count, seed }, context): Promise<SoakReport> {
    const store = await context.store();
    const chance = createChance(seed);
    const pool = store.pool(chance.fork(), POOL_ITEMS);
    const set = generateCampaigns(chance.fork(), pool, MIX);
    context.progress.stage('campaigns');
    await store.pushCampaigns(set, context.signal);
    const since = await hubCursor(store.demo);
    const killer = new Killer(store, chance.fork());
    const tills = await pairTills(store, () => killer.called());
    const ledger: Ledger = { sales: [], completions: [], returns: [], cancelled: 0 };
    const failures: SoakFailure[] = [];
    const ports = {
      pool,
      memberCodes: store.knownMemberCodes(MEMBERS),
      businessDate: businessDateNow(),
      ledger,
    };
    context.progress.stage('sessions', count);
    let begun = 0;
    const work = async (till: TillClient): Promise<void> => {
      const own = chance.fork();
      while (begun++ < count) {
        context.signal.throwIfAborted();
        await runSession(till, own.fork(), ports).catch((error: unknown) => failures.push(sessionFailure(till, error)));
        context.progress.tick();
      }
    };
    await Promise.all(tills.map(work)).finally(() => killer.stop());
    failures.push(...(await verify({ store, tills, ledger, since, businessDate: ports.businessDate }, context)));
    return {
      counts: {
        sessions: count,
        sales: ledger.sales.length,
        lateSales: ledger.sales.length - ledger.completions.length,
        returns: ledger.returns.length,
        cancelled: ledger.cancelled,
        kills: killer.kills,
        retries: tills.reduce((sum, till) => sum + till.retries, 0),
        salesFen: ledger.sales.reduce((sum, sale) => sum + sale.amountFen, 0),
        failures: failures.length,
      },
      failures,
    };
  },
});

async function pairTills(store: MeasuredStore, onCall: () => void): Promise<TillClient[]> {
  const tills: TillClient[] = [];
  for (let place = 1; place <= TILLS; place++) {
    const name = `soak-${place}`;
    tills.push(new TillClient(name, await store.pair(name), onCall));
  }
  return tills;
}

function sessionFailure(till: TillClient, error: unknown): SoakFailure {
  const code = error instanceof CallError ? error.code : 'SESSION_FAILED';
  return { code, message: `${till.name}: ${(error as Error).message}` };
}

/** Asks journal and hub for everything and compares it with what the tills were told. */
async function verify(
  of: { store: MeasuredStore; tills: readonly TillClient[]; ledger: Ledger; since: number; businessDate: string },
  { progress, signal }: MeasureContext,
): Promise<SoakFailure[]> {
  const { tills, ledger } = of;
  progress.stage('comparing', ledger.sales.length);
  const failures: SoakFailure[] = [];
  const terminals = new Map(tills.map((till) => [till.terminal.deviceId, till]));
  // Sent again after every crash, each completion must still answer with its first sale.
  for (const { till, told, args } of ledger.completions) {
    signal.throwIfAborted();
    const again = await till.call('completeBasket', args);
    if (again.saleId !== told.id)
      failures.push({ code: 'REPLAY_SOLD_AGAIN', message: `${told.id} became ${again.saleId}` });
  }
  const inJournal: Told[] = [];
  for (const { id, terminalId } of ledger.sales) {
    signal.throwIfAborted();
    const sale = await terminals
      .get(terminalId)
      ?.call('getSale', { params: { saleId: id } })
      .catch(unknownSale);
    if (sale !== undefined)
      inJournal.push({ id: sale.saleId, terminalId: sale.terminalId, amountFen: sale.decision.payableFen });
    progress.tick();
  }
  failures.push(...compareEach('JOURNAL', ledger.sales, inJournal));
  for (const [terminalId, till] of terminals) {
    const journal = await till.call('dayTotals', { params: { businessDate: of.businessDate } });
    failures.push(...compareTotals(totalsOf(terminalId, ledger.sales, ledger.returns), journal));
  }
  return [...failures, ...(await verifyHub(of, new Set(terminals.keys()), signal))];
}

function unknownSale(error: unknown): undefined {
  if (error instanceof CallError && error.code === 'SALE_UNKNOWN') return undefined;
  throw error;
}

async function verifyHub(
  { store, ledger, since }: { store: MeasuredStore; ledger: Ledger; since: number },
  terminals: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<SoakFailure[]> {
  const failures: SoakFailure[] = [];
  await until('the hub has acknowledged every event', DRAIN_TIMEOUT_MS, signal, async () =>
    (await store.status()).sync.waiting === 0 ? true : undefined,
  ).catch((error: unknown) => {
    if (!(error instanceof HarnessError)) throw error;
    failures.push({ code: 'EVENTS_NOT_ACKNOWLEDGED', message: error.message });
  });
  const held = await heldSince(store.demo, since, terminals);
  const faults = await hubFaults(store.demo);
  failures.push(...compareEach('HUB', ledger.sales, held.sales), ...compareEach('HUB', ledger.returns, held.returns));
  if (held.quarantined > 0) failures.push({ code: 'HUB_QUARANTINED', message: `${held.quarantined} sale events` });
  if (faults.holes > 0) failures.push({ code: 'HUB_HAS_HOLES', message: `${faults.holes} ranges above the position` });
  if (faults.conflicts > 0) failures.push({ code: 'HUB_HAS_CONFLICTS', message: `${faults.conflicts} events` });
  return failures;
}
