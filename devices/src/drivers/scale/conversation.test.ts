import { describe, expect, it } from 'vitest';
import { driverBench } from '../bench.ts';
import { ScaleConversation } from './conversation.ts';
import type { ScaleDialect } from './dialect.ts';
import { mettler8217 } from './mettler-8217/definition.ts';
import { requestCodec } from './mettler-8217/request.ts';

const weigh = { type: 'weigh', deviceId: 'dev-1', timeoutMs: 1_000 } as const;
const zero = { type: 'zero', deviceId: 'dev-1' } as const;
const tare = (grams?: number) =>
  ({ type: 'tare', deviceId: 'dev-1', ...(grams === undefined ? {} : { grams }) }) as const;

/** An 8217 that gives each of `answers` once, then the last one again and again. */
async function scale(answers: readonly (string | undefined)[], options: Record<string, unknown> = {}) {
  const bench = driverBench(mettler8217, options);
  const left = [...answers];
  bench.transport.onWrite = () => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer !== undefined) bench.transport.receive(answer);
  };
  await bench.session.start();
  bench.events.length = 0;
  const asked = () => bench.transport.written.map((bytes) => Buffer.from(bytes).toString('latin1'));
  const run = async (command: Parameters<typeof bench.session.command>[0]) => {
    const result = bench.session.command(command);
    await bench.clock.advance(10_000);
    return result;
  };
  return { ...bench, asked, run };
}

