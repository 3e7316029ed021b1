import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestWall } from './testing.ts';

const TAG = '00007E1F0000A001';
const HOUR_MS = 3_600_000;

let wall: TestWall;
beforeEach(async () => {
  wall = new TestWall();
  wall.tag(TAG);
  wall.labels.pair(TAG, { sku: 'milk' });
  await step();
});
afterEach(() => wall.close());

const later = (hours: number): string => new Date(wall.shop.now + hours * HOUR_MS).toISOString();

async function step(): Promise<void> {
  wall.labels.refresh();
  await wall.settle();
  wall.wake(TAG);
}

it('one that is scheduled changes neither label nor till before its time, and both at its time', async () => {
  const from = later(1);
  wall.promotions.put('staff-1', { sku: 'milk', percentOffBasisPoints: 2000, from, until: later(3) });
  expect(wall.promotions.list()).toMatchObject([{ state: 'scheduled', percentOffBasisPoints: 2000, sku: 'milk' }]);
  wall.shop.now += HOUR_MS - 1;
  await step();
  expect([wall.tillFen(), wall.reports.show(TAG).shownFen]).toEqual([1290, 1290]);
  wall.shop.now += 1;
  expect(wall.tillFen()).toBe(1032);
  await step();
  expect(wall.reports.show(TAG)).toMatchObject({ code: 'LABEL_RIGHT', shownFen: 1032 });
  expect(wall.promotions.list()).toMatchObject([{ state: 'live' }]);
  wall.shop.now += 2 * HOUR_MS;
  expect(wall.tillFen()).toBe(1032);
  await step();
  expect([wall.tillFen(), wall.reports.show(TAG).shownFen]).toEqual([1290, 1290]);
  expect(wall.promotions.list()).toEqual([]);
});

it('one may go down to a price, which HQ is told of as a share', async () => {
  expect(wall.promotions.put('staff-1', { sku: 'milk', priceFen: 999, until: later(1) })).toMatchObject({
    priceFen: 999,
    state: 'live',
  });
  expect(wall.tillFen()).toBe(999);
  await step();
  expect(wall.reports.show(TAG).shownFen).toBe(999);
  const told = wall.shop.journal.all<{ body: string }>(`SELECT percent_off_bp AS body FROM promotion`);
  expect(told).toEqual([{ body: 2256 }]);
});

it('refuses what ends before it begins, has passed, or is no lower than the price', () => {
  const put = (more: object) => () =>
    wall.promotions.put('staff-1', { sku: 'milk', percentOffBasisPoints: 500, until: later(1), ...more });
  expect(put({ from: later(2) })).toThrow(expect.objectContaining({ code: 'BODY_REFUSED' }));
  expect(put({ until: later(-1) })).toThrow(expect.objectContaining({ code: 'BODY_REFUSED' }));
  expect(put({ percentOffBasisPoints: undefined, priceFen: 1290 })).toThrow(
    expect.objectContaining({ code: 'BODY_REFUSED' }),
  );
  expect(put({ sku: 'nothing' })).toThrow(expect.objectContaining({ code: 'ITEM_UNKNOWN' }));
  expect(wall.promotions.list()).toEqual([]);
});
