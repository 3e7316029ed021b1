import { describe, expect, it } from 'vitest';
import { driverBench } from '../../bench.ts';
import { addEvenParity } from '../parity.ts';
import { mettler8217 } from './definition.ts';

const WEIGHTS = [
  { wire: '\x0201.234\r', value: '1.234', grams: 1234, net: false },
  { wire: '\x0200.000\r', value: '0.000', grams: 0, net: false },
  { wire: '\x02 0.085\r', value: '0.085', grams: 85, net: false },
  { wire: '\x0201.234N\r', value: '1.234', grams: 1234, net: true },
  { wire: '\x0201234\r', value: '1.234', grams: 1234, net: false },
] as const;

const FAULTS = [
  { wire: '\x02?A\r', code: 'SCALE_IN_MOTION' },
  { wire: '\x02?B\r', code: 'SCALE_OVER_CAPACITY' },
  { wire: '\x02?D\r', code: 'SCALE_UNDER_ZERO' },
  { wire: '\x02?H\r', code: 'SCALE_ZERO_RANGE' },
  { wire: '\x02?@\r', code: 'SCALE_NO_WEIGHT' },
  { wire: '\x021.23\r', code: 'SCALE_BAD_WEIGHT' },
  { wire: '\x02?\x01\r', code: 'SCALE_BAD_WEIGHT' },
] as const;

const weigh = { type: 'weigh', deviceId: 'dev-1', timeoutMs: 1_000 } as const;

/** A scale that gives each of `answers` once, then the last one again and again. */
async function scale(answers: readonly (string | undefined)[], options: Record<string, unknown> = {}) {
  const bench = driverBench(mettler8217, options);
  const left = [...answers];
  bench.transport.onWrite = () => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer !== undefined) bench.transport.receive(answer);
  };
  await bench.session.start();
  bench.events.length = 0;
  return bench;
}

describe('scale/mettler-8217', () => {
  it.each(WEIGHTS)('weighs $wire', async ({ wire, ...weight }) => {
    const bench = await scale([wire]);
    const said = { ...weight, unit: 'kg', stable: true };
    expect(await bench.session.command(weigh)).toEqual({ ok: true, value: said });
    expect(bench.events).toMatchObject([{ type: 'weight', ...said }]);
    expect(bench.transport.written.map((bytes) => Buffer.from(bytes).toString())).toEqual(['W']);
  });

  it.each(FAULTS)('answers $code to $wire', async ({ wire, code }) => {
    const bench = await scale([wire]);
    const result = bench.session.command(weigh);
    await bench.clock.advance(2_000);
    expect(await result).toMatchObject({ ok: false, code });
    expect(bench.events.filter((event) => event.type === 'weight')).toEqual([]);
  });

  it('asks on while the plate moves, and takes the weight that comes to rest', async () => {
    const bench = await scale(['\x02?A\r', '\x02?A\r', '\x0200.500\r']);
    const result = bench.session.command(weigh);
    await bench.clock.advance(250);
    expect(await result).toMatchObject({ ok: true, value: { grams: 500 } });
    expect(bench.transport.written).toHaveLength(3);
  });

  it('says so when the scale is silent, and when it is back', async () => {
    const bench = await scale([undefined]);
    const result = bench.session.command(weigh);
    await bench.clock.advance(2_000);
    expect(await result).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    bench.transport.onWrite = () => bench.transport.receive('\x0200.100\r');
    expect(await bench.session.command(weigh)).toMatchObject({ ok: true });
    expect(bench.events.map((event) => (event.type === 'state' ? event.state : event.type))).toEqual([
      'silent',
      'online',
      'weight',
    ]);
  });

  it('knows an unchanged weight that the scale sends only once, but not after a fault', async () => {
    const bench = await scale(['\x0200.500\r', '\x02?@\r', '\x02?A\r', '\x02?@\r']);
    expect(await bench.session.command(weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
    expect(await bench.session.command(weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
    const result = bench.session.command(weigh);
    await bench.clock.advance(2_000);
    expect(await result).toMatchObject({ ok: false, code: 'SCALE_NO_WEIGHT' });
  });

  it('is offline when the line broke', async () => {
    const bench = await scale(['\x02?A\r']);
    bench.transport.drop('unplugged');
    expect(await bench.session.command(weigh)).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
  });

  it('answers one command after the other, and refuses more than may wait', async () => {
    const bench = await scale(['\x02?A\r']);
    const results = Array.from({ length: 7 }, () => bench.session.command(weigh));
    await bench.clock.advance(20_000);
    const codes = (await Promise.all(results)).map((result) => (result.ok ? 'ok' : result.code));
    expect(codes.filter((code) => code === 'DEVICE_BUSY')).toHaveLength(2);
    expect(codes.filter((code) => code === 'SCALE_IN_MOTION')).toHaveLength(5);
  });

  it('zeroes, and says when it did not work', async () => {
    const bench = await scale(['\x0200.010\r', '\x0200.000\r']);
    const zeroed = bench.session.command({ type: 'zero', deviceId: 'dev-1' });
    await bench.clock.advance(500);
    expect(await zeroed).toEqual({ ok: true, value: { zeroed: true } });
    expect(bench.transport.written.map((bytes) => Buffer.from(bytes).toString())).toEqual(['Z', 'W']);
    const stuck = await scale(['\x0200.010\r']);
    const refused = stuck.session.command({ type: 'zero', deviceId: 'dev-1' });
    await stuck.clock.advance(5_000);
    expect(await refused).toMatchObject({ ok: false, code: 'SCALE_ZERO_REFUSED' });
  });

  it('reads through a converter that leaves the parity bit, split and with noise before', async () => {
    const bench = await scale([undefined]);
    const result = bench.session.command(weigh);
    await bench.clock.advance(10);
    for (const byte of addEvenParity(Buffer.from('zz\x0201.234\r', 'latin1')))
      bench.transport.receive(Uint8Array.of(byte));
    expect(await result).toMatchObject({ ok: true, value: { grams: 1234 } });
    bench.transport.receive(Uint8Array.of(0x80));
    await bench.clock.advance(2_000);
    const rejects = bench.events.flatMap((event) => (event.type === 'reject' ? [event.condition.code] : []));
    expect(rejects).toEqual(['FRAME_NOISE', 'SCALE_BAD_PARITY']);
  });
});
