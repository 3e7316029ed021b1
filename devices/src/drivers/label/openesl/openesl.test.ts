import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LabelContent } from '../../../contract/command.ts';
import type { DriverContext } from '../../../contract/definition.ts';
import { DeviceEvent } from '../../../contract/event.ts';
import { newCounters } from '../../../contract/metrics.ts';
import { OpenEslSimulator, type OpenEslSimulatorOptions } from '../../../simulators/openesl.ts';
import { scaledClock } from '../../../simulators/scaled-clock.ts';
import { openEsl } from './definition.ts';
import { decodeResults, decodeTagList } from './messages.ts';
import type { OpenEslOptions } from './options.ts';
import { OpenEslSession } from './session.ts';

const A = '0000021A2B3C6D5E';
const B = '0000021A2B3C6D5F';
const TOKEN = 'token-of-the-test';
/** Ten minutes of the store in a second: tags ask once a minute, as real ones do. */
const SPEED = 600;
const milk: LabelContent = {
  sku: '1',
  gtin: '06901234567892',
  nameZh: '纯牛奶',
  nameEn: 'Milk',
  size: '1 L',
  priceFen: 1280,
};

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of undo.splice(0).reverse()) await stop();
});

async function rig(more: Partial<OpenEslSimulatorOptions> = {}, options: Partial<OpenEslOptions> = {}) {
  const clock = scaledClock(SPEED);
  const tags = [
    { mac: A, model: '296x128-bw' },
    { mac: B, model: '200x200-bw' },
  ];
  const ap = new OpenEslSimulator({ tags, token: TOKEN, clock, ...more });
  await ap.start();
  undo.push(() => ap.stop());
  const events: DeviceEvent[] = [];
  const all = { token: TOKEN, ...options };
  const context: DriverContext<OpenEslOptions> = {
    config: { id: 'ap-2', model: openEsl.model, connection: { kind: 'http', url: ap.url }, options: all },
    options: openEsl.options.parse(all),
    clock,
    random: () => 0.5,
    emit: (event) => events.push(DeviceEvent.parse(event)),
    counters: newCounters(),
    openTransport: () => {
      throw new Error('no bytes here');
    },
  };
  const session = new OpenEslSession(context);
  await session.start();
  undo.push(() => session.stop());
  const labels = (state: string, tagId = A) =>
    events.filter((event) => event.type === 'label' && event.state === state && event.tagId === tagId);
  const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 10 });
  const seen = (state: string, count = 1, tagId = A) =>
    until(() => expect(labels(state, tagId).length, JSON.stringify(events.slice(-8))).toBeGreaterThanOrEqual(count));
  const codes = () => events.flatMap((event) => (event.type === 'state' ? [event.condition?.code ?? event.state] : []));
  const told = (code: string) => until(() => expect(codes()).toContain(code));
  const show = (content: LabelContent, tagId = A, isUrgent = false) =>
    session.command({ type: 'show-label', deviceId: 'ap-2', tagId, content, isUrgent });
  const drop = (tagId = A) => session.command({ type: 'drop-label', deviceId: 'ap-2', tagId });
  return { ap, session, events, labels, until, seen, codes, told, show, drop };
}

