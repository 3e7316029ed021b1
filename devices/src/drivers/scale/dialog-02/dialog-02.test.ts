import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dialog02Simulator } from '../../../simulators/dialog-02.ts';
import { driverBench } from '../../bench.ts';
import { addOddParity, stripOddParity } from '../parity.ts';
import { answerChallenge, checkWord, rotateLeft } from './challenge.ts';
import { dialog02 } from './definition.ts';
import { amountOf } from './dialect.ts';

const SECRET = { polynomial: '11021', software: 'BEEF' } as const;
const weigh = { type: 'weigh', deviceId: 'dev-1', timeoutMs: 1_000, unitPriceFen: 1980 } as const;
const tare = (grams?: number) =>
  ({ type: 'tare', deviceId: 'dev-1', ...(grams === undefined ? {} : { grams }) }) as const;

/** The driver on a line in memory; `answer` plays the scale, with bytes as they go over the wire. */
async function line(answer: (asked: string) => string | undefined, options: Record<string, unknown> = {}) {
  const bench = driverBench(dialog02, options);
  bench.transport.onWrite = (bytes) => {
    const text = answer(Buffer.from(bytes).toString('latin1'));
    if (text !== undefined) bench.transport.receive(text);
  };
  await bench.session.start();
  bench.events.length = 0;
  const sent = () => bench.transport.written.map((bytes) => Buffer.from(bytes).toString('latin1'));
  const run = async (command: Parameters<typeof bench.session.command>[0], forMs = 5_000) => {
    const result = bench.session.command(command);
    await bench.clock.advance(forMs);
    return result;
  };
  return { ...bench, sent, run };
}

/** The driver and the simulated scale on one line. */
async function scale(options: Record<string, unknown> = {}) {
  let hear: (bytes: Uint8Array) => void = () => {};
  const bench = await line(() => undefined, options);
  const simulator = new Dialog02Simulator(
    {
      connection: { kind: 'tcp', host: '127.0.0.1', port: 1 },
      start: async (onBytes) => {
        hear = onBytes;
      },
      stop: async () => {},
      write: async (bytes) => bench.transport.receive(bytes),
    },
    () => 0.28,
  );
  await simulator.start();
  bench.transport.onWrite = (bytes) => hear(bytes);
  return { ...bench, scale: simulator };
}

