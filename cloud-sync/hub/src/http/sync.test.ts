import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { BATCH_TYPE, BatchAck, batchText, MAX_BATCH_BYTES } from '@tillside/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMISSION_LIMITS } from '../sync/admission.ts';
import { chainOf, many } from '../testing/events.ts';
import { type PairedStore, postJson, refusalOf, type TestHub, testHub } from '../testing/hub.ts';

let hub: TestHub;
let store: PairedStore;
beforeAll(async () => {
  hub = await testHub();
  store = await hub.pairStore('s1');
});
afterAll(() => hub.dispose());

const gzipped = (body: Buffer, encoding = 'gzip') =>
  store.send('/v1/sync/batches', {
    method: 'POST',
    headers: { 'content-type': BATCH_TYPE, 'content-encoding': encoding },
    body: new Uint8Array(body),
  });

describe('batches', () => {
  test('holes and ranges are named, and what comes twice is held once', async () => {
    const chain = chainOf('s1');
    const [a, b, c] = [chain.sale(), chain.sale(), chain.sale()];
    const stream = { epoch: chain.epoch, stream: 'sales' };
    expect((await store.acked([a, c])).acks).toEqual([{ ...stream, contiguousSeq: 1, ranges: [[3, 3]] }]);
    expect((await store.acked([a, c])).acks).toEqual([{ ...stream, contiguousSeq: 1, ranges: [[3, 3]] }]);
    expect((await store.acked([b, c])).acks).toEqual([{ ...stream, contiguousSeq: 3, ranges: [] }]);
    const { events } = await hub.call('events', { query: { store: 's1', stream: 'sales' } });
    expect(
      events
        .filter(({ epoch }) => epoch === chain.epoch)
        .map(({ seq }) => seq)
        .toSorted(),
    ).toEqual([1, 2, 3]);
  });

  test('a restored store hears of its conflict, and its new epoch is taken', async () => {
    const chain = chainOf('s1');
    await store.acked([chain.sale()]);
    const restored = chain.fork();
    await store.acked([chain.sale()]);
    const ack = await store.acked([restored.sale()]);
    expect(ack.conflicts).toEqual([{ epoch: chain.epoch, stream: 'sales', seq: 2 }]);
    const fresh = chainOf('s1');
    expect(await store.acked([fresh.sale()])).toMatchObject({ conflicts: [], acks: [{ contiguousSeq: 1 }] });
    expect((await hub.call('store', { params: { id: 's1' } })).conflicts).toBe(1);
  });

  test('a poisoned body is acknowledged and kept in quarantine; those beside it count', async () => {
    const chain = chainOf('s1', 'ops');
    const device = { deviceId: 'd', state: 'online', at: '2024-03-02T09:00:00Z' };
    const ack = await store.acked([
      chain.next('tillside.device.changed.v1', device),
      chain.next('tillside.device.changed.v1', { ...device, phone: '13800000000' }),
      chain.next('tillside.sale.completed.v1', device),
      chain.next('tillside.from.the.future.v7', { any: 'thing' }),
    ]);
    expect(ack).toMatchObject({ quarantined: 3, conflicts: [], acks: [{ contiguousSeq: 4 }] });
    const { events } = await hub.call('events', { query: { stream: 'ops', quarantined: 'true' } });
    expect(events.map(({ quarantine }) => quarantine?.split(':')[0])).toEqual([
      'TYPE_UNKNOWN',
      'STREAM_WRONG',
      'BODY_INVALID',
    ]);
    expect(JSON.stringify(events.map(({ quarantine }) => quarantine))).not.toContain('13800000000');
  });

  test('what is no envelope is refused by place, and holds up nothing else', async () => {
    const chain = chainOf('s1');
    const answer = await store.batch([{ hello: 1 }, chain.sale(), { ...chain.sale(), seq: -1 }]);
    const ack = BatchAck.parse(await answer.json());
    expect(ack.refused?.map(({ index }) => index)).toEqual([0, 2]);
    expect(ack.acks).toMatchObject([{ contiguousSeq: 1 }]);
    expect(await refusalOf(store.batch([{ hello: 1 }]))).toMatchObject({ status: 400, code: 'HUB_REQUEST_INVALID' });
  });

  test('gzip is read', async () => {
    const text = JSON.stringify(chainOf('s1').sale());
    const body = Buffer.from(batchText({ batchId: randomUUID(), store: 's1' }, [text]));
    const answer = await gzipped(gzipSync(body));
    expect(BatchAck.parse(await answer.json()).acks).toMatchObject([{ contiguousSeq: 1 }]);
  });

  test('a bomb is refused, whatever it inflates to; damaged gzip and other encodings too', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_BATCH_BYTES * 16, 0x20));
    expect(bomb.length).toBeLessThan(MAX_BATCH_BYTES / 16);
    expect(await refusalOf(gzipped(bomb))).toMatchObject({ status: 413, code: 'HUB_BODY_TOO_LARGE' });
    expect(await refusalOf(gzipped(Buffer.from('no gzip at all')))).toMatchObject({ code: 'HUB_BODY_UNREADABLE' });
    const cut = gzipSync(Buffer.from('{"batchId":"x"}'.repeat(50))).subarray(0, 30);
    expect(await refusalOf(gzipped(cut))).toMatchObject({ code: 'HUB_BODY_UNREADABLE' });
    expect(await refusalOf(gzipped(Buffer.from('x'), 'br'))).toMatchObject({ code: 'HUB_MEDIA_TYPE_UNSUPPORTED' });
    expect((await fetch(`${hub.hub.url}/readyz`)).status).toBe(200);
  });

  test('a plain body that is too large, broken or of the wrong shape gets its own code', async () => {
    const send = (body: string, type: string = BATCH_TYPE) =>
      refusalOf(store.send('/v1/sync/batches', { method: 'POST', headers: { 'content-type': type }, body }));
    expect(await send(' '.repeat(MAX_BATCH_BYTES + 1))).toMatchObject({ status: 413, code: 'HUB_BODY_TOO_LARGE' });
    expect(await send('x', 'text/csv')).toMatchObject({ status: 415, code: 'HUB_MEDIA_TYPE_UNSUPPORTED' });
    expect(await send('{}', 'application/json')).toMatchObject({ code: 'HUB_MEDIA_TYPE_UNSUPPORTED' });
    const id = randomUUID();
    const head = (events: number) => JSON.stringify({ batchId: id, store: 's1', events });
    for (const wrong of [
      '',
      '{"batchId":',
      '{"batchId":"7","store":"s1","events":1}\n{}',
      head(0),
      `${head(2)}\n{}\n`,
    ]) {
      expect(await send(wrong)).toMatchObject({ status: 400, code: 'HUB_REQUEST_INVALID' });
    }
  });

  test("another store's events are refused whole", async () => {
    const [own, foreign] = [chainOf('s1').sale(), chainOf('s2').sale()];
    expect(await refusalOf(store.batch([own, foreign]))).toMatchObject({ status: 403, code: 'HUB_STORE_FOREIGN' });
    expect(await refusalOf(store.batch([foreign], 's2'))).toMatchObject({ status: 403, code: 'HUB_STORE_FOREIGN' });
    const { events } = await hub.call('events', { query: { store: 's2' } });
    expect(events).toEqual([]);
  });

  test('batches at the same time end in one truth', async () => {
    const chain = chainOf('s1');
    const sales = many(40, () => chain.sale());
    const batches = many(8, (index) => sales.filter((_, at) => at % 4 === index % 4));
    const { perStore } = ADMISSION_LIMITS;
    for (const turn of [0, perStore])
      await Promise.all(batches.slice(turn, turn + perStore).map((each) => store.acked(each)));
    expect((await store.acked(sales.slice(0, 1))).acks).toMatchObject([{ contiguousSeq: 40, ranges: [] }]);
  });
});

