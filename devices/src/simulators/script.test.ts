import { describe, expect, it } from 'vitest';
import { CATALOG } from '../catalog.ts';
import { ManualClock } from '../clock.ts';
import { SIMULATORS, type SimulatorEntry } from './catalog.ts';
import { FaultyLine } from './faults.ts';
import { lineVerbs, waitVerb } from './line-verbs.ts';
import { seededRandom } from './random.ts';
import { parseScript, runSteps, ScriptReader } from './script.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';
import { TcpLine } from './tcp-line.ts';
import { ScriptError, splitWords } from './words.ts';

const help = { zh: '测试', en: 'a test' };

/** Verbs that write down what they were told. */
function rig() {
  const done: string[] = [];
  const verbs: Record<string, SimulatorVerb> = {
    say: { usage: 'TEXT [MORE]', help, run: (args) => void done.push(args.join('+')) },
    fail: {
      usage: '',
      help,
      run() {
        throw new Error('the wires are cut');
      },
    },
  };
  const stop = new AbortController();
  const skipped: number[] = [];
  const run = (text: string, harmless = false): Promise<void> =>
    runSteps(parseScript(text, verbs), {
      verbs,
      signal: stop.signal,
      isHarmless: () => harmless,
      onSkipped: (line) => skipped.push(line),
    });
  return { done, verbs, stop, skipped, run };
}

