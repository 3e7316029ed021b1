import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentEvents, type StreamEvent } from '@tillside/agent-contract';
import { Mettler8217Simulator, PtyLine, ScannerSimulator } from '@tillside/devices/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importItems } from '../prices/import.ts';
import { type Caller, ITEMS_CSV, type Rig, startRig } from '../testing.ts';

let dir: string;
let rig: Rig;
let till: Caller;
let other: Caller;
let scanner: ScannerSimulator;
let scale: Mettler8217Simulator;
const heard: { id: string; event: StreamEvent }[] = [];
const heardElsewhere: StreamEvent[] = [];
const listening = new AbortController();
let next = 0;
const key = (): string => `d${next++}`;

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const device = (id: string) => rig.agent.app.status('en').devices.find(({ deviceId }) => deviceId === id);
const online = (id: string) => until(() => (device(id)?.state === 'online' ? true : undefined));
const scanned = (data: string) =>
  until(() => heard.find(({ event }) => event.type === 'scan' && event.data.endsWith(data)));

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-lane-'));
  const scannerLine = new PtyLine({ path: join(dir, 'scanner') });
  const scaleLine = new PtyLine({ path: join(dir, 'scale'), settings: { dataBits: 7, parity: 'even' } });
  scanner = new ScannerSimulator(scannerLine);
  scale = new Mettler8217Simulator(scaleLine);
  await scanner.start();
  await scale.start();
  rig = await startRig({
    devices: [
      { id: 'scanner-1', model: 'scanner/serial-generic', lane: '1', connection: scannerLine.connection },
      { id: 'scale-1', model: 'scale/mettler-8217', lane: '1', connection: scaleLine.connection },
    ],
  });
  importItems(rig.agent.app.journal, rig.agent.app.clock, ITEMS_CSV);
  till = await rig.pair('terminal', '1');
  other = await rig.pair('terminal', '2');
  const listen = async (caller: Caller, hear: (entry: { id: string; event: StreamEvent }) => void): Promise<void> => {
    const stream = agentEvents({ url: rig.agent.url, credential: caller.credential }, listening.signal);
    try {
      for await (const entry of stream) hear(entry);
    } catch (error) {
      if (!listening.signal.aborted) throw error;
    }
  };
  void listen(till, (entry) => heard.push(entry));
  void listen(other, ({ event }) => heardElsewhere.push(event));
  await until(() => (rig.agent.app.stream.clientCount === 2 ? true : undefined));
  await online('scanner-1');
});
afterAll(async () => {
  listening.abort();
  await rig.stop();
  await scanner.stop();
  await scale.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a lane, from its wires to the basket', { timeout: 60_000 }, () => {
  it('a scan reaches its till, and no other, as a line', async () => {
    await scanner.scan('2900000000018', { aim: ']E0', split: true });
    const { event } = await scanned('2900000000018');
    expect(event).toMatchObject({ type: 'scan', lane: '1', kind: 'in-store', gtin: '02900000000018' });
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c' }, key: key() });
    const basket = await till.call('addLine', {
      params: { basketId },
      body: { scan: event.type === 'scan' ? event.data : '' },
      key: key(),
    });
    expect(basket.lines.map((line) => line.sku)).toEqual(['milk']);
    expect(heardElsewhere.filter(({ type }) => type === 'scan')).toEqual([]);
  });

  it('a weighed item takes its grams from the scale', async () => {
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c' }, key: key() });
    const weigh = () => till.call('addLine', { params: { basketId }, body: { sku: 'apple', weigh: true }, key: key() });
    scale.setWeight(505);
    await until(async () => (await weigh().catch(() => undefined)) && true);
    scale.setWeight(1234);
    const basket = await weigh();
    expect(basket.lines.map((line) => line.weightGrams)).toEqual([505, 1234]);
    scale.setMotion(true);
    await expect(weigh()).rejects.toThrow('SCALE_REFUSED');
    scale.setMotion(false);
    await expect(
      other.call('addLine', {
        params: { basketId: (await other.call('openBasket', { body: { cashierId: 'c' }, key: key() })).basketId },
        body: { sku: 'apple', weigh: true },
        key: key(),
      }),
    ).rejects.toThrow('NO_SCALE');
  });

  it('garbage on the port is counted and seen, and the next scan is taken', async () => {
    await scanner.noise(Buffer.from([0xff, 0xfe, 0x80, 0x81, 0x0d]));
    const seen = await until(() => device('scanner-1')?.condition);
    expect(seen.code).toBe('SCAN_GARBAGE');
    const metrics = await (await fetch(`${rig.agent.url}/metrics`)).text();
    expect(metrics).toMatch(/tillside_device_rejects_total\{device="scanner-1",code="SCAN_GARBAGE"\} [1-9]/);
    await scanner.scan('2900000000025');
    await scanned('2900000000025');
  });

  it('a killed device host costs the lane its devices for a moment, the till nothing', async () => {
    const pid = rig.agent.app.devices.pids()['lane-1'];
    process.kill(pid ?? -1, 'SIGKILL');
    await until(() => (device('scanner-1')?.state === 'offline' ? true : undefined));
    expect(device('scanner-1')?.condition?.code).toBe('HOST_DOWN');
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c' }, key: key() });
    const basket = await till.call('addLine', { params: { basketId }, body: { sku: 'tea' }, key: key() });
    expect(basket.decision.payableFen).toBe(500);
    await online('scanner-1');
    expect(rig.agent.app.devices.pids()['lane-1']).not.toBe(pid);
    await scanner.scan('2900000000049');
    await scanned('2900000000049');
  });

  it('a listener that comes back with Last-Event-ID hears what it missed, once', async () => {
    const first = heard.find(({ event }) => event.type === 'scan');
    const again: { id: string; event: StreamEvent }[] = [];
    const stop = new AbortController();
    const rest = heard.filter(({ id }) => Number(id) > Number(first?.id));
    const options = { url: rig.agent.url, credential: till.credential };
    for await (const entry of agentEvents(options, stop.signal, first?.id)) {
      again.push(entry);
      if (again.length >= rest.length) break;
    }
    stop.abort();
    expect(again).toEqual(rest);
  });
});