describe('scale/dialog-02', () => {
  it('sends the price, asks for the result and gives weight and amount', async () => {
    const bench = await line((asked) =>
      asked === '\x04\x05' ? '\x0202\x1b3\x1b01234\x1b001980\x1b002443\x03' : '\x06',
    );
    const weight = { value: '1.234', unit: 'kg', net: false, grams: 1234, stable: true };
    expect(await bench.run(weigh, 0)).toEqual({ ok: true, value: { ...weight, amountFen: 2443 } });
    expect(bench.sent()).toEqual(['\x04\x0201\x1b001980\x1b\x03', '\x04\x05']);
    expect(bench.events).toMatchObject([{ type: 'weight', ...weight }]);
  });

  it.each([
    ['a fen too much', '\x0202\x1b3\x1b01234\x1b001980\x1b002444\x03'],
    ['a fen too little', '\x0202\x1b3\x1b01234\x1b001980\x1b002442\x03'],
    ['another price', '\x0202\x1b3\x1b01234\x1b001981\x1b002445\x03'],
    ['two decimals of a kilogram', '\x0202\x1b3\x1b00123\x1b001980\x1b002435\x03'],
  ])('refuses %s, at once', async (_, result) => {
    const bench = await line((asked) => (asked === '\x04\x05' ? result : '\x06'));
    expect(await bench.run(weigh, 0)).toMatchObject({ ok: false, code: 'SCALE_TOTAL_DIFFERS' });
    expect(bench.sent()).toHaveLength(2);
    expect(bench.events.filter((event) => event.type === 'weight')).toEqual([]);
  });

  it('is not taken in by a scale that computes otherwise, nor by one that is stuck', async () => {
    const bench = await scale();
    bench.scale.plate.setWeight(1234);
    await bench.scale.verbs.lie?.run(['1']);
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_TOTAL_DIFFERS' });
    await bench.scale.verbs.lie?.run(['0']);
    await bench.scale.verbs.status?.run(['32']);
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_OVER_CAPACITY' });
    await bench.scale.verbs.status?.run(['0']);
    await bench.scale.verbs.secret?.run(['11021', 'beef']);
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_SECRET_MISSING' });
    await bench.scale.verbs.secret?.run(['off']);
    expect(await bench.run(weigh)).toMatchObject({ ok: true });
    expect(() => bench.scale.verbs.secret?.run(['1021', 'beef'])).toThrow('POLYNOMIAL');
  });

  it('rounds half up, as the till does', () => {
    expect([amountOf(1234, 1980), amountOf(500, 1), amountOf(499, 1), amountOf(5, 100)]).toEqual([2443, 1, 0, 1]);
    fc.assert(
      fc.property(fc.nat(99_999), fc.nat(999_999), (grams, price) => {
        expect(amountOf(grams, price)).toBe(Number((BigInt(grams) * BigInt(price) * 2n + 1000n) / 2000n));
      }),
    );
  });

  it('refuses a weight in pounds', async () => {
    const bench = await line((asked) =>
      asked === '\x04\x05' ? '\x0202\x1b1\x1b00250\x1b001980\x1b004950\x03' : '\x06',
    );
    expect(await bench.run(weigh, 0)).toMatchObject({ ok: false, code: 'SCALE_BAD_WEIGHT' });
  });

  it('wants a price, and one that fits the wire', async () => {
    const bench = await line(() => '\x06', { priceDigits: 5 });
    const { unitPriceFen: _, ...without } = weigh;
    expect(await bench.run(without, 0)).toMatchObject({ ok: false, code: 'SCALE_PRICE_NEEDED' });
    expect(await bench.run({ ...weigh, unitPriceFen: 100_000 }, 0)).toMatchObject({ code: 'SCALE_PRICE_REFUSED' });
    expect(bench.sent()).toEqual([]);
  });

  it.each([
    [0, 'SCALE_NO_WEIGHT'],
    [1, 'SCALE_ERROR'],
    [2, 'SCALE_BAD_PARITY'],
    [10, 'SCALE_RECORD_REFUSED'],
    [11, 'SCALE_PRICE_REFUSED'],
    [12, 'SCALE_TARE_REFUSED'],
    [13, 'SCALE_RECORD_REFUSED'],
    [20, 'SCALE_IN_MOTION'],
    [21, 'SCALE_NOT_MOVED'],
    [22, 'SCALE_NOT_FINISHED'],
    [30, 'SCALE_UNDER_MINIMUM'],
    [31, 'SCALE_UNDER_ZERO'],
    [32, 'SCALE_OVER_CAPACITY'],
    [33, 'SCALE_ERROR'],
  ])('answers status %i with %s', async (status, code) => {
    const bench = await line((asked) =>
      asked.includes('08')
        ? `\x0209\x1b${String(status).padStart(2, '0')}\x03`
        : asked === '\x04\x05'
          ? '\x15'
          : '\x06',
    );
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code });
  });

  it('asks only for the result again while the goods move, and begins anew after anything else', async () => {
    const bench = await scale();
    bench.scale.plate.setWeight(1234);
    bench.scale.plate.setMotion(true);
    const result = bench.session.command(weigh);
    await bench.clock.advance(250);
    bench.scale.plate.setMotion(false);
    await bench.clock.advance(250);
    expect(await result).toMatchObject({ ok: true, value: { grams: 1234, amountFen: 2443 } });
    expect(bench.sent().filter((text) => text.includes('\x0201'))).toHaveLength(1);
    bench.scale.plate.setWeight(20);
    const light = bench.session.command(weigh);
    await bench.clock.advance(150);
    bench.scale.plate.setWeight(500);
    await bench.clock.advance(250);
    expect(await light).toMatchObject({ ok: true, value: { grams: 500, amountFen: 990 } });
    expect(bench.sent().filter((text) => text.includes('\x0201')).length).toBeGreaterThan(2);
  });

  it('takes no result for a price that was not acknowledged', async () => {
    const late = '\x0202\x1b3\x1b01234\x1b001980\x1b002443\x03';
    const bench = await line((asked) => (asked === '\x04\x05' ? undefined : late));
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
  });

  it('sends the tare with each price until it is cleared', async () => {
    const bench = await scale();
    bench.scale.plate.setWeight(520);
    expect(await bench.run(tare(20))).toEqual({ ok: true, value: { tared: true } });
    expect(await bench.run(weigh)).toMatchObject({ ok: true, value: { value: '0.500', net: true, amountFen: 990 } });
    expect(bench.sent().at(-2)).toBe('\x04\x0203\x1b001980\x1b0020\x03');
    expect(await bench.run(tare(0))).toEqual({ ok: true, value: { tared: true } });
    expect(await bench.run(weigh)).toMatchObject({ ok: true, value: { value: '0.520', net: false } });
    expect(await bench.run(tare())).toMatchObject({ ok: false, code: 'SCALE_TARE_REFUSED' });
    expect(await bench.run(tare(10_000))).toMatchObject({ ok: false, code: 'SCALE_TARE_REFUSED' });
    bench.scale.plate.setSilent(true);
    expect(await bench.run(tare(20))).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
  });

  it('says so when the scale is silent, and when it is back', async () => {
    const bench = await scale();
    bench.scale.plate.setWeight(500);
    bench.scale.plate.setSilent(true);
    expect(await bench.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    bench.scale.plate.setSilent(false);
    expect(await bench.run(weigh)).toMatchObject({ ok: true });
    expect(bench.events.map((event) => (event.type === 'state' ? event.state : event.type))).toEqual([
      'silent',
      'online',
      'weight',
    ]);
  });

  it('is offline when the line broke in the middle', async () => {
    const bench = await scale();
    bench.scale.plate.setMotion(true);
    const result = bench.session.command(weigh);
    await bench.clock.advance(150);
    bench.transport.drop('unplugged');
    await bench.clock.advance(300);
    expect(await result).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
  });

  it('tells a parity that is wrong, and reads what comes after noise', async () => {
    const bench = await scale();
    bench.scale.plate.setWeight(500);
    // STX has one bit set, so that its odd parity bit is 0.
    bench.transport.receive(Uint8Array.of(0x82));
    bench.transport.receive('zz');
    expect(await bench.run(weigh)).toMatchObject({ ok: true, value: { grams: 500 } });
    await bench.clock.advance(2_000);
    const rejects = bench.events.flatMap((event) => (event.type === 'reject' ? [event.condition.code] : []));
    expect(rejects).toEqual(['SCALE_BAD_PARITY', 'FRAME_NOISE']);
  });
});

