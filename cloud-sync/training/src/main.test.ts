import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildMemberHistory, candidates, indexStats, prepareContext, reasonFor } from '@tillside/features';
import { InferenceProcess, unpackModel } from '@tillside/inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runJob } from './job.ts';
import { asSaleLines, NEW_SKU, plantedCatalogue, plantedShop } from './testing/planted-shop.ts';

let directory: string;
const shop = plantedShop(8, 5);
const CREATED_AT = '2026-06-01T00:00:00.000Z';

interface Run {
  readonly code: number | null;
  readonly lines: Record<string, unknown>[];
}

/** The job as the hub runs it: a process of its own. */
async function spawnJob(...args: string[]): Promise<Run> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const flags = ['--conditions=@tillside/source', '--import', import.meta.resolve('tsx')];
  const child = spawn(process.execPath, [...flags, main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const lines = printed
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

async function input(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tillside-training-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

// Whole processes on a shared machine: what counts is that they end, not when.
describe('the training job', { timeout: 180_000 }, () => {
  it('makes a pack that a device loads and answers from, the same from one file or many', async () => {
    const sales = asSaleLines(shop);
    const whole = await input('sales.ndjson', sales.join('\n'));
    const parts = join(directory, "a store's days");
    await mkdir(parts);
    await writeFile(join(parts, '2.ndjson'), `${sales.slice(0, 100).join('\n')}\n`);
    await writeFile(join(parts, '1.ndjson'), `${sales.slice(100).join('\n')}\n`);
    const outs = [join(directory, 'out1'), join(directory, 'out2')] as const;
    const items = await input(
      'items',
      plantedCatalogue()
        .map((item) => JSON.stringify(item))
        .join('\n'),
    );
    const fixed = ['--seed', '3', '--created-at', CREATED_AT, '--items', items];
    const [first, second] = await Promise.all([
      spawnJob('--input', whole, '--out', outs[0], ...fixed),
      spawnJob('--input', parts, '--out', outs[1], ...fixed),
    ]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.lines[0]).toEqual({ progress: 0, step: 'read' });
    const summary = first.lines.at(-1);
    expect(summary).toMatchObject({
      done: true,
      progress: 1,
      baskets: sales.length,
      sha256: second.lines.at(-1)?.sha256,
    });
    const pack = await readFile(join(outs[0], 'model.tillmodel'));
    expect(pack.equals(await readFile(join(outs[1], 'model.tillmodel')))).toBe(true);
    const { manifest, stats } = unpackModel(pack);
    expect(manifest).toMatchObject({ modelId: summary?.modelId, createdAt: CREATED_AT });
    expect(manifest.training).toMatchObject({ items: 120, itemsInCatalogue: 121, itemsNeverSold: 1 });
    expect(await readFile(join(outs[0], 'card.md'), 'utf8')).toContain('121 items, 1 of them never sold');
    // What nobody bought is proposed beside its like, and the reason is true.
    const index = indexStats(stats);
    const beside = prepareContext({ basketSkus: ['sku-00'], at: '2026-03-01T08:00:00Z' }, index);
    expect(candidates(index, beside, 100)).toContain(NEW_SKU);
    expect(reasonFor(index, beside, NEW_SKU)).toEqual({ code: 'LIKE_ITEM', withSku: 'sku-00' });

    const inference = new InferenceProcess({ agentVersion: '0.1.0', timeoutMs: 15_000 });
    await inference.start();
    try {
      expect(await inference.load(join(outs[0], 'model.tillmodel'))).toMatchObject({ ok: true });
      const own = shop.filter((purchase) => purchase.memberId === 'm1');
      const context = { memberHistory: buildMemberHistory(own), basketSkus: [], at: '2026-03-01T08:00:00Z' };
      const answer = await inference.recommend(context, 5);
      expect(answer).toMatchObject({ source: 'model', modelId: summary?.modelId });
      expect(answer.items).toHaveLength(5);
    } finally {
      await inference.stop();
    }
  });

  it('says by code what is wrong with its input, and leaves no pack', async () => {
    const good = asSaleLines(shop)[0] ?? '';
    const out = join(directory, 'none');
    const empty = join(directory, 'empty');
    await mkdir(empty);
    const cases = [
      ['TRAINING_INPUT_MISSING', join(directory, 'nowhere')],
      ['TRAINING_INPUT_MISSING', empty],
      ['TRAINING_TOO_FEW_BASKETS', await input('nothing.ndjson', '')],
      ['TRAINING_TOO_FEW_BASKETS', await input('one.ndjson', good)],
      ['TRAINING_INPUT_INVALID', await input('cut.ndjson', `${good}\n${good.slice(0, 50)}`)],
      [
        'TRAINING_INPUT_INVALID',
        await input('time.ndjson', good.replace(/"completedAt":"[^"]*"/, '"completedAt":"noon"')),
      ],
      ['TRAINING_INPUT_INVALID', await input('lines.ndjson', '{"completedAt":"2026-01-01T00:00:00Z","lines":"none"}')],
    ] as const;
    for (const [code, path] of cases) {
      const job = runJob({ input: path, out, seed: 1, createdAt: CREATED_AT, onProgress: () => undefined });
      await expect(job, path).rejects.toMatchObject({ code });
    }
    const items = await input('items.txt', '{"sku":7}');
    const job = runJob({
      input: await input('good', good),
      items,
      out,
      seed: 1,
      createdAt: CREATED_AT,
      onProgress: () => undefined,
    });
    await expect(job).rejects.toMatchObject({ code: 'TRAINING_ITEMS_INVALID' });
    const failed = await spawnJob('--input', empty, '--out', out);
    expect(failed).toMatchObject({
      code: 1,
      lines: [{ progress: 0 }, { error: { code: 'TRAINING_INPUT_MISSING', hint: expect.stringContaining('.ndjson') } }],
    });
    const usage = await spawnJob('--input', out, '--seed', 'many');
    expect(usage).toMatchObject({ code: 2, lines: [{ error: { code: 'TRAINING_USAGE' } }] });
    await expect(readFile(join(out, 'model.tillmodel'))).rejects.toThrow('ENOENT');
  });
});
