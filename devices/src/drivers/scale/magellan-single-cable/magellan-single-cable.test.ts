import { describe, expect, it } from 'vitest';
import { driverBench } from '../../bench.ts';
import { addOddParity } from '../parity.ts';
import { magellanSingleCable } from './definition.ts';

const weigh = { type: 'weigh', deviceId: 'dev-1', timeoutMs: 1_000 } as const;

/** A scale that gives each of `answers` once, then the last one again and again. */
async function scale(answers: readonly (string | Uint8Array | undefined)[], options: Record<string, unknown> = {}) {
  const bench = driverBench(magellanSingleCable, options);
  const left = [...answers];
  bench.transport.onWrite = () => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer !== undefined) bench.transport.receive(answer);
  };
  await bench.session.start();
  bench.events.length = 0;
  const asked = () => Buffer.concat(bench.transport.written).toString('latin1');
  const run = async () => {
    const result = bench.session.command(weigh);
    await bench.clock.advance(10_000);
    return result;
  };
  return { ...bench, asked, run };
}

describe('scale/magellan-single-cable', () => {
  it.each([
    { wire: 'S14400260\r', options: {}, weight: { value: '0.260', unit: 'kg', grams: 260 } },
    { wire: 'S143\r', options: {}, weight: { value: '0.000', unit: 'kg', grams: 0 } },
    { wire: 'S1440250\r', options: { unit: 'lb' }, weight: { value: '2.50', unit: 'lb', grams: 1134 } },
    { wire: 'S143\r', options: { unit: 'lb' }, weight: { value: '0.00', unit: 'lb', grams: 0 } },
    { wire: 'S14400260\r', options: { decimals: 4 }, weight: { value: '0.0260', unit: 'kg', grams: 26 } },
  ])('weighs $wire with $options', async ({ wire, options, weight }) => {
    const bench = await scale([wire], options);
    const said = { ...weight, net: false, stable: true };
    expect(await bench.run()).toEqual({ ok: true, value: said });
    expect(bench.events).toMatchObject([{ type: 'weight', ...said }]);
    expect(bench.asked()).toBe('S14\r');
  });

  it.each([
    { wire: 'S140\r', code: 'SCALE_ZERO_RANGE' },
    { wire: 'S141\r', code: 'SCALE_IN_MOTION' },
    { wire: 'S142\r', code: 'SCALE_OVER_CAPACITY' },
    { wire: 'S145\r', code: 'SCALE_UNDER_ZERO' },
    { wire: 'S1440250\r', code: 'SCALE_BAD_WEIGHT' },
    { wire: 'S08FF96385074\r', code: 'SCALE_BAD_WEIGHT' },
    { wire: 'S144', code: 'SCALE_GARBLED' },
    { wire: undefined, code: 'SCALE_SILENT' },
  ])('answers $code to $wire', async ({ wire, code }) => {
    const bench = await scale([wire]);
    expect(await bench.run()).toMatchObject({ ok: false, code });
    expect(bench.events.filter(({ type }) => type === 'weight')).toEqual([]);
  });

  it('asks on while the plate moves, and takes the weight that comes to rest', async () => {
    const bench = await scale(['S141\r', 'S141\r', 'S14400500\r']);
    expect(await bench.run()).toMatchObject({ ok: true, value: { grams: 500 } });
    expect(bench.asked()).toBe('S14\rS14\rS14\r');
  });

  it("leaves the answer to another program's weight request aside, and a weight that stands in a scan", async () => {
    const bench = await scale(['S1100999\rS08B3S14400999\rS14400500\r']);
    expect(await bench.run()).toMatchObject({ ok: true, value: { grams: 500 } });
    expect(bench.events).toMatchObject([
      { type: 'reject', condition: { code: 'SCALE_BAD_WEIGHT' }, byteCount: 14 },
      { type: 'weight', grams: 500 },
    ]);
  });

  it('reads through a converter that leaves the parity bit', async () => {
    const bench = await scale([addOddParity(Buffer.from('S14401234\r', 'latin1'))]);
    expect(await bench.run()).toMatchObject({ ok: true, value: { grams: 1234 } });
  });

  it('refuses a steady weight off its division, and has neither zero nor tare', async () => {
    const bench = await scale(['S14400262\r'], { division: '0.005' });
    expect(await bench.run()).toMatchObject({ ok: false, code: 'SCALE_BAD_WEIGHT' });
    const unsupported = { ok: false, code: 'COMMAND_UNSUPPORTED' };
    expect(await bench.session.command({ type: 'zero', deviceId: 'dev-1' })).toMatchObject(unsupported);
    expect(await bench.session.command({ type: 'tare', deviceId: 'dev-1' })).toMatchObject(unsupported);
  });
});
