/** The agent's rules around whatever answers: here the store's own statistics, on a real journal. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callAgent } from '@tillside/agent-contract';
import { SHOWN_PER_DAY } from '@tillside/decide';
import { encodeTaste, HistoryFold, type MemberTaste } from '@tillside/features';
import { InferenceProcess } from '@tillside/inference';
import type { EventBody, EventType } from '@tillside/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Member, memberById, recordPurchase } from '../members/members.ts';
import { ALWAYS, type Caller, campaignSet, type Rig, startRig, TEST_PIN } from '../testing.ts';
import { Dayparts } from './dayparts.ts';
import { knownOf } from './histories.ts';
import { type Asked, drawsOf } from './question.ts';
import { reasonsOf, wordsOf } from './reasons.ts';
import { Recommender } from './recommend.ts';
import { Tastes } from './tastes.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-22T02:00:00Z');
const HEADER =
  'sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram,minAge';
const gtinOf = (at: number): string => {
  const body = `29000000${String(at).padStart(4, '0')}`;
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
};
const GOODS = ['milk', 'bread', 'apple', 'tea', 'wine', 'formula', 'soap', 'salt', 'rice', 'oil'];
const ITEMS = GOODS.map(
  (sku, at) =>
    `${sku},${gtinOf(at)},${sku}-中文,${sku},,,dep${at % 3},cat${at % 7},t,each,1000,900,A1,dairy,${sku === 'wine' ? 18 : ''}`,
);

let now = START;
let rig: Rig;
let till: Caller;
const others: Recommender[] = [];
let nextKey = 0;
const key = (): string => `r${nextKey++}`;
const eventsOf = <T extends EventType>(type: T): EventBody<T>[] =>
  rig.agent.app.journal
    .all<{ envelope: string }>('SELECT envelope FROM event WHERE type = ? ORDER BY seq', type)
    .map(({ envelope }) => JSON.parse(envelope).data as EventBody<T>);
const member = (memberId: string): Member => memberById(rig.agent.app.journal, memberId) as Member;
const ask = (more: Partial<Asked> = {}) =>
  rig.agent.app.recommender.recommend({ member: undefined, basketSkus: [], channel: 'kiosk', limit: 4, ...more });
const skusOf = ({ items }: { items: readonly { sku: string }[] }): string[] => items.map(({ sku }) => sku);

/** Somebody bought milk every day, bread every second and so on; member one soap each week. */
function purchases(): string {
  const rows: string[] = [];
  for (let day = 1; day <= 28; day += 1) {
    const at = new Date(START - day * DAY_MS).toISOString();
    GOODS.forEach((sku, rank) => {
      if (day % (rank + 1) === 0) rows.push(`M000002,${sku},${at},1`);
    });
    if (day % 7 === 0) rows.push(`M000001,soap,${at},1`);
  }
  return rows.join('\n');
}

beforeAll(async () => {
  rig = await startRig({ recommendExploreBasisPoints: 0 }, { now: () => now });
  till = await rig.pair('terminal', '1');
  const admin = { url: rig.agent.url, credential: rig.adminCredential() };
  const importFile = (what: 'items' | 'members' | 'purchases', body: string) =>
    callAgent(admin, 'importFile', { params: { what }, body });
  await importFile('items', [HEADER, ...ITEMS].join('\n'));
  await importFile(
    'members',
    `memberId,code,tier,points,joinedAt,personalisation,tags,segments\n${['M000001,one', 'M000002,two', 'M000003,new']
      .map((head) => `${head},gold,0,2025-01-01T00:00:00Z,yes,,`)
      .join('\n')}\n`,
  );
  await importFile('purchases', `memberId,sku,at,quantity\n${purchases()}\n`);
});
afterAll(async () => {
  for (const other of others) other.stop();
  await rig?.stop();
});

const open = async (code?: string): Promise<string> => {
  const { basketId } = await till.call('openBasket', { key: key(), body: { cashierId: 'c1' } });
  if (code !== undefined) await till.call('setMember', { key: key(), params: { basketId }, body: { code } });
  return basketId;
};
const add = (basketId: string, sku: string) =>
  till.call('addLine', { key: key(), params: { basketId }, body: { sku, ageChecked: true } });