describe('an openESL access point', () => {
  it('lists its tags, takes content to one and proves it by a later poll', async () => {
    const { ap, labels, seen, show } = await rig();
    await seen('discovered');
    expect(labels('discovered')[0]).toMatchObject({ hwType: 0x1001, batteryMv: 2980, rssiDbm: -61 });
    const result = await show(milk);
    expect(result).toMatchObject({ ok: true, value: { unchanged: false } });
    await seen('shown');
    const imageHash = result.ok ? result.value.imageHash : '';
    expect(labels('queued')).toMatchObject([{ imageHash }]);
    expect(labels('shown')[0]).toMatchObject({ imageHash });
    expect(ap.shown(A)).toMatchObject({ layout: 'price', fields: ['纯牛奶', '12.80', '1 L'] });
    expect(ap.shown(B)).toBeUndefined();
    expect(await show(milk)).toMatchObject({ ok: true, value: { unchanged: true } });
    expect(ap.setCount(A)).toBe(1);
  });

  it('that claims too early proves nothing until the tag has asked', async () => {
    const { ap, labels, seen, show } = await rig({}, { proofTimeoutMs: 300_000 });
    await seen('discovered');
    ap.setLie('claims');
    ap.setSilent(A, true);
    await show(milk);
    await show(milk, B);
    await seen('shown', 1, B);
    await seen('failed');
    expect(labels('failed')).toMatchObject([{ reason: 'LABEL_NOT_PROVEN' }]);
    expect(labels('shown')).toEqual([]);
  });

  it('that throws content away is found out', async () => {
    const { ap, labels, seen, show } = await rig();
    await seen('discovered');
    ap.setLie('drops');
    await show(milk);
    await seen('failed');
    expect(labels('failed')).toMatchObject([{ reason: 'LABEL_NOT_PROVEN' }]);
    expect(ap.setCount(A)).toBeGreaterThan(1);
  });

  it('that refuses the token is left alone for a minute, and the token is told to nobody', async () => {
    const { ap, events, told } = await rig({}, { token: 'a-wrong-token', lockMs: 600_000 });
    await told('AP_TOKEN_REFUSED');
    const asked = ap.requestCount;
    expect(asked).toBe(1);
    expect(JSON.stringify(events)).not.toContain('a-wrong-token');
  });

  it.each(['mute', 'half'] as const)('that hangs (%s) is named; what waits goes out when it comes to', async (how) => {
    const { ap, labels, seen, show, told, codes, until } = await rig({}, { requestTimeoutMs: 100 });
    await seen('discovered');
    ap.hang(how);
    expect(await show(milk)).toMatchObject({ ok: true });
    await told('AP_UNREACHABLE');
    ap.hang('off');
    await seen('shown');
    expect(labels('failed')).toEqual([]);
    await until(() => expect(codes().at(-1)).toBe('online'));
  });

  it('that is busy or out of memory is named once and gets its content later', async () => {
    const { ap, codes, labels, seen, show, told } = await rig();
    await seen('discovered');
    ap.refuse(100_000);
    ap.setHeap(1_000);
    await show(milk);
    await told('AP_BUSY');
    ap.refuse(0);
    ap.setHeap(100_000);
    await seen('shown');
    expect(labels('failed')).toEqual([]);
    expect(codes().filter((code) => code === 'AP_BUSY')).toHaveLength(1);
  });

  it('that starts anew gets the content again', async () => {
    const { ap, labels, seen, show } = await rig();
    await seen('discovered');
    ap.setSilent(A, true);
    await show(milk);
    await seen('queued');
    ap.reboot();
    ap.setSilent(A, false);
    await seen('shown');
    expect(labels('failed')).toEqual([]);
    expect(ap.setCount(A)).toBe(2);
  });

  it('on a lossy radio gets a hundred labels shown in the end, fifty a batch', async () => {
    const tags = Array.from({ length: 100 }, (_, at) => ({
      mac: `0000021A2B00${at.toString(16).toUpperCase().padStart(4, '0')}`,
      model: '296x128-bwr',
    }));
    const { ap, events, show, until } = await rig({ tags, lossRate: 0.3, seed: 5, refreshMs: 15_000 });
    const count = (state: string) =>
      new Set(events.flatMap((event) => (event.type === 'label' && event.state === state ? [event.tagId] : []))).size;
    await until(() => expect(count('discovered')).toBe(100));
    for (const { mac } of tags) await show(milk, mac);
    await until(() => expect(count('shown')).toBe(100));
    expect(count('failed')).toBe(0);
    for (const { mac } of tags) expect([ap.setCount(mac), ap.shown(mac)?.fields[1]]).toEqual([1, '12.80']);
  });
});

describe('a tag of openESL', () => {
  it('that shows something else is told, and mended', async () => {
    const { ap, labels, seen, show } = await rig();
    await seen('discovered');
    await show(milk);
    await seen('shown');
    ap.forgetContent(A);
    await seen('other');
    expect(await show(milk)).toMatchObject({ value: { unchanged: false } });
    await seen('shown', 2);
    expect(labels('other')).toHaveLength(1);
  });

  it('that roams away shows nothing that was dropped', async () => {
    const { ap, drop, labels, seen, show } = await rig();
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
    expect(ap.shown(A)).toBeUndefined();
  });

  it('that falls silent is told once; what nobody knows is refused by name', async () => {
    const { ap, labels, seen, session, show } = await rig();
    await seen('discovered');
    expect(await show(milk, 'FFFFFFFFFFFFFFFF')).toMatchObject({ ok: false, code: 'TAG_UNKNOWN' });
    const flash = { type: 'flash-label', deviceId: 'ap-2', tagId: A } as const;
    expect(await session.command(flash)).toMatchObject({ code: 'COMMAND_UNSUPPORTED' });
    ap.setSilent(A, true);
    await seen('silent');
    expect(labels('silent')).toHaveLength(1);
  });

  it('whose content does not fit is refused with a code', async () => {
    const fields = Array.from({ length: 16 }, () => 'unitPrice' as const);
    const { seen, show } = await rig({}, { fields });
    await seen('discovered');
    const content = { ...milk, unitPrice: { fen: 99_999_999, per: '毫升毫升毫升' } };
    expect(await show(content)).toMatchObject({ ok: false, code: 'LABEL_OVERFLOW' });
  });
});

describe('answers of an openESL access point', () => {
  it('are read without throwing, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"tags":[${json}],"results":[${json}]}`),
        ),
        (text) => {
          const list = decodeTagList(text);
          expect(list === undefined || Array.isArray(list.tags)).toBe(true);
          expect(decodeResults(text)).toBeInstanceOf(Map);
        },
      ),
    );
    expect(decodeTagList('[{"mac":"zz"}]')).toEqual({ tags: [], badTags: 1 });
    expect(decodeTagList('{}')).toBeUndefined();
  });

  it('lock after five wrong tokens', async () => {
    const ap = new OpenEslSimulator({ tags: [], token: TOKEN });
    await ap.start();
    undo.push(() => ap.stop());
    const ask = async (token: string) =>
      (await fetch(`${ap.url}/api/health`, { headers: { authorization: `Bearer ${token}` } })).status;
    for (let tries = 0; tries < 5; tries += 1) expect(await ask('no')).toBe(401);
    expect(await ask(TOKEN)).toBe(423);
  });
});
