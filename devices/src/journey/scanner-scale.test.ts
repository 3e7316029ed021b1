import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeviceError } from '../conditions.ts';
import { DeviceConfig } from '../contract/config.ts';
import { hostRig } from '../host/test-rig.ts';
import { MagellanSimulator, PtyLine, type SimulatorLine } from '../simulators/index.ts';

const run = promisify(execFile);
const soon = { timeout: 15_000, interval: 20 };
const socatVersion = await run('socat', ['-V']).then(
  () => true,
  () => false,
);
if (!socatVersion) console.warn(`Skipped: ${new DeviceError('PTY_NO_SOCAT').message}`);

/** Each byte by itself, as a slow line brings them. */
const byteByByte = (line: SimulatorLine): SimulatorLine => ({
  get connection() {
    return line.connection;
  },
  start: (onBytes) => line.start(onBytes),
  stop: () => line.stop(),
  write: async (message) => {
    for (const byte of message) {
      await line.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
});

describe.skipIf(!socatVersion)('a scanner-scale with one cable (a pseudo-terminal)', () => {
  let directory: string;
  let housing: MagellanSimulator;
  let rig: Awaited<ReturnType<typeof hostRig>>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tillside-pty-'));
    housing = new MagellanSimulator(byteByByte(new PtyLine({ path: join(directory, 'cable') })));
    await housing.start();
    rig = await hostRig(
      [
        {
          id: 'scanner-1',
          model: 'scanner/serial-generic',
          connection: housing.line.connection,
          options: { prefix: 'S08', labelIds: 'datalogic', duplicateWindowMs: 0, idleTimeoutMs: 5_000 },
        },
        { id: 'scale-1', model: 'scale/magellan-single-cable', connection: { kind: 'shared', with: 'scanner-1' } },
      ].map((device) => DeviceConfig.parse(device)),
    );
    rig.client.start();
  });

  afterAll(async () => {
    await rig?.end();
    await housing?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const weigh = (timeoutMs = 5_000) => rig.client.command({ type: 'weigh', deviceId: 'scale-1', timeoutMs }, 10_000);
  const last = (id: string) => rig.states(id).at(-1);
  const bothAre = (state: string) =>
    expect.poll(() => [last('scanner-1'), last('scale-1')], soon).toEqual([state, state]);
  const rejects = () => rig.seen.filter(({ event }) => event.type === 'reject');
  /** Weighs `count` times, and scans all the while. */
  const serve = async (name: string, count: number) => {
    const codes: string[] = [];
    const weights: number[] = [];
    const weighing = (async () => {
      while (weights.length < count) {
        const grams = 100 + weights.length;
        housing.setWeight(grams);
        expect(await weigh()).toMatchObject({ ok: true, value: { unit: 'kg', grams } });
        weights.push(grams);
      }
    })();
    const scanning = (async () => {
      while (weights.length < count) {
        codes.push(`${name}-${codes.length} S14400999`);
        await housing.scanner.scan(codes.at(-1) ?? '', { aim: ']C0' });
      }
    })();
    await Promise.all([weighing, scanning]);
    expect(codes.length).toBeGreaterThan(count / 2);
    return { codes, weights };
  };

  it('loses no scan and no weight and mixes none, byte by byte', async () => {
    await bothAre('online');
    const { codes, weights } = await serve('first', 12);
    await expect.poll(rig.scans, soon).toEqual(codes);
    const seen = () => rig.seen.flatMap(({ event }) => (event.type === 'weight' ? [event.grams] : []));
    await expect.poll(seen, soon).toEqual(weights);
    expect(rejects()).toEqual([]);
  });

  it('says what the codes are, and why there is no weight', async () => {
    await housing.scanner.scan('6901234567892', { aim: ']E0' });
    await housing.scanner.scan('0109521234543213', { aim: ']e0' });
    const tail = () =>
      rig.seen.flatMap(({ event }) => (event.type === 'scan' ? [[event.aim, event.kind, event.gtin]] : [])).slice(-2);
    await expect.poll(tail, soon).toEqual([
      [']E0', 'gtin', '06901234567892'],
      [']e0', 'gs1', '09521234543213'],
    ]);
    housing.setMotion(true);
    expect(await weigh(600)).toMatchObject({ ok: false, code: 'SCALE_IN_MOTION' });
    housing.setMotion(false);
    housing.setWeight(0);
    expect(await weigh()).toMatchObject({ ok: true, value: { value: '0.000', grams: 0 } });
    expect(rejects()).toEqual([]);
  });

  it('is unplugged, both say so, and both go on when it is back', async () => {
    await housing.stop();
    await bothAre('offline');
    expect(await weigh(600)).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
    await housing.start();
    await bothAre('online');
    const before = rig.scans().length;
    const { codes } = await serve('again', 4);
    await expect.poll(() => rig.scans().slice(before), soon).toEqual(codes);
    expect(rejects()).toEqual([]);
  });
});
