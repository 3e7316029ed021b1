import type { Campaign } from '@tillside/decide';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkForm, editionOf, emptyForm, fenOf, loadEdition } from '../draft/draft.ts';
import { preview, SAMPLE_BASKET } from '../draft/preview.ts';
import { hrefOf, type Route, readRoute } from '../route.ts';
import { MODELS } from '../testing/model-samples.ts';
import { campaignSet } from '../testing/samples.ts';
import { en } from '../words/en.ts';
import { enOne } from '../words/en-one.ts';
import { zh } from '../words/zh.ts';
import { byDay, certaintyOf, type DayTotal, median } from './certainty.ts';
import { compare } from './metrics.ts';

const day = (payableFen: number, index: number): DayTotal => ({
  businessDate: `2026-11-${String(index + 1).padStart(2, '0')}`,
  sales: 1,
  items: 1,
  memberSales: 0,
  listFen: payableFen,
  savingsFen: 0,
  payableFen,
});

test('a day is called unusual only beyond three times the usual swing, and never from few days', () => {
  expect(certaintyOf([100, 200].map(day)).kind).toBe('first-days');
  expect(certaintyOf([100, 102, 98, 101, 99, 103].map(day)).kind).toBe('usual');
  expect(certaintyOf([100, 102, 98, 101, 99, 140].map(day))).toMatchObject({ kind: 'unusual', change: 0.4 });
  expect(certaintyOf([100, 102, 98, 900, 101, 99, 101].map(day)).kind, 'one holiday before hides nothing').toBe(
    'usual',
  );
  expect(certaintyOf([0, 0, 0, 0, 0].map(day)).kind).toBe('first-days');
});

test('the median lies between the ends, and a day sums its stores', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
      expect(median(values)).toBeGreaterThanOrEqual(Math.min(...values));
      expect(median(values)).toBeLessThanOrEqual(Math.max(...values));
    }),
  );
  const row = { ...day(5, 0), returns: 0, refundFen: 0 };
  const totals = byDay([
    { ...row, store: 'a1' },
    { ...row, store: 'b1' },
    { ...row, store: 'a1', businessDate: '2026-10-30' },
  ]);
  expect(totals.map(({ businessDate, payableFen }) => [businessDate, payableFen])).toEqual([
    ['2026-10-30', 5],
    ['2026-11-01', 10],
  ]);
});

test('typed yuan become exact fen, and what is not money is refused', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999_999 }), (fen) => {
      expect(fenOf((fen / 100).toFixed(2))).toBe(fen);
    }),
  );
  expect(['12.5', ' 9 ', '0.01'].map(fenOf)).toEqual([1250, 900, 1]);
  for (const text of ['', '0', '-1', '1.234', '1e3', '１２', 'NaN', '1,000']) expect(fenOf(text)).toBeUndefined();
});

const filled = { ...emptyForm('2026-01-01', '2099-01-01'), nameZh: '全场九折', nameEn: 'Ten off' };

test('the form says which field is wrong, and what it makes passes the tills own parser', () => {
  const bad = checkForm({ ...filled, nameZh: ' ', percent: '101', scope: 'skus', to: '2026-01-01' }, 'c1');
  expect(bad).toEqual({
    ok: false,
    faults: { nameZh: 'missing', percent: 'percentRange', keys: 'missing', to: 'dates' },
  });
  expect(checkForm({ ...filled, kind: 'spend-save', spendYuan: '10', saveYuan: '11' }, 'c1')).toEqual({
    ok: false,
    faults: { saveYuan: 'saveTooMuch' },
  });
  for (const birthdayDays of ['32', '-1', '1.5', '三'])
    expect(checkForm({ ...filled, birthdayDays }, 'c1')).toEqual({
      ok: false,
      faults: { birthdayDays: 'birthdayRange' },
    });
  for (const form of [
    filled,
    { ...filled, birthdayDays: '0' },
    { ...filled, kind: 'spend-save' as const, isPerStep: true, isMembersOnly: true },
    { ...filled, scope: 'departments' as const, keys: 'produce，dairy, dairy' },
  ]) {
    const checked = checkForm(form, 'c1');
    if (!checked.ok) throw new Error('a good form');
    const loaded = loadEdition(JSON.stringify(editionOf([checked.campaign], campaignSet(1))));
    expect(loaded.ok).toBe(true);
  }
  expect(loadEdition('{')).toEqual({ ok: false, faults: [] });
  expect(loadEdition('{"schema":1}')).toMatchObject({ ok: false });
});

