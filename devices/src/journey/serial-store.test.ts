import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeviceError } from '../conditions.ts';
import { hostRig } from '../host/test-rig.ts';
import { Mettler8217Simulator, PtyLine, ScannerSimulator } from '../simulators/index.ts';
import { SerialTransport } from '../transport/serial.ts';

const run = promisify(execFile);
const soon = { timeout: 15_000, interval: 20 };
const socatVersion = await run('socat', ['-V']).then(
  () => true,
  () => false,
);
if (!socatVersion) console.warn(`Skipped: ${new DeviceError('PTY_NO_SOCAT').message}`);

describe.skipIf(!socatVersion)('scanner and scale on real serial ports (pseudo-terminals)', () => {
  let directory: string;
  let scanner: ScannerSimulator;
  let scale: Mettler8217Simulator;
  let rig: Awaited<ReturnType<typeof hostRig>>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tillside-pty-'));
    scanner = new ScannerSimulator(new PtyLine({ path: join(directory, 'scanner') }));
    const sevenEven = { dataBits: 7, parity: 'even' } as const;
    scale = new Mettler8217Simulator(new PtyLine({ path: join(directory, 'scale'), settings: sevenEven }));
    await Promise.all([scanner.start(), scale.start()]);
    rig = await hostRig([
      { id: 'scanner-1', model: 'scanner/serial-generic', connection: scanner.line.connection, options: {} },
      { id: 'scale-1', model: 'scale/mettler-8217', connection: scale.line.connection, options: {} },
    ]);
    rig.client.start();
  });

  afterAll(async () => {
    await rig?.end();
    await scanner?.stop();
    await scale?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const weigh = () => rig.client.command({ type: 'weigh', deviceId: 'scale-1', timeoutMs: 600 }, 10_000);

  it('a scan arrives as an event, and garbage as a reject', async () => {
    await expect.poll(() => rig.states('scanner-1').at(-1), soon).toBe('online');
    await expect.poll(() => rig.states('scale-1').at(-1), soon).toBe('online');
    await scanner.noise(Uint8Array.of(0xff, 0xfe, 0x00, 0x0d));
    await scanner.scan('6901234567892', { aim: ']E0', split: true });
    await expect.poll(rig.scans, soon).toEqual(['6901234567892']);
    const rejects = rig.seen.flatMap(({ event }) => (event.type === 'reject' ? [event.condition.code] : []));
    expect(rejects).toContain('SCAN_GARBAGE');
    expect(rig.seen.find(({ event }) => event.type === 'scan')?.event).toMatchObject({
      deviceId: 'scanner-1',
      aim: ']E0',
      kind: 'gtin',
      gtin: '06901234567892',
    });
  });

  // A pseudo-terminal's kernel driver forces 8 bits without parity whatever is set, so what 7E1 means is shown by the wire: the simulator
  // sends the parity bits that a 7E1 device sends. That the library is asked for 7E1 is held in transport.test.ts.
  it('a weight comes back in grams, with the parity bits that the wire carries', async () => {
    scale.setWeight(1_234);
    expect(await weigh()).toEqual({
      ok: true,
      value: { value: '1.234', unit: 'kg', net: false, grams: 1_234, stable: true },
    });
    scale.setMotion(true);
    expect(await weigh()).toMatchObject({ ok: false, code: 'SCALE_IN_MOTION' });
    scale.setMotion(false);
    scale.setWeight(20_000);
    expect(await weigh()).toMatchObject({ ok: false, code: 'SCALE_OVER_CAPACITY' });
    scale.setWeight(-50);
    expect(await weigh()).toMatchObject({ ok: false, code: 'SCALE_UNDER_ZERO' });
    expect(await rig.client.command({ type: 'zero', deviceId: 'scale-1' }, 10_000)).toMatchObject({ ok: true });
    scale.setWeight(450);
    expect(await weigh()).toMatchObject({ ok: true, value: { grams: 500 } });
    scale.setSilent(true);
    expect(await weigh()).toMatchObject({ ok: false, code: 'SCALE_SILENT' });
    scale.setSilent(false);
    expect(await weigh()).toMatchObject({ ok: true });
  });

  it('a second opener of the port is told that it is busy', async () => {
    const { connection } = scanner.line;
    if (connection.kind !== 'serial') throw new Error('the pseudo-terminal is not serial');
    const second = new SerialTransport(connection);
    await expect(second.open({ onBytes: () => {}, onClose: () => {} })).rejects.toMatchObject({ code: 'PORT_BUSY' });
  });

  it('a scanner that is unplugged and plugged in again goes on', async () => {
    const before = rig.states('scanner-1').length;
    await scanner.stop();
    await expect.poll(() => rig.states('scanner-1').slice(before)[0], soon).toBe('offline');
    await scanner.start();
    await expect.poll(() => rig.states('scanner-1').at(-1), soon).toBe('online');
    await scanner.scan('TM:again');
    await expect.poll(() => rig.scans().at(-1), soon).toBe('TM:again');
  });

  it('a killed host opens both ports again', async () => {
    const before = rig.states('scale-1').length;
    process.kill(rig.host.pid ?? 0, 'SIGKILL');
    await expect.poll(() => rig.states('scale-1').slice(before), soon).toEqual(['starting', 'online']);
    await expect.poll(() => rig.states('scanner-1').at(-1), soon).toBe('online');
    await scanner.scan('TM:after');
    await expect.poll(() => rig.scans().at(-1), soon).toBe('TM:after');
    expect(await weigh()).toMatchObject({ ok: true, value: { grams: 500 } });
  });
});
