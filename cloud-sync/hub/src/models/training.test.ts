import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrainingJob } from '@tillside/hub-contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../cli/main.ts';
import { chainOf, many } from '../testing/events.ts';
import { type PairedStore, type TestHub, testHub } from '../testing/hub.ts';
import { joined } from '../testing/members.ts';
import { metricsOf } from './models.ts';

const ENTRY = fileURLToPath(new URL('../testing/training-job.mjs', import.meta.url));
// Two programs a job, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });
let hub: TestHub;
let store: PairedStore;
beforeEach(async () => {
  hub = await testHub({ trainingEntry: ENTRY });
  store = await hub.pairStore('s1');
});
afterEach(() => hub.dispose());

const ended = async (id: string): Promise<TrainingJob> =>
  vi.waitFor(
    async () => {
      const job = await hub.call('trainingJob', { params: { id } });
      if (job.endedAt === null) throw new Error(`still ${job.state}`);
      return job;
    },
    { timeout: 30_000, interval: 50 },
  );

/** What the command line says, errors too. */
async function command(...args: string[]): Promise<string> {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  await main(['--data-dir', hub.dataDir, ...args], { out: say, err: say });
  return said.join('\n');
}

const sell = async (count: number): Promise<void> => {
  const chain = chainOf('s1');
  await store.acked(many(count, (index) => chain.sale({ payableFen: 100 + index })));
};

test('a job trains on the exported sales; what it leaves is registered, pushed by its hash, and can be read', async () => {
  await sell(3);
  const { id, sales } = await hub.call('trainModel', { body: { seed: 5, stores: ['s1'] } });
  expect(sales).toBe(3);
  const job = await ended(id);
  expect(job).toMatchObject({ state: 'done', progress: 1, modelId: 'm-5-3', error: null, comparison: { gain: null } });
  expect(job.promotion).toMatchObject({ promoted: false, reason: 'asked' });
  expect(job.output.at(-1)).toBe('a line of text for s1');
  const { models } = await hub.call('models');
  expect(models).toMatchObject([
    { id: 'm-5-3', metrics: { sales: 3, 'hitRate.model': 0.25 }, stores: [], promoted: false, notes: { sales: 3 } },
  ]);
  const { stores } = await hub.call('pushModel', { params: { id: 'm-5-3' }, body: { stores: ['*'] } });
  expect(stores).toMatchObject([{ store: 's1', version: 1, state: 'pending', sha256: models[0]?.sha256 }]);
  const pack = await store.send(`/repo/targets/stores/s1/${models[0]?.sha256}.model.tillmodel`);
  const text = await pack.text();
  expect(text).toBe('m-5-3 is a pack of 3 sales');
  expect(createHash('sha256').update(text).digest('hex')).toBe(models[0]?.sha256);
  expect((await hub.call('modelCard', { params: { id: 'm-5-3' } })).card).toContain('# 模型卡');
  const rules = await hub.call('associationRules');
  expect(rules).toMatchObject({ model: 'm-5-3', baskets: 3, rules: [{ antecedent: '1001', lift: 1.5 }] });
  expect(rules.items[1]).toEqual({ sku: '1002', department: 'grocery', category: 'milk', name: null });
});

