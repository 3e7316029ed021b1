import { readdirSync, readFileSync, statSync } from 'node:fs';
import { StoreMap } from '@tillside/agent-contract';
import { describe, expect, it } from 'vitest';
import { type DemoBasket, demoItemsCsvPath, demoMapPath, gtin13CheckDigit, loadDemoData } from './index.ts';

const data = loadDemoData();
const itemOf = new Map(data.items.map((item) => [item.sku, item]));
const baskets = [...data.history, ...data.day];
const HAN = /\p{Script=Han}/u;

const FOLDER = new URL('../../data/', import.meta.url);
const PICTOGRAMS =
  'produce,meat,seafood,dairy,bakery,deli,frozen,drinks,snacks,pantry,household,personal-care,baby,pet,flowers,health,kitchen,other'.split(
    ',',
  );

describe('items', () => {
  it('are a store-sized set with unique SKUs, GTINs and shelf places', () => {
    expect(data.items.length).toBeGreaterThanOrEqual(1200);
    expect(data.items.length).toBeLessThanOrEqual(2000);
    for (const key of ['sku', 'gtin', 'shelf'] as const)
      expect(new Set(data.items.map((item) => item[key])).size, key).toBe(data.items.length);
  });

  it('say their size once, beside the name, and name and size together tell every item from the others', () => {
    const readings = { zh: new Map<string, string>(), en: new Map<string, string>() };
    for (const { sku, nameZh, nameEn, sizeZh, sizeEn } of data.items) {
      if (sizeZh !== '') expect(nameZh).not.toContain(sizeZh);
      if (sizeEn !== '') expect(nameEn).not.toContain(sizeEn);
      expect(nameZh).not.toMatch(/\d(?:\.\d+)?(?:千克|克|毫升|升)/);
      expect(nameEn).not.toMatch(/\d (?:gal|qt|pt|oz|lb|L|mL|ct)\b/);
      readings.zh.set(`${nameZh} ${sizeZh}`, sku);
      readings.en.set(`${nameEn} ${sizeEn}`, sku);
    }
    expect(readings.zh.size).toBe(data.items.length);
    expect(readings.en.size).toBe(data.items.length);
  });

  it('carry restricted-circulation GTINs with right check digits', () => {
    for (const { gtin } of data.items) {
      expect(gtin).toMatch(/^29\d{11}$/);
      expect(gtin13CheckDigit(gtin.slice(0, 12))).toBe(Number(gtin[12]));
    }
  });

  it('read as a shopper reads, in both languages', () => {
    for (const item of data.items) {
      expect(item.nameZh).toMatch(HAN);
      expect(item.nameEn).not.toMatch(HAN);
      expect(item.nameEn, 'no shouting').not.toMatch(/[A-Z]{3}/);
      expect(item.nameEn).toMatch(/^[A-Z]/);
      expect(item.nameEn.length).toBeLessThanOrEqual(60);
      expect(item.nameZh.length).toBeLessThanOrEqual(30);
      expect(item.sizeZh === '', item.nameEn).toBe(item.sizeEn === '');
    }
  });

  it('have a price, a tax rate, a shelf and a known pictogram, and weight items no package size', () => {
    for (const item of data.items) {
      expect(item.priceFen).toBeGreaterThan(0);
      expect(item.priceFen % 10).toBe(0);
      expect([0, 900, 1300]).toContain(item.vatBasisPoints);
      expect(item.shelf).toMatch(/^A\d\d-\d\d-\d{3}$/);
      expect(PICTOGRAMS).toContain(item.pictogram);
      if (item.soldBy === 'weight') expect(item.sizeEn).toBe('');
    }
    const weighed = data.items.filter((item) => item.soldBy === 'weight');
    expect(weighed.length).toBeGreaterThan(100);
    expect(weighed.every((item) => ['produce', 'meat', 'deli', 'seafood', 'drinks'].includes(item.department))).toBe(
      true,
    );
  });

  it('stand in named departments, categories and types', () => {
    const { departments, categories, types } = data.categories;
    const category = new Map(categories.map((entry) => [entry.key, entry]));
    const type = new Map(types.map((entry) => [entry.key, entry]));
    for (const item of data.items) {
      expect(departments.some((entry) => entry.key === item.department)).toBe(true);
      expect(category.get(item.category)?.department).toBe(item.department);
      expect(type.get(item.type)?.category).toBe(item.category);
    }
    for (const entry of [...departments, ...categories, ...types]) {
      expect(entry.nameZh).toMatch(HAN);
      expect(entry.nameEn).toMatch(/^[A-Z][a-z]/);
      expect(entry.nameEn).not.toMatch(/[A-Z]{2}|[()/&]/);
    }
  });

  it('are importable from one file whose header names the columns', () => {
    expect(readFileSync(demoItemsCsvPath, 'utf8').split('\n', 1)[0]).toBe(
      'sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram',
    );
  });
});