function refusal(run: () => unknown): ScriptError {
  try {
    run();
  } catch (error) {
    if (error instanceof ScriptError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('words of a line', () => {
  it.each([
    ['', []],
    ['   # nothing', []],
    ['scan 6901234567892 ]E0', ['scan', '6901234567892', ']E0']],
    ['scan "a b" # rest', ['scan', 'a b']],
    ['scan ""', ['scan', '']],
    ['scan a#b', ['scan', 'a#b']],
    ['scan \\#1 \\x1d10\\r\\\\', ['scan', '#1', '\x1d10\r\\']],
    ['scan "\\"会员\\""', ['scan', '"会员"']],
  ])('%j', (text, words) => expect(splitWords(text, 1)).toEqual(words));

  it.each([['scan "a'], ['scan a"b'], ['scan "a"b'], ['scan \\q'], ['scan \\x1'], ['scan \\'], ['x'.repeat(9_000)]])(
    'refuses %j',
    (text) => expect(() => splitWords(text, 3)).toThrow('line 3'),
  );
});

describe('a script', () => {
  it('runs in order, blocks as often as they say', async () => {
    const { done, run } = rig();
    await run('say a\nrepeat 2\n  say b\n  repeat 2\n    say c d\n  end\nend\n\nsay e # last');
    expect(done).toEqual(['a', 'b', 'c+d', 'c+d', 'b', 'c+d', 'c+d', 'e']);
  });

  it('loops until it is stopped', async () => {
    const { done, verbs, stop, run } = rig();
    verbs.stop = {
      usage: '',
      help,
      run: () => {
        if (done.length === 3) stop.abort();
      },
    };
    await run('loop\nsay x\nstop\nsay y\nend\nsay never');
    expect(done).toEqual(['x', 'y', 'x']);
  });

  it.each([
    ['say a\nsey b', 2, 'did you mean "say"'],
    ['say', 1, 'wrong number'],
    ['say a b c', 1, 'wrong number'],
    ['repeat\nend', 1, 'repeat'],
    ['repeat 0\nend', 1, 'repeat'],
    ['loop 3\nend', 1, 'loop'],
    ['end', 1, 'ends nothing'],
    ['say a\n\nloop\nsay b', 3, 'no end'],
    [`${'loop\n'.repeat(9)}`, 9, 'too many'],
  ])('%j is refused with its line', (text, line, words) => {
    const problem = refusal(() => parseScript(text, rig().verbs));
    expect(problem.line).toBe(line);
    expect(problem.message).toContain(words);
    expect(problem.words.zh).toMatch(/\p{Script=Han}/u);
    expect(problem.hint.en.length).toBeGreaterThan(5);
  });

  it('a refused line is as if it had not been typed', () => {
    const reader = new ScriptReader(rig().verbs);
    reader.push('repeat 2');
    expect(() => reader.push('sya a')).toThrow(ScriptError);
    reader.push('say a');
    expect(reader.depth).toBe(1);
    expect(reader.push('end')).toMatchObject({ kind: 'block', times: 2, steps: [{ name: 'say', line: 3 }] });
  });

  it('stops at what fails, and names it; goes on where that is harmless', async () => {
    const { done, skipped, run } = rig();
    await expect(run('say a\nfail\nsay b')).rejects.toMatchObject({
      line: 2,
      message: expect.stringContaining('wires'),
    });
    expect(done).toEqual(['a']);
    await run('fail\nsay b', true);
    expect(done).toEqual(['a', 'b']);
    expect(skipped).toEqual([1]);
  });

  it('waits a time, or until it is stopped', async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const wait = waitVerb({ clock, random: seededRandom(1), signal: stop.signal });
    let over = false;
    void Promise.resolve(wait.run(['100-500'])).then(() => {
      over = true;
    });
    await clock.advance(99);
    expect(over).toBe(false);
    await clock.advance(401);
    expect(over).toBe(true);
    const long = wait.run(['60000']);
    stop.abort();
    await long;
    await wait.run(['60000']);
    expect(clock.pendingTimers).toBe(0);
    for (const wrong of ['', 'x', '5-1', '-1', '1-2-x']) expect(() => wait.run([wrong])).toThrow('MS');
  });
});

describe('verbs', () => {
  const line = () => new FaultyLine(new TcpLine(), { random: Math.random, clock: new ManualClock() });

  it('of a line set its faults', () => {
    const faulty = line();
    const fault = (...args: string[]): void => void lineVerbs(faulty).fault?.run(args);
    fault('noise', '0.2');
    fault('delay', '1', '300');
    expect([...faulty.faults]).toEqual([
      ['noise', { rate: 0.2, amount: 16 }],
      ['delay', { rate: 1, amount: 300 }],
    ]);
    fault('noise', 'off');
    fault('delay', '0');
    expect(faulty.faults.size).toBe(0);
    fault('split', '.5');
    fault('off');
    expect(faulty.faults.size).toBe(0);
    expect(() => fault('nois', '1')).toThrow('did you mean "noise"');
    for (const rate of [undefined, '2', 'x', '1e-9']) expect(() => fault('noise', rate ?? '')).toThrow('RATE');
  });

  it('of every simulator have words for people, and none that a line has too', async () => {
    const entries = Object.entries<SimulatorEntry>(SIMULATORS);
    expect(entries.map(([model]) => model).sort()).toEqual(Object.keys(CATALOG).sort());
    const ports = { random: seededRandom(1), seed: 1 };
    for (const [model, entry] of entries) {
      if (entry.wire === 'none') {
        expect(entry.because.zh).toMatch(/\p{Script=Han}/u);
        continue;
      }
      const simulator: Simulator =
        entry.wire === 'line' ? entry.create(line(), ports) : entry.create({ host: '127.0.0.1', port: 1 }, ports);
      expect(Object.keys(simulator.verbs).length, model).toBeGreaterThan(0);
      for (const [name, verb] of Object.entries(simulator.verbs)) {
        expect(name).toMatch(/^[a-z][a-z-]*$/);
        expect(Object.keys(lineVerbs(line())), model).not.toContain(name);
        expect(verb.help.zh, `${model} ${name}`).toMatch(/\p{Script=Han}/u);
        expect(verb.help.en.length, `${model} ${name}`).toBeGreaterThan(5);
      }
    }
  });

  it('of the scanner send what a scanner sends', async () => {
    const sent: string[] = [];
    const entry = SIMULATORS['scanner/serial-generic'];
    const scanner = entry.create(
      {
        connection: { kind: 'tcp', host: '127.0.0.1', port: 1 },
        start: async () => {},
        stop: async () => {},
        write: async (bytes) => void sent.push(Buffer.from(bytes).toString('latin1')),
      },
      { random: seededRandom(1), seed: 1 },
    );
    await scanner.verbs.scan?.run(['6901234567892', ']E0']);
    await scanner.verbs.prefix?.run(['\x02']);
    await scanner.verbs.suffix?.run(['\x03']);
    await scanner.verbs.scan?.run(['TM:a']);
    expect(sent).toEqual([']E06901234567892\r', '\x02TM:a\x03']);
    await scanner.verbs.burst?.run(['50']);
    expect(new Set(sent).size).toBe(52);
    for (const code of sent.slice(2)) expect(code.slice(1, -1)).toMatch(/^\]E0690\d{10}$/);
    await scanner.verbs.noise?.run(['5']);
    expect(sent.at(-1)).toHaveLength(5);
    expect(() => scanner.verbs.noise?.run(['0'])).toThrow('N');
  });
});
