import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dialog02Simulator, PtyLine, ScannerSimulator } from '@tillside/devices/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchDevices } from '../cli/devices.ts';
import { importItems } from '../prices/import.ts';
import { type Caller, ITEMS_CSV, type Rig, startRig } from '../testing.ts';

let dir: string;
let rig: Rig;
let till: Caller;
let scale: Dialog02Simulator;
let scanner: ScannerSimulator;

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-dialog-'));
  const line = new PtyLine({
    path: join(dir, 'scale'),
    settings: { baudRate: 2400, dataBits: 7, parity: 'odd' },
  });
  const scannerLine = new PtyLine({ path: join(dir, 'scanner') });
  scale = new Dialog02Simulator(line);
  scanner = new ScannerSimulator(scannerLine);
  await scale.start();
  await scanner.start();
  rig = await startRig({
    devices: [
      { id: 'scale-1', model: 'scale/dialog-02', lane: '1', connection: line.connection },
      { id: 'scanner-1', model: 'scanner/serial-generic', lane: '1', connection: scannerLine.connection },
    ],
  });
  importItems(rig.agent.app.journal, rig.agent.app.clock, ITEMS_CSV);
  till = await rig.pair('terminal', '1');
  await until(() => {
    const states = rig.agent.app.status('en').devices.map(({ state }) => state);
    return states.every((state) => state === 'online') ? true : undefined;
  });
});
afterAll(async () => {
  await rig.stop();
  await scale.stop();
  await scanner.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a lane with a scale that computes the price', { timeout: 60_000 }, () => {
  it('is told the price per kg, and its weight becomes the line', async () => {
    await scale.verbs.weight?.run(['0.755']);
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c' }, key: 'open' });
    const basket = await till.call('addLine', { params: { basketId }, body: { sku: 'apple', weigh: true }, key: 'a' });
    expect(basket.lines[0]).toMatchObject({ weightGrams: 755, payableFen: 1193 });
  });

  it('is watched by the operator, who reads codes of goods and of nobody else', async () => {
    const lines: string[] = [];
    const stop = new AbortController();
    const watching = watchDevices(rig.config, {
      locale: 'en',
      signal: stop.signal,
      out: (text: string) => void lines.push(text),
      err: () => {},
    } as never);
    await until(() => (rig.agent.app.stream.clientCount > 0 ? true : undefined));
    await scanner.scan('TM:8f3a2b');
    await scanner.scan('2900000000018', { aim: ']E0' });
    await until(() => (lines.some((line) => line.includes('2900000000018')) ? true : undefined));
    // The host tells its counters every few seconds; what was read is then said too.
    await until(() => (lines.some((line) => line.includes('scanner-1') && line.includes(' read')) ? true : undefined));
    stop.abort();
    await watching;
    expect(lines).toContain('lane 1  scan  own');
    expect(lines).toContain('lane 1  scan  in-store  ]E02900000000018');
    expect(lines.join()).not.toContain('8f3a2b');
  });
});
