import type { DeviceCodec } from '@tillside/devices';
import { describe, expect, it } from 'vitest';
import { flood, parserTargets, runBlock, shrink } from './parsers/block.ts';
import { codecTarget } from './parsers/codec-target.ts';
import { type Finished, runTasks } from './parsers/crew.ts';
import { equal } from './parsers/equal.ts';
import { CaseDrawer, concat } from './parsers/inputs.ts';

const SEED = Number(process.env.SOAK_SEED ?? 2026);
const CASES = 1_000;
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const text = (chunk: Uint8Array): string => Buffer.from(chunk).toString('latin1');

/** Lines of digits ended by CR; `flaw` makes it a codec that must be found out. */
function lines(flaw: Partial<DeviceCodec<string>> = {}): DeviceCodec {
  return {
    name: 'line',
    bounds: 'stream',
    framer() {
      let held = '';
      return {
        get pendingBytes() {
          return held.length;
        },
        push(chunk) {
          const parts = (held + text(chunk)).split('\r');
          held = (parts.pop() ?? '').slice(-64);
          return parts.filter((part) => part !== '').map((part) => ({ kind: 'frame', bytes: bytes(part) }));
        },
        idle() {
          held = '';
          return [];
        },
      };
    },
    decode: (frame) =>
      /^\d+$/.test(text(frame)) ? { ok: true, value: text(frame) } : { ok: false, code: 'SCAN_GARBAGE' },
    encode: (value: string) => bytes(`${value}\r`),
    samples: ['12345', '7'],
    ...flaw,
  } as DeviceCodec;
}
const run = (codec: DeviceCodec, count = 3_000) =>
  runBlock(codecTarget('test.line', codec), { seed: SEED, first: 0, count }, () => {});

describe('cases', () => {
  const drawer = (seed = SEED, target = 'x') =>
    new CaseDrawer({ seed, target, samples: [bytes('\x0212345\x03'), bytes('\x02A\x03')] });
  const draw = (from: CaseDrawer, number: number): string[] => from.draw(number).map(text);

  it('are the same for the same seed, decoder and number, in any order', () => {
    const one = drawer();
    const forward = Array.from({ length: 300 }, (_, number) => draw(one, number));
    const other = drawer();
    const backward = Array.from({ length: 300 }, (_, place) => draw(other, 299 - place)).reverse();
    expect(backward).toEqual(forward);
    expect(draw(drawer(SEED + 1), 7)).not.toEqual(forward[7]);
    expect(draw(drawer(SEED, 'y'), 7)).not.toEqual(forward[7]);
  });

  it('are of every kind: lawful, long, empty, whole and in pieces', () => {
    const one = drawer();
    const seen = Array.from({ length: 20_000 }, (_, number) => draw(one, number));
    const whole = seen.map((chunks) => chunks.join(''));
    expect(new Set(whole).size).toBeGreaterThan(10_000);
    for (const want of ['', '\x0212345\x03', '\x0212345\x03\x02A\x03', '\x021245\x03']) expect(whole).toContain(want);
    expect(Math.max(...whole.map(({ length }) => length))).toBeGreaterThan(4_096);
    expect(Math.max(...whole.map(({ length }) => length))).toBeLessThanOrEqual(6_000);
    expect(seen.filter((chunks) => chunks.length === 1).length).toBeGreaterThan(6_000);
    expect(seen.some((chunks) => chunks.length > 40)).toBe(true);
  });
});

