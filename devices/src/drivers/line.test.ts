import { describe, expect, it } from 'vitest';
import { DeviceError } from '../conditions.ts';
import { newCounters } from '../contract/metrics.ts';
import { driverBench } from './bench.ts';
import { REOPEN_BACKOFF } from './line.ts';
import { SUSPECT_REJECTS } from './line-health.ts';
import { mettler8217 } from './scale/mettler-8217/definition.ts';
import { serialGeneric } from './scanner/serial-generic/definition.ts';

const states = (events: readonly { type: string }[]) =>
  events.flatMap((event) =>
    event.type === 'state'
      ? [[(event as { state?: string }).state, (event as { condition?: { code: string } }).condition?.code]]
      : [],
  );

describe('DeviceLine', () => {
  it('opens again after failures, waits longer each time, and says each state once', async () => {
    const bench = driverBench(serialGeneric);
    bench.transport.openErrors.push(
      ...[1, 2, 3].map(() => new DeviceError('PORT_NOT_FOUND')),
      new DeviceError('PORT_NO_PERMISSION'),
    );
    await bench.session.start();
    expect(bench.transport.openCount).toBe(1);
    // random 0.5: half of the way between the least and the ceiling 250, 500, 1000, 2000.
    const { minMs } = REOPEN_BACKOFF;
    for (const [index, ceilingMs] of [250, 500, 1000, 2000].entries()) {
      const delayMs = minMs + Math.floor((ceilingMs - minMs) / 2);
      await bench.clock.advance(delayMs - 1);
      expect(bench.transport.openCount).toBe(index + 1);
      await bench.clock.advance(1);
      expect(bench.transport.openCount).toBe(index + 2);
    }
    expect(states(bench.events)).toEqual([
      ['starting', undefined],
      ['offline', 'PORT_NOT_FOUND'],
      ['faulty', 'PORT_NO_PERMISSION'],
      ['online', undefined],
    ]);
  });

  it('comes back after the line broke and forgets half a message', async () => {
    const bench = driverBench(serialGeneric);
    await bench.session.start();
    bench.transport.receive('690123');
    bench.transport.drop('unplugged');
    await bench.clock.advance(200);
    bench.transport.receive('TM:abc\r');
    expect(states(bench.events)).toEqual([
      ['starting', undefined],
      ['online', undefined],
      ['offline', 'DEVICE_OFFLINE'],
      ['online', undefined],
    ]);
    expect(bench.events.at(-1)).toMatchObject({ type: 'scan', data: 'TM:abc' });
  });

  it('leaves nothing behind after stop', async () => {
    const bench = driverBench(serialGeneric);
    bench.transport.openErrors.push(new DeviceError('TCP_REFUSED'));
    await bench.session.start();
    await bench.session.stop();
    await bench.session.stop();
    expect(bench.clock.pendingTimers).toBe(0);
    await bench.clock.advance(60_000);
    expect(bench.transport.openCount).toBe(1);
    expect(states(bench.events).at(-1)).toEqual(['stopped', undefined]);
  });

  it('tells garbage at most once a second and loses no byte of the count', async () => {
    const bench = driverBench(serialGeneric);
    await bench.session.start();
    for (let index = 0; index < 50; index += 1) {
      bench.transport.receive('\xff\xfe\r');
      await bench.clock.advance(30);
    }
    await bench.clock.advance(2_000);
    const rejects = bench.events.filter((event) => event.type === 'reject');
    expect(rejects.map((event) => event.byteCount)).toEqual([2, 66, 32]);
    expect(rejects[0]?.condition.code).toBe('SCAN_GARBAGE');
  });

  it('counts what it carries, what was understood and what was dropped', async () => {
    const bench = driverBench(serialGeneric);
    await bench.session.start();
    bench.transport.receive('TM:a\r\xff\r');
    bench.transport.drop('unplugged');
    await bench.clock.advance(200);
    bench.transport.receive('TM:b\r');
    expect(bench.context.counters).toEqual({
      ...newCounters(),
      opens: 2,
      bytesIn: 12,
      frames: 2,
      rejects: 1,
      rejectedBytes: 1,
      lastErrorCode: 'DEVICE_OFFLINE',
      lastErrorAt: '2026-01-01T08:00:00.000Z',
    });
  });

  it('suspects the settings after garbage alone, says what they are, and takes it back at the first good message', async () => {
    const bench = driverBench(serialGeneric);
    await bench.session.start();
    bench.events.length = 0;
    const garbage = (times: number) => {
      for (let index = 0; index < times; index += 1) bench.transport.receive('\xff\x80\xfe\r');
    };
    garbage(SUSPECT_REJECTS - 1);
    bench.transport.receive('TM:good\r');
    garbage(SUSPECT_REJECTS - 1);
    expect(states(bench.events)).toEqual([]);
    garbage(2);
    const told = bench.events.find((event) => event.type === 'state');
    expect(told).toMatchObject({
      state: 'online',
      condition: {
        code: 'LINE_SETTINGS_SUSPECT',
        message: expect.stringContaining('far end of the tcp line'),
        hint: expect.stringContaining('9600 8N1'),
      },
    });
    expect(bench.context.counters.lastErrorCode).toBe('LINE_SETTINGS_SUSPECT');
    bench.transport.receive('TM:b\r');
    expect(states(bench.events)).toEqual([
      ['online', 'LINE_SETTINGS_SUSPECT'],
      ['online', undefined],
    ]);
  });

  it('does not take a missing suffix for a wrong baud rate', async () => {
    const bench = driverBench(serialGeneric);
    await bench.session.start();
    bench.events.length = 0;
    for (let index = 0; index < 3 * SUSPECT_REJECTS; index += 1) {
      bench.transport.receive('6901234567892');
      await bench.clock.advance(400);
    }
    expect(states(bench.events)).toEqual([]);
    expect(bench.context.counters).toMatchObject({ frames: 0, rejects: 15, rejectedBytes: 195 });
  });

  it('does not call a scale silent that answers with garbage', async () => {
    const bench = driverBench(mettler8217);
    bench.transport.onWrite = () => bench.transport.receive('\xff\x80');
    await bench.session.start();
    const weighing = bench.session.command({ type: 'weigh', deviceId: 'dev-1', timeoutMs: 6_000 });
    await bench.clock.advance(10_000);
    expect(await weighing).toMatchObject({ ok: false });
    expect(states(bench.events).slice(1)).toEqual([
      ['online', undefined],
      ['online', 'LINE_SETTINGS_SUSPECT'],
    ]);
    bench.transport.onWrite = () => bench.transport.receive('\x0201.234\r');
    const again = bench.session.command({ type: 'weigh', deviceId: 'dev-1', timeoutMs: 1_000 });
    await bench.clock.advance(1_000);
    expect(await again).toMatchObject({ ok: true, value: { grams: 1234 } });
    expect(states(bench.events).at(-1)).toEqual(['online', undefined]);
  });

  it('suspects no baud rate of a HID device', async () => {
    const config = { kind: 'hid', vendorId: '0c2e' } as const;
    const bench = driverBench(serialGeneric);
    Object.assign(bench.context.config, { connection: config });
    await bench.session.start();
    for (let index = 0; index < 2 * SUSPECT_REJECTS; index += 1) bench.transport.receive('\xff\r');
    expect(states(bench.events).at(-1)).toEqual(['online', undefined]);
  });
});
