import { afterEach, describe, expect, it } from 'vitest';
import type { LabelContent } from '../../../contract/command.ts';
import { MAX_TAGS, TagTable } from '../tag-table.ts';
import type { TagRecord } from './messages.ts';
import { ShownBook } from './shown-book.ts';
import { A, accessPoint, B, driver, milk, undoAll } from './test-rig.ts';

afterEach(undoAll);

const cheaper: LabelContent = { ...milk, priceFen: 990 };
const hashOf = (result: Awaited<ReturnType<Awaited<ReturnType<typeof driver>>['show']>>): string =>
  result.ok ? String(result.value.imageHash) : '';

describe('an access point in trouble', () => {
  it.each(['mute', 'half'] as const)(
    'that hangs (%s) is named, and gets its pictures when it comes to',
    async (how) => {
      const ap = await accessPoint();
      const { codes, labels, seen, show, until } = await driver(ap.url, { requestTimeoutMs: 150, quietMs: 250 });
      await seen('discovered');
      ap.hang(how);
      expect(await show(milk)).toMatchObject({ ok: true });
      await until(() => expect(codes()).toEqual(expect.arrayContaining(['AP_UNREACHABLE', 'AP_SILENT'])));
      expect(labels('failed')).toEqual([]);
      ap.hang('off');
      await seen('shown');
    },
  );

  it.each(['drops', 'other-hash'] as const)('that lies (%s) proves nothing', async (lie) => {
    const ap = await accessPoint();
    const { labels, seen, show } = await driver(ap.url, { acceptTimeoutMs: 150, maxSends: 1 });
    await seen('discovered');
    ap.setLie(lie);
    // Asleep while the access point takes it: then the driver knows the bytes which the tag must have.
    ap.setSilent(A, lie === 'other-hash');
    await show(milk);
    if (lie === 'other-hash') await seen('queued');
    ap.setSilent(A, false);
    await seen('failed');
    expect(labels('failed')).toMatchObject([{ reason: 'LABEL_NOT_PROVEN' }]);
    expect(labels('shown')).toEqual([]);
    expect(ap.tagImage(A)).toBeUndefined();
  });

  it('that starts anew lost its queue: the picture is sent again when the tag is back', async () => {
    const ap = await accessPoint();
    const { labels, seen, show } = await driver(ap.url);
    await seen('discovered');
    ap.setSilent(A, true);
    await show(milk);
    await seen('queued');
    ap.reboot();
    // The tag is not listed yet: this one must wait, not fail.
    await show(cheaper);
    ap.setSilent(A, false);
    await seen('shown');
    expect(labels('failed')).toEqual([]);
    expect(ap.uploadCount(A)).toBeGreaterThan(1);
  });

  it('whose memory goes with its queue gets no more than it can hold', async () => {
    const ap = await accessPoint({ heapPerPictureBytes: 15_000 });
    const { condition, seen, show } = await driver(ap.url, { minHeapBytes: 30_000 });
    await seen('discovered');
    ap.setHeap(40_000);
    ap.setSilent(A, true);
    await show(milk);
    await seen('queued');
    await condition('AP_LOW_MEMORY');
    await show(milk, B);
    expect(ap.uploadCount(B)).toBe(0);
    ap.setSilent(A, false);
    await seen('shown', 1, B);
    ap.setHeap(5_000);
    const response = await fetch(`${ap.url}/imgupload`, { method: 'POST', body: new FormData() });
    expect(response.status).toBe(503);
  });

  it('with more tags than can be served says so, and serves the others', async () => {
    const tags = Array.from({ length: 10_000 }, (_, at) => ({
      mac: (0x7e1f_0000_0000 + at).toString(16).toUpperCase().padStart(16, '0'),
      hwType: 1,
    }));
    const ap = await accessPoint({ tags, checkInMs: 60_000 });
    const { condition, events, seen, show, until } = await driver(ap.url);
    await condition('AP_TOO_MANY_TAGS');
    const count = () => events.filter((event) => event.type === 'label' && event.state === 'discovered').length;
    await until(() => expect(count()).toBe(MAX_TAGS));
    const first = tags[0]?.mac ?? '';
    expect(await show(milk, first)).toMatchObject({ ok: true });
    await seen('queued', 1, first);
  });

  it('on a lossy radio gets every picture shown in the end', async () => {
    const ap = await accessPoint({ lossRate: 0.5, seed: 7, refreshMs: { bw: 10, red: 40, yellow: 40 } });
    const { labels, seen, show } = await driver(ap.url);
    await seen('discovered');
    await seen('discovered', 1, B);
    await show(milk);
    await show(milk, B);
    await seen('shown');
    await seen('shown', 1, B);
    expect(labels('failed')).toEqual([]);
  });
});

