import { afterEach, describe, expect, it } from 'vitest';
import { CATALOG, type DeviceCatalog } from '../catalog.ts';
import { systemClock } from '../clock.ts';
import type { CommandResult, DeviceCommand } from '../contract/command.ts';
import type { DeviceSession } from '../contract/definition.ts';
import { DeviceEvent } from '../contract/event.ts';
import { newCounters } from '../contract/metrics.ts';
import { TcpTransport } from '../transport/tcp.ts';
import { SIMULATORS } from './catalog.ts';
import type { Simulator } from './simulator.ts';
import { TcpLine } from './tcp-line.ts';

type Model = 'scale/mettler-8217' | 'scale/nci-scp01' | 'scale/cas-ap1' | 'scale/cas-pd2';
const MODELS: readonly Model[] = ['scale/mettler-8217', 'scale/nci-scp01', 'scale/cas-ap1', 'scale/cas-pd2'];
const open: { stop(): Promise<void> }[] = [];

/** A scale and its driver on a real TCP line. */
async function rig(model: Model, options: Record<string, unknown> = {}) {
  const line = new TcpLine();
  const simulator: Simulator = SIMULATORS[model].create(line);
  await simulator.start();
  const { connection } = line;
  if (connection.kind !== 'tcp') throw new Error('a TCP line has a tcp connection');
  const definition = (CATALOG as DeviceCatalog)[model];
  if (!definition) throw new Error(`no ${model}`);
  const events: DeviceEvent[] = [];
  const session: DeviceSession = definition.createSession({
    config: { id: 'scale-1', model, connection, options },
    options: definition.options.parse({ pollMs: 20, replyTimeoutMs: 200, ...options }) as never,
    clock: systemClock,
    counters: newCounters(),
    emit: (event) => events.push(DeviceEvent.parse(event)),
    openTransport: () => new TcpTransport(connection),
  });
  await session.start();
  open.push(session, simulator);
  const act = async (verb: string, ...args: string[]): Promise<void> => simulator.verbs[verb]?.run(args);
  const command = (one: Omit<DeviceCommand, 'deviceId'>): Promise<CommandResult> =>
    session.command({ ...one, deviceId: 'scale-1' } as DeviceCommand);
  const weigh = () => command({ type: 'weigh', timeoutMs: 800 } as Omit<DeviceCommand, 'deviceId'>);
  return { act, command, weigh, events, simulator };
}

afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

describe.each(MODELS)('the simulator of %s, read by its driver', (model) => {
  it('weighs, moves, is over and under, and is switched off', async () => {
    const scale = await rig(model);
    await scale.act('weight', '1.235');
    expect(await scale.weigh()).toEqual({
      ok: true,
      value: { value: '1.235', unit: 'kg', net: false, grams: 1235, stable: true },
    });
    await scale.act('motion', 'on');
    expect(await scale.weigh()).toMatchObject({ ok: false, code: 'SCALE_IN_MOTION' });
    await scale.act('motion', 'off');
    await scale.act('weight', '15.1');
    expect(await scale.weigh()).toMatchObject({ ok: false, code: 'SCALE_OVER_CAPACITY' });
    await scale.act('weight', '-0.05');
    // The PD-II frame has no sign: the scale only says that there is nothing to sell.
    const under = model === 'scale/cas-pd2' ? 'SCALE_NO_WEIGHT' : 'SCALE_UNDER_ZERO';
    expect(await scale.weigh()).toMatchObject({ ok: false, code: under });
    await scale.act('silent', 'on');
    expect(await scale.weigh()).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    expect(scale.events.filter(({ type }) => type === 'weight')).toHaveLength(1);
  });

  it('shows what its zero and tare keys did', async () => {
    const scale = await rig(model);
    await scale.act('weight', '0.050');
    await scale.act('zero');
    expect(await scale.weigh()).toMatchObject({ ok: true, value: { value: '0.000' } });
    await scale.act('weight', '0.250');
    await scale.act('tare');
    await scale.act('weight', '0.755');
    const says = model === 'scale/mettler-8217' || model === 'scale/nci-scp01';
    expect(await scale.weigh()).toMatchObject({ ok: true, value: { value: '0.505', net: says } });
    await expect(scale.act('zero')).rejects.toThrow('zero');
    await scale.act('tare', '0');
    expect(await scale.weigh()).toMatchObject({ ok: true, value: { value: '0.705', net: false } });
  });

  it('says in both languages what its verbs do, and refuses wrong arguments', async () => {
    const { simulator, act } = await rig(model);
    for (const verb of Object.values(simulator.verbs)) {
      expect(verb.help.zh).toMatch(/\p{Script=Han}/u);
      expect(verb.help.en).toMatch(/^[\x20-\x7e]+$/);
    }
    await expect(act('weight', 'heavy')).rejects.toThrow('1.234');
    await expect(act('motion', 'perhaps')).rejects.toThrow('on or off');
  });
});

