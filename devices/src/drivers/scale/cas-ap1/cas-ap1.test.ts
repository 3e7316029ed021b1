import { describe, expect, it } from 'vitest';
import { driverBench } from '../../bench.ts';
import { casAp1 } from './definition.ts';

const weigh = { type: 'weigh', deviceId: 'dev-1', timeoutMs: 1_000 } as const;
const READY = '\x06';
const AT_REST = '\x01\x02S 01.235kgd\x03\x04';
const MOVING = '\x01\x02U 01.235kgb\x03\x04';

async function scale(answers: readonly (string | undefined)[], options: Record<string, unknown> = {}) {
  const bench = driverBench(casAp1, options);
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

describe('scale/cas-ap1', () => {
  it('asks whether the scale is ready, then for its weight', async () => {
    const bench = await scale([READY, AT_REST]);
    const weight = { value: '1.235', unit: 'kg', net: false, grams: 1235, stable: true };
    expect(await bench.run()).toEqual({ ok: true, value: weight });
    expect(bench.events).toMatchObject([{ type: 'weight', ...weight }]);
    expect(bench.asked()).toBe('\x05\x11');
  });

  it('asks on while the plate moves', async () => {
    const bench = await scale([READY, MOVING, READY, MOVING, READY, AT_REST]);
    expect(await bench.run()).toMatchObject({ ok: true, value: { grams: 1235 } });
    expect(bench.asked()).toBe('\x05\x11'.repeat(3));
    const never = await scale([...Array.from({ length: 60 }, (_, index) => (index % 2 ? MOVING : READY))]);
    expect(await never.run()).toMatchObject({ ok: false, code: 'SCALE_IN_MOTION' });
  });

  it('drops a frame with a wrong check character, and takes the next', async () => {
    const bench = await scale([READY, '\x01\x02S 01.236kgd\x03\x04', READY, AT_REST]);
    expect(await bench.run()).toMatchObject({ ok: true, value: { grams: 1235 } });
    expect(bench.events[0]).toMatchObject({ type: 'reject', condition: { code: 'SCALE_BAD_CHECKSUM' } });
  });

  it.each([
    { what: 'not ready', answers: ['\x15'], code: 'SCALE_NO_WEIGHT' },
    { what: 'ready, and nothing more', answers: [READY, undefined], code: 'SCALE_SILENT' },
    { what: 'nothing', answers: [undefined], code: 'SCALE_SILENT' },
    { what: 'only garbage', answers: ['\xff\xfe'], code: 'SCALE_GARBLED' },
  ])('answers $code to $what', async ({ answers, code }) => {
    const bench = await scale(answers);
    expect(await bench.run()).toMatchObject({ ok: false, code });
  });

  it.each([
    { what: 'overload', frame: '\x01\x02SFFFFFFFkg\x19\x03\x04', code: 'SCALE_OVER_CAPACITY', options: {} },
    { what: 'below zero', frame: '\x01\x02S-00.020kgn\x03\x04', code: 'SCALE_UNDER_ZERO', options: {} },
    { what: 'other decimals', frame: AT_REST, code: 'SCALE_BAD_WEIGHT', options: { decimals: 2 } },
    { what: 'another unit', frame: AT_REST, code: 'SCALE_BAD_WEIGHT', options: { unit: 'lb' } },
    { what: 'another division', frame: AT_REST, code: 'SCALE_BAD_WEIGHT', options: { division: '0.002' } },
  ])('answers $code to $what', async ({ frame, code, options }) => {
    const bench = await scale([...Array.from({ length: 60 }, (_, index) => (index % 2 ? frame : READY))], options);
    expect(await bench.run()).toMatchObject({ ok: false, code });
    expect(bench.events.filter(({ type }) => type === 'weight')).toEqual([]);
  });

  it('leaves a weight aside that comes where only "ready" can come: it is that of an earlier request', async () => {
    const bench = await scale([`${AT_REST}${READY}`, '\x01\x02S 00.500kgd\x03\x04']);
    expect(await bench.run()).toMatchObject({ ok: true, value: { grams: 500 } });
  });

  it('is offline when the line breaks in the handshake', async () => {
    const bench = await scale([READY]);
    let writes = 0;
    bench.transport.onWrite = () => {
      writes += 1;
      if (writes === 1) bench.transport.receive(READY);
      else bench.transport.drop('unplugged');
    };
    expect(await bench.run()).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
  });
});
