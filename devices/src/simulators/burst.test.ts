import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import type { DeviceEvent } from '../contract/event.ts';
import { newCounters } from '../contract/metrics.ts';
import { serialGeneric } from '../drivers/scanner/serial-generic/definition.ts';
import { TcpTransport } from '../transport/tcp.ts';
import { FaultyLine } from './faults.ts';
import { seededRandom } from './random.ts';
import { ScannerSimulator } from './scanner.ts';
import { TcpLine } from './tcp-line.ts';

/** A network scanner and its driver, over real TCP. */
async function networkScanner() {
  const line = new FaultyLine(new TcpLine(), { random: seededRandom(3), clock: systemClock });
  const scanner = new ScannerSimulator(line, seededRandom(4));
  await scanner.start();
  const { connection } = line;
  if (connection.kind !== 'tcp') throw new Error('a TCP line has a tcp connection');
  const events: DeviceEvent[] = [];
  const session = serialGeneric.createSession({
    config: { id: 'scanner-1', model: serialGeneric.model, connection, options: {} },
    options: serialGeneric.options.parse({}),
    clock: systemClock,
    counters: newCounters(),
    emit: (event) => events.push(event),
    openTransport: () => new TcpTransport(connection),
  });
  await session.start();
  const scans = () => events.flatMap((event) => (event.type === 'scan' ? [event.data] : []));
  const state = () => events.flatMap((event) => (event.type === 'state' ? [event.state] : [])).at(-1);
  /** The server knows its client a moment after the client knows the server. One code goes out, and has come in: none is left on the way. */
  const ready = async () => {
    await expect
      .poll(() =>
        scanner.scan('96385074').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await expect.poll(() => scans().length, { timeout: 10_000 }).toBe(1);
  };
  return { line, scanner, session, events, scans, state, ready };
}

describe('a simulated network scanner', () => {
  let rig: Awaited<ReturnType<typeof networkScanner>>;
  afterEach(async () => {
    await rig.session.stop();
    await rig.scanner.stop();
  });

  it('sends bursts as fast as the line takes them, and every code arrives once', async () => {
    rig = await networkScanner();
    await rig.ready();
    const before = rig.scans().length;
    await rig.scanner.burst(5_000);
    await expect.poll(() => rig.scans().length - before, { timeout: 20_000 }).toBe(5_000);
    const codes = rig.scans().slice(before);
    expect(new Set(codes).size).toBe(5_000);
    expect(rig.events.filter(({ type }) => type === 'reject')).toEqual([]);
  });

  it('survives noise, cuts and flipped bits: a code is right or it is told as refused', async () => {
    rig = await networkScanner();
    await rig.ready();
    rig.line.set('noise', 0.2);
    rig.line.set('split', 0.3, 0);
    rig.line.set('corrupt', 0.2);
    const before = rig.scans().length;
    await rig.scanner.burst(400);
    rig.line.clear();
    await rig.scanner.scan('TC:last');
    await expect.poll(() => rig.scans().at(-1), { timeout: 20_000 }).toBe('TC:last');
    expect(rig.scans().length - before).toBeGreaterThan(200);
    expect(rig.scans().length - before).toBeLessThan(401);
    expect(rig.line.made.get('corrupt')).toBeGreaterThan(40);
  });

  it('is back after an unplug', async () => {
    rig = await networkScanner();
    await rig.ready();
    await rig.line.unplug(100);
    await expect.poll(rig.state, { timeout: 20_000 }).toBe('online');
    await expect
      .poll(
        () =>
          rig.scanner.scan('TM:back').then(
            () => rig.scans().at(-1),
            () => undefined,
          ),
        { timeout: 20_000 },
      )
      .toBe('TM:back');
    expect(rig.events.some((event) => event.type === 'state' && event.state === 'offline')).toBe(true);
  });
});