const decided = async (basketId: string) => (await till.call('getDecision', { params: { basketId } })).recommendations;
async function pay(basketId: string): Promise<string> {
  const { decision } = await till.call('getBasket', { params: { basketId } });
  const tenders = [{ kind: 'token' as const, amountFen: decision.payableFen, token: 't' }];
  const body = { cashierId: 'c1', expectedPayableFen: decision.payableFen, tenders };
  return (await till.call('completeBasket', { key: key(), params: { basketId }, body })).saleId;
}

describe('rules on what is proposed', () => {
  it('keep what may not be promoted from everybody, and what is for adults from whom nobody looked at', async () => {
    const { journal } = rig.agent.app;
    journal.write((tx) => tx.run(`UPDATE item SET no_promotions = 1 WHERE sku = 'formula'`));
    const all = { limit: 10 };
    expect(skusOf(await ask(all)).toSorted()).toEqual(GOODS.filter((sku) => !['wine', 'formula'].includes(sku)).sort());
    expect(skusOf(await ask({ ...all, provenAge: 18 }))).toContain('wine');
    journal.write((tx) => tx.run(`UPDATE item SET state = 'discontinued' WHERE sku = 'salt'`));
    expect(skusOf(await ask(all))).not.toContain('salt');
    journal.write((tx) => tx.run(`UPDATE item SET state = 'on-sale' WHERE sku = 'salt'`));
  });

  it('keep back what staff say is gone, until it is back or the time is over', async () => {
    const staff = await rig.pair('staff');
    staff.session = (await staff.call('staffSignIn', { body: { pin: TEST_PIN } })).session;
    const until = new Date(now + DAY_MS / 2).toISOString();
    const held = await staff.call('putHeldBack', { body: { sku: 'milk', until } });
    expect(held).toEqual({ sku: 'milk', name: { zh: 'milk-中文', en: 'milk' }, until });
    expect((await staff.call('listHeldBack', {})).items).toEqual([held]);
    expect(skusOf(await ask())).not.toContain('milk');
    await staff.call('endHeldBack', { params: { sku: 'milk' } });
    expect(skusOf(await ask())).toContain('milk');
    const past = new Date(now).toISOString();
    const refused = (sku: string, at: string) => staff.call('putHeldBack', { body: { sku, until: at } });
    await expect(refused('milk', past)).rejects.toMatchObject({ code: 'BODY_REFUSED' });
    await expect(refused('none', until)).rejects.toMatchObject({ code: 'ITEM_UNKNOWN' });
    await staff.call('putHeldBack', { body: { sku: 'milk', until } });
    now += DAY_MS;
    expect(skusOf(await ask())).toContain('milk');
    now -= DAY_MS;
  });

  it('show the same question the same answer, and rest what was shown twice in a visit and not taken', async () => {
    const basketId = await open();
    const asking = (basketSkus: string[]) => ask({ basketId, channel: 'till', basketSkus, limit: 2 });
    const first = await asking(['oil']);
    expect(await asking(['oil', 'oil'])).toEqual(first);
    const second = await asking(['oil', 'rice']);
    expect(skusOf(second)).toEqual(skusOf(first));
    const third = await asking(['oil', 'rice', 'salt']);
    expect(skusOf(third).filter((sku) => skusOf(first).includes(sku))).toEqual([]);
    expect(third.items).toHaveLength(2);
    expect(skusOf(await ask({ limit: 2 }))).toEqual(skusOf(first));
  });

  it('show a member one item in so many visits of a day, restarts or not', async () => {
    const stay = async (name: string) => {
      const { items } = await ask({ member: member('M000001'), stay: name });
      return items.find(({ sku }) => sku === 'soap')?.reason;
    };
    const weekly = { code: 'DUE_AGAIN', text: { zh: '您每周都买', en: 'You buy this every week' } };
    for (let visit = 0; visit < SHOWN_PER_DAY; visit += 1) expect(await stay(`s${visit}`)).toEqual(weekly);
    await rig.restart();
    expect(await stay('later')).toBeUndefined();
    now += DAY_MS;
    expect(await stay('tomorrow')).toEqual(weekly);
  });
});

