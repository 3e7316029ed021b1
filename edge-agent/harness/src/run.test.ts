import { describe, expect, it } from 'vitest';
import type { Bench, Soak } from './measure.ts';
import { silentProgress } from './output/progress.ts';
import { BenchOutput, EvalOutput, MAX_LISTED_FAILURES, type Result, SoakOutput } from './output/schema.ts';
import { REGISTRY } from './registry.ts';
import { type Registry, runHarness } from './run.ts';

const figure = (value: number): Result => ({ case: '5x10', metric: 'p50Ms', value, unit: 'ms' });
const bench = (run: Bench['run']): Bench => ({
  description: 'a measure of the test',
  options: { count: { description: 'how many', default: 3, min: 1, max: 10 } },
  run,
});
const soak = (failures: number): Soak => ({
  description: 'a soak of the test',
  options: {
    seed: { description: 'of chance', default: 9, min: 0, max: 100 },
    fault: { description: 'what goes wrong on purpose', default: 'none', choices: ['none', 'double'] },
  },
  run: async () => ({
    counts: { sessions: 2 },
    failures: Array.from({ length: failures }, (_, place) => ({ code: 'SALE_LOST', message: `sale ${place}` })),
  }),
});
const registry: Registry = {
  bench: {
    good: bench(async ({ count = 0 }) => [figure(Number(count))]),
    nan: bench(async () => [figure(Number.NaN)]),
    silent: bench(async () => []),
    broken: bench(async () => Promise.reject(new Error('the wires are cut'))),
  },
  eval: { good: bench(async () => [{ ...figure(0.25), unit: 'ratio' }]) },
  soak: { sound: soak(0), leaky: soak(2), bursting: soak(MAX_LISTED_FAILURES + 5) },
};

async function harness(args: string[], given: Registry = registry, signal = new AbortController().signal) {
  const said = { out: '', err: '' };
  const code = await runHarness(args, {
    registry: given,
    progress: silentProgress,
    signal,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { ...said, code, lastLine: (): unknown => JSON.parse(said.out.trimEnd().split('\n').at(-1) ?? '') };
}

describe('the harness as a command', () => {
  it('prints the published shape as its last line', async () => {
    const measured = await harness(['bench', 'good', '--json', '--count', '7']);
    expect(measured.code).toBe(0);
    expect(BenchOutput.parse(measured.lastLine())).toEqual({ bench: 'good', results: [figure(7)] });
    expect(EvalOutput.parse((await harness(['eval', 'good', '--json'])).lastLine()).eval).toBe('good');
    expect(SoakOutput.parse((await harness(['soak', 'sound', '--json', '--seed', '4'])).lastLine())).toEqual({
      soak: 'sound',
      passed: true,
      counts: { sessions: 2 },
      failures: [],
      seed: 4,
    });
  });

  it('shows a table with the machine to people', async () => {
    const { out, code } = await harness(['bench', 'good']);
    expect(code).toBe(0);
    expect(out).toContain('5x10');
    expect(out).toContain(`Node ${process.versions.node}`);
  });

  it('ends with 1 when a soak failed, says what failed, and never lists more than it may', async () => {
    const leaky = await harness(['soak', 'leaky', '--json']);
    expect(leaky.code).toBe(1);
    expect(SoakOutput.parse(leaky.lastLine())).toMatchObject({ passed: false, failures: [{ code: 'SALE_LOST' }, {}] });
    expect((await harness(['soak', 'leaky'])).out).toContain('FAILED');
    const bursting = await harness(['soak', 'bursting', '--json']);
    expect(SoakOutput.parse(bursting.lastLine()).failures).toHaveLength(MAX_LISTED_FAILURES);
  });

  it.each(['nan', 'silent'])('refuses the %s bench instead of printing it', async (name) => {
    const { code, out, err } = await harness(['bench', name, '--json']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('HARNESS_OUTPUT_REFUSED');
  });

  it('ends with 1 and tells when a measure breaks', async () => {
    const { code, err } = await harness(['bench', 'broken', '--json']);
    expect(code).toBe(1);
    expect(err).toContain('the wires are cut');
  });

  it('names the known ones and the nearest for an unknown name', async () => {
    const { code, err } = await harness(['bench', 'poss'], REGISTRY);
    expect(code).toBe(2);
    expect(err).toContain('HARNESS_NAME_UNKNOWN');
    expect(err).toContain('did you mean "pos"?');
    for (const name of Object.keys(REGISTRY.bench)) expect(err).toContain(name);
    expect((await harness(['bench', 'constructor'], REGISTRY)).code).toBe(2);
  });

  it.each([
    [[]],
    [['measure', 'good']],
    [['bench']],
    [['bench', '--json']],
    [['bench', 'good', '--cuont', '1']],
    [['bench', 'good', '--count', '11']],
    [['bench', 'good', '--count', '-1']],
    [['bench', 'good', '--count', '1e1']],
    [['soak', 'sound', '--fault', 'trouble']],
  ])('ends with 2 for %j', async (args) => {
    const { code, err, out } = await harness(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('HARNESS_USAGE');
  });

  it('passes a word on that the measure knows', async () => {
    const seen: unknown[] = [];
    const asked: Soak = {
      ...soak(0),
      run: async (values) => {
        seen.push(values.fault);
        return { counts: { sessions: 1 }, failures: [] };
      },
    };
    const given = { ...registry, soak: { asked } };
    await harness(['soak', 'asked', '--fault', 'double'], given);
    await harness(['soak', 'asked'], given);
    expect(seen).toEqual(['double', 'none']);
  });

  it('ends with 130 when interrupted', async () => {
    const stop = new AbortController();
    const patient: Registry = {
      ...registry,
      bench: {
        patient: bench(async (_values, context) => {
          stop.abort();
          context.signal.throwIfAborted();
          return [figure(1)];
        }),
      },
    };
    expect(await harness(['bench', 'patient', '--json'], patient, stop.signal)).toMatchObject({ code: 130, out: '' });
  });
});