test('a canary, an evaluation against what most stores run, the rest, and back again as a new version', async () => {
  await hub.pairStore('s2');
  await hub.pairStore('s3');
  await sell(1);
  const trained = async (seed: number) =>
    (await ended((await hub.call('trainModel', { body: { seed } })).id)).modelId ?? '';
  const push = async (id: string, stores: string[]) => hub.call('pushModel', { params: { id }, body: { stores } });
  const promoted = async () => (await hub.call('models')).models.filter((each) => each.promoted).map(({ id }) => id);
  const [first, second] = [await trained(1), await trained(2)];
  await expect(hub.call('rollBackModel', { body: { stores: ['*'] } })).rejects.toThrow(/HUB_MODEL_NO_PREVIOUS/u);
  await push(first, ['*']);
  await push(second, ['s3']);
  expect(await promoted()).toEqual([first]);
  const evaluated = await command('model', 'evaluate');
  expect(evaluated).toMatch(/candidate +25\.00 %.*\nrunning +20\.00 %/u);
  expect(evaluated).toContain(`Found 25.00 % more than ${first}`);
  await push(second, ['*']);
  expect(await promoted()).toEqual([second]);
  const { stores } = await hub.call('rollBackModel', { body: { stores: ['*'] } });
  vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
  expect(await command('model', 'list')).toMatch(new RegExp(`\\* +${first} .*s1:待取`, 'u'));
  expect(await command('model', 'rules')).toContain('100.00 %  1.50');
  expect(await command('model', 'rollback', '--stores', 's1')).toContain('HUB_MODEL_NO_PREVIOUS');
  vi.unstubAllEnvs();
  expect(stores.map(({ store: id, version, model }) => [id, version, model])).toEqual([
    ['s1', 3, first],
    ['s2', 3, first],
    ['s3', 4, first],
  ]);
  expect(await promoted()).toEqual([first]);
});

test('enough new sales begin a training; what it makes is pushed only when it beats the running one in enough questions', async () => {
  await hub.dispose();
  const training = { afterSales: 2, lookSeconds: 1, minQuestions: 500 };
  hub = await testHub({ trainingEntry: ENTRY, training });
  store = await hub.pairStore('s1');
  const begunByItself = async (sales: number): Promise<TrainingJob> =>
    vi.waitFor(
      async () => {
        const { job } = await hub.call('models');
        if (job?.endedAt == null || job.sales !== sales) throw new Error('not yet');
        return job;
      },
      { timeout: 30_000, interval: 100 },
    );
  const chain = chainOf('s1');
  const sold = (count: number) => store.acked(many(count, () => chain.sale()));
  await sold(2);
  expect(await begunByItself(2)).toMatchObject({ cause: 'new-sales', promotion: { promoted: false, reason: 'first' } });
  await hub.call('pushModel', { params: { id: 'm-1-2' }, body: { stores: ['*'] } });
  await sold(2);
  expect((await begunByItself(4)).promotion).toMatchObject({ promoted: false, reason: 'few-questions' });
  await sold(2);
  expect((await begunByItself(6)).promotion).toMatchObject({ promoted: true, reason: 'better' });
  const { models } = await hub.call('models');
  expect(models.map(({ id, promoted, stores }) => [id, promoted, stores.length])).toEqual([
    ['m-1-6', true, 1],
    ['m-1-4', false, 0],
    ['m-1-2', false, 1],
  ]);
});

/** A row of a catalogue; what is no fact of the item but of its sale may differ between rows of one. */
const itemRow = (sku: string, gtin: string, more: object) => ({
  ...{
    sku,
    gtin,
    nameZh: '纯牛奶',
    nameEn: 'Milk',
    sizeZh: '1 升',
    sizeEn: '1 L',
    department: 'dairy',
    category: 'milk',
  },
  ...{ type: 'whole', soldBy: 'each', priceFen: 900, vatBasisPoints: 900, shelf: '', pictogram: '', ...more },
});

test("the job is told what HQ's catalogue says of what is sold, each item once and without prices", async () => {
  const rows = [
    itemRow('1001', '6901234567892', { brand: '光明' }),
    itemRow('1001', '6901234567892', { brand: '光明', priceFen: 800, effectiveFrom: '2030-01-01T00:00:00+08:00' }),
    itemRow('1002', '6901234567908', { discontinued: 'yes' }),
  ];
  await hub.call('pushItems', { query: {}, body: rows.map((row) => `${JSON.stringify(row)}\n`).join('') });
  await sell(1);
  const { output } = await ended((await hub.call('trainModel', { body: { seed: 5 } })).id);
  const known = output.filter((line) => line.includes('"sku"')).map((line) => JSON.parse(line.replace('items: ', '')));
  expect(known).toEqual([
    {
      sku: '1001',
      department: 'dairy',
      category: 'milk',
      type: 'whole',
      brand: '光明',
      size: '1 升',
      name: '纯牛奶 Milk',
    },
  ]);
});