describe('commands that act on the scale', () => {
  it.each(['scale/mettler-8217', 'scale/nci-scp01'] as const)(
    '%s takes zero, above and below the zero it had',
    async (model) => {
      const scale = await rig(model);
      await scale.act('weight', '0.120');
      expect(await scale.command({ type: 'zero' })).toEqual({ ok: true, value: { zeroed: true } });
      expect(await scale.weigh()).toMatchObject({ ok: true, value: { value: '0.000' } });
      await scale.act('weight', '-0.030');
      expect(await scale.command({ type: 'zero' })).toEqual({ ok: true, value: { zeroed: true } });
    },
  );

  it('scale/mettler-8217 takes tares, proven by its net weight', async () => {
    const scale = await rig('scale/mettler-8217');
    const known = { type: 'tare', grams: 125 } as Omit<DeviceCommand, 'deviceId'>;
    await scale.act('weight', '0.625');
    expect(await scale.command(known)).toEqual({ ok: true, value: { tared: true } });
    expect(await scale.weigh()).toMatchObject({ ok: true, value: { value: '0.500', net: true } });
    expect(await scale.command({ type: 'tare' })).toEqual({ ok: true, value: { tared: true } });
    expect(await scale.weigh()).toMatchObject({ ok: true, value: { value: '0.000', net: true } });
    const none = { type: 'tare', grams: 0 } as Omit<DeviceCommand, 'deviceId'>;
    expect(await scale.command(none)).toEqual({ ok: true, value: { tared: true } });
    expect(await scale.weigh()).toMatchObject({ ok: true, value: { value: '0.625', net: false } });
  });

  it('scale/cas-pd2 is heard when it sends by itself', async () => {
    const scale = await rig('scale/cas-pd2', { sends: 'by-itself', replyTimeoutMs: 500 });
    await scale.act('stream', 'on');
    await scale.act('weight', '2.340');
    const result = await scale.command({ type: 'weigh', timeoutMs: 3_000 } as Omit<DeviceCommand, 'deviceId'>);
    expect(result).toMatchObject({ ok: true, value: { value: '2.340' } });
  });

  it('scale/nci-scp01 speaks the form for point of sale, and says that it is defect', async () => {
    const scale = await rig('scale/nci-scp01');
    await scale.act('pos', 'on');
    await scale.act('weight', '1.235');
    expect(await scale.weigh()).toMatchObject({ ok: true, value: { value: '1.235' } });
    await scale.act('motion', 'on');
    expect(await scale.weigh()).toMatchObject({ ok: false, code: 'SCALE_IN_MOTION' });
    await scale.act('motion', 'off');
    await scale.act('defect', 'on');
    expect(await scale.weigh()).toMatchObject({ ok: false, code: 'SCALE_DEFECT' });
  });

  it('scale/cas-ap1 waits for a scale that is not ready', async () => {
    const scale = await rig('scale/cas-ap1');
    await scale.act('busy', 'on');
    expect(await scale.weigh()).toMatchObject({ ok: false, code: 'SCALE_NO_WEIGHT' });
    await scale.act('busy', 'off');
    expect(await scale.weigh()).toMatchObject({ ok: true, value: { value: '0.000' } });
  });
});