describe('what became of it', () => {
  it('is told of the newest answer that showed it: added, removed, bought', async () => {
    const basketId = await open();
    await add(basketId, 'oil');
    const { recommendationId, items, source } = await decided(basketId);
    const sku = items[0]?.sku ?? '';
    const added = await add(basketId, sku);
    await till.call('voidLine', {
      key: key(),
      params: { basketId, lineId: added.lines.find((line) => line.sku === sku)?.lineId ?? '' },
    });
    await add(basketId, sku);
    const saleId = await pay(basketId);
    const told = eventsOf('tillside.recommendation.outcome.v1').filter((event) => event.basketId === basketId);
    expect(told).toMatchObject(
      ['added', 'removed', 'added', 'bought'].map((outcome) => ({
        recommendationId,
        channel: 'till',
        source,
        outcome,
        skus: [sku],
      })),
    );
    expect(told.at(-1)).toMatchObject({ saleId });
  });

  it('is told of a visit to the kiosk for a day, of who agrees to be known there', async () => {
    const kiosk = await ask({ member: member('M000002'), stay: 'k', limit: 3 });
    const [sku = ''] = skusOf(kiosk);
    const bought = async (code: string | undefined) => {
      const basketId = await open(code);
      await add(basketId, sku);
      await pay(basketId);
      return eventsOf('tillside.recommendation.outcome.v1').filter((event) => event.basketId === basketId);
    };
    expect(await bought(undefined)).toEqual([]);
    expect(await bought('TM:two')).toMatchObject([
      { recommendationId: kiosk.recommendationId, channel: 'kiosk', outcome: 'bought', skus: [sku] },
    ]);
    now += DAY_MS + 1;
    expect(await bought('TM:two')).toEqual([]);
  });

  it('is not told of what was only trained', async () => {
    const before = eventsOf('tillside.recommendation.outcome.v1').length;
    const { exposures } = counts();
    await ask({ basketId: 'trained', channel: 'till', training: true });
    expect(counts().exposures).toBe(exposures);
    expect(eventsOf('tillside.recommendation.outcome.v1')).toHaveLength(before);
  });
});

const count = (where: string): number =>
  rig.agent.app.journal.get<{ n: number }>(`SELECT count(*) AS n FROM exposure WHERE ${where}`)?.n ?? 0;
const counts = () => ({ exposures: count('true'), untold: count('told = 0') });
/** Of ten goods, two are nobody's and three are shown. */
const POOL = 5;

/** Another recommender of this store, on statistics of its own. */
function recommender(more: { exploreBasisPoints?: number; taste?: MemberTaste }): Recommender {
  const { journal, items, book, clock, random } = rig.agent.app;
  const made = new Recommender({
    ...{ journal, items, book, clock, random, zone: 'Asia/Shanghai' },
    inference: new InferenceProcess({ agentVersion: '1.0.0' }),
    tasteOf: () => more.taste,
    exploreBasisPoints: more.exploreBasisPoints ?? 0,
  });
  made.refreshStats();
  others.push(made);
  return made;
}

describe('exploring', () => {
  it('tries its share of answers, and tells with which probability each item stood there', async () => {
    const trying = recommender({ exploreBasisPoints: 5_000 });
    const asked = { member: undefined, basketSkus: [], channel: 'kiosk', limit: 3 } as const;
    const ids = new Set<string>();
    const visits = 200;
    for (let visit = 0; visit < visits; visit += 1)
      ids.add((await trying.recommend({ ...asked, stay: `x${visit}` })).recommendationId);
    trying.stop();
    while (counts().untold > 0) trying.stop();
    const served = eventsOf('tillside.recommendation.served.v1').filter((event) => ids.has(event.recommendationId));
    expect(served).toHaveLength(visits);
    const tried = served.flatMap(({ shown = [], skus, policy }) => {
      expect([shown.length, policy]).toEqual([skus.length, 'rank-2']);
      for (const { propensityPpm, explored } of shown)
        expect(propensityPpm).toBe(explored ? Math.round(500_000 / 3 / POOL) : Math.round(1_000_000 - 500_000 / 3));
      return shown.filter(({ explored }) => explored);
    });
    // Half of 200, within five standard deviations; draws come of the visits' names, so that it is the same in each run.
    expect(Math.abs(tried.length - visits / 2)).toBeLessThan(5 * Math.sqrt(visits / 4));
    expect(drawsOf({ visit: 'v', asked: 'a' }, 's')).toEqual(drawsOf({ visit: 'v', asked: 'a' }, 't'));
  });
});

