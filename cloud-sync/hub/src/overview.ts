import type { Fact, Overview, StoreDetail, StoreState, StoreSummary, StreamSummary } from '@tillside/hub-contract';
import { STREAMS } from '@tillside/protocol';
import { type Clock, instantOf } from './clock.ts';
import { HubFault } from './fault.ts';
import type { HubStorage } from './storage/port.ts';
import { storeStates } from './store-state.ts';

/** A store that was heard of within this time is live. */
export const LIVE_MS = 10 * 60_000;
const DAYS_OF_A_STORE = 30;
const STORES_OF_A_DAY = 1000;

export interface OverviewPorts {
  readonly storage: HubStorage;
  readonly clock: Clock;
}

const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;
const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10);
/** No store is further ahead of the hub's date than this. */
const DAY_MS = 24 * 60 * 60_000;
const newestOf = (states: readonly (string | null)[]): string | null =>
  states.reduce((best, each) => (best === null || (each !== null && each > best) ? each : best), null);

export async function storeSummaries({ storage, clock }: OverviewPorts): Promise<StoreSummary[]> {
  const { registry, desired, reads } = storage;
  const [stores, credentials, current, applied, counts] = await Promise.all([
    registry.stores(),
    registry.credentials(),
    desired.current(),
    desired.applied(),
    reads.streamCounts(),
  ]);
  const paired = new Set(credentials.filter(({ revokedAt }) => revokedAt === null).map(({ store }) => store));
  const states = storeStates(current, current, applied);
  const kindState = (store: string, kind: string): StoreState | null =>
    states.find((_, index) => current[index]?.store === store && current[index]?.kind === kind) ?? null;
  return stores.map(({ id, name, createdAt, lastSeenAt }) => {
    const own = counts.filter(({ store }) => store === id);
    const live = lastSeenAt !== null && clock.now() - Date.parse(lastSeenAt) < LIVE_MS;
    return {
      id,
      name,
      state: !paired.has(id) ? 'waiting' : live ? 'live' : 'paired',
      createdAt,
      lastSeenAt,
      events: own.reduce((sum, { events }) => sum + events, 0),
      quarantined: own.reduce((sum, { quarantined }) => sum + quarantined, 0),
      campaigns: kindState(id, 'campaigns'),
      items: kindState(id, 'items'),
      model: kindState(id, 'model'),
      devices: kindState(id, 'devices'),
      members: kindState(id, 'members'),
      terms: kindState(id, 'terms'),
      content: kindState(id, 'content'),
    };
  });
}

export async function storeDetail(ports: OverviewPorts, id: string): Promise<StoreDetail> {
  const summary = (await storeSummaries(ports)).find((each) => each.id === id);
  if (summary === undefined) throw new HubFault('HUB_STORE_UNKNOWN', id);
  const { events, reads } = ports.storage;
  const [positions, conflicts, days] = await Promise.all([
    events.positions(id),
    events.conflictCount(id),
    reads.salesDays({ store: id, limit: DAYS_OF_A_STORE }),
  ]);
  const held = await Promise.all(
    positions.map(async ({ epoch, stream, contiguousSeq, ranges, lastReceivedAt }) => {
      const givenUp = numbersIn(await events.sheds({ store: id, epoch, stream }));
      return { epoch, stream, contiguousSeq, ranges, givenUp, lastReceivedAt };
    }),
  );
  return { ...summary, positions: held, conflicts, days };
}

/** How many numbers the spans hold together; they may overlap. */
function numbersIn(spans: readonly { readonly fromSeq: number; readonly toSeq: number }[]): number {
  let [count, last] = [0, 0];
  for (const { fromSeq, toSeq } of [...spans].sort((a, b) => a.fromSeq - b.fromSeq)) {
    count += Math.max(0, toSeq - Math.max(last, fromSeq - 1));
    last = Math.max(last, toSeq);
  }
  return count;
}

