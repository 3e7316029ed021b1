import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CATALOG } from '../catalog.ts';
import { systemClock } from '../clock.ts';
import { addEvenParity } from '../drivers/scale/parity.ts';
import { Mettler8217Simulator, PtyLine, ScannerSimulator, TcpLine } from '../simulators/index.ts';
import { temporaryFolder } from '../transport/bench.ts';
import { portHolder } from '../transport/holder.ts';
import { openTransport } from '../transport/open.ts';
import { SerialTransport } from '../transport/serial.ts';
import { settingsToTry } from './garbage.ts';
import { type ProbeStep, type ProbeTarget, probeTarget } from './probe.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

function probing(target: ProbeTarget, scanWaitMs = 5_000) {
  const steps: ProbeStep[] = [];
  const done = probeTarget(target, {
    catalog: CATALOG,
    clock: systemClock,
    answerWaitMs: 200,
    scanWaitMs,
    open: (connection) => openTransport(connection),
    holder: portHolder,
    onStep: (step) => steps.push(step),
  });
  return { steps, done, waiting: () => steps.some(({ step }) => step === 'scan') };
}

const serialTarget = (path: string, more = {}): ProbeTarget => ({ kind: 'serial', port: { path, ...more } });

describe('probeTarget', () => {
  it('names the scale that answers, and how a config should find its port again', async () => {
    const pty = new PtyLine({ path: folder.path('pty') });
    const scale = new Mettler8217Simulator(pty);
    await scale.start();
    const usb = { vendorId: '0403', productId: '6001', serialNumber: 'A1' };
    const { done, steps } = probing(serialTarget(folder.path('pty'), usb));
    try {
      const result = await done;
      expect(result.condition).toBeUndefined();
      expect(result.found).toEqual([
        {
          model: 'scale/mettler-8217',
          connection: { kind: 'usb-serial', ...usb, baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1 },
        },
      ]);
      const asked = steps.flatMap((step) => (step.step === 'ask' ? [step.model] : []));
      expect(asked).toEqual(
        Object.values(CATALOG)
          .filter((definition) => 'probe' in definition && definition.probe && definition.serialDefaults)
          .map(({ model }) => model),
      );
    } finally {
      await scale.stop();
    }
  });

  it('finds a scale on the network', async () => {
    const line = new TcpLine();
    const scale = new Mettler8217Simulator(line);
    await scale.start();
    const { connection } = line;
    if (connection.kind !== 'tcp') throw new Error('a TCP line has a tcp connection');
    const { done } = probing({ kind: 'tcp', host: connection.host, port: connection.port }, 0);
    expect(await done).toMatchObject({ found: [{ model: 'scale/mettler-8217', connection }] });
    await scale.stop();
  });

  it('waits for a scan and shows what it is, a payment code masked', async () => {
    const pty = new PtyLine({ path: folder.path('pty') });
    const scanner = new ScannerSimulator(pty);
    await scanner.start();
    const { done, waiting } = probing(serialTarget(folder.path('pty'), { stablePath: folder.path('by-id') }));
    try {
      await expect.poll(waiting, { timeout: 10_000 }).toBe(true);
      await expect
        .poll(async () => {
          await scanner.scan('134567890123456789', { aim: ']Q1' });
          return Promise.race([done.then(() => true), new Promise((resolve) => setTimeout(resolve, 50, false))]);
        })
        .toBe(true);
      const result = await done;
      expect(result.found).toMatchObject([
        {
          model: 'scanner/serial-generic',
          connection: { kind: 'serial', path: folder.path('by-id'), baudRate: 9600 },
          scan: { kind: 'payment', aim: ']Q1' },
        },
      ]);
      expect(JSON.stringify(result)).not.toContain('134567890123456789');
    } finally {
      await scanner.stop();
    }
  });

  it('says that something is there but garbage, and what to try', async () => {
    const pty = new PtyLine({ path: folder.path('pty') });
    const scanner = new ScannerSimulator(pty);
    await scanner.start();
    const { done, waiting } = probing(serialTarget(folder.path('pty')), 600);
    await expect.poll(waiting, { timeout: 10_000 }).toBe(true);
    await scanner.noise(addEvenParity(Buffer.from(']E06901234567892\r')));
    expect((await done).garbage).toEqual([{ settings: '9600 8N1', byteCount: 17, tryNext: ['9600 7E1'] }]);
    await scanner.stop();
  });

  it('leaves a port alone that this or another process has', async () => {
    const pty = new PtyLine({ path: folder.path('pty') });
    let heard = 0;
    await pty.start((bytes) => {
      heard += bytes.length;
    });
    const mine = new SerialTransport({
      path: folder.path('pty'),
      baudRate: 9600,
      dataBits: 8,
      parity: 'none',
      stopBits: 1,
    });
    await mine.open({ onBytes: () => {}, onClose: () => {} });
    expect((await probing(serialTarget(folder.path('pty'))).done).condition?.code).toBe('PORT_BUSY');
    await mine.close();

    const reader = spawn('sh', ['-c', `exec sleep 60 < ${folder.path('pty')}`]);
    try {
      await expect.poll(() => portHolder(folder.path('pty'))).toMatchObject({ program: 'sleep', pid: reader.pid });
      const { condition } = await probing(serialTarget(folder.path('pty'))).done;
      expect(condition).toMatchObject({ code: 'PORT_BUSY', message: expect.stringContaining(`sleep ${reader.pid}`) });
    } finally {
      reader.kill();
      await pty.stop();
    }
    expect(heard).toBe(0);
    expect((await probing(serialTarget(folder.path('gone'))).done).condition?.code).toBe('PORT_NOT_FOUND');
  });
});

describe('settingsToTry', () => {
  const text = Buffer.from('\x0201.234\r', 'latin1');
  it('tells parity from baud rate', () => {
    expect(settingsToTry(addEvenParity(text), '9600 8N1')).toEqual(['9600 7E1']);
    expect(
      settingsToTry(
        addEvenParity(text).map((byte) => byte ^ 0x80),
        '2400 8N1',
      ),
    ).toEqual(['2400 7O1']);
    expect(settingsToTry(Uint8Array.of(0xff, 0xfe, 0x00, 0x80), '9600 8N1')).toContain('115200 8N1');
    expect(settingsToTry(Uint8Array.of(0xff, 0xfe, 0x00, 0x80), '9600 8N1')).not.toContain('9600 8N1');
    expect(settingsToTry(text, '9600 8N1')).toEqual([]);
  });
});