describe('sealing keys', () => {
  const keys = [{ memberId: 'm_0001', key: 'A'.repeat(43) }];
  const deposit = (body: unknown) =>
    store.send('/v1/sync/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('are stored, again and again', async () => {
    for (let time = 0; time < 2; time += 1)
      expect(await (await deposit({ store: 's1', keys })).json()).toEqual({ stored: 1 });
  });

  test('of another store are refused', async () => {
    expect(await refusalOf(deposit({ store: 's2', keys }))).toMatchObject({ code: 'HUB_STORE_FOREIGN' });
  });
});

describe('credentials', () => {
  test('are needed, must be known, and serve only their own routes', async () => {
    const { url } = hub.hub;
    expect(await refusalOf(fetch(`${url}/v1/overview`))).toMatchObject({ status: 401, code: 'HUB_CREDENTIAL_MISSING' });
    const wrong = { authorization: `Bearer ${'A'.repeat(43)}` };
    expect(await refusalOf(fetch(`${url}/v1/overview`, { headers: wrong }))).toMatchObject({
      code: 'HUB_CREDENTIAL_REFUSED',
    });
    expect(await refusalOf(store.send('/v1/overview'))).toMatchObject({ status: 403, code: 'HUB_ROLE_REFUSED' });
    const { credential } = await pairOperator();
    const asStore = postJson(`${url}/v1/sync/keys`, {}, { authorization: `Bearer ${credential}` });
    expect(await refusalOf(asStore)).toMatchObject({ code: 'HUB_ROLE_REFUSED' });
  });

  const pairOperator = async (): Promise<{ credential: string; credentialId: string }> => {
    const { code } = await hub.call('createPairing', { body: { kind: 'operator' } });
    const spaced = `${code.slice(0, 4).toLowerCase()}-${code.slice(4)}`;
    const answer = await postJson(`${hub.hub.url}/v1/pair`, { code: spaced, kind: 'operator', name: 'office' });
    return (await answer.json()) as { credential: string; credentialId: string };
  };

  test('end with being revoked', async () => {
    const { credential, credentialId } = await pairOperator();
    const me = () => fetch(`${hub.hub.url}/v1/me`, { headers: { authorization: `Bearer ${credential}` } });
    expect((await me()).status).toBe(200);
    await hub.call('revokeCredential', { params: { id: credentialId } });
    expect(await refusalOf(me())).toMatchObject({ code: 'HUB_CREDENTIAL_REFUSED' });
  });

  test('the error speaks the language of the caller', async () => {
    const answer = fetch(`${hub.hub.url}/v1/overview`, { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
    expect((await refusalOf(answer)).message).toBe('请求没有带凭证。');
  });
});
