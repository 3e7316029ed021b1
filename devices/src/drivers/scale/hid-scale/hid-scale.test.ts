import { describe, expect, it } from 'vitest';
import { SimulatedHidBus } from '../../../simulators/hid-bus.ts';
import { HidScaleSimulator } from '../../../simulators/hid-scale.ts';
import { HidTransport } from '../../../transport/hid.ts';
import { driverBench } from '../../bench.ts';
import { hidScale } from './definition.ts';
import { type HidScaleStatus, SCALE_STATUSES } from './wire.ts';

const connection = { kind: 'hid', vendorId: '0922', productId: '8004' } as const;
const weigh = { type: 'weigh', deviceId: 'dev-1', timeoutMs: 1_000 } as const;
const zero = { type: 'zero', deviceId: 'dev-1' } as const;

/** The driver over the transport, on a bus with one scale. */
async function plugged(options: Record<string, unknown> = {}) {
  const bench = driverBench(hidScale, options, connection);
  const bus = new SimulatedHidBus();
  const scale = new HidScaleSimulator(bus, bench.clock);
  const context = {
    ...bench.context,
    openTransport: () => new HidTransport({ match: connection, usage: hidScale.hid, port: bus }),
  };
  const session = hidScale.createSession(context);
  if (options.reports === 'on-change') scale.setRepeats(false);
  await scale.start();
  await session.start();
  return { ...bench, bus, scale, session };
}

type Bench = Awaited<ReturnType<typeof plugged>>;

async function run(bench: Bench, command: typeof weigh | typeof zero, forMs = 5_000) {
  const result = bench.session.command(command);
  await bench.clock.advance(forMs);
  return result;
}

describe('scale/hid-scale', () => {
  it.each([
    ['gram', 0, 20, { value: '20', unit: 'g', grams: 20 }],
    ['kilogram', -3, 1234, { value: '1.234', unit: 'kg', grams: 1234 }],
    ['ounce', -1, 6452, { value: '645.2', unit: 'oz', grams: 18_291 }],
    ['pound', -2, 250, { value: '2.50', unit: 'lb', grams: 1134 }],
    ['gram', 1, 25, { value: '250', unit: 'g', grams: 250 }],
  ] as const)('weighs in %ss with exponent %i', async (unit, exponent, count, weight) => {
    const bench = await plugged();
    bench.scale.setForm(unit, exponent);
    bench.scale.setWeight(count);
    expect(await run(bench, weigh)).toEqual({ ok: true, value: { ...weight, net: false, stable: true } });
    expect(bench.events.filter((event) => event.type === 'weight')).toMatchObject([{ ...weight, stable: true }]);
  });

  it.each([
    ['fault', 'SCALE_DEFECT'],
    ['motion', 'SCALE_IN_MOTION'],
    ['under-zero', 'SCALE_UNDER_ZERO'],
    ['over-limit', 'SCALE_OVER_CAPACITY'],
    ['needs-calibration', 'SCALE_NEEDS_CALIBRATION'],
    ['needs-zero', 'SCALE_NEEDS_ZERO'],
    ['zero', 'SCALE_BAD_WEIGHT'],
  ] as const)('answers %s over 500 g with %s', async (status, code) => {
    const bench = await plugged();
    bench.scale.setWeight(500);
    bench.scale.setStatus(status);
    expect(await run(bench, weigh)).toMatchObject({ ok: false, code });
    expect(bench.events.filter((event) => event.type === 'weight')).toEqual([]);
  });

  it('has an answer for every status', () => {
    const tried: HidScaleStatus[] = ['fault', 'motion', 'under-zero', 'over-limit', 'needs-calibration', 'needs-zero'];
    expect([...tried, 'zero', 'stable'].sort()).toEqual([...SCALE_STATUSES].sort());
  });

  it.each([
    ['tael', 0, 1],
    ['gram', -6, 1],
    ['gram', 3, 1],
  ] as const)('refuses %s with exponent %i', async (unit, exponent, count) => {
    const bench = await plugged();
    bench.scale.setForm(unit, exponent);
    bench.scale.setWeight(count);
    expect(await run(bench, weigh)).toMatchObject({ ok: false, code: 'SCALE_BAD_WEIGHT' });
  });

  it('waits until the plate is at rest, and takes no report from before', async () => {
    const bench = await plugged();
    bench.scale.setWeight(300);
    bench.scale.setStatus('motion');
    const result = bench.session.command(weigh);
    await bench.clock.advance(350);
    bench.scale.setStatus(undefined);
    bench.scale.setWeight(500);
    await bench.clock.advance(500);
    expect(await result).toMatchObject({ ok: true, value: { grams: 500 } });
  });

  it('is silent when it reports no more, and online again when it does', async () => {
    const bench = await plugged();
    bench.scale.setWeight(500);
    bench.scale.setRepeats(false);
    expect(await run(bench, weigh)).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    bench.scale.setRepeats(true);
    expect(await run(bench, weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
    const states = bench.events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
    expect(states).toEqual(['starting', 'online', 'silent', 'online']);
  });

  it('weighs on a scale that is quiet while its weight is the same, but not with what it said before it was unplugged', async () => {
    const bench = await plugged({ reports: 'on-change' });
    bench.scale.setWeight(500);
    await bench.clock.advance(60_000);
    expect(await run(bench, weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
    await bench.scale.stop();
    await bench.scale.start();
    await bench.clock.advance(20_000);
    expect(await run(bench, weigh)).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    bench.scale.setWeight(700);
    expect(await run(bench, weigh)).toMatchObject({ ok: true, value: { grams: 700 } });
  });

  it.each(['always', 'on-change'])('zeroes, and says when it did not work (%s)', async (reports) => {
    const bench = await plugged({ reports });
    bench.scale.setWeight(12);
    expect(await run(bench, zero)).toEqual({ ok: true, value: { zeroed: true } });
    bench.scale.setWeight(512);
    expect(await run(bench, weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
    bench.scale.setStatus('motion');
    expect(await run(bench, zero)).toMatchObject({ ok: false, code: 'SCALE_IN_MOTION' });
  });

  it('is offline when the plug is pulled in the middle, and weighs again when it is back', async () => {
    const bench = await plugged();
    bench.scale.setWeight(500);
    bench.scale.setStatus('motion');
    const result = bench.session.command(weigh);
    await bench.clock.advance(150);
    await bench.scale.stop();
    await bench.clock.advance(300);
    expect(await result).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
    bench.scale.setStatus(undefined);
    await bench.scale.start();
    await bench.clock.advance(20_000);
    expect(await run(bench, weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
  });

  it('holds the weight against the division of the scale', async () => {
    const bench = await plugged({ division: '2' });
    bench.scale.setWeight(501);
    expect(await run(bench, weigh)).toMatchObject({ ok: false, code: 'SCALE_BAD_WEIGHT' });
  });

  it('has no tare command', async () => {
    const bench = await plugged();
    const result = await bench.session.command({ type: 'tare', deviceId: 'dev-1' });
    expect(result).toMatchObject({ ok: false, code: 'COMMAND_UNSUPPORTED' });
  });
});
