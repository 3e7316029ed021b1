import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedHidBus } from '../../../simulators/hid-bus.ts';
import { type HidScannerFace, HidScannerSimulator, HONEYWELL } from '../../../simulators/hid-scanner.ts';
import { HidTransport } from '../../../transport/hid.ts';
import { driverBench } from '../../bench.ts';
import { hidPos } from './definition.ts';
import { capacity, scanReports } from './wire.ts';

const FORM = { layout: 'aim', reportBytes: 64 } as const;
const connection = { kind: 'hid', vendorId: '0c2e' } as const;

/** The driver over the transport, on a bus with one scanner. */
async function plugged(options: Record<string, unknown> = {}, face: HidScannerFace = HONEYWELL) {
  const bus = new SimulatedHidBus();
  const scanner = new HidScannerSimulator(bus, face);
  await scanner.start();
  const match = { ...connection, vendorId: face.vendorId.toString(16).padStart(4, '0') };
  const bench = driverBench(hidPos, options, match);
  const session = hidPos.createSession({
    ...bench.context,
    openTransport: () => new HidTransport({ match, usage: hidPos.hid, port: bus }),
  });
  await session.start();
  await bench.clock.advance(0);
  return { ...bench, bus, scanner, session };
}

type Bench = Awaited<ReturnType<typeof plugged>>;
const scans = ({ events }: Bench) => events.flatMap((event) => (event.type === 'scan' ? [event.data] : []));
const states = ({ events }: Bench) =>
  events.flatMap((event) => (event.type === 'state' ? [[event.state, event.condition?.code]] : []));
const rejects = ({ events }: Bench) =>
  events.flatMap((event) => (event.type === 'reject' ? [[event.condition.code, event.byteCount]] : []));