describe('a tag', () => {
  it('that is of another kind by now gets no picture of the old size', async () => {
    const ap = await accessPoint();
    const { labels, seen, show } = await driver(ap.url);
    await seen('discovered');
    ap.refuseUploads(3);
    await show(milk);
    ap.changeTag(A, { hwType: 0x02, signal: undefined });
    await seen('failed');
    expect(labels('failed')).toMatchObject([{ reason: 'TAG_TYPE_CHANGED' }]);
    await seen('seen');
    expect(labels('seen').at(-1)).toMatchObject({ hwType: 0x02 });
    expect(labels('seen').at(-1)).not.toHaveProperty('rssiDbm');
    await show(milk);
    await seen('shown');
  });

  it('of a kind that nobody knows is refused by name', async () => {
    const ap = await accessPoint();
    const { seen, show } = await driver(ap.url);
    await seen('discovered');
    const [record] = JSON.parse(await (await fetch(`${ap.url}/get_db?mac=${A}`)).text()).tags;
    const odd = { ...record, mac: '0000021A2B3CFFFF', hwType: 250 };
    ap.broadcast(JSON.stringify({ tags: [odd] }));
    await seen('discovered', 1, odd.mac);
    expect(await show(milk, odd.mac)).toMatchObject({ ok: false, code: 'TAG_TYPE_UNKNOWN' });
  });

  it('that shows another picture than the one proven is told once, and mended by the next picture', async () => {
    const ap = await accessPoint();
    const { labels, seen, show } = await driver(ap.url);
    await seen('discovered');
    await show(milk);
    await seen('shown');
    ap.forgetPicture(A);
    await seen('other');
    expect(await show(milk)).toMatchObject({ ok: true, value: { unchanged: false } });
    await seen('shown', 2);
    expect(labels('other')).toHaveLength(1);
  });

  it('of urgent picture goes first', async () => {
    const tags = [1, 2, 3, 4].map((at) => ({ mac: `000002AA0000000${at}`, hwType: 1 }));
    const ap = await accessPoint({ tags });
    const { events, seen, show } = await driver(ap.url);
    for (const { mac } of tags) await seen('discovered', 1, mac);
    ap.refuseUploads(2);
    for (const [at, { mac }] of tags.entries()) await show(milk, mac, at === 3);
    for (const { mac } of tags) await seen('shown', 1, mac);
    const order = events.flatMap((event) => (event.type === 'label' && event.state === 'queued' ? [event.tagId] : []));
    expect(order[0]).toBe(tags[3]?.mac);
  });
});

