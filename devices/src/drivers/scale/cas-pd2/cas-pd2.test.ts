import { describe, expect, it } from 'vitest';
import { driverBench } from '../../bench.ts';
import { addEvenParity } from '../parity.ts';
import { casPd2 } from './definition.ts';
import { answerCodec } from './wire.ts';

const weigh = { type: 'weigh', deviceId: 'dev-1', timeoutMs: 1_000 } as const;
const ACK = '\x06';
const FRAME = '\x02001235\x05\x03';
const codec = answerCodec({ unit: 'kg', decimals: 3 });
const frame = (value: string, grams: number): string =>
  Buffer.from(codec.encode({ kind: 'weight', id: '0', weight: { value, unit: 'kg', net: false, grams } })).toString(
    'latin1',
  );

async function scale(answers: readonly (string | undefined)[], options: Record<string, unknown> = {}) {
  const bench = driverBench(casPd2, options);
  const left = [...answers];
  const receive = (text: string) => bench.transport.receive(addEvenParity(Buffer.from(text, 'latin1')));
  bench.transport.onWrite = () => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer !== undefined) receive(answer);
  };
  await bench.session.start();
  bench.events.length = 0;
  const run = async () => {
    const result = bench.session.command(weigh);
    await bench.clock.advance(10_000);
    return result;
  };
  return { ...bench, receive, run };
}

describe('scale/cas-pd2', () => {
  it('takes a weight when enough answers agree', async () => {
    const bench = await scale([ACK + FRAME]);
    const weight = { value: '1.235', unit: 'kg', net: false, grams: 1235, stable: true };
    expect(await bench.run()).toEqual({ ok: true, value: weight });
    expect(bench.events).toMatchObject([{ type: 'weight', ...weight }]);
    expect(Buffer.concat(bench.transport.written).toString('latin1')).toBe('\x05\x12'.repeat(3));
  });

  it('starts to count anew for each command, and when a weight differs', async () => {
    const bench = await scale([FRAME, FRAME, frame('1.240', 1240), FRAME]);
    expect(await bench.run()).toMatchObject({ ok: true, value: { grams: 1235 } });
    expect(bench.transport.written).toHaveLength(6);
    await bench.run();
    expect(bench.transport.written).toHaveLength(9);
  });

  it('never settles while the answers differ', async () => {
    const swaying = Array.from({ length: 60 }, (_, index) => (index % 2 ? FRAME : frame('1.240', 1240)));
    const bench = await scale(swaying);
    expect(await bench.run()).toMatchObject({ ok: false, code: 'SCALE_IN_MOTION' });
  });

  it.each([
    { what: 'nothing', answers: [undefined], code: 'SCALE_SILENT', options: {} },
    { what: 'NAK', answers: ['\x15'], code: 'SCALE_NO_WEIGHT', options: {} },
    { what: 'overload', answers: ['\x020FFFFFv\x03'], code: 'SCALE_OVER_CAPACITY', options: {} },
    { what: 'a wrong check character', answers: ['\x02001236\x05\x03'], code: 'SCALE_BAD_CHECKSUM', options: {} },
    { what: 'another identifier', answers: [FRAME], code: 'SCALE_BAD_WEIGHT', options: { scaleId: 'B' } },
    {
      what: 'what is no multiple of the division',
      answers: [FRAME],
      code: 'SCALE_BAD_WEIGHT',
      options: { division: '0.002' },
    },
  ])('answers $code to $what', async ({ answers, code, options }) => {
    const bench = await scale(answers, options);
    expect(await bench.run()).toMatchObject({ ok: false, code });
    expect(bench.events.filter(({ type }) => type === 'weight')).toEqual([]);
  });

  it('takes good frames after one with a wrong check character', async () => {
    const bench = await scale(['\x02001236\x05\x03', FRAME]);
    expect(await bench.run()).toMatchObject({ ok: true, value: { grams: 1235 } });
  });

  it('listens to a scale that sends by itself, and takes the newest', async () => {
    const bench = await scale([undefined], { sends: 'by-itself', replyTimeoutMs: 300 });
    const old = frame('0.500', 500);
    bench.receive(old.repeat(3));
    const result = bench.session.command(weigh);
    for (let turn = 0; turn < 8; turn += 1) {
      bench.receive(FRAME.slice(0, 4));
      await bench.clock.advance(60);
      bench.receive(FRAME.slice(4));
      await bench.clock.advance(60);
    }
    expect(await result).toMatchObject({ ok: true, value: { grams: 1235 } });
    expect(bench.transport.written).toEqual([]);
  });

  it('is silent when the stream ends, and offline when the line breaks', async () => {
    const bench = await scale([undefined], { sends: 'by-itself' });
    expect(await bench.run()).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    bench.transport.drop('unplugged');
    expect(await bench.session.command(weigh)).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
  });
});