describe('scanner/hid-pos', () => {
  it('makes a Honeywell ready when it opens, and reads what it scans', async () => {
    const bench = await plugged();
    bench.scanner.scan('6901234567892');
    bench.scanner.scan('0109521234543213\x1d10LOT1', ']d2');
    expect(bench.events.filter((event) => event.type === 'scan')).toMatchObject([
      { deviceId: 'dev-1', aim: ']E0', data: '6901234567892', kind: 'gtin', gtin: '06901234567892' },
      { aim: ']d2', data: '0109521234543213\x1d10LOT1', kind: 'gs1', gtin: '09521234543213' },
    ]);
    expect(states(bench)).toEqual([
      ['starting', undefined],
      ['online', undefined],
    ]);
  });

  it('does not send that to others', async () => {
    const face = { vendorId: 0x05e0, productId: 0x1701 };
    const bench = await plugged({}, face);
    bench.scanner.setRefusesFeatures(true);
    bench.scanner.scan('6901234567892');
    expect(scans(bench)).toEqual(['6901234567892']);
  });

  it('says so when the scanner refuses to be made ready', async () => {
    const bench = await plugged();
    bench.scanner.setRefusesFeatures(true);
    await bench.scanner.stop();
    await bench.scanner.start();
    await bench.clock.advance(1_000);
    expect(states(bench).at(-1)).toEqual(['faulty', 'HID_REPORT_REFUSED']);
  });

  it('puts a scan of several reports together, a character split between two included', async () => {
    const bench = await plugged();
    const code = `${'a'.repeat(55)}会员${'b'.repeat(60)}`;
    bench.scanner.scan(code, ']Q1');
    bench.scanner.scan('c'.repeat(112), ']Q1');
    expect(scans(bench)).toEqual([code, 'c'.repeat(112)]);
  });

  it('drops a scan whose end is lost, by time and by the next code', async () => {
    const bench = await plugged();
    bench.scanner.setLossy(true);
    bench.scanner.scan('a'.repeat(60), ']Q1');
    await bench.clock.advance(300);
    bench.scanner.scan('b'.repeat(60), ']Q1');
    bench.scanner.setLossy(false);
    bench.scanner.scan('6901234567892');
    await bench.clock.advance(2_000);
    expect(scans(bench)).toEqual(['6901234567892']);
    expect(rejects(bench)).toEqual([
      ['SCAN_UNFINISHED', 56],
      ['SCAN_UNFINISHED', 56],
    ]);
  });

  it('keeps no more than a symbol can hold', async () => {
    const bench = await plugged();
    for (const report of scanReports(']Q1', new Uint8Array(4_200).fill(0x61), FORM)) bench.scanner.report(report);
    expect(rejects(bench)[0]?.[0]).toBe('FRAME_OVERSIZE');
    bench.scanner.scan('6901234567892');
    expect(scans(bench).at(-1)).toBe('6901234567892');
  });

  it('reads a scanner that shifts by one', async () => {
    const bench = await plugged();
    bench.scanner.setShifted(true);
    bench.scanner.scan('6901234567892');
    expect(scans(bench)).toEqual(['6901234567892']);
  });

  it('drops what has no AIM identifier and says why', async () => {
    const bench = await plugged();
    bench.scanner.report(Uint8Array.of(2, 3, 0x31, 0x32, 0x33, 0, 0, 0));
    bench.scanner.report(Uint8Array.of(9, 9));
    await bench.clock.advance(2_000);
    expect(rejects(bench)).toEqual([
      ['SCAN_REPORT_UNKNOWN', 8],
      ['SCAN_REPORT_UNKNOWN', 2],
    ]);
    expect(scans(bench)).toEqual([]);
  });

  it('reads the plain layout, and takes a line end off', async () => {
    const bench = await plugged({ layout: 'plain' });
    const [report] = scanReports('', Buffer.from('6901234567892\r\n'), { layout: 'plain', reportBytes: 64 });
    bench.scanner.report(report ?? Uint8Array.of());
    expect(scans(bench)).toEqual(['6901234567892']);
  });

  it('refuses bytes that are no text', async () => {
    const bench = await plugged();
    for (const report of scanReports(']E0', Uint8Array.of(0xff, 0xfe), FORM)) bench.scanner.report(report);
    expect(rejects(bench)).toEqual([['SCAN_GARBAGE', 2]]);
  });

  it('takes a code repeated within the window as one scan, and two payment codes as two', async () => {
    const bench = await plugged();
    for (const code of ['TM:a', 'TM:a', '134567890123456789', '134567890123456780']) bench.scanner.scan(code, ']Q1');
    expect(scans(bench)).toEqual(['TM:a', '13****************', '13****************']);
    await bench.clock.advance(500);
    bench.scanner.scan('134567890123456780', ']Q1');
    expect(scans(bench)).toHaveLength(4);
  });

  it('comes back after the plug was pulled in the middle of a scan', async () => {
    const bench = await plugged({ continueTimeoutMs: 5_000 });
    bench.scanner.setLossy(true);
    bench.scanner.scan('a'.repeat(60), ']Q1');
    bench.scanner.setLossy(false);
    await bench.scanner.stop();
    await bench.clock.advance(200);
    await bench.scanner.start();
    await bench.clock.advance(2_000);
    bench.scanner.scan('b'.repeat(60), ']Q1');
    expect(scans(bench)).toEqual(['b'.repeat(60)]);
    expect(states(bench)).toEqual([
      ['starting', undefined],
      ['online', undefined],
      ['offline', 'DEVICE_OFFLINE'],
      ['offline', 'HID_NOT_FOUND'],
      ['online', undefined],
    ]);
  });

  it('names keyboard mode, and reads as soon as the scanner was set right', async () => {
    const bench = await plugged();
    bench.scanner.setKeyboard(true);
    await bench.clock.advance(1_000);
    expect(states(bench).at(-1)).toEqual(['faulty', 'HID_WRONG_MODE']);
    bench.scanner.setKeyboard(false);
    await bench.clock.advance(20_000);
    bench.scanner.scan('6901234567892');
    expect(scans(bench)).toEqual(['6901234567892']);
  });

  it('says COMMAND_UNSUPPORTED to every command', async () => {
    const bench = await plugged();
    const result = await bench.session.command({ type: 'zero', deviceId: 'dev-1' });
    expect(result).toMatchObject({ ok: false, code: 'COMMAND_UNSUPPORTED' });
  });

  it('makes only lawful events of any reports', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), async (reports) => {
        const bench = await plugged({ duplicateWindowMs: 0 });
        for (const report of reports) bench.scanner.report(Uint8Array.of(2, ...report));
        await bench.clock.advance(300);
        bench.scanner.scan('TM:z', ']Q1');
        expect(scans(bench).at(-1)).toBe('TM:z');
        await bench.session.stop();
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    [FORM, 56],
    [{ layout: 'plain', reportBytes: 64 } as const, 56],
    [{ layout: 'aim', reportBytes: 62 } as const, 56],
    [{ layout: 'aim', reportBytes: 1024 } as const, 255],
  ])('%o holds %i bytes of data', (form, bytes) => expect(capacity(form)).toBe(bytes));
});
