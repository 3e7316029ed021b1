import { describe, expect, it } from 'vitest';
import { driverBench } from '../../bench.ts';
import { addEvenParity } from '../parity.ts';
import { nciScp01 } from './definition.ts';

const weigh = { type: 'weigh', deviceId: 'dev-1', timeoutMs: 1_000 } as const;
const zero = { type: 'zero', deviceId: 'dev-1' } as const;

async function scale(answers: readonly (string | undefined)[], options: Record<string, unknown> = {}) {
  const bench = driverBench(nciScp01, options);
  const left = [...answers];
  bench.transport.onWrite = () => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer !== undefined) bench.transport.receive(addEvenParity(Buffer.from(answer, 'latin1')));
  };
  await bench.session.start();
  bench.events.length = 0;
  const run = async (command: Parameters<typeof bench.session.command>[0]) => {
    const result = bench.session.command(command);
    await bench.clock.advance(10_000);
    return result;
  };
  return { ...bench, run };
}

describe('scale/nci-scp01', () => {
  it.each([
    { wire: '\n01.235kg\r\n00\r\x03', value: '1.235', unit: 'kg', net: false, grams: 1235 },
    { wire: '\n0002.50lb\r\n00\r\x03', value: '2.50', unit: 'lb', net: false, grams: 1134 },
    { wire: '\n 2lb  3.5oz\r\n00\r\x03', value: '35.5', unit: 'oz', net: false, grams: 1006 },
    { wire: '\n01.235KG\r\nS0p4\r\x03', value: '1.235', unit: 'kg', net: true, grams: 1235 },
  ])('weighs $wire', async ({ wire, ...weight }) => {
    const bench = await scale([wire]);
    expect(await bench.run(weigh)).toEqual({ ok: true, value: { ...weight, stable: true } });
    expect(bench.events).toMatchObject([{ type: 'weight', ...weight, stable: true }]);
    expect(bench.transport.written.map((bytes) => Buffer.from(bytes).toString())).toEqual(['W\r']);
  });

  it.each([
    { wire: '\n01.235kg\r\n10\r\x03', code: 'SCALE_IN_MOTION' },
    { wire: '\nS10\r\x03', code: 'SCALE_IN_MOTION' },
    { wire: '\n------kg\r\n02\r\x03', code: 'SCALE_OVER_CAPACITY' },
    { wire: '\n-00.020kg\r\n01\r\x03', code: 'SCALE_UNDER_ZERO' },
    { wire: '\n-00.020kg\r\n00\r\x03', code: 'SCALE_UNDER_ZERO' },
    { wire: '\n01.235kg\r\n08\r\x03', code: 'SCALE_DEFECT' },
    { wire: '\n01.235kg\r\n40\r\x03', code: 'SCALE_DEFECT' },
    { wire: '\n01.235kg\r\n0p8\r\x03', code: 'SCALE_ZERO_RANGE' },
    { wire: '\n00\r\x03', code: 'SCALE_NO_WEIGHT' },
    { wire: '\n?\r\x03', code: 'SCALE_BAD_REQUEST' },
    { wire: '\n01.2z5kg\r\n00\r\x03', code: 'SCALE_BAD_WEIGHT' },
  ])('answers $code to $wire, and no weight event', async ({ wire, code }) => {
    const bench = await scale([wire]);
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code });
    expect(bench.events.filter(({ type }) => type === 'weight')).toEqual([]);
  });

  it('refuses another unit or other decimals than its options', async () => {
    const pounds = await scale(['\n0002.50lb\r\n00\r\x03'], { unit: 'kg' });
    expect(await pounds.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_BAD_WEIGHT' });
    const coarse = await scale(['\n0002.50kg\r\n00\r\x03'], { unit: 'kg', decimals: 3 });
    expect(await coarse.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_BAD_WEIGHT' });
  });

  it('takes the weight that comes to rest, after garbage too', async () => {
    const bench = await scale(['\n01.2', '\xff\n01.235kg\r\n10\r\x03', '\n01.240kg\r\n00\r\x03']);
    expect(await bench.run(weigh)).toMatchObject({ ok: true, value: { grams: 1240 } });
  });

  it('zeroes, proven by the status that the scale stands at zero', async () => {
    const bench = await scale(['\n00\r\x03', '\n20\r\x03']);
    expect(await bench.run(zero)).toEqual({ ok: true, value: { zeroed: true } });
    expect(bench.transport.written.map((bytes) => Buffer.from(bytes).toString())).toEqual(['Z\r', 'S\r']);
    const stuck = await scale(['\n00\r\x03']);
    expect(await stuck.run(zero)).toMatchObject({ ok: false, code: 'SCALE_ZERO_REFUSED' });
    const moving = await scale(['\n30\r\x03']);
    expect(await moving.run(zero)).toMatchObject({ ok: false, code: 'SCALE_IN_MOTION' });
  });

  it('is silent, then back; offline when the line breaks', async () => {
    const bench = await scale([undefined]);
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    bench.transport.onWrite = () => bench.transport.receive('\n01.235kg\r\n00\r\x03');
    expect(await bench.run(weigh)).toMatchObject({ ok: true });
    expect(bench.events.flatMap((event) => (event.type === 'state' ? [event.state] : []))).toEqual([
      'silent',
      'online',
    ]);
    bench.transport.onWrite = () => bench.transport.drop('unplugged');
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
  });

  it('has no tare on its wire', async () => {
    const bench = await scale([undefined]);
    expect(await bench.run({ type: 'tare', deviceId: 'dev-1' })).toMatchObject({
      ok: false,
      code: 'COMMAND_UNSUPPORTED',
    });
  });
});
