import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { BATCH_TYPE, BatchAck, batchText, type Envelope, MAX_BATCH_BYTES } from '@tillside/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMISSION_LIMITS } from '../sync/admission.ts';
import { EVENT_LIMITS } from '../sync/incoming.ts';
import { chainOf, many, saleBody } from '../testing/events.ts';
import { type PairedStore, refusalOf, type TestHub, testHub } from '../testing/hub.ts';

const MEBIBYTE = 1024 * 1024;
let hub: TestHub;
let store: PairedStore;
beforeAll(async () => {
  hub = await testHub();
  store = await hub.pairStore('s1');
});
afterAll(() => hub.dispose());

const post = (body: string | Uint8Array, encoding?: string): Promise<Response> =>
  store.send('/v1/sync/batches', {
    method: 'POST',
    headers: { 'content-type': BATCH_TYPE, ...(encoding === undefined ? {} : { 'content-encoding': encoding }) },
    body: body as Uint8Array<ArrayBuffer>,
  });
const headOf = (events: unknown, more: object = {}): string =>
  JSON.stringify({ batchId: randomUUID(), store: 's1', events, ...more });
const line = (change: object = {}): string => JSON.stringify({ ...chainOf('s1').sale(), ...change });
const batchOf = (...lines: readonly string[]): string => batchText({ batchId: randomUUID(), store: 's1' }, lines);
const ackOf = async (...lines: readonly string[]): Promise<BatchAck> =>
  BatchAck.parse(await (await post(batchOf(...lines))).json());

interface Refused {
  readonly name: string;
  readonly send: () => Promise<Response>;
  readonly code: string;
  readonly message: string;
}

describe('a body that is no batch is refused whole, with a code', () => {
  const bomb = gzipSync(Buffer.alloc(64 * MEBIBYTE, 0x20));
  const good = (): string => batchOf(line());
  const cases: [name: string, send: () => Promise<Response>, code: string, message?: string][] = [
    ['nothing at all', () => post(''), 'HUB_REQUEST_INVALID'],
    ['a bomb, a thousand to one', () => post(bomb, 'gzip'), 'HUB_BODY_TOO_LARGE'],
    ['a bomb within a bomb', () => post(gzipSync(gzipSync(bomb)), 'gzip'), 'HUB_REQUEST_INVALID', 'not UTF-8'],
    ['many bombs in one body', () => post(Buffer.concat(many(9, () => bomb)), 'gzip'), 'HUB_BODY_TOO_LARGE'],
    ['gzip that is cut off', () => post(gzipSync(good()).subarray(0, 200), 'gzip'), 'HUB_BODY_UNREADABLE'],
    [
      'bytes behind the gzip',
      () => post(Buffer.concat([gzipSync(good()), Buffer.from('x')]), 'gzip'),
      'HUB_BODY_UNREADABLE',
    ],
    ['gzip with a flipped bit', () => post(flipped(gzipSync(good())), 'gzip'), 'HUB_BODY_UNREADABLE'],
    ['gzip that is none', () => post(good(), 'gzip'), 'HUB_BODY_UNREADABLE'],
    ['gzip that is not said to be', () => post(gzipSync(good())), 'HUB_REQUEST_INVALID', 'not UTF-8'],
    ['another coding', () => post(good(), 'br'), 'HUB_MEDIA_TYPE_UNSUPPORTED'],
    [
      'bytes that are no UTF-8',
      () => post(Buffer.concat([Buffer.from(good()), Buffer.from([0xff])])),
      'HUB_REQUEST_INVALID',
      'not UTF-8',
    ],
    [
      'half a surrogate pair as bytes',
      () => post(Buffer.from(good().replace('s1', '\u00ed\u00a0\u0080'), 'latin1')),
      'HUB_REQUEST_INVALID',
      'not UTF-8',
    ],
    ['a byte order mark', () => post(`\ufeff${good()}`), 'HUB_REQUEST_INVALID', 'the first line'],
    [
      'a head that counts wrong',
      () => post(`${headOf(2)}\n${line()}\n`),
      'HUB_REQUEST_INVALID',
      '2 announced, 1 lines',
    ],
    ['an empty line', () => post(`${headOf(1)}\n${line()}\n\n`), 'HUB_REQUEST_INVALID', '1 announced, 2 lines'],
    ['a head with something more', () => post(`${headOf(1, { more: 1 })}\n${line()}\n`), 'HUB_REQUEST_INVALID'],
    ['a head without events', () => post(`${headOf(0)}\n`), 'HUB_REQUEST_INVALID'],
    ['more events than there may be', () => post(batchOf(...many(1001, () => '{}'))), 'HUB_REQUEST_INVALID', 'events'],
    [
      'a head of another store',
      () => post(batchText({ batchId: randomUUID(), store: 's2' }, [line()])),
      'HUB_STORE_FOREIGN',
    ],
    [
      'one event of another store',
      () => post(batchOf(line(), JSON.stringify(chainOf('s2').sale()))),
      'HUB_STORE_FOREIGN',
    ],
    ['epochs without end', () => post(batchOf(...many(65, () => line()))), 'HUB_REQUEST_INVALID', 'epochs'],
    ['brackets and nothing else', () => post(batchOf('['.repeat(3 * MEBIBYTE))), 'HUB_REQUEST_INVALID', 'TOO_LONG'],
    ['a plain body over the limit', () => post('x'.repeat(ADMISSION_LIMITS.bodyBytes + 1)), 'HUB_BODY_TOO_LARGE'],
    [
      'one that is just too large inflated',
      () => post(gzipSync(' '.repeat(MAX_BATCH_BYTES + 1)), 'gzip'),
      'HUB_BODY_TOO_LARGE',
    ],
  ];
  test.each<Refused>(cases.map(([name, send, code, message = '']) => ({ name, send, code, message })))(
    '$name',
    async ({ send, code, message }) => {
      const refusal = await refusalOf(send());
      expect(refusal.code).toBe(code);
      expect(refusal.message).toContain(message);
      expect(refusal.hint).not.toBe('');
      expect(refusal.status).toBeGreaterThanOrEqual(400);
      expect(refusal.status).toBeLessThan(500);
    },
  );
});

