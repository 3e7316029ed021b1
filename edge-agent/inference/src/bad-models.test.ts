import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FromChild, ToChild } from './messages.ts';
import { childEntry } from './model-child.ts';
import { InferenceProcess } from './process.ts';
import { BAD_MODELS, type BadModel, HARMFUL_MODELS, treeScore } from './testing/bad-models.ts';
import { tinyPack, treeNode } from './testing/tiny-model.ts';

const QUESTION = { basketSkus: ['bread'], at: '2026-03-20T10:00:00Z' };
let directory: string;
const path = (name: string) => join(directory, name.replaceAll(/\W+/g, '-'));

async function written([name, , pack]: BadModel): Promise<string> {
  await writeFile(path(name), pack());
  return path(name);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tillside-bad-models-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

// One child tries them all, as each has a child of its own in a store: what it says is what counts, and that it says it alive.
describe('the child that tries a model', () => {
  let child: ChildProcess;

  async function told(message: ToChild): Promise<FromChild> {
    const reply = once(child, 'message');
    child.send(message);
    return (await reply)[0] as FromChild;
  }
  const tried = async (file: string) => told({ type: 'load', path: file, agentVersion: '0.1.0' });

  beforeAll(() => {
    const entry = childEntry();
    child = fork(entry.path, [], { execArgv: entry.execArgv, serialization: 'advanced' });
  });
  afterAll(async () => {
    const left = once(child, 'exit');
    child.disconnect();
    await left;
  });

  it.each(BAD_MODELS)('refuses %s', async (...bad) => {
    const [, code] = bad;
    expect(await tried(await written(bad))).toMatchObject({ type: 'refused', code });
  });

  it('refuses a file of 2 GB that holds nothing, and one that is not there', async () => {
    await writeFile(path('huge'), '');
    await truncate(path('huge'), 2 ** 31);
    expect(await tried(path('huge'))).toMatchObject({ type: 'refused', code: 'MODEL_TOO_LARGE' });
    expect(await tried(path('nowhere'))).toMatchObject({ type: 'refused', code: 'MODEL_READ_FAILED' });
  });

  it('has loaded none of them, and takes a good one: also of trees', async () => {
    const trees = tinyPack({ onnx: { mlOpset: 3, middle: [treeNode()] }, score: treeScore });
    await writeFile(path('trees'), trees);
    const [skus, at] = [QUESTION.basketSkus, QUESTION.at];
    const nobody = { type: 'recommend', id: 1, context: { basketSkus: skus, at }, limit: 1 } as const;
    expect(await told(nobody)).toMatchObject({ type: 'failed', code: 'NO_MODEL' });
    expect(await tried(path('trees'))).toMatchObject({ type: 'loaded' });
  });

  it('knows more than 60 of them', () => {
    expect(new Set(BAD_MODELS.map(([name]) => name)).size).toBe(BAD_MODELS.length);
    expect(BAD_MODELS.length).toBeGreaterThan(60);
  });
});

/** Processes that this one started and that are not done. */
const children = (): number[] =>
  readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number),
  );

describe('a store that is sent a model that does harm', { timeout: 120_000 }, () => {
  it('refuses it, and answers from the one that serves all the while', async () => {
    let loadMs = 15_000;
    const inference = new InferenceProcess({
      agentVersion: '0.1.0',
      timeoutMs: 15_000,
      get loadTimeoutMs() {
        return loadMs;
      },
      probe: { p99MaxMs: 5 },
    });
    await inference.start();
    await writeFile(path('good'), tinyPack());
    expect(await inference.load(path('good'))).toMatchObject({ ok: true });
    const before = inference.status();
    const sources = new Set<string>();
    const whileTried = async (file: string, meanwhile: () => void = () => undefined) => {
      let isOpen = true;
      const result = inference.rollOut(file).finally(() => {
        isOpen = false;
      });
      while (isOpen) {
        sources.add((await inference.recommend(QUESTION, 3)).source);
        meanwhile();
        // As fast as tills could ask, not as fast as a loop can.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return result;
    };
    for (const bad of HARMFUL_MODELS) {
      const [name, code] = bad;
      // Only what never answers is not worth waiting for.
      loadMs = code === 'MODEL_LOAD_TIMEOUT' ? 3_000 : 15_000;
      expect(await whileTried(await written(bad)), name).toMatchObject({ ok: false, code });
    }
    loadMs = 15_000;
    // What aborts the process ends as this does.
    const known = new Set([before.pid, ...children()]);
    const kill = () => {
      for (const pid of children()) if (!known.has(pid)) process.kill(pid, 'SIGABRT');
    };
    expect(await whileTried(path('good'), kill)).toMatchObject({ ok: false, code: 'MODEL_CHILD_CRASHED' });
    expect([...sources]).toEqual(['model']);
    expect(inference.status()).toEqual(before);
    await inference.stop();
  });
});
