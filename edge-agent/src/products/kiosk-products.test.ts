/** Price check, finder and map over the API of a real agent. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, ITEMS_CSV, type Rig, startRig } from '../testing.ts';

let rig: Rig;
let kiosk: Caller;
const example = new URL('../../demo/data/store-map.json', import.meta.url).pathname;

beforeAll(async () => {
  rig = await startRig({ storeMap: example });
  kiosk = await rig.pair('kiosk', 'kiosk-1');
  const rows = ITEMS_CSV.trimEnd().split('\n');
  const wine = 'wine,2900000000056,干红葡萄酒,Red wine,750 毫升,750 ml,drinks,wine,red,each,8900,1300,D2,drinks,18\n';
  await imported(`${rows.map((row, at) => `${row},${at === 0 ? 'minAge' : ''}`).join('\n')}\n${wine}`);
}, 30_000);
afterAll(() => rig.stop());

const imported = async (csv: string): Promise<void> => {
  const answer = await fetch(`${rig.agent.url}/v1/imports/items`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rig.adminCredential()}`, 'content-type': 'text/csv' },
    body: csv,
  });
  expect(answer.status).toBe(200);
};
const find = (q: string) => kiosk.call('findProducts', { body: { q, from: 0, limit: 12 } });
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: { body?: { code: string } }) => error.body?.code ?? String(error),
  );

describe('the kiosk’s products', () => {
  it('checks a price by what the scanner gave: size, price, lot, date and place', async () => {
    const checked = await kiosk.call('priceCheck', { body: { scan: ']C101029000000000181728010110LOT7' } });
    expect(checked).toMatchObject({
      sku: 'milk',
      price: { per: 'this', payableFen: 1_290, listFen: 1_290 },
      unitPrice: { fen: 1_290, per: 'l' },
      lotId: 'LOT7',
      goodThrough: '2028-01-01',
      place: { areaId: expect.any(String) },
    });
    expect(await codeOf(kiosk.call('priceCheck', { body: { scan: '6901234567892' } }))).toBe('ITEM_UNKNOWN');
    expect(await codeOf(kiosk.call('priceCheck', { body: { scan: 'x', sku: 'milk' } }))).toBe('BODY_REFUSED');
    expect(await codeOf(kiosk.call('priceCheck', { body: { sku: 'milk', visit: 'TV:nobody' } }))).toBe('VISIT_ENDED');
  });

  it('finds by words, sounds and codes, and lists nothing that needs an age', async () => {
    // The thread is started by the first question, and may need longer than a shopper should wait.
    await expect.poll(async () => (await find('牛奶')).match, { timeout: 20_000 }).toBe('exact');
    expect((await find('牛奶')).products.map(({ sku }) => sku)).toEqual(['milk']);
    expect((await find('xnn')).products[0]).toMatchObject({ sku: 'milk', shelfPriceFen: 1_290 });
    expect((await find('2900000000018')).products).toHaveLength(1);
    for (const q of ['wine', '葡萄酒', '2900000000056']) expect((await find(q)).products).toEqual([]);
    // Who holds it in their hands may know what it costs.
    expect(await kiosk.call('priceCheck', { body: { scan: '2900000000056' } })).toMatchObject({
      minAge: 18,
      beside: [],
    });
    expect((await kiosk.call('productGroups', {})).groups).toContainEqual({ pictogram: 'dairy', products: 1 });
    expect(await codeOf(find('牛'.repeat(10_000)))).toBe('BODY_REFUSED');
  });

  it('follows an import, and takes what is discontinued out at once', async () => {
    await imported('sku,nameZh\ntea,茉莉花茶\n');
    await expect.poll(async () => (await find('茉莉')).products[0]?.sku, { timeout: 20_000 }).toBe('tea');
    await imported('sku,discontinued\ntea,yes\n');
    expect((await find('茉莉')).products).toEqual([]);
  });

  it('gives the map with where this kiosk stands, and to nobody but a kiosk', async () => {
    const { map, here } = await kiosk.call('storeMap', {});
    expect(map?.floors[0]?.areas.length).toBe(JSON.parse(readFileSync(example, 'utf8')).floors[0].areas.length);
    expect(here).toBeDefined();
    const till = await rig.pair('terminal', '1');
    expect(await codeOf(till.call('storeMap', {}))).toBe('NOT_ALLOWED');
  });
});
