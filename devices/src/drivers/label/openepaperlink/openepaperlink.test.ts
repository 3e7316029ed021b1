import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { DeviceEvent } from '../../../contract/event.ts';
import { WorkerLabelRenderer } from '../../../render/label-renderer.ts';
import { decodeApMessage, sameHash } from './messages.ts';
import { A, accessPoint, B, driver, milk, undo, undoAll } from './test-rig.ts';

afterEach(undoAll);

describe('access point with tags', () => {
  it('discovers tags, takes a picture to one and proves it', async () => {
    const ap = await accessPoint();
    const { events, labels, seen, show } = await driver(ap.url, {}, new WorkerLabelRenderer());
    await seen('discovered');
    await seen('discovered', 1, B);
    expect(labels('discovered')[0]).toMatchObject({ hwType: 1, batteryMv: 2950 });
    const result = await show({ ...milk, promotion: { zh: '特价', en: 'Offer' } });
    expect(result).toMatchObject({ ok: true, value: { unchanged: false } });
    await seen('shown');
    const imageHash = result.ok ? result.value.imageHash : '';
    expect(labels('queued')[0]).toMatchObject({ imageHash });
    expect(labels('shown')[0]).toMatchObject({ imageHash });
    expect(events.indexOf(labels('queued')[0] as DeviceEvent)).toBeLessThan(
      events.indexOf(labels('shown')[0] as DeviceEvent),
    );
    expect(ap.tagImage(A)?.planesBytes).toBe(2 * 4736);
    expect(ap.tagImage(B)).toBeUndefined();
  });

  it('does not send an unchanged picture again, not even after a restart of the driver', async () => {
    const ap = await accessPoint();
    const first = await driver(ap.url);
    await first.seen('discovered');
    await first.show(milk);
    await first.seen('shown');
    expect(await first.show(milk)).toMatchObject({ ok: true, value: { unchanged: true } });
    await first.seen('shown', 2);
    expect(ap.uploadCount(A)).toBe(1);
    const planes = ap.tagImage(A);
    const second = await driver(ap.url);
    await second.show(milk);
    await second.seen('shown');
    expect(second.labels('queued')).toEqual([]);
    expect(ap.tagImage(A)).toEqual(planes);
  });

  it('never says shown while the tag has not come for its picture', async () => {
    const ap = await accessPoint();
    const { labels, seen, show } = await driver(ap.url);
    await seen('discovered');
    ap.setSilent(A, true);
    await show(milk);
    await show(milk, B);
    await seen('queued');
    await seen('shown', 1, B);
    expect(labels('shown')).toEqual([]);
    ap.setSilent(A, false);
    await seen('shown');
  });

  it('sends the newest picture when several wait', async () => {
    const ap = await accessPoint();
    const { labels, seen, show, until } = await driver(ap.url, { minGapMs: 300 });
    await seen('discovered');
    await show(milk, B);
    await seen('queued', 1, B);
    await show({ ...milk, priceFen: 1 });
    await show({ ...milk, priceFen: 2 });
    const last = await show({ ...milk, priceFen: 3 });
    await until(() => expect(labels('shown').at(-1)).toMatchObject({ imageHash: last.ok ? last.value.imageHash : '' }));
    expect(ap.uploadCount(A)).toBeLessThan(3);
  });

  it('backs off on 409 and gets there', async () => {
    const ap = await accessPoint();
    const { seen, show } = await driver(ap.url);
    await seen('discovered');
    ap.refuseUploads(3);
    await show(milk);
    await seen('shown');
    expect(ap.uploadTimesMs.length).toBe(4);
    expect(ap.uploadCount(A)).toBe(1);
  });

  it('keeps the picture while the access point refuses, says so once, and sends it in the end', async () => {
    const ap = await accessPoint();
    const { codes, condition, labels, seen, show } = await driver(ap.url, {
      backoffBaseMs: 10,
      backoffMaxMs: 10,
      minGapMs: 0,
    });
    await seen('discovered');
    ap.refuseUploads(1_000_000);
    await show(milk);
    await condition('AP_BUSY');
    await expect.poll(() => ap.uploadTimesMs.length).toBeGreaterThan(30);
    expect(labels('failed')).toEqual([]);
    expect(codes().filter((code) => code === 'AP_BUSY')).toHaveLength(1);
    ap.refuseUploads(0);
    await seen('shown');
    expect(codes().at(-1)).toBe('online');
  });

  it('sends again after a broken transfer, and gives up after the last send', async () => {
    const ap = await accessPoint();
    const { labels, seen, show } = await driver(ap.url);
    await seen('discovered');
    ap.breakTransfers(A, 1);
    await show(milk);
    await seen('shown');
    expect(ap.uploadCount(A)).toBe(2);
    ap.breakTransfers(A, 1_000);
    await show({ ...milk, priceFen: 999 });
    await seen('failed');
    expect(labels('failed')[0]).toMatchObject({ reason: 'LABEL_NOT_PROVEN' });
    expect(ap.uploadCount(A)).toBe(5);
  });

  it('fails a picture that no tag fetched in time', async () => {
    const ap = await accessPoint();
    const { seen, show } = await driver(ap.url, { proofTimeoutMs: 150, maxSends: 2 });
    await seen('discovered');
    ap.setSilent(A, true);
    await show(milk);
    await seen('failed');
    expect(ap.uploadCount(A)).toBe(2);
  });

  it('tells a tag that misses its check-ins once', async () => {
    const ap = await accessPoint();
    const { labels, seen } = await driver(ap.url, { silentGraceMs: 1_500 });
    await seen('discovered');
    ap.setSilent(A, true);
    await seen('silent');
    expect(labels('silent')).toHaveLength(1);
    expect(labels('silent', B)).toEqual([]);
  });

  it('waits while the access point is short of memory', async () => {
    const ap = await accessPoint();
    const { condition, labels, seen, show } = await driver(ap.url);
    await seen('discovered');
    ap.setHeap(8_000);
    await condition('AP_LOW_MEMORY');
    await show(milk);
    expect(ap.uploadCount(A)).toBe(0);
    expect(labels('queued')).toEqual([]);
    ap.setHeap(100_000);
    await seen('shown');
  });

  it('keeps pictures while the access point is away, and sends them when it is back', async () => {
    const ap = await accessPoint();
    const port = Number(new URL(ap.url).port);
    const { condition, seen, show } = await driver(ap.url);
    await seen('discovered');
    await ap.stop();
    await condition('AP_UNREACHABLE');
    expect(await show(milk)).toMatchObject({ ok: true });
    await accessPoint({ port });
    await seen('shown');
  });

  it('makes a tag blink; names a tag and a kind that it does not know', async () => {
    const ap = await accessPoint();
    const { session, seen, show } = await driver(ap.url);
    await seen('discovered');
    expect(await session.command({ type: 'flash-label', deviceId: 'ap-1', tagId: A })).toMatchObject({ ok: true });
    expect(ap.flashes).toEqual([A]);
    const stranger = 'FFFFFFFFFFFFFFFF';
    expect(await show(milk, stranger)).toMatchObject({ ok: false, code: 'TAG_UNKNOWN' });
    expect(await session.command({ type: 'zero', deviceId: 'ap-1' })).toMatchObject({ code: 'COMMAND_UNSUPPORTED' });
  });

  it('rejects garbage on the WebSocket and goes on', async () => {
    const ap = await accessPoint();
    const { events, seen, show, until } = await driver(ap.url);
    await seen('discovered');
    ap.broadcast('}{');
    await until(() => expect(events.some((event) => event.type === 'reject')).toBe(true));
    ap.broadcast(JSON.stringify({ tags: [{ mac: 'zz' }] }));
    await show(milk);
    await seen('shown');
  });

  it('opens the WebSocket again when the access point falls quiet', async () => {
    const server = createServer((_request, response) => response.end('{"tags":[]}'));
    const sockets = new WebSocketServer({ server });
    let connections = 0;
    sockets.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    undo.push(async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    });
    const { condition, until } = await driver(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      quietMs: 100,
    });
    await condition('AP_SILENT');
    await until(() => expect(connections).toBeGreaterThan(1));
  });
});