/** Headlines of a business day, each from the events of that day alone. */
async function factsOf(storage: HubStorage, businessDate: string): Promise<Fact[]> {
  const days = await storage.reads.salesDays({ from: businessDate, to: businessDate, limit: STORES_OF_A_DAY });
  const total = (pick: (day: (typeof days)[number]) => number) => days.reduce((sum, day) => sum + pick(day), 0);
  const [sales, members, list, savings] = [
    total((day) => day.sales),
    total((day) => day.memberSales),
    total((day) => day.listFen),
    total((day) => day.savingsFen),
  ];
  if (sales === 0) return [];
  const top = async (dimension: 'category' | 'campaign' | 'hour') =>
    (await storage.reads.dayTop(businessDate, dimension, 1))[0];
  const [category, campaign, hour] = [await top('category'), await top('campaign'), await top('hour')];
  const facts: Fact[] = [];
  const memberPercent = percent(members, sales);
  facts.push({
    code: 'MEMBER_SHARE',
    values: { sales, members, percent: memberPercent },
    text: {
      zh: `${sales} 笔销售中 ${memberPercent}% 来自会员。`,
      en: `${memberPercent}% of ${sales} sales were to members.`,
    },
  });
  if (category !== undefined) {
    const { key, amountFen, count } = category;
    facts.push({
      code: 'TOP_CATEGORY',
      values: { category: key, amountFen, count },
      text: {
        zh: `销售额最高的品类是 ${key}：${yuan(amountFen)}，${count} 件。`,
        en: `${key} sold most: ${yuan(amountFen)} in ${count} units.`,
      },
    });
  }
  if (campaign !== undefined) {
    const { key, amountFen, count } = campaign;
    facts.push({
      code: 'TOP_CAMPAIGN',
      values: { campaignId: key, amountFen, count },
      text: {
        zh: `优惠最多的活动是 ${key}：共 ${yuan(amountFen)}，${count} 行。`,
        en: `${key} saved shoppers most: ${yuan(amountFen)} on ${count} lines.`,
      },
    });
  }
  const savedPercent = percent(savings, list);
  if (savings > 0)
    facts.push({
      code: 'SAVINGS_SHARE',
      values: { savingsFen: savings, listFen: list, percent: savedPercent },
      text: {
        zh: `顾客共节省 ${yuan(savings)}，占原价的 ${savedPercent}%。`,
        en: `Shoppers saved ${yuan(savings)}, ${savedPercent}% of list prices.`,
      },
    });
  if (hour !== undefined) {
    facts.push({
      code: 'BUSIEST_HOUR',
      values: { hour: hour.key, sales: hour.count, payableFen: hour.amountFen },
      text: {
        zh: `最忙的时段是 ${hour.key} 点，${hour.count} 笔。`,
        en: `The busiest hour began at ${hour.key}:00, with ${hour.count} sales.`,
      },
    });
  }
  return facts;
}

export async function overview(ports: OverviewPorts): Promise<Overview> {
  const { storage, clock } = ports;
  const [stores, counts, businessDate] = await Promise.all([
    storeSummaries(ports),
    storage.reads.streamCounts(),
    storage.reads.newestBusinessDate(instantOf(clock.now() + DAY_MS).slice(0, 'YYYY-MM-DD'.length)),
  ]);
  const streams = STREAMS.map((stream): StreamSummary => {
    const own = counts.filter((each) => each.stream === stream);
    return {
      stream,
      events: own.reduce((sum, { events }) => sum + events, 0),
      quarantined: own.reduce((sum, { quarantined }) => sum + quarantined, 0),
      lastReceivedAt: newestOf(own.map(({ lastReceivedAt }) => lastReceivedAt)),
    };
  });
  const today = { sales: 0, payableFen: 0, savingsFen: 0 };
  if (businessDate !== null) {
    const days = await storage.reads.salesDays({ from: businessDate, to: businessDate, limit: STORES_OF_A_DAY });
    for (const { sales, payableFen, savingsFen } of days) {
      today.sales += sales;
      today.payableFen += payableFen;
      today.savingsFen += savingsFen;
    }
  }
  return {
    at: instantOf(clock.now()),
    businessDate,
    today,
    events: streams.reduce((sum, { events }) => sum + events, 0),
    quarantined: streams.reduce((sum, { quarantined }) => sum + quarantined, 0),
    streams,
    stores,
    facts: businessDate === null ? [] : await factsOf(storage, businessDate),
  };
}
