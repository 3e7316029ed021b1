import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CATALOG } from '../catalog.ts';
import { systemClock } from '../clock.ts';
import { DeviceConfig } from '../contract/config.ts';
import { mettler8217 } from '../drivers/scale/mettler-8217/definition.ts';
import { serialGeneric } from '../drivers/scanner/serial-generic/definition.ts';
import { hostRig } from '../host/test-rig.ts';
import { Mettler8217Simulator, PtyLine, ScannerSimulator, type SimulatorLine } from '../simulators/index.ts';
import { liveDevice, temporaryFolder } from './bench.ts';
import { HostLines } from './host-lines.ts';
import { MemoryTransport } from './memory.ts';
import { SharedLine } from './shared.ts';

/** A scanner and a scale in one housing: whole messages, one after the other, each byte by itself. */
class Housing {
  readonly #pty: PtyLine;
  #turn: Promise<unknown> = Promise.resolve();
  #listeners: ((bytes: Uint8Array) => void)[] = [];

  constructor(pty: PtyLine) {
    this.#pty = pty;
  }

  start(): Promise<void> {
    return this.#pty.start((bytes) => {
      for (const listener of this.#listeners) listener(bytes);
    });
  }

  part(): SimulatorLine {
    return {
      connection: this.#pty.connection,
      start: async (onBytes) => {
        this.#listeners.push(onBytes);
      },
      write: (message) => {
        const turn = this.#turn.then(async () => {
          // One serial chip sends for both, with its own settings: here 8N1, so no parity bit in bit 7.
          for (const byte of message) await this.#pty.write(Uint8Array.of(byte & 0x7f));
        });
        this.#turn = turn.catch(() => undefined);
        return turn;
      },
      stop: async () => {
        this.#listeners = [];
      },
    };
  }
}

const scanner = (path: string, more: object = {}) =>
  DeviceConfig.parse({
    id: 'scanner-1',
    model: 'scanner/serial-generic',
    connection: { kind: 'serial', path },
    options: { duplicateWindowMs: 0, idleTimeoutMs: 1_000 },
    ...more,
  });
const scale = (more: object = {}) =>
  DeviceConfig.parse({
    id: 'scale-1',
    model: 'scale/mettler-8217',
    connection: { kind: 'shared', with: 'scanner-1' },
    ...more,
  });

describe('a scanner and a scale on one cable', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('lose nothing and mix nothing, and both see the cable come out', async () => {
    const path = folder.path('pty');
    const pty = new PtyLine({ path });
    const housing = new Housing(pty);
    const beeper = new ScannerSimulator(housing.part());
    const plate = new Mettler8217Simulator(housing.part());
    await housing.start();
    await Promise.all([beeper.start(), plate.start()]);
    const devices = [scanner(path), scale()];
    const lines = new HostLines({ devices, catalog: CATALOG, clock: systemClock });
    const [scans, weights] = [
      liveDevice(serialGeneric, scanner(path), (config) => lines.open(config)),
      liveDevice(mettler8217, scale(), (config) => lines.open(config)),
    ];
    try {
      await Promise.all([scans.session.start(), weights.session.start()]);
      expect([scans.states().at(-1), weights.states().at(-1)]).toEqual(['online', 'online']);
      const sent: string[] = [];
      const beep = async () => {
        for (let index = 0; index < 60; index += 1) {
          sent.push(`TM:${index}`);
          await beeper.scan(`TM:${index}`);
        }
      };
      const weigh = async () => {
        for (let index = 0; index < 20; index += 1) {
          plate.setWeight(100 + index);
          const result = await weights.session.command({ type: 'weigh', deviceId: 'scale-1', timeoutMs: 5_000 });
          expect(result).toMatchObject({ ok: true, value: { grams: 100 + index } });
        }
      };
      await Promise.all([beep(), weigh()]);
      await expect.poll(scans.scans).toEqual(sent);
      expect([scans.counters, weights.counters].map(({ rejects }) => rejects)).toEqual([0, 0]);
      expect(scans.counters.bytesIn).toBe(sent.join('\r').length + 1);
      expect(weights.counters.bytesIn).toBe(20 * '\x0201.234\r'.length);

      await pty.stop();
      await expect.poll(() => scans.states().at(-1)).toMatch(/^offline/);
      await expect.poll(() => weights.states().at(-1)).toMatch(/^offline/);
      await housing.start();
      await expect
        .poll(() => [scans.states().at(-1), weights.states().at(-1)], { timeout: 10_000 })
        .toEqual(['online', 'online']);
      await beeper.scan('TM:again');
      await expect.poll(() => scans.scans().at(-1)).toBe('TM:again');
    } finally {
      await Promise.all([scans.session.stop(), weights.session.stop()]);
      await pty.stop();
    }
  });
});