describe('the map', () => {
  it('has a place for every category, under its name, and no place for what is not sold', () => {
    const { floors } = StoreMap.parse(JSON.parse(readFileSync(demoMapPath, 'utf8')));
    const areas = floors.flatMap((floor) => floor.areas);
    const places = [...areas, ...areas.flatMap(({ bays = [] }) => bays)];
    const mapped = places.flatMap(({ categories = [] }) => categories);
    const departments = places.flatMap((place) => place.departments ?? []);
    for (const { category, department } of data.items)
      expect(mapped.includes(category) || departments.includes(department), category).toBe(true);
    const sold = new Set(data.items.flatMap(({ category, department }) => [category, department]));
    for (const name of [...mapped, ...departments]) expect(sold, name).toContain(name);
    expect(new Set(mapped).size).toBe(mapped.length);
  });
});

describe('baskets', () => {
  it('hold only known items, each once, with quantities that fit how the item is sold', () => {
    for (const { basketId, lines } of baskets) {
      expect(new Set(lines.map((line) => line.sku)).size, basketId).toBe(lines.length);
      for (const line of lines) {
        const item = itemOf.get(line.sku);
        expect(item).toBeDefined();
        expect(line.quantity).toBeGreaterThan(0);
        expect(line.weightGrams > 0).toBe(item?.soldBy === 'weight');
      }
    }
  });

  it('weigh what was paid for: grams times price is the shelf value, to a gram', () => {
    const weighed = baskets.flatMap(({ lines }) => lines).filter((line) => line.weightGrams > 0);
    expect(weighed.length).toBeGreaterThan(1000);
    for (const line of weighed) {
      const priceFen = itemOf.get(line.sku)?.priceFen ?? 0;
      const difference = Math.abs((line.weightGrams * priceFen) / 1000 - line.paidFen - line.discountFen);
      expect(difference).toBeLessThanOrEqual(priceFen / 1000);
    }
  });

  it('convert money exactly: every paid and discounted amount is whole cents times seven', () => {
    for (const { lines } of baskets)
      for (const line of lines) {
        expect(line.paidFen % 7).toBe(0);
        expect(line.discountFen % 7).toBe(0);
      }
  });

  it('split in time: history first, then one day of hundreds of baskets, some anonymous', () => {
    const times = data.history.map((basket) => basket.completedAt);
    expect(times).toEqual([...times].sort());
    expect(times.at(-1)?.slice(0, 10) ?? '').toMatch(/^2017-1[12]/);
    const dayTimes = data.day.map((basket) => basket.completedAt);
    expect(dayTimes).toEqual([...dayTimes].sort());
    expect(dayTimes.every((time) => time.startsWith('2018-01-02T') && time.endsWith('+08:00'))).toBe(true);
    expect(data.day.length).toBeGreaterThanOrEqual(200);
    expect(data.day.length).toBeLessThanOrEqual(400);
    const anonymous = data.day.filter((basket) => basket.memberId === undefined).length;
    expect(anonymous).toBeGreaterThan(20);
    expect(anonymous).toBeLessThan(data.day.length / 3);
    expect(data.history.every((basket) => basket.memberId !== undefined)).toBe(true);
  });
});

describe('members, campaigns and coupons', () => {
  it('refer only to each other', () => {
    const members = new Set(data.households.map((household) => household.memberId));
    expect(members.size).toBe(data.households.length);
    const campaigns = new Set(data.campaigns.map((campaign) => campaign.campaignId));
    const coupons = new Map(data.coupons.map((coupon) => [`${coupon.couponId} ${coupon.campaignId}`, coupon]));
    expect(coupons.size).toBe(data.coupons.length);
    for (const basket of baskets) if (basket.memberId !== undefined) expect(members).toContain(basket.memberId);
    for (const campaign of data.campaigns) for (const member of campaign.members) expect(members).toContain(member);
    for (const coupon of data.coupons) {
      expect(campaigns).toContain(coupon.campaignId);
      expect(coupon.discountFen).toBeGreaterThan(0);
      expect(coupon.skus.length).toBeGreaterThan(0);
      for (const sku of coupon.skus) expect(itemOf.has(sku)).toBe(true);
    }
    for (const row of data.redemptions) {
      expect(members).toContain(row.memberId);
      expect(coupons.has(`${row.couponId} ${row.campaignId}`)).toBe(true);
    }
    const counted = data.coupons.reduce((sum, coupon) => sum + coupon.redemptions, 0);
    expect(counted).toBe(data.redemptions.length);
  });

  it('rank members into three tiers', () => {
    const count = (tier: string) => data.households.filter((household) => household.tier === tier).length;
    expect(count('gold')).toBeGreaterThan(100);
    expect(count('silver')).toBeGreaterThan(count('gold'));
    expect(count('standard')).toBeGreaterThan(count('silver'));
  });
});

describe('the files', () => {
  it('are read once', () => {
    expect(loadDemoData()).toBe(data);
  });

  it('stay under five megabytes together', () => {
    const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
    const total = names.reduce((sum, name) => sum + statSync(new URL(name, FOLDER)).size, 0);
    expect(total).toBeLessThan(5_000_000);
  });

  it('have a README that attributes them and states their counts', () => {
    const readme = readFileSync(new URL('README.md', FOLDER), 'utf8');
    expect(readme).toMatch(/84\.51°/);
    expect(readme).toMatch(/CC0/);
    const lines = (set: readonly DemoBasket[]) => set.reduce((sum, basket) => sum + basket.lines.length, 0);
    for (const count of [data.items.length, data.history.length, lines(data.history), data.day.length, lines(data.day)])
      expect(readme).toContain(count.toLocaleString('en-US'));
  });
});