describe('a tag that roams', () => {
  it('gets no picture that was dropped', async () => {
    const ap = await accessPoint();
    const { drop, labels, seen, show } = await driver(ap.url);
    await seen('discovered');
    ap.setSilent(A, true);
    await show(milk);
    await seen('queued');
    expect(await drop()).toEqual({ ok: true, value: { dropped: true } });
    expect(await drop()).toEqual({ ok: true, value: { dropped: true } });
    ap.setSilent(A, false);
    await show(milk, B);
    await seen('shown', 1, B);
    expect(labels('shown')).toEqual([]);
    expect(ap.tagImage(A)).toBeUndefined();
    await show(cheaper);
    await seen('shown');
  });

  it('is not taken to show what it showed before another access point had it', async () => {
    const [here, there] = [await accessPoint(), await accessPoint({ tags: [] })];
    const [near, far] = [await driver(here.url), await driver(there.url)];
    await near.seen('discovered');
    await near.show(milk);
    await near.seen('shown');
    const planes = here.tagImage(A)?.planesMd5;
    here.carryTo(A, there);
    await far.seen('discovered');
    expect(await near.drop()).toMatchObject({ value: { dropped: true } });
    await far.show(cheaper);
    await far.seen('shown');
    expect(here.tagImage(A)?.planesMd5).not.toBe(planes);
    there.carryTo(A, here);
    const again = await near.show(milk);
    expect(again).toMatchObject({ ok: true, value: { unchanged: false } });
    await near.seen('shown', 2);
    expect(near.labels('shown').at(-1)).toMatchObject({ imageHash: hashOf(again) });
    expect(here.tagImage(A)?.planesMd5).toBe(planes);
  });
});

describe('facts of a tag', () => {
  const record = (more: Partial<TagRecord> = {}): TagRecord => ({
    tagId: A,
    hash: '0'.repeat(32),
    lastSeenS: 1_000,
    nextUpdateS: 1,
    nextCheckInS: 2_000,
    pending: 0,
    batteryMv: 2_900,
    hwType: 1,
    updateCount: 0,
    rssiDbm: -60,
    lqi: 100,
    ...more,
  });

  it('are told when they changed notably, no more often than once a minute, and else every quarter of an hour', () => {
    const table = new TagTable<TagRecord>(900_000);
    expect(table.update(record(), 0)).toBe('new');
    expect(table.update(record({ batteryMv: 2_700 }), 59_000)).toBe('nothing');
    expect(table.update(record({ batteryMv: 2_700 }), 60_000)).toBe('facts');
    table.noteTold(A, 60_000);
    expect(table.update(record({ batteryMv: 2_690, rssiDbm: -66, lqi: 90 }), 200_000)).toBe('nothing');
    expect(table.update(record({ batteryMv: 2_690, rssiDbm: -70 }), 200_000)).toBe('facts');
    table.noteTold(A, 200_000);
    expect(table.update(record({ rssiDbm: undefined, lqi: undefined }), 300_000)).toBe('facts');
    table.noteTold(A, 300_000);
    expect(table.update(record({ lastSeenS: 1_000 }), 1_300_000)).toBe('nothing');
    expect(table.update(record({ lastSeenS: 1_001 }), 1_300_000)).toBe('facts');
    table.noteTold(A, 1_300_000);
    expect(table.update(record({ hwType: 2 }), 1_300_001)).toBe('facts');
  });

  it('are told when a silent tag is back', () => {
    const table = new TagTable<TagRecord>(900_000);
    table.update(record(), 0);
    expect(table.newlySilent(3_000, 600)).toHaveLength(1);
    expect(table.newlySilent(3_000, 600)).toHaveLength(0);
    expect(table.update(record({ lastSeenS: 3_001, nextCheckInS: 4_000 }), 1)).toBe('facts');
  });

  it('name an older picture that is back', () => {
    const book = new ShownBook();
    book.prove(A, { imageHash: 'one', apHash: 'a1' });
    book.prove(A, { imageHash: 'two', apHash: 'a2' });
    expect(book.isContradicted(record({ hash: 'a2' }))).toBe(false);
    expect(book.isContradicted(record({ hash: 'a1', pending: 1 }))).toBe(false);
    expect(book.isContradicted(record({ hash: 'a1' }))).toBe(true);
    expect(book.contradict(record({ hash: 'a1' }))).toBe('one');
    expect(book.isContradicted(record({ hash: 'a1' }))).toBe(false);
    expect(book.contradict(record({ hash: 'a9' }))).toBeUndefined();
  });
});
