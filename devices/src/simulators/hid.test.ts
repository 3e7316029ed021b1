import { describe, expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { HidTransport } from '../transport/hid.ts';
import { HidScaleSimulator, HidScannerSimulator, SimulatedHidBus } from './index.ts';
import type { Simulator } from './simulator.ts';

/** Plugged in, opened, and what is heard of it as hex. */
async function heard(make: (bus: SimulatedHidBus) => Simulator, vendorId: string) {
  const bus = new SimulatedHidBus();
  const simulator = make(bus);
  await simulator.start();
  const transport = new HidTransport({ match: { vendorId }, usage: undefined, port: bus });
  const reports: string[] = [];
  const closed: string[] = [];
  await transport.open({
    onBytes: (bytes) => reports.push(Buffer.from(bytes).toString('hex')),
    onClose: (reason) => closed.push(reason),
  });
  const run = (name: string, ...args: string[]) => simulator.verbs[name]?.run(args);
  return { bus, simulator, transport, reports, closed, run };
}

const scanner = () => heard((bus) => new HidScannerSimulator(bus), '0c2e');
const scale = () => heard((bus) => new HidScaleSimulator(bus, new ManualClock()), '0922');

describe('simulated HID devices', () => {
  it.each([scanner, scale])('have words for people', async (make) => {
    const { simulator } = await make();
    for (const [name, verb] of Object.entries(simulator.verbs)) {
      expect(name).toMatch(/^[a-z][a-z-]*$/);
      expect(verb.help.zh, name).toMatch(/\p{Script=Han}/u);
      expect(verb.help.en.length, name).toBeGreaterThan(5);
    }
  });

  it('scan only when they were made ready, in reports of 64 bytes', async () => {
    const { transport, reports, run } = await scanner();
    await run('scan', '12345678');
    expect(reports).toEqual([]);
    await transport.sendFeature(Uint8Array.of(254, 1));
    await run('scan', '12345678', ']E4');
    await run('shift', 'on');
    await run('scan', '1');
    expect(reports).toEqual([
      `02085d4534${Buffer.from('12345678').toString('hex')}`.padEnd(128, '0'),
      '0201005d453031'.padEnd(128, '0'),
    ]);
    await run('lossy', 'on');
    await run('scan', 'lost');
    await run('report', '0299');
    expect(reports.slice(2)).toEqual(['0299']);
  });

  it('weigh in the form that is set, and keep a status', async () => {
    const { reports, run } = await scale();
    await run('repeat', 'off');
    reports.length = 0;
    await run('form', 'kilogram', '-3');
    await run('weight', '1234');
    await run('status', 'motion');
    await run('status', 'off');
    expect(reports).toEqual(['030203fd0000', '030403fdd204', '030303fdd204', '030403fdd204']);
  });

  it('come out and go in again', async () => {
    const { bus, closed, run } = await scanner();
    await run('unplug');
    expect(closed).toHaveLength(1);
    expect(await bus.list()).toEqual([]);
    await run('plug');
    await run('keyboard', 'on');
    expect(await bus.list()).toMatchObject([{ usagePage: 1, usage: 6 }]);
  });

  it('say what is wrong with what they are told', async () => {
    const [one, other] = [await scanner(), await scale()];
    expect(() => one.run('report', '02f')).toThrow('HEX');
    expect(() => one.run('keyboard', 'maybe')).toThrow('on or off');
    expect(() => other.run('form', 'stone', '0')).toThrow('one of: milligram');
    expect(() => other.run('form', 'gram', '200')).toThrow('EXPONENT');
    expect(() => other.run('status', 'asleep')).toThrow('one of: fault');
    expect(() => other.run('weight', '70000')).toThrow('COUNT');
  });
});
