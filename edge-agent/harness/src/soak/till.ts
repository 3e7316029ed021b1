import { businessDateNow } from '@tillside/demo';
import { generateCampaigns } from '../bench/generator.ts';
import { type MeasureContext, measure, type SoakReport } from '../measure.ts';
import { type Chance, createChance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';
import { TillClient } from '../store/shopper.ts';
import { hubCursor } from './hub-held.ts';
import { Killer } from './killer.ts';
import { CrewTill } from './till/crew.ts';
import { codeOf, Floor } from './till/floor.ts';
import { FAULTS, Ledger } from './till/ledger.ts';
import { PriceChanger } from './till/prices.ts';
import { comeBack, runSession } from './till/session.ts';
import { couponsFor, pointsOf } from './till/set-up.ts';
import { verify } from './till/verify.ts';

const POOL_ITEMS = 40;
const MIX = { count: 20, perItem: 1, broad: 0, competing: 0.25, basketLines: 4 };
const MEMBERS = 40;
const FLOAT_FEN = 50_000;

export const tillSoak = measure({
  description:
    'random tills that race, repeat and crash against an agent that is killed at random: each sale once, to the fen; no basket lost or shared',
  options: {
    count: { description: 'till sessions', default: 400, min: 1, max: 1_000_000 },
    terminals: { description: 'terminals at work at once', default: 20, min: 2, max: 200 },
    seed: {
      description: 'of everything drawn',
      default: Math.floor(Math.random() * 2 ** 31),
      min: 0,
      max: 2 ** 31 - 1,
    },
    fault: { description: 'what goes wrong on purpose, to see that it is found', default: 'none', choices: FAULTS },
  },
  async run({ count, terminals, seed, fault }, context): Promise<SoakReport> {
    const store = await context.store();
    const { progress, signal } = context;
    const chance = createChance(seed);
    const pool = store.pool(chance.fork(), POOL_ITEMS);
    const set = generateCampaigns(chance.fork(), pool, MIX);
    progress.stage('campaigns');
    await store.pushCampaigns(set, signal);
    const couponCodes = await couponsFor(store, set, `${seed}`, count);
    const since = await hubCursor(store.demo);
    const killer = new Killer(store, chance.fork(), terminals);
    const ledger = new Ledger(fault);
    const businessDate = businessDateNow();
    const clients = await signOn(store, terminals, businessDate, () => killer.called());
    const memberCodes = store.knownMemberCodes(MEMBERS);
    const points = await pointsOf(clients[0], memberCodes, ledger);
    const tills = clients.map((client) => new CrewTill(client, ledger));
    const floor = new Floor({ pool, memberCodes, couponCodes, businessDate, ledger, tills });
    const prices = new PriceChanger({ store, pool, chance: chance.fork(), ledger });
    progress.stage('sessions', count);
    prices.start();
    try {
      await work(floor, chance, count, context);
    } finally {
      await Promise.all([killer.stop(), prices.stop()]);
    }
    const pointsNow = () => pointsOf(clients[0], memberCodes, ledger);
    for (const till of tills) await comeBack(till, chance.fork(), floor);
    await verify({ store, tills: clients, ledger, since, businessDate, points, pointsNow }, context);
    return {
      counts: {
        sessions: count,
        sales: ledger.sales.length,
        returns: ledger.returns.length,
        cancelled: ledger.cancelled.size,
        trained: ledger.trained.size,
        kills: killer.kills,
        retries: clients.reduce((sum, till) => sum + till.retries, 0),
        salesFen: ledger.sales.reduce((sum, sale) => sum + sale.amountFen, 0),
        ...Object.fromEntries([...ledger.counts].sort(([left], [right]) => left.localeCompare(right))),
        failures: ledger.failures.length,
      },
      failures: ledger.failures,
    };
  },
});

/** Pairs the terminals and signs a cashier on at each. */
async function signOn(
  store: MeasuredStore,
  count: number,
  businessDate: string,
  onCall: () => void,
): Promise<TillClient[]> {
  const tills: TillClient[] = [];
  for (let place = 1; place <= count; place++) {
    const name = `soak-${place}`;
    const till = new TillClient(name, await store.pair(name), onCall);
    await till.signOn(businessDate, FLOAT_FEN);
    tills.push(till);
  }
  return tills;
}

/** Each till takes one session after the other, until all are begun. */
async function work(floor: Floor, chance: Chance, count: number, { progress, signal }: MeasureContext): Promise<void> {
  let begun = 0;
  await Promise.all(
    floor.tills.map(async (till) => {
      const own = chance.fork();
      while (begun++ < count) {
        signal.throwIfAborted();
        await runSession(till, own.fork(), floor).catch((error: unknown) => {
          signal.throwIfAborted();
          floor.ledger.fail(sessionCode(error), `${till.name}: ${(error as Error).message}`);
        });
        progress.tick();
      }
    }),
  );
}

function sessionCode(error: unknown): string {
  try {
    return codeOf(error);
  } catch {
    return 'SESSION_FAILED';
  }
}
