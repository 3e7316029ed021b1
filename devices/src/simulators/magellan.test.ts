import { describe, expect, it } from 'vitest';
import { SIMULATORS } from './catalog.ts';
import type { SimulatorLine } from './line.ts';

/** A line in memory: what was sent, and a till that asks. */
function memoryLine() {
  const sent: string[] = [];
  let ask: (text: string) => void = () => {};
  const line: SimulatorLine = {
    connection: { kind: 'tcp', host: '127.0.0.1', port: 4001 },
    start: async (onBytes) => {
      ask = (text) => onBytes(Buffer.from(text, 'latin1'));
    },
    write: async (bytes) => void sent.push(Buffer.from(bytes).toString('latin1')),
    stop: async () => {},
  };
  /** What came since the last look, once all that was written has left. */
  const seen = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    return sent.splice(0);
  };
  return { line, seen, ask: (text: string) => ask(text) };
}

async function housing() {
  const { line, seen, ask } = memoryLine();
  const simulator = SIMULATORS['scale/magellan-single-cable'].create(line, { random: () => 0.5, seed: 1 });
  await simulator.start();
  const act = async (verb: string, ...args: string[]): Promise<void> => simulator.verbs[verb]?.run(args);
  return { simulator, seen, ask, act };
}

describe('the simulator of scale/magellan-single-cable', () => {
  it('scans with the labels of the single-cable mode', async () => {
    const { act, seen, simulator } = await housing();
    for (const args of [
      ['6901234567892'],
      ['96385074'],
      ['060992011187'],
      ['TM:a'],
      ['TM:a', ']Q1'],
      ['0109521234543213', ']e0'],
      ['0109521234543213', ']C1'],
    ])
      await act('scan', ...args);
    expect(await seen()).toEqual([
      'S08F6901234567892\r',
      'S08FF96385074\r',
      'S08A060992011187\r',
      'S08B3TM:a\r',
      'S08QRTM:a\r',
      'S08R40109521234543213\r',
      'S08]C10109521234543213\r',
    ]);
    await act('burst', '2');
    expect((await seen()).every((message) => /^S08F690\d{10}\r$/.test(message))).toBe(true);
    for (const { help } of Object.values(simulator.verbs)) {
      expect(help.zh).toMatch(/\p{Script=Han}/u);
      expect(help.en).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('tells how the scale stands', async () => {
    const { act, seen, ask } = await housing();
    ask('S14\r');
    await act('weight', '0.26');
    ask('S1');
    ask('4\r\nS334\r');
    await act('motion', 'on');
    ask('S14\r');
    await act('motion', 'off');
    await act('weight', '15.1');
    ask('S14\r');
    await act('weight', '-0.05');
    ask('S14\r');
    await act('zero');
    ask('S14\r');
    expect(await seen()).toEqual(['S143\r', 'S14400260\r', 'S141\r', 'S142\r', 'S145\r', 'S143\r']);
    await act('silent', 'on');
    ask('S14\r');
    expect(await seen()).toEqual([]);
  });

  it('owes a weight that was asked for until there is one', async () => {
    const { act, seen, ask } = await housing();
    ask('S11\r');
    await act('motion', 'on');
    await act('weight', '0.5');
    expect(await seen()).toEqual([]);
    await act('motion', 'off');
    expect(await seen()).toEqual(['S1100500\r']);
    await act('weight', '0.6');
    expect(await seen()).toEqual([]);
    ask('S11\r');
    expect(await seen()).toEqual(['S1100600\r']);
  });
});