describe('simulator as the access point', () => {
  async function upload(url: string, fields: [string, string | Blob][]) {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const response = await fetch(`${url}/imgupload`, { method: 'POST', body });
    return [response.status, await response.text()];
  }

  it('refuses a file before its mac, an unknown tag, and what is no picture of the tag', async () => {
    const ap = await accessPoint();
    const { seen, show } = await driver(ap.url);
    await seen('discovered');
    await show(milk, B);
    await seen('shown', 1, B);
    const small = new Blob([Uint8Array.from(ap.tagImage(B)?.jpeg ?? [])]);
    expect(
      await upload(ap.url, [
        ['file', small],
        ['mac', B],
      ]),
    ).toEqual([400, 'parameters incomplete']);
    expect(
      await upload(ap.url, [
        ['mac', 'FFFFFFFFFFFFFFFF'],
        ['file', small],
      ]),
    ).toEqual([400, 'mac not found']);
    expect(
      await upload(ap.url, [
        ['mac', A],
        ['file', new Blob(['GIF89a'])],
      ]),
    ).toEqual([400, 'not a jpeg']);
    expect(
      await upload(ap.url, [
        ['mac', A],
        ['file', small],
      ]),
    ).toEqual([400, 'wrong size 152x152, the tag has 296x128']);
    const md5 = ap.tagImage(B)?.planesMd5;
    expect((await fetch(`${ap.url}/getdata?mac=${B}&md5=${md5}`)).status).toBe(404);
  });
});

describe('messages', () => {
  it('decode whatever comes without throwing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"tags":[${json}],"sys":${json}}`),
        ),
        (text) => {
          const message = decodeApMessage(text);
          expect(message === undefined || Array.isArray(message.tags)).toBe(true);
        },
      ),
    );
    expect(decodeApMessage('{"tags":[{"mac":1}]}')).toMatchObject({ tags: [], badTags: 1 });
    expect(decodeApMessage('{"tags":[],"continu":7}')).toMatchObject({ nextPosition: 7 });
  });

  it('compare the part of a hash that the access point keeps', () => {
    const md5 = '0123456789abcdef0123456789abcdef';
    expect(sameHash(`0123456789abcdef${'0'.repeat(16)}`, md5)).toBe(true);
    expect(sameHash(`1123456789abcdef${'0'.repeat(16)}`, md5)).toBe(false);
    expect(sameHash('0'.repeat(32), '0'.repeat(32))).toBe(false);
  });
});