function flipped(bytes: Buffer): Buffer {
  const place = bytes.length - 6;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes;
}

describe('a line that is no envelope is refused by its place, and holds up nothing else', () => {
  const deep = (levels: number): string => `{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  const unknown = (data: string): string =>
    line({ type: 'from.the.future.v9' }).replace(/"data":.*\}$/u, `"data":${data}}`);
  const cases: [name: string, bad: () => string, message: string][] = [
    ['no JSON', () => '{"specversion":', 'NOT_JSON'],
    ['a line end of another system', () => `${line()}\r`, 'NOT_JSON'],
    ['spaces before it', () => ` ${line()}`, 'NOT_JSON'],
    ['a list', () => `[${line()}]`, 'NOT_JSON'],
    ['a number', () => '1e999', 'NOT_JSON'],
    ['a NUL among the text', () => line({ source: 'x' }).replace('"x"', '"\0"'), 'NOT_JSON'],
    ['a NUL, spelt out', () => line({ type: '\0' }), 'TEXT_INVALID'],
    ['half a surrogate pair, spelt out', () => line({ source: '\ud800' }), 'TEXT_INVALID'],
    ['a number beyond 31 bits', () => line({ seq: 2 ** 31 }), 'ENVELOPE_INVALID: seq'],
    ['number 0', () => line({ seq: 0 }), 'ENVELOPE_INVALID: seq'],
    ['a number beyond all bounds', () => line().replace('"seq":1', '"seq":1e999'), 'ENVELOPE_INVALID: seq'],
    ['a fraction', () => line({ seq: 1.5 }), 'ENVELOPE_INVALID: seq'],
    ['a version of CloudEvents to come', () => line({ specversion: '2.0' }), 'ENVELOPE_INVALID: specversion'],
    ['a stream of nobody', () => line({ stream: 'gossip' }), 'ENVELOPE_INVALID: stream'],
    ['a hash in capitals', () => line({ prevhash: 'A'.repeat(64) }), 'ENVELOPE_INVALID: prevhash'],
    ['a time without a zone', () => line({ time: '2024-01-01T00:00:00' }), 'ENVELOPE_INVALID: time'],
    ['a prototype', () => line().replace('{', '{"__proto__":{"x":1},'), 'ENVELOPE_INVALID'],
    ['a key twice, outside', () => line().replace('"seq":1', '"seq":7,"seq":1'), 'KEY_REPEATED'],
    ['a key twice, inside', () => line().replace('"saleId":', '"saleId":"x","saleId":'), 'KEY_REPEATED'],
    ['levels without end', () => unknown(deep(2_000)), 'TOO_DEEP'],
    ['an event over the limit', () => line({ data: { x: 'x'.repeat(EVENT_LIMITS.bytes) } }), 'TOO_LONG'],
  ];
  test.each(cases)('%s', async (_, bad, message) => {
    const ack = await ackOf(line(), bad(), line());
    expect(ack.refused).toEqual([{ index: 1, message: expect.stringContaining(message) }]);
    expect(ack.acks.map(({ contiguousSeq }) => contiguousSeq)).toEqual([1, 1]);
    expect(ack.quarantined).toBe(0);
  });
});

describe('a body that nobody can count on is acknowledged, and kept aside', () => {
  const sale = (change: object): string => line({ data: { ...saleBody(), ...change } });
  const [first] = saleBody().lines;
  const shed = { stream: 'presence', fromSeq: 9, toSeq: 3, prevhash: 'a'.repeat(64), lastHash: 'a'.repeat(64) };
  const cases: [name: string, bad: () => string, message: string][] = [
    ['a version to come', () => line({ type: 'tillside.sale.completed.v9' }), 'TYPE_UNKNOWN'],
    ['a type that is a word of the language', () => line({ type: 'constructor' }), 'TYPE_UNKNOWN'],
    ['a NUL in an id', () => sale({ saleId: 'a\0b' }), 'BODY_INVALID: NUL'],
    [
      'half a surrogate pair in a category',
      () => sale({ lines: [{ ...first, category: '\udc00' }] }),
      'BODY_INVALID: NUL',
    ],
    ['pieces beyond counting', () => sale({ lines: [{ ...first, quantity: 2 ** 53 - 2 }] }), 'BODY_INVALID: an amount'],
    ['money beyond counting', () => sale({ payableFen: 2 ** 60 }), 'BODY_INVALID'],
    ['a prototype', () => line().replace('"data":{', '"data":{"__proto__":{"x":1},'), 'BODY_INVALID'],
    [
      'a hole that ends before it begins',
      () =>
        JSON.stringify(
          chainOf('s1', 'ops').next('tillside.stream.shed.v1', {
            ...shed,
            reason: 'disk-full',
            at: '2024-01-01T00:00:00Z',
          }),
        ),
      'BODY_INVALID: toSeq',
    ],
  ];
  test.each(cases)('%s', async (_, make, reason) => {
    const text = make();
    const ack = await ackOf(text);
    expect(ack).toMatchObject({ quarantined: 1, conflicts: [], acks: [{ contiguousSeq: 1, ranges: [] }] });
    const { events } = await hub.call('events', { query: { quarantined: 'true' } });
    expect(events[0]).toMatchObject({ epoch: (JSON.parse(text) as Envelope).epoch });
    expect(events[0]?.quarantine).toContain(reason);
  });
});

test('a clock that is off by years, both ways, costs nobody a sale and breaks no page', async () => {
  const far = { time: '9999-12-31T23:59:59Z' };
  const past = { time: '0001-01-01T00:00:00+14:00' };
  const bodies = ['9999-12-31', '0001-01-01'].map((businessDate) => ({ data: saleBody({ businessDate }) }));
  const ack = await ackOf(line({ ...far, ...bodies[0] }), line({ ...past, ...bodies[1] }));
  expect(ack).toMatchObject({ quarantined: 0, conflicts: [] });
  expect(ack.acks).toHaveLength(2);
  const { days } = await hub.call('salesDaily', { query: { from: '9999-12-31' } });
  expect(days).toMatchObject([{ businessDate: '9999-12-31', sales: 1 }]);
  expect((await hub.call('overview')).businessDate).toBe('2024-03-02');
  const metrics = await (await fetch(`${hub.hub.url}/metrics`)).text();
  expect(metrics).toMatch(/events_total\{stream="any",outcome="clock-ahead"\} 1/u);
});

/** A request whose body is under way. */
function open(headers: Record<string, string>): ClientRequest {
  const target = new URL('/v1/sync/batches', hub.hub.url);
  const authorization = `Bearer ${store.credential}`;
  const sent = request(target, { method: 'POST', headers: { authorization, 'content-type': BATCH_TYPE, ...headers } });
  sent.on('error', () => undefined);
  sent.flushHeaders();
  return sent;
}
async function answerOf(
  sent: ClientRequest,
): Promise<{ status: number | undefined; text: string; answer: IncomingMessage }> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode, text, answer };
}

describe('bodies without end', () => {
  test('a gigabyte, announced, is refused before its first byte', async () => {
    const sent = open({ 'content-length': String(1024 * MEBIBYTE) });
    const { status, text, answer } = await answerOf(sent);
    expect([status, text]).toEqual([413, expect.stringContaining('HUB_BODY_TOO_LARGE')]);
    expect(answer.headers.connection).toBe('close');
    sent.destroy();
  });

  test.each([[{}], [{ 'content-encoding': 'gzip' }]])(
    'chunks without end are cut off, and cost no memory: %j',
    async (headers) => {
      const before = process.memoryUsage().rss;
      const sent = open(headers);
      const chunk = Buffer.alloc(MEBIBYTE, 0x20);
      // A line that is closed while it is written to may lose the answer; then the sender only sees that it was cut off.
      sent.on('error', () => undefined);
      const cutOff = new Promise<string>((resolve) => sent.once('close', () => resolve('cut off')));
      const answered = answerOf(sent).then(
        ({ text }) => text,
        () => cutOff,
      );
      let [isDone, pieces] = [false, 0];
      const done = Promise.race([answered, cutOff]).finally(() => {
        isDone = true;
      });
      while (!isDone && pieces < 1024) {
        pieces += 1;
        await Promise.race([done, new Promise((resolve) => sent.write(chunk, resolve))]);
      }
      expect(await Promise.race([answered, cutOff])).toMatch(/HUB_BODY_TOO_LARGE|cut off/u);
      expect(pieces).toBeLessThan(1024);
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEBIBYTE);
      sent.destroy();
    },
  );

  test('a store has so many batches under way and no more; who is let go leaves room', async () => {
    const slow = many(ADMISSION_LIMITS.perStore, () => open({ 'content-length': '1000' }));
    const refused = async (): Promise<Response> => post(batchOf(line()));
    await expect
      .poll(async () => {
        // One of them may have found a place taken by a line that was not closed yet.
        slow.push(open({ 'content-length': '1000' }));
        await new Promise((resolve) => setTimeout(resolve, 100));
        return (await refused()).status;
      })
      .toBe(503);
    const answer = await refused();
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refusalOf(answer)).toMatchObject({ code: 'HUB_BUSY', status: 503 });
    // Another store does not notice.
    const other = await hub.pairStore('s3');
    expect((await other.acked([chainOf('s3').sale()])).acks).toHaveLength(1);
    for (const each of slow) each.destroy();
    await expect.poll(async () => (await refused()).status).toBe(200);
  });
});

test('a hub that is told to stop ends although a body never comes whole', async () => {
  const own = await testHub();
  const target = new URL('/v1/sync/batches', own.hub.url);
  const { credential } = await own.pairStore('s1');
  const headers = { authorization: `Bearer ${credential}`, 'content-type': BATCH_TYPE, 'content-length': '1000' };
  const sent = request(target, { method: 'POST', headers });
  const cutOff = once(sent, 'error');
  sent.flushHeaders();
  sent.write('{');
  // Until the hub has it under way.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await own.dispose();
  await cutOff;
});
