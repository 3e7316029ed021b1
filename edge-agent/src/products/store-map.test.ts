import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreMap } from '@tillside/agent-contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentError } from '../errors.ts';
import { TestShop } from '../lanes/testing/shop.ts';
import { loadStoreMap, StorePlaces } from './store-map.ts';

let shop: TestShop;
beforeAll(() => {
  shop = new TestShop();
});
afterAll(() => shop.close());

const area = (id: string, kind: string, x: number, y: number, more: Record<string, unknown> = {}) => ({
  id,
  kind,
  x,
  y,
  width: 4,
  depth: 1,
  ...more,
});
const floor = (id: string, areas: unknown[]) => ({ id, name: { zh: id, en: id }, width: 20, depth: 10, areas });
const name = { zh: '乳品', en: 'Dairy' };

const MAP = {
  version: 1,
  floors: [
    floor('g', [
      area('k-any', 'kiosk', 0, 9),
      area('k-2', 'kiosk', 5, 9, { lane: 'kiosk-2', faces: 'up' }),
      area('cold', 'fridge', 0, 0, { name, sign: '4', departments: ['dairy'], bays: [{ categories: ['milk'] }, {}] }),
      area('tea', 'shelf', 5, 0, { skus: ['tea'], shelves: ['D'] }),
      area('d1', 'shelf', 10, 0, { shelves: ['D1'] }),
    ]),
  ],
};

function loaded(map: unknown): StoreMap {
  const path = join(shop.dir, 'map.json');
  writeFileSync(path, JSON.stringify(map));
  return loadStoreMap(path);
}
function refusal(map: unknown): string {
  try {
    loaded(map);
  } catch (error) {
    expect((error as AgentError).code).toBe('CONFIG_REFUSED');
    return (error as AgentError).detail ?? '';
  }
  return 'taken';
}

describe('a store map', () => {
  it('tells where an item stands, the most exact place first', () => {
    const places = new StorePlaces(loaded(MAP));
    const of = (sku: string, shelf: string, category: string, department: string) =>
      places.placeOf({ sku, shelf, category, department });
    expect(of('milk', 'A1', 'milk', 'dairy')).toEqual({ floorId: 'g', areaId: 'cold', bay: 0, name, sign: '4' });
    expect(of('brie', 'A1', 'cheese', 'dairy')).toEqual({ floorId: 'g', areaId: 'cold', name, sign: '4' });
    expect(of('tea', 'D1-2', 'tea', 'drinks')?.areaId).toBe('tea');
    expect(of('cola', 'D1-2', 'cola', 'drinks')?.areaId).toBe('d1');
    expect(of('cola', 'D9', 'cola', 'drinks')?.areaId).toBe('tea');
    expect(of('pen', 'Z1', 'pens', 'office')).toBeUndefined();
    expect(
      new StorePlaces(undefined).placeOf({ sku: 'milk', shelf: '', category: '', department: '' }),
    ).toBeUndefined();
  });

  it('shows each kiosk where it stands, and no list of goods', () => {
    const places = new StorePlaces(loaded(MAP));
    expect(places.forKiosk('kiosk-2').here).toEqual({ floorId: 'g', areaId: 'k-2' });
    expect(places.forKiosk('1').here).toEqual({ floorId: 'g', areaId: 'k-any' });
    expect(JSON.stringify(places.forKiosk('1'))).not.toMatch(/milk|tea"\]|shelves/);
    expect(new StorePlaces(undefined).forKiosk('1')).toEqual({ map: null });
  });

  it('names what of it no item has', () => {
    const places = new StorePlaces(
      loaded({
        ...MAP,
        floors: [floor('g', [area('a', 'shelf', 0, 0, { skus: ['milk', 'gone'], categories: ['bread', 'caviar'] })])],
      }),
    );
    expect(places.unknownGoods(shop.journal, 1)).toEqual(['caviar', 'gone']);
  });

  it.each([
    ['an area outside', [area('a', 'shelf', 17, 0)], /areas\.0\.x: "a" reaches beyond the floor \(20 x 10 m\)/],
    ['areas on each other', [area('a', 'shelf', 0, 0), area('b', 'till', 3, 0)], /"b" overlaps "a"/],
    ['an id twice', [area('a', 'shelf', 0, 0), area('a', 'shelf', 5, 0)], /"a" is there twice/],
    ['a link with one end', [area('a', 'lift', 0, 0, { link: 'l' })], /the link "l" has only one end/],
    ['a link of a shelf', [area('a', 'shelf', 0, 0, { link: 'l' })], /only stairs and lifts/],
    ['two kiosks for all', [area('a', 'kiosk', 0, 0), area('b', 'kiosk', 5, 0)], /two kiosks of one lane/],
    ['a shelf with a lane', [area('a', 'shelf', 0, 0, { lane: '1' })], /only a kiosk has a lane/],
    ['an unknown key', [area('a', 'shelf', 0, 0, { colour: 'red' })], /colour/],
    ['areas without end', Array.from({ length: 301 }, (_, at) => area(`a${at}`, 'wall', 0, 0)), /areas/],
    ['a size that is none', [area('a', 'shelf', 0, 0, { width: -1 })], /width/],
  ])('refuses %s by its key', (_what, areas, words) => {
    expect(refusal({ version: 1, floors: [floor('g', areas)] })).toMatch(words);
  });

  it('lets areas touch, and floors be joined', () => {
    const touching = [area('a', 'shelf', 0, 0), area('b', 'shelf', 4, 0), area('l1', 'lift', 10, 5, { link: 'l' })];
    const above = [area('l2', 'lift', 10, 5, { link: 'l' })];
    expect(refusal({ version: 1, floors: [floor('g', touching), floor('1', above)] })).toBe('taken');
  });
});