describe('a device host', () => {
  it('runs both on one port, and the scanner alone when the scale may not share', async () => {
    const folder = await temporaryFolder();
    const pty = new PtyLine({ path: folder.path('pty') });
    const beeper = new ScannerSimulator(pty);
    await beeper.start();
    const rig = await hostRig([
      scanner(folder.path('pty')),
      scale(),
      scale({ id: 'scale-2', connection: { kind: 'shared', with: 'x' } }),
    ]);
    try {
      rig.client.start();
      const last = (id: string) => rig.states(id).at(-1);
      await expect
        .poll(() => ['scanner-1', 'scale-1', 'scale-2'].map(last), { timeout: 10_000 })
        .toEqual(['online', 'online', 'faulty']);
      await beeper.scan('TM:a');
      await expect.poll(rig.scans).toEqual(['TM:a']);
    } finally {
      await rig.end();
      await pty.stop();
      await folder.remove();
    }
  });
});

describe('SharedLine', () => {
  const record = () => {
    const seen = { text: '', closedWith: '', dropped: [] as [string, number][] };
    return {
      seen,
      onBytes: (bytes: Uint8Array) => {
        seen.text += Buffer.from(bytes).toString('latin1');
      },
      onClose: (reason: string) => {
        seen.closedWith = reason;
      },
      onDropped: (code: string, byteCount: number) => {
        seen.dropped.push([code, byteCount]);
      },
    };
  };

  it('opens the port once for all, closes it after the last, and tells all when it closes by itself', async () => {
    const port = new MemoryTransport();
    const line = new SharedLine({ port, marks: [{ text: '\x02', counts: 'anywhere' }], clock: systemClock });
    const [rest, marked] = [line.part(undefined), line.part('\x02')];
    const [first, second] = [record(), record()];
    await Promise.all([rest.open(first), marked.open(second)]);
    expect(port.openCount).toBe(1);
    port.receive('TM:a\r\x02?A\rhalf\x0200.000\r');
    expect([first.seen.text, second.seen.text]).toEqual(['TM:a\r', '\x02?A\r\x0200.000\r']);
    expect(first.seen.dropped).toEqual([['FRAME_NOISE', 4]]);

    await marked.close();
    await expect(marked.write(Uint8Array.of(0x57))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
    await rest.write(Uint8Array.of(0x57));
    await marked.open(second);
    expect(port.openCount).toBe(1);
    port.drop('unplugged');
    expect([first.seen.closedWith, second.seen.closedWith]).toEqual(['unplugged', 'unplugged']);

    await rest.open(first);
    expect(port.openCount).toBe(2);
    await rest.close();
    await rest.close();
    await expect(port.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
  });
});

describe('HostLines', () => {
  const at = (devices: DeviceConfig[], id = 'scale-1') => {
    const device = devices.find((one) => one.id === id);
    if (!device) throw new Error(id);
    return () => new HostLines({ devices, catalog: CATALOG, clock: systemClock }).open(device);
  };
  const shared = (withId: string, more: object = {}) =>
    scale({ connection: { kind: 'shared', with: withId }, ...more });
  const magellan = scale({ model: 'scale/magellan-single-cable' });

  it.each(['none', 'datalogic'])('lets a scanner and a scale with prefixes of their own share (%s)', (labelIds) => {
    for (const suffix of ['CR', 'CRLF', 'ETX']) {
      const devices = [scanner('/dev/x', { options: { prefix: 'S08', suffix, labelIds } }), magellan];
      expect(at(devices)().address).toBe('serial:/dev/x');
    }
  });

  it.each<[string, DeviceConfig[]]>([
    ['SHARED_DEVICE_UNKNOWN', [scanner('/dev/x'), shared('scanner-2')]],
    ['SHARED_WITH_ITSELF', [scanner('/dev/x'), shared('scale-1')]],
    ['SHARED_CHAIN', [scanner('/dev/x'), shared('scale-2'), shared('scanner-1', { id: 'scale-2' })]],
    ['SHARED_START_CLASH', [scanner('/dev/x', { options: { prefix: '\u0002', suffix: 'ETX' } }), scale()]],
    ['SHARED_START_CLASH', [scanner('/dev/x'), scale(), scale({ id: 'scale-2' })]],
    ['SHARED_START_CLASH', [scanner('/dev/x'), magellan]],
    ['SHARED_START_CLASH', [scanner('/dev/x', { options: { prefix: 'S1' } }), magellan]],
    ['SHARED_START_CLASH', [scanner('/dev/x', { options: { prefix: 'S08', suffix: 'TAB' } }), magellan]],
    ['SHARED_START_CLASH', [scanner('/dev/x', { options: { prefix: 'S08' } }), magellan, { ...magellan, id: 's-2' }]],
    ['SHARED_UNSUPPORTED', [scanner('/dev/x'), scanner('', { id: 'scale-1', connection: scale().connection })]],
    ['CONNECTION_NOT_BYTES', [scanner('', { connection: { kind: 'http', url: 'http://127.0.0.1/' } }), scale()]],
  ])('refuses with %s', (code, devices) => {
    expect(at(devices)).toThrow(expect.objectContaining({ code }));
    // The device whose cable it is works on, with its own refusal if it has one.
    if (devices[0]?.connection.kind === 'serial') expect(at(devices, 'scanner-1')().address).toBe('serial:/dev/x');
  });
});
