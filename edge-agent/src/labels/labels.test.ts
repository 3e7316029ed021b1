import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestWall } from './testing.ts';

const TAG = '00007E1F0000A001';
const HOUR_MS = 3_600_000;
const END_OF_MILK = '2098-01-01T00:00:00Z';

let wall: TestWall;
beforeEach(() => {
  wall = new TestWall();
});
afterEach(() => wall.close());

async function shows(priceFen: number): Promise<void> {
  wall.price(priceFen);
  wall.labels.refresh();
  await wall.settle();
  wall.wake(TAG);
  expect(wall.reports.show(TAG)).toMatchObject({ code: 'LABEL_RIGHT', priceFen, shownFen: priceFen });
}

async function paired(): Promise<void> {
  wall.tag(TAG);
  wall.labels.pair(TAG, { sku: 'milk' });
  await wall.settle();
  wall.wake(TAG);
}

it('an older picture that comes back binds the till by its price until the new one is proven again', async () => {
  await paired();
  await shows(1000);
  await shows(1500);
  expect(wall.tillFen()).toBe(1500);
  wall.comesBack(TAG, { imageHash: '1000-0-', priceFen: 1000 }, true);
  expect(wall.tillFen()).toBe(1000);
  expect(wall.reports.show(TAG)).toMatchObject({
    code: 'LABEL_SHOWS_OTHER',
    state: 'failed',
    retryAt: expect.any(String),
  });
  expect(wall.reports.walk().shelves).toMatchObject([{ shelf: 'A1', labels: [{ tagId: TAG }] }]);
  wall.shop.now += HOUR_MS;
  wall.labels.refresh();
  await wall.settle();
  expect(wall.tillFen()).toBe(1000);
  wall.wake(TAG);
  expect(wall.reports.show(TAG).code).toBe('LABEL_RIGHT');
  expect(wall.tillFen()).toBe(1500);
});

it('a picture without a name binds by the lowest price that it may have', async () => {
  await paired();
  await shows(1100);
  await shows(900);
  await shows(1600);
  wall.comesBack(TAG, { imageHash: '1100-0-', priceFen: 1100 }, false);
  expect(wall.tillFen()).toBe(900);
});

it('the same picture is not sent twice, however often prices are looked at', async () => {
  await paired();
  const before = wall.sent.length;
  for (let minute = 0; minute < 60; minute++) {
    wall.shop.now += 60_000;
    wall.labels.refresh();
    await wall.settle();
  }
  expect(wall.sent.length).toBe(before);
});

it('what fails is tried again less and less often', async () => {
  await paired();
  wall.refusals.push(...Array.from({ length: 500 }, () => ({ code: 'AP_BUSY', message: 'come back later' })));
  wall.price(1700);
  const before = wall.sent.length;
  for (let second = 0; second < 7200; second += 5) {
    wall.shop.now += 5_000;
    wall.labels.refresh();
    await wall.settle();
  }
  const tries = wall.sent.length - before;
  expect(tries).toBeGreaterThan(5);
  expect(tries).toBeLessThan(20);
  expect(wall.reports.show(TAG)).toMatchObject({ code: 'LABEL_AP_BUSY', failedAt: expect.any(String) });
  expect(wall.tillFen()).toBe(1290);
  wall.refusals.length = 0;
  wall.shop.now += HOUR_MS;
  wall.labels.refresh();
  await wall.settle();
  wall.wake(TAG);
  expect(wall.reports.show(TAG).code).toBe('LABEL_RIGHT');
});

it('300 tags of one product get their picture once each, some at a time; those that wait say so', async () => {
  const tags = Array.from({ length: 300 }, (_, at) => `00007E1F0000${(0xb000 + at).toString(16).toUpperCase()}`);
  for (const tag of tags) wall.tag(tag);
  for (const tag of tags) wall.labels.pair(tag, { sku: 'milk' });
  await wall.settle();
  for (const tag of tags) wall.wake(tag);
  expect(wall.reports.summary()).toMatchObject({ paired: 300, right: 300 });
  const before = wall.sent.length;
  wall.mostAtOnce = 0;
  wall.price(990);
  wall.labels.refresh();
  expect(wall.reports.list({ code: 'LABEL_WAITING' }).labels.length).toBeGreaterThan(50);
  await wall.settle();
  expect(wall.sent.length - before).toBe(300);
  expect(new Set(wall.sent.slice(before).map(({ tagId }) => tagId)).size).toBe(300);
  expect(wall.mostAtOnce).toBeLessThanOrEqual(16);
  for (const tag of tags) wall.wake(tag);
  expect(wall.reports.summary()).toMatchObject({ right: 300 });
});

type Step =
  | { do: 'price'; fen: number }
  | { do: 'cut'; basisPoints: number }
  | { do: 'wake' | 'end' | 'refuse' | 'restart' | 'minute' | 'hour' | 'settle' | 'show' }
  | { do: 'back'; nth: number; isNamed: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('price' as const), fen: fc.integer({ min: 1, max: 3000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('cut' as const), basisPoints: fc.integer({ min: 1, max: 9000 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('show' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('wake', 'end', 'refuse', 'restart', 'minute', 'hour', 'settle') }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('back' as const), nth: fc.nat(7), isNamed: fc.boolean() }) },
);

async function act(one: Step): Promise<void> {
  if (one.do === 'price') wall.price(one.fen);
  else if (one.do === 'cut')
    wall.promotions.put('staff-1', { sku: 'milk', percentOffBasisPoints: one.basisPoints, until: END_OF_MILK });
  else if (one.do === 'end') {
    if (wall.promotions.list().length > 0) wall.promotions.end('staff-1', 'store:milk');
  } else if (one.do === 'wake') wall.wake(TAG);
  else if (one.do === 'refuse') wall.refusals.push({ code: 'AP_UNREACHABLE', message: 'away' });
  else if (one.do === 'restart') {
    await wall.settle();
    wall.restart();
  } else if (one.do === 'back') {
    const picture = wall.given.get(TAG)?.at(-1 - one.nth);
    if (picture !== undefined) wall.comesBack(TAG, picture, one.isNamed);
  } else if (one.do === 'settle') await wall.settle();
  else if (one.do === 'show') {
    wall.labels.refresh();
    await wall.settle();
    wall.wake(TAG);
  } else wall.shop.now += one.do === 'minute' ? 60_000 : HOUR_MS;
  wall.labels.refresh();
}

it('whatever happens, the till never charges more than the panel shows, and in the end the label is right', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      wall.close();
      wall = new TestWall();
      await paired();
      for (const one of steps) {
        await act(one);
        expect(wall.tillFen()).toBeLessThanOrEqual(wall.panels.get(TAG)?.priceFen ?? Number.POSITIVE_INFINITY);
      }
      wall.refusals.length = 0;
      for (let hour = 0; hour < 3; hour++) {
        wall.shop.now += HOUR_MS;
        wall.labels.refresh();
        await wall.settle();
        wall.wake(TAG);
      }
      const item = wall.shop.items.bySku('milk');
      const wantedFen = item && wall.shop.book.labelPrice(item).priceFen;
      expect(wall.reports.show(TAG)).toMatchObject({ code: 'LABEL_RIGHT', shownFen: wantedFen });
      expect(wall.panels.get(TAG)?.priceFen).toBe(wantedFen);
      expect(wall.tillFen()).toBe(wantedFen);
    }),
    { numRuns: 25 },
  );
});
