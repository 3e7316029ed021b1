import { execFile } from 'node:child_process';
import { chmod, open, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeviceConfig } from '../contract/config.ts';
import { SUSPECT_REJECTS } from '../drivers/line-health.ts';
import { addEvenParity } from '../drivers/scale/parity.ts';
import { serialGeneric } from '../drivers/scanner/serial-generic/definition.ts';
import { PtyLine, ScannerSimulator } from '../simulators/index.ts';
import { liveDevice, temporaryFolder } from './bench.ts';
import { openTransport } from './open.ts';
import { SerialTransport } from './serial.ts';
import { endingBinding } from './serial-end.ts';

const NOBODY = 65_534;
const settings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const;
const deaf = { onBytes: () => {}, onClose: () => {} };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

describe('a port that can not be had', () => {
  it('is PORT_BUSY for a second opener, who disturbs the first one in nothing', async () => {
    const pty = new PtyLine({ path: folder.path('pty') });
    await pty.start(() => {});
    const [first, second] = [1, 2].map(() => new SerialTransport({ ...settings, path: folder.path('pty') }));
    if (!first || !second) throw new Error('two were made');
    let heard = '';
    try {
      await first.open({ ...deaf, onBytes: (bytes) => (heard += Buffer.from(bytes)) });
      await expect(second.open(deaf)).rejects.toMatchObject({ code: 'PORT_BUSY' });
      await pty.write(Buffer.from('still mine'));
      await expect.poll(() => heard).toBe('still mine');
      await first.close();
      await second.open(deaf);
    } finally {
      await first.close();
      await second.close();
      await pty.stop();
    }
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is PORT_NO_PERMISSION for another user (skipped unless run as root)',
    async () => {
      const pty = new PtyLine({ path: folder.path('pty') });
      await pty.start(() => {});
      // The user may see the folder and the script, so that only the port itself can refuse.
      await chmod(folder.path('.'), 0o755);
      const script = folder.path('open.mts');
      const serial = new URL('./serial.ts', import.meta.url).href;
      await writeFile(
        script,
        `import { SerialTransport } from ${JSON.stringify(serial)};
      const port = new SerialTransport(${JSON.stringify({ ...settings, path: folder.path('pty') })});
      await port.open({ onBytes() {}, onClose() {} }).then(() => console.log('opened'), (error) => console.log(error.code));
      process.exit();`,
      );
      const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
      const args = ['--conditions=@tillside/source', '--import', loader, script];
      const asNobody = async () => {
        const { stdout } = await promisify(execFile)(process.execPath, args, { uid: NOBODY, gid: NOBODY, cwd: '/' });
        return stdout.trim();
      };
      try {
        expect(await asNobody()).toBe('PORT_NO_PERMISSION');
        await chmod(folder.path('pty'), 0o666);
        expect(await asNobody()).toBe('opened');
      } finally {
        await pty.stop();
      }
    },
  );
});

describe('the end of a line', () => {
  it('is an error of the read, not a read that goes on for ever', async () => {
    await writeFile(folder.path('empty'), '');
    const file = await open(folder.path('empty'));
    const port = { fd: file.fd as number | null, poller: {}, read: () => Promise.reject(new Error('not replaced')) };
    const binding = endingBinding({ list: async () => [], open: async () => port } as never);
    const opened = await binding.open({} as never);
    await expect(opened.read(Buffer.alloc(8), 0, 8)).rejects.toThrow('the device is gone');
    await file.close();
    port.fd = null;
    await expect(opened.read(Buffer.alloc(8), 0, 8)).rejects.toMatchObject({ canceled: true });
  });
});

/** What a receiver at `readBaud` makes of bytes sent at `sentBaud` (8N1, least significant bit first): it samples the line in the middle of its own bits. */
function misread(bytes: Uint8Array, sentBaud: number, readBaud: number): Uint8Array {
  const bits = [...bytes].flatMap((byte) => [0, ...Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1), 1]);
  const level = (seconds: number): number => bits[Math.floor(seconds * sentBaud)] ?? 1;
  const seen: number[] = [];
  const endSeconds = bits.length / sentBaud;
  for (let at = 0; at < endSeconds; at += 1 / (readBaud * 16)) {
    if (level(at) !== 0) continue;
    const sample = (bit: number) => level(at + (bit + 1.5) / readBaud);
    seen.push(Array.from({ length: 8 }, (_, bit) => sample(bit) << bit).reduce((sum, one) => sum + one, 0));
    at += 9.5 / readBaud;
  }
  return Uint8Array.from(seen);
}

describe('a scanner that is set otherwise than its line', () => {
  const scan = Buffer.from(']E06901234567892\r');
  const wrong = [
    ['sends at 115200', misread(scan, 115_200, 9600)],
    ['sends at 38400', misread(scan, 38_400, 9600)],
    ['sends at 4800', misread(scan, 4800, 9600)],
    ['sends at 1200', misread(scan, 1200, 9600)],
    ['sends 7E1', addEvenParity(scan)],
  ] as const;

  it('reads right what is sent right', () => expect(misread(scan, 9600, 9600)).toEqual(Uint8Array.from(scan)));

  it.each(wrong)(
    'that %s stays online, says what to check, and is well again after one good scan',
    async (_, bytes) => {
      const pty = new PtyLine({ path: folder.path('pty') });
      const scanner = new ScannerSimulator(pty);
      await scanner.start();
      const config = DeviceConfig.parse({
        id: 'scanner-1',
        model: 'scanner/serial-generic',
        connection: pty.connection,
        options: { idleTimeoutMs: 20 },
      });
      const device = liveDevice(serialGeneric, config, ({ connection }) => openTransport(connection));
      try {
        await device.session.start();
        for (let count = 1; device.counters.rejects < SUSPECT_REJECTS; count += 1) {
          const { rejects } = device.counters;
          await scanner.noise(bytes);
          await expect.poll(() => device.counters.rejects, { message: `scan ${count}` }).toBeGreaterThan(rejects);
        }
        await expect.poll(() => device.states().at(-1)).toBe('online:LINE_SETTINGS_SUSPECT');
        expect(device.events.findLast((event) => event.type === 'state')?.condition).toMatchObject({
          message: expect.stringContaining('now 9600 8N1'),
          hint: expect.stringMatching(/baud rate.*parity.*9600 8N1/),
        });
        expect(device.scans()).toEqual([]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await scanner.scan('TM:good');
        await expect.poll(() => device.states().at(-1)).toBe('online');
      } finally {
        await device.session.stop();
        await scanner.stop();
      }
    },
  );
});