describe('Dialog 06', () => {
  it('answers the challenge with the secret, and weighs', async () => {
    const bench = await scale({ checksum: SECRET });
    bench.scale.setSecret({ ...SECRET, initial: '0000' });
    bench.scale.plate.setWeight(1234);
    expect(await bench.run(weigh)).toMatchObject({ ok: true, value: { grams: 1234, amountFen: 2443 } });
    const sent = bench.sent();
    expect(sent[1]?.slice(0, 5)).toBe('\x04\x0210\x1b');
    expect(sent[1]?.slice(5, -1)).toMatch(/^[0-9A-F]{8}$/);
    expect(sent.filter((text) => text.includes('\x0210'))).toHaveLength(1);
    expect(await bench.run(weigh)).toMatchObject({ ok: true });
    expect(bench.sent().filter((text) => text.includes('\x0210'))).toHaveLength(1);
  });

  it('is refused by name without a secret and with a wrong one, and the secret is told to nobody', async () => {
    const without = await scale();
    without.scale.setSecret({ ...SECRET, initial: '0000' });
    expect(await without.run(weigh)).toMatchObject({ ok: false, code: 'SCALE_SECRET_MISSING' });
    const wrong = await scale({ checksum: { ...SECRET, polynomial: '18005' } });
    wrong.scale.setSecret({ ...SECRET, initial: '0000' });
    const result = await wrong.run(weigh);
    expect(result).toMatchObject({ ok: false, code: 'SCALE_SECRET_WRONG' });
    const told = JSON.stringify([result, wrong.events, wrong.context.counters]);
    for (const secret of ['18005', '8005', SECRET.software]) expect(told).not.toContain(secret);
    const bad = dialog02.options.safeParse({ checksum: { ...SECRET, polynomial: 'C0FFEE' } });
    expect(bad.success).toBe(false);
    expect(JSON.stringify(bad.error?.issues)).not.toContain('C0FFEE');
  });

  it('makes the check word by division modulo 2, and turns both words by the random byte', () => {
    const secret = { ...SECRET, initial: '0000' };
    expect(checkWord(0x0001, secret)).toBe(0x1021);
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffff), (cs, low) => {
        const polynomial = (0x10000 | low).toString(16);
        let rest = BigInt(cs) << 16n;
        for (let bit = 31n; bit >= 16n; bit -= 1n) {
          if ((rest >> bit) & 1n) rest ^= BigInt(0x10000 | low) << (bit - 16n);
        }
        expect(checkWord(cs, { ...secret, polynomial })).toBe(Number(rest));
      }),
    );
    expect([rotateLeft(0x8001, 1), rotateLeft(0x1234, 4), rotateLeft(0x1234, 16)]).toEqual([0x0003, 0x2341, 0x1234]);
    // The manual's random number 47H: CS four places to the left, KW seven to the right.
    expect(answerChallenge(0x47, { ...secret, software: '0001' })).toEqual({ cs: 0x0010, kw: 0x4220 });
  });
});

describe('odd parity in bit 7', () => {
  it('is what a table of parity says, and is stripped as it was added', () => {
    expect([...addOddParity(Uint8Array.of(0x00, 0x02, 0x03, 0x06, 0x1b))]).toEqual([0x80, 0x02, 0x83, 0x86, 0x9b]);
    fc.assert(
      fc.property(fc.uint8Array({ max: 0x7f, maxLength: 40 }), (bytes) => {
        expect(stripOddParity(addOddParity(bytes))).toEqual({ bytes, badCount: 0 });
        expect(stripOddParity(bytes)).toEqual({ bytes, badCount: 0 });
      }),
    );
    expect(stripOddParity(Uint8Array.of(0x82, 0x86))).toEqual({ bytes: Uint8Array.of(0x06), badCount: 1 });
  });
});