describe('the scale conversation', () => {
  it('refuses a weight that is no multiple of the division, and asks again', async () => {
    const off = await scale(['\x0200.503\r', '\x0200.505\r'], { division: '0.005' });
    expect(await off.run(weigh)).toMatchObject({ ok: true, value: { value: '0.505' } });
    const always = await scale(['\x0200.503\r'], { division: '0.005' });
    expect(await always.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_BAD_WEIGHT' });
    expect(always.events.filter(({ type }) => type === 'weight')).toEqual([]);
  });

  it('takes the newest of several answers', async () => {
    const bench = await scale(['\x0200.100\r\x0200.200\r']);
    expect(await bench.run(weigh)).toMatchObject({ ok: true, value: { grams: 200 } });
    expect(bench.context.counters.frames).toBe(2);
  });

  it('takes no weight that came before it asked', async () => {
    const bench = await scale([undefined]);
    bench.transport.receive('\x0200.700\r');
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
  });

  it('does not weigh the next goods with the answer that the last command gave up', async () => {
    const bench = driverBench(mettler8217, { pollMs: 20, replyTimeoutMs: 200 });
    await bench.session.start();
    const first = bench.session.command({ ...weigh, timeoutMs: 250 });
    await bench.clock.advance(250);
    expect(await first).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    bench.transport.onWrite = () => void bench.clock.setTimeout(() => bench.transport.receive('\x0200.200\r'), 100);
    const second = bench.session.command(weigh);
    await bench.clock.advance(50);
    bench.transport.receive('\x0200.700\r');
    await bench.clock.advance(1_000);
    expect(await second).toMatchObject({ ok: true, value: { grams: 200 } });
  });

  it.each([0, 3_600_000])(
    'answers short commands again after one was given up, the clock set back by %i ms',
    async (backMs) => {
      const bench = driverBench(mettler8217, { pollMs: 20, replyTimeoutMs: 200 });
      await bench.session.start();
      const short = { ...weigh, timeoutMs: 100 };
      const first = bench.session.command(short);
      await bench.clock.advance(100);
      expect(await first).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
      const { clock } = bench;
      const now = clock.now.bind(clock);
      clock.now = () => now() - backMs;
      bench.transport.onWrite = () => void clock.setTimeout(() => bench.transport.receive('\x0200.200\r'), 50);
      const second = bench.session.command(short);
      await clock.advance(400);
      expect(await second).toMatchObject({ ok: true, value: { grams: 200 } });
    },
  );

  it('drops half an answer when it asks again', async () => {
    const bench = await scale(['\x0200.1', '00.200\r']);
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_GARBLED' });
    expect(bench.events.filter(({ type }) => type === 'weight')).toEqual([]);
  });

  it('says that it hears garbage where nothing makes an answer', async () => {
    const bench = await scale(['zz']);
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_GARBLED' });
    const silent = await scale([undefined]);
    expect(await silent.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    expect(silent.events).toMatchObject([{ type: 'state', state: 'silent', condition: { code: 'SCALE_SILENT' } }]);
  });

  it('ends with the line, though the line is back at once', async () => {
    const bench = await scale(['\x02?A\r', '\x0200.500\r']);
    const result = bench.session.command(weigh);
    await bench.clock.advance(10);
    bench.transport.drop('unplugged');
    await bench.clock.advance(2_000);
    expect(await result).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
    expect(await bench.run(weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
  });

  it('ends when it is stopped in the middle', async () => {
    const bench = await scale([undefined]);
    const result = bench.session.command(weigh);
    await bench.clock.advance(10);
    await bench.session.stop();
    expect(await result).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
    expect(bench.clock.pendingTimers).toBe(0);
  });

  it('gives an unchanged weight again, but not when the scale says that it stands at zero', async () => {
    const bench = await scale(['\x0200.500\r', '\x02?@\r', '\x02?P\r']);
    expect(await bench.run(weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
    expect(await bench.run(weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_NO_WEIGHT' });
  });

  it('does not take a net zero for the zero of the scale', async () => {
    const bench = await scale(['\x02?`\r', '\x0200.000N\r']);
    expect(await bench.run(zero)).toMatchObject({ ok: false, code: 'SCALE_ZERO_REFUSED' });
  });

  it('tares what lies on the plate, proven by a net zero', async () => {
    const bench = await scale(['\x02?`\r', '\x0200.000N\r']);
    expect(await bench.run(tare())).toEqual({ ok: true, value: { tared: true } });
    expect(bench.asked()).toEqual(['T\r', 'W']);
    const refused = await scale(['\x02?@\r', '\x0200.200\r']);
    expect(await refused.run(tare())).toMatchObject({ ok: false, code: 'SCALE_TARE_REFUSED' });
    const older = await scale(['\x02?`\r', '\x0200.200N\r']);
    expect(await older.run(tare())).toMatchObject({ ok: false, code: 'SCALE_TARE_REFUSED' });
  });

  it('clears an older tare before it gives a known one, since that would prove anything', async () => {
    const bench = await scale(['\x02?@\r', '\x02?`\r']);
    expect(await bench.run(tare(125))).toEqual({ ok: true, value: { tared: true } });
    expect(bench.asked()).toEqual(['C', 'T00125\r']);
    const kept = await scale(['\x02?`\r']);
    expect(await kept.run(tare(125))).toMatchObject({ ok: false, code: 'SCALE_TARE_REFUSED' });
    expect(kept.asked()).not.toContain('T00125\r');
  });

  it('clears a tare', async () => {
    const bench = await scale(['\x02?`\r', '\x0200.300\r']);
    expect(await bench.run(tare(0))).toEqual({ ok: true, value: { tared: true } });
    expect(bench.asked()).toEqual(['C', 'W']);
  });

  it('sends a tare in the unit of the scale', async () => {
    const bench = await scale(['\x02?@\r', '\x02?`\r'], { unit: 'lb', decimals: 2 });
    expect(await bench.run(tare(454))).toEqual({ ok: true, value: { tared: true } });
    expect(bench.asked()[1]).toBe('T00100\r');
    const heavy = await scale(['\x02?@\r'], { unit: 'kg' });
    expect(await heavy.run(tare(99_999))).toMatchObject({ ok: false });
    expect(heavy.asked()).toContain('T99999\r');
  });
});

describe('a dialect that lies', () => {
  const endless: ScaleDialect<{ readonly kind: string }> = {
    codec: requestCodec,
    weigh: () => ({ name: 'ask', bytes: Uint8Array.of(0x57) }),
    read: (_answer, asked) => ({ kind: 'next', request: asked }),
  } as ScaleDialect<{ readonly kind: string }>;

  it('can not hold a command with a handshake that never ends', async () => {
    const bench = driverBench(mettler8217);
    const session = new ScaleConversation(bench.context, endless);
    bench.transport.onWrite = () => bench.transport.receive('W');
    await session.start();
    const result = session.command(weigh);
    await bench.clock.advance(2_000);
    expect(await result).toMatchObject({ ok: false, code: 'SCALE_NO_WEIGHT' });
    expect(bench.transport.written.length).toBeLessThan(200);
  });

  it('is not asked for what it can not do', async () => {
    const bench = driverBench(mettler8217);
    const session = new ScaleConversation(bench.context, endless);
    await session.start();
    for (const command of [zero, tare(), tare(0)]) {
      expect(await session.command(command)).toMatchObject({ ok: false, code: 'COMMAND_UNSUPPORTED' });
    }
  });
});