test('the preview is the decision of the tills: exact sums, members only for members', () => {
  const context = {
    isMember: false,
    isBirthday: false,
    paysWithPoints: false,
    at: new Date('2026-11-21T04:00:00Z'),
    zone: 'Asia/Shanghai',
    storeId: 'renmin-lu',
  };
  const shopper = preview(campaignSet(2), SAMPLE_BASKET, context);
  const member = preview(campaignSet(2), SAMPLE_BASKET, { ...context, isMember: true });
  // 9.10 + 2 x 13.00 + 24.90 + 15.80 + 48.00, and 10 % off the dairy lines; members also save 10 above 100.
  expect(shopper).toMatchObject({ listFen: 12_380, savingsFen: 418, payableFen: 11_962 });
  expect(member).toMatchObject({ savingsFen: 1418, payableFen: 10_962 });
  expect(shopper?.notApplied.map(({ code }) => code)).toContain('AUDIENCE_MEMBERS_ONLY');
  const cake = checkForm({ ...filled, birthdayDays: '0' }, 'cake');
  if (!cake.ok) throw new Error('a good form');
  const played = (isBirthday: boolean) =>
    preview(editionOf([cake.campaign], undefined), SAMPLE_BASKET, { ...context, isMember: true, isBirthday });
  expect(played(true)?.applied).toMatchObject([{ campaignId: 'cake', forBirthday: true }]);
  expect(played(false)?.notApplied).toMatchObject([{ code: 'AUDIENCE_BIRTHDAY' }]);
  expect(preview(campaignSet(1), [{ ...SAMPLE_BASKET[0], quantity: 'x' } as never], context)).toBeUndefined();
});

test('the preview tells gifts, points, tax and what is within reach', () => {
  const common = {
    schema: 1,
    version: 1,
    window: { from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' },
    fundedBy: 'store',
  } as const;
  const name = (zh: string, en: string) => ({ name: { zh, en } });
  const bag = { sku: 'bag', ...name('购物袋', 'Bag'), quantity: 1, valueFen: 500 };
  const over = (spendFen: number) => ({ items: { all: true }, spendFen, repeat: 'once', base: 'list' }) as const;
  const campaigns: Campaign[] = [
    { ...common, id: 'bag', kind: 'gift', ...name('送袋', 'A bag'), ...over(10_000), gifts: [bag] },
    { ...common, id: 'two', kind: 'gift', ...name('再送袋', 'A bag more'), ...over(13_000), gifts: [bag] },
    {
      ...common,
      id: 'pay',
      kind: 'points-pay',
      ...name('积分抵现', 'Points pay'),
      items: { all: true },
      pointsPerStep: 100,
      fenPerStep: 100,
      maxShareBp: 5000,
    },
  ];
  const set = { ...campaignSet(1), campaigns };
  const at = new Date('2026-11-21T04:00:00Z');
  const context = {
    isMember: true,
    isBirthday: false,
    paysWithPoints: true,
    at,
    zone: 'Asia/Shanghai',
    storeId: 'renmin-lu',
  };
  const decision = preview(set, SAMPLE_BASKET, context);
  // 123.80 less 10.00 paid with 1000 points; the second bag lacks 130.00 - 123.80.
  expect(decision).toMatchObject({ payableFen: 11_380, points: { spent: 1000, spentFen: 1000, earned: 113 } });
  expect(decision?.gifts.map(({ campaignId }) => campaignId)).toEqual(['bag']);
  expect(decision?.taxFen).toBe(
    decision?.lines.reduce((sum, line) => sum + Math.round((line.payableFen * 9) / 109), 0),
  );
  expect(decision?.notApplied).toMatchObject([{ campaignId: 'two', unlock: { needFen: 620, gift: bag.name } }]);
  expect(preview(set, SAMPLE_BASKET, { ...context, paysWithPoints: false })?.payableFen).toBe(12_380);
});

test('a model is measured against the best baseline', () => {
  const metrics = MODELS[0]?.metrics ?? {};
  expect(compare(metrics)).toMatchObject({ first: 10, model: 0.1432 });
  expect(compare(metrics)?.gain).toBeCloseTo(0.1432 / 0.1311 - 1);
  expect(compare(metrics, 'explore')?.baselines).toHaveLength(3);
  expect(compare({ questions: 3 })).toBeUndefined();
});

test('every address leads back to its page', () => {
  const routes: Route[] = [
    { page: 'front' },
    { page: 'stores' },
    { page: 'store', id: 'renmin-lu' },
    { page: 'campaigns' },
    { page: 'compose' },
    { page: 'models' },
    { page: 'events' },
    { page: 'events', store: 'binhe', stream: 'sales', quarantined: true },
  ];
  for (const route of routes) expect(readRoute(hrefOf(route))).toEqual(route);
  expect(readRoute('#/no/such/page')).toEqual({ page: 'front' });
});

test('both languages are written, with the same values in each sentence', () => {
  const leaves = (tree: object, path = ''): [string, string][] =>
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : leaves(value, `${path}${key}.`),
    );
  const values = (text: string): string[] =>
    [...text.matchAll(/\{\{(\w+)\}\}/gu)].map((match) => match[1] ?? '').sort();
  const english = new Map(leaves(en));
  for (const [key, chinese] of leaves(zh)) {
    const other = english.get(key) ?? '';
    expect(other, key).not.toMatch(/\p{Script=Han}/u);
    expect(values(other), key).toEqual(values(chinese));
  }
  expect(english.size).toBe(leaves(zh).length);
  for (const [key] of leaves(enOne)) expect(english.has(key.replace(/_one$/u, '')), key).toBe(true);
});