describe('reasons', () => {
  const scores = [{ sku: 'rice', neighbours: 0.4, factors: 0.2 }];

  it('name what others with like tastes buy, and a live offer, in both languages', async () => {
    const file = join(rig.dir, 'campaigns.json');
    const off = {
      kind: 'discount',
      discount: { by: 'percent', percentOffBp: 2000 },
      window: ALWAYS,
      fundedBy: 'store',
    };
    const campaign = {
      schema: 1,
      id: 'off',
      version: 1,
      name: { zh: '减', en: 'off' },
      items: { skus: ['milk'] },
      ...off,
    };
    writeFileSync(file, campaignSet([campaign]));
    await rig.agent.app.desired.apply('campaigns', { version: 1, sha256: 'a'.repeat(64), file, byDelta: false });
    const taste = { untilMs: now, history: undefined, scores };
    const answer = await recommender({ taste }).recommend({
      member: member('M000003'),
      basketSkus: [],
      channel: 'kiosk',
      limit: 10,
    });
    const of = (sku: string) => answer.items.find((item) => item.sku === sku);
    expect(of('rice')?.reason).toEqual({
      code: 'SHOPPERS_ALSO_BUY',
      text: { zh: '喜好相近的顾客也常买', en: 'Shoppers with similar tastes buy this too' },
    });
    expect(of('milk')).toMatchObject({
      priceFen: 800,
      reason: { code: 'ON_PROMOTION', text: { zh: '现省 ¥2', en: 'Save ¥2 now' } },
    });
    const paired = await ask({ basketSkus: ['bread'], limit: 10 });
    expect(paired.items.find(({ sku }) => sku === 'milk')).toMatchObject({
      reason: { code: 'BOUGHT_TOGETHER', text: { zh: '常与bread-中文一起购买', en: 'Often bought with bread' } },
      offer: { code: 'ON_PROMOTION' },
    });
  });

  it('name what an item is like, beside an offer; what others like says more', () => {
    const { items } = rig.agent.app;
    const item = items.bySku('milk');
    if (item === undefined) throw new Error('no milk');
    const proposed = { code: 'LIKE_ITEM', withSku: 'bread' } as const;
    const grounds = { item, proposed, shelfFen: 800, neighbours: 0, daypart: undefined, unlocks: [] };
    expect(wordsOf(items, reasonsOf(grounds), proposed)).toMatchObject({
      reason: { code: 'LIKE_ITEM', text: { zh: '与bread-中文类似', en: 'Similar to bread' } },
      offer: { code: 'ON_PROMOTION' },
    });
    expect(reasonsOf({ ...grounds, neighbours: 0.4 })[0]?.code).toBe('SHOPPERS_ALSO_BUY');
  });

  it('say when in the day it sells, where that stands out', () => {
    const at = (hour: number): string => new Date(START + (hour - 10) * 3_600_000).toISOString();
    const bought = (sku: string, hour: number, times: number) =>
      Array.from({ length: times }, () => ({ sku, at: at(hour) }));
    const rows = [
      ...bought('bread', 8, 40),
      ...bought('beer', 20, 40),
      ...bought('milk', 8, 20),
      ...bought('milk', 20, 20),
    ];
    const parts = new Dayparts([...rows, { sku: 'bread', at: 'never' }], 8 * 3_600_000);
    const morning = Date.parse(at(9));
    expect(parts.liftOf('bread', morning)).toMatchObject({ named: 'morning' });
    expect(parts.liftOf('bread', morning).lift).toBeGreaterThan(1.5);
    expect(parts.liftOf('beer', morning).lift).toBe(0.5);
    expect(parts.liftOf('milk', morning)).toEqual({ lift: 1, named: undefined });
    expect(parts.liftOf('new', morning)).toEqual({ lift: 1, named: undefined });
    // Before the morning it is still the evening.
    expect(parts.liftOf('beer', Date.parse(at(2)))).toMatchObject({ named: 'evening' });
  });
});

