import { readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS, desiredTarget, TestRepo } from '../testing/repo.ts';
import { RepoServer } from '../testing/repo-server.ts';
import { TestStore } from '../testing/store.ts';

const MODEL = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * 7) % 251));
const HALF = 17_000;
const other = Buffer.from(MODEL.map((byte) => byte ^ 1));
let repo: TestRepo;
let server: RepoServer;
let store: TestStore;
beforeEach(async () => {
  server = new RepoServer();
  store = new TestStore();
  await store.open(await server.listen());
  repo = new TestRepo(store.nowMs);
  server.files = repo.files;
  store.pinned = repo.publishRoot().toString('utf8');
  repo.publish([desiredTarget('demo', 'model', 1, MODEL)]);
});
afterEach(async () => {
  await store.close();
  await server.close();
});

const honest = (): void => {
  server.answer = () => false;
};
const artifacts = (answer: (response: ServerResponse, range: string | undefined) => void): void => {
  server.answer = (name, response, request) => {
    if (!name.startsWith('targets/')) return false;
    answer(response, request.headers.range);
    return true;
  };
};
/** Only the first half of these bytes, and a good end: how much has come is then the same in each run. Lines that break are in artifacts.test.ts. */
const cutOff = (bytes: Buffer): void => artifacts((response) => response.writeHead(200).end(bytes.subarray(0, HALF)));
const rest = (response: ServerResponse, bytes: Buffer, contentRange: string): void => {
  response.writeHead(206, { 'content-range': contentRange }).end(bytes);
};
const code = async (): Promise<string | undefined> => (await store.check()).problem?.code;
const got = (): Buffer | undefined => store.applied[0]?.bytes;

test('only the rest of a download is asked for, also by another process', async () => {
  cutOff(MODEL);
  expect(await code()).toBe('TARGET_CUT_OFF');
  honest();
  expect(await code()).toBeUndefined();
  expect(server.ranges).toHaveLength(1);
  expect(Number(/^bytes=(\d+)-$/.exec(server.ranges[0] ?? '')?.[1])).toBe(HALF);
  expect(got()?.equals(MODEL)).toBe(true);
});

test('a file that changes under a resumed download is thrown away and fetched from the start', async () => {
  for (const [first, second] of [
    [MODEL, other],
    [other, MODEL],
  ] as const) {
    cutOff(first);
    expect(await code()).toBe('TARGET_CUT_OFF');
    artifacts((response) => rest(response, second.subarray(HALF), `bytes ${HALF}-${MODEL.length - 1}/${MODEL.length}`));
    expect(await code()).toBe('TARGET_HASH_MISMATCH');
    expect(store.applied).toEqual([]);
    expect((await readdir(join(store.folder, 'artifacts'))).filter((name) => name.endsWith('.part'))).toEqual([]);
  }
  honest();
  expect(await code()).toBeUndefined();
  expect(got()?.equals(MODEL)).toBe(true);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['another offset', (response) => rest(response, MODEL.subarray(5), `bytes 5-${MODEL.length - 1}/${MODEL.length}`)],
  [
    'a file of another length',
    (response) => rest(response, MODEL.subarray(HALF), `bytes ${HALF}-${MODEL.length}/${MODEL.length + 1}`),
  ],
  ['no word of the range', (response) => response.writeHead(206).end(MODEL.subarray(HALF))],
  [
    'an end that is not the last byte',
    (response) => rest(response, MODEL.subarray(HALF, HALF + 9), `bytes ${HALF}-${HALF + 8}/${MODEL.length}`),
  ],
  ['that there is no such range', (response) => response.writeHead(416).end()],
])('an answer to a range that says %s starts the download over', async (_, lie) => {
  cutOff(MODEL);
  expect(await code()).toBe('TARGET_CUT_OFF');
  artifacts(lie);
  expect(await code()).toBe('TARGET_CUT_OFF');
  expect(store.applied).toEqual([]);
  honest();
  expect(await code()).toBeUndefined();
  expect(server.ranges).toHaveLength(1);
  expect(got()?.equals(MODEL)).toBe(true);
});

test('the whole in answer to a range is taken as the whole; a part that nobody asked for is not', async () => {
  artifacts((response) => rest(response, MODEL, `bytes 0-${MODEL.length - 1}/${MODEL.length}`));
  expect(await code()).toBe('TARGET_CUT_OFF');
  cutOff(MODEL);
  expect(await code()).toBe('TARGET_CUT_OFF');
  artifacts((response) => response.writeHead(200).end(MODEL));
  expect(await code()).toBeUndefined();
  expect(got()?.equals(MODEL)).toBe(true);
});

test('a range answered with more than is missing is refused', async () => {
  cutOff(MODEL);
  expect(await code()).toBe('TARGET_CUT_OFF');
  const said = `bytes ${HALF}-${MODEL.length - 1}/${MODEL.length}`;
  artifacts((response) => rest(response, Buffer.concat([MODEL.subarray(HALF), MODEL]), said));
  expect(await code()).toBe('TARGET_TOO_LARGE');
  expect(store.applied).toEqual([]);
});

test('the one before is kept beside the one in force, older ones go', async () => {
  for (const version of [2, 3, 4]) {
    repo.publish([desiredTarget('demo', 'model', version, Buffer.from(`model ${version}`))]);
    expect(await code()).toBeUndefined();
  }
  const kept = (await readdir(join(store.folder, 'artifacts'))).map((name) => name.slice(0, 7)).sort();
  expect(kept).toEqual(['model-3', 'model-4']);
});

test.each([
  ['ahead of', 400],
  ['behind', -400],
])("a clock %s the hub's by a year is named", async (word, days) => {
  server.date = new Date(store.nowMs - days * DAY_MS);
  const { problem } = await store.check();
  expect(problem).toMatchObject({ code: 'CLOCK_WRONG', message: expect.stringContaining(`400 days ${word}`) });
  expect(got()?.equals(MODEL)).toBe(true);
  store.nowMs += 60 * DAY_MS;
  expect((await store.check()).problem?.code).toBe('TUF_EXPIRED');
  store.nowMs -= 60 * DAY_MS;
  server.date = new Date(store.nowMs);
  expect((await store.check()).problem).toBeUndefined();
});