test('the job is told whose ids were merged', async () => {
  const members = chainOf('s1', 'members');
  const ids = ['m_0001', 'm_0002'].map((id) => members.next('tillside.member.joined.v1', joined(id)));
  await store.acked(ids);
  const body = { into: 'm_0001', reason: 'one person' };
  await hub.call('mergeMembers', { params: { memberId: 'm_0002' }, body });
  await sell(1);
  const { output } = await ended((await hub.call('trainModel', { body: { seed: 5 } })).id);
  expect(output.at(-1)).toBe('a line of text, merged: {"from":"m_0002","into":"m_0001"}');
});

test('a model that was made elsewhere is tried, registered once as brought, and pushed as any other; a refused one leaves nothing', async () => {
  const file = join(hub.dataDir, 'own.tillmodel');
  const brought = async (content: string): Promise<string> => {
    writeFileSync(file, content);
    return command('model', 'add', file);
  };
  const held = async () => (await hub.call('models')).models.map(({ id, notes }) => [id, notes?.cause]);
  const refused = await brought('own-1 broken');
  expect(refused).toContain('HUB_MODEL_REFUSED');
  expect(refused).toContain('model: MODEL_HASH_MISMATCH It is damaged. onnx Make it anew.');
  expect(await held()).toEqual([]);
  const body = Buffer.from('own-1 made by a small network');
  const both = await Promise.allSettled([hub.call('addModel', { body }), hub.call('addModel', { body })]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { answer: { code: 'HUB_BUSY' } } });
  expect(await brought(body.toString())).toContain('own-1: this very pack was here before.');
  expect(await brought('own-1 another')).toContain('HUB_MODEL_EXISTS');
  expect(await held()).toEqual([['own-1', 'brought']]);
  expect(await command('model', 'push', 'own-1')).toMatch(/s1 +1 +pending/u);
  expect(await command('model', 'list')).toMatch(/\* +own-1 .*hitRateAt10=0.5 +brought from elsewhere/u);
  expect(await command('model', 'add', join(hub.dataDir, 'none'))).toContain('HUB_MODEL_UNREADABLE');
});

test('a job that gives up says why, and the next may start; one at a time; stopping the hub ends it', async () => {
  await sell(1);
  const job = await ended((await hub.call('trainModel', { body: { seed: 13 } })).id);
  expect(job).toMatchObject({ state: 'failed', modelId: null, error: { code: 'TRAINING_TOO_FEW' } });
  const { id } = await hub.call('trainModel', { body: { seed: 99 } });
  await expect(hub.call('trainModel', { body: {} })).rejects.toThrow(/HUB_TRAINING_BUSY/u);
  await vi.waitFor(async () => {
    expect((await hub.call('trainingJob', { params: { id } })).stage).toBe('fit');
  }, 15_000);
  await hub.restart();
  await expect(hub.call('trainingJob', { params: { id } })).rejects.toThrow(/HUB_JOB_UNKNOWN/u);
});

test('without sales, without the program or for a model nobody made there is a code', async () => {
  await expect(hub.call('trainModel', { body: {} })).rejects.toThrow(/HUB_TRAINING_NO_SALES/u);
  await expect(hub.call('pushModel', { params: { id: 'm' }, body: { stores: ['*'] } })).rejects.toThrow(
    /HUB_MODEL_UNKNOWN/u,
  );
  const without = await testHub({ trainingEntry: '/nowhere/main.js' });
  await expect(without.call('trainModel', { body: {} })).rejects.toThrow(/HUB_TRAINING_UNAVAILABLE/u);
  await without.dispose();
});

test('metrics are the numbers of the manifest, two levels deep', () => {
  const metrics = { a: 1, b: { c: 0.5, d: 'text', e: { f: { g: 2 } } }, h: Number.NaN };
  expect(metricsOf({ metrics })).toEqual({ a: 1, 'b.c': 0.5 });
  expect(metricsOf({})).toEqual({});
});