describe('what is known of a member', () => {
  const buy = (sku: string, day: number, quantity = 1) => ({
    memberId: 'm',
    sku,
    category: '',
    department: '',
    at: new Date(START + day * DAY_MS).toISOString(),
    quantity,
    basketId: `b${day}`,
  });
  const history = (days: number[]) => {
    const fold = new HistoryFold();
    for (const day of days) fold.add(['tea'], START + day * DAY_MS);
    return fold.snapshot();
  };

  it("is HQ's history with what was bought here later, and nothing twice", () => {
    const taste = { untilMs: START + 2.5 * DAY_MS, history: history([0, 1, 2]), scores: [] };
    const known = knownOf([buy('tea', 2), buy('soap', 3), buy('oil', 3, -1), buy('tea', 4)], taste);
    expect(known.history).toMatchObject({ basketCount: 5, lastBasketSkus: ['tea'] });
    expect(known.history?.items.map(({ sku, baskets }) => [sku, baskets])).toEqual([
      ['tea', 4],
      ['soap', 1],
    ]);
    expect(knownOf([buy('tea', 2)], undefined).history).toMatchObject({ basketCount: 1 });
    expect(knownOf([], { ...taste, history: undefined })).toEqual({ history: undefined, scores: [] });
  });

  it("comes by this store's own SKUs, and after an import by the new ones", async () => {
    const { journal, items } = rig.agent.app;
    const bytes = encodeTaste({
      untilMs: now,
      history: undefined,
      scores: [{ sku: 'vinegar', neighbours: 1, factors: 0 }],
    });
    let version = 1;
    const tastes = new Tastes({
      reader: journal,
      bytesOf: (memberId) => (memberId === 'm' ? bytes : undefined),
      itemsVersion: () => version,
    });
    expect(tastes.of('m')).toMatchObject({ untilMs: now, scores: [] });
    expect(tastes.of('stranger')).toBeUndefined();
    expect(items.bySku('vinegar')).toBeUndefined();
    journal.write((tx) => tx.run(`UPDATE item SET sku = 'vinegar' WHERE sku = 'oil'`));
    version = 2;
    await expect.poll(() => tastes.of('m')?.scores[0]?.sku).toBe('vinegar');
    journal.write((tx) => tx.run(`UPDATE item SET sku = 'oil' WHERE sku = 'vinegar'`));
    tastes.stop();
  });

  it.each([0, 1, 10_000])(
    'may be a history of %d baskets, with goods nobody knows, twice, and brought back',
    async (baskets) => {
      const { journal } = rig.agent.app;
      // What was shown yesterday has rested.
      now += DAY_MS;
      journal.write((tx) => {
        tx.run(`DELETE FROM purchase WHERE member_id = 'M000003'`);
        for (let at = 0; at < baskets; at += 1)
          for (const [sku, quantity] of [
            ['milk', 1],
            ['milk', 2],
            [`gone-${at}`, 1],
            ['rice', -1],
          ] as const)
            recordPurchase(tx, 'M000003', sku, new Date(now - (baskets - at) * 3_600_000).toISOString(), quantity);
      });
      const started = performance.now();
      const answer = await ask({ member: member('M000003'), basketSkus: ['bread', 'bread', 'nobody-knows'], limit: 4 });
      expect(performance.now() - started).toBeLessThan(1_000);
      expect(answer.items.length).toBeGreaterThan(0);
      expect(answer.items.length).toBeLessThanOrEqual(4);
      for (const { sku } of answer.items) expect(GOODS.filter((one) => one !== 'bread')).toContain(sku);
      if (baskets > 0) expect(skusOf(answer)).toContain('milk');
    },
  );
});