describe('a decoder that is wrong is found out', () => {
  it('and one that is right is not', () => {
    const report = run(lines());
    expect(report.failures).toEqual([]);
    expect(report.accepted).toBeGreaterThan(500);
  });

  it.each<[string, Partial<DeviceCodec<string>>]>([
    [
      'PARSER_THREW',
      {
        decode(frame) {
          if (frame.length > 12) throw new RangeError('over the edge');
          return { ok: false, code: 'SCAN_GARBAGE' };
        },
      },
    ],
    ['NOT_GIVEN_BACK', { encode: (value) => bytes(`${value.slice(0, 5)}\r`) }],
    ['NOT_GIVEN_BACK', { encode: (value) => bytes(`${value}\r${value}\r`) }],
    ['NOT_GIVEN_BACK', { encode: (value) => bytes(`x${value}\r`) }],
    ['KEEPS_AFTER_IDLE', { framer: () => ({ ...lines().framer(), pendingBytes: 1, idle: () => [] }) }],
    ['KEEPS_TOO_MUCH', { framer: () => ({ ...lines().framer(), pendingBytes: 7_000 }) }],
  ])('%s', (code, flaw) => {
    // A framer that lies about what it holds lies from the first sample on, which only the checks of the case see.
    const codec = lines(flaw);
    const [failure] = run(codec).failures;
    expect(failure).toMatchObject({ code, target: 'test.line' });
    expect(failure?.message.length).toBeGreaterThan(3);
  });

  it('with the smallest input that still fails', () => {
    const codec = lines({
      decode(frame) {
        if (text(frame).includes('45')) throw new Error('45');
        return { ok: false, code: 'SCAN_GARBAGE' };
      },
    });
    expect(run(codec).failures[0]?.chunks).toEqual([Buffer.from('45\r').toString('hex')]);
    const needsCut = shrink([bytes('x'), bytes('ab'), bytes('c')], (chunks) => chunks.length > 1);
    expect(needsCut.map(text)).toEqual(['x', 'ab']);
    const needsReport = shrink([bytes('x'), bytes('ab')], (chunks) => chunks.some((chunk) => text(chunk) === 'ab'));
    expect(needsReport.map(text)).toEqual(['ab']);
  });

  it('when it remembers what it should have forgotten', () => {
    let seen = 0;
    const codec = lines({
      decode(frame) {
        seen += 1;
        if (seen === 2_000) throw new Error('once');
        return /^\d+$/.test(text(frame)) ? { ok: true, value: text(frame) } : { ok: false, code: 'SCAN_GARBAGE' };
      },
    });
    expect(run(codec).failures).toMatchObject([{ message: expect.stringContaining('only after the cases before it') }]);
  });

  it('when it keeps what never ends', () => {
    const keeper = (limit: number) =>
      codecTarget('test.line', {
        ...lines(),
        framer() {
          const framer = lines().framer();
          const kept: Uint8Array[] = [];
          return {
            pendingBytes: 0,
            idle: () => framer.idle(),
            push(chunk) {
              kept.push(Uint8Array.from(chunk));
              if (kept.length > limit) kept.shift();
              return framer.push(chunk);
            },
          };
        },
      });
    expect(flood(keeper(4), 2_000_000, () => {})).toBeUndefined();
    expect(flood(keeper(Number.POSITIVE_INFINITY), 2_000_000, () => {})).toMatchObject({ code: 'PARSER_GROWS' });
  });

  it('when it hangs', async () => {
    const finished: Finished[] = [];
    const block = { target: 'test.line', seed: 1, first: 0, count: 5 };
    await runTasks([{ kind: 'block', block }], {
      threads: 1,
      hangMs: 600,
      entry: new URL('./parsers/testing/stuck-worker.ts', import.meta.url),
      signal: new AbortController().signal,
      onFinished: (one) => finished.push(one),
    });
    expect(finished[0]?.report.failures).toMatchObject([{ code: 'PARSER_HANGS', number: 2, target: 'test.line' }]);
  });
});

describe('equality', () => {
  it.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: [1, { c: '' }] }, { b: [1, { c: '' }], a: 1 }, true],
    [{ a: undefined }, {}, false],
    [{ a: undefined }, { b: undefined }, false],
    [[1], { 0: 1 }, false],
    [[1, 2], [1], false],
    [Number.NaN, Number.NaN, true],
    [0, -0, false],
    [null, {}, false],
    [bytes('ab'), bytes('ab'), true],
    [bytes('ab'), bytes('ac'), false],
  ])('%j and %j: %s', (one, other, same) => expect(equal(one, other)).toBe(same));
});

describe(`every decoder on ${CASES} cases (seed ${SEED}; SOAK_SEED sets another)`, () => {
  const targets = parserTargets();

  it('has a name of its own and lawful samples', () => {
    expect(new Set(targets.map(({ name }) => name)).size).toBe(targets.length);
    expect(targets.length).toBeGreaterThan(10);
    for (const { name, samples, check } of targets)
      for (const sample of samples) expect(check([sample]), `${name} ${text(sample)}`).toBeGreaterThan(0);
  });

  it.each(targets.map((target) => [target.name, target] as const))('%s', (_name, target) => {
    const report = runBlock(target, { seed: SEED, first: 0, count: CASES }, () => {});
    expect(report.failures).toEqual([]);
    expect(report.accepted).toBeGreaterThan(CASES / 50);
    expect(concat([])).toHaveLength(0);
  });
});
