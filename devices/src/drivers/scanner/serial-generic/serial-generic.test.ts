import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { driverBench } from '../../bench.ts';
import { scanCodec } from './decode.ts';
import { serialGeneric } from './definition.ts';
import { SCAN_FIXTURES } from './fixtures/scans.ts';
import { FIXTURES } from './fixtures/wire.ts';
import { SerialScannerOptions } from './options.ts';

async function running(options: Record<string, unknown> = {}) {
  const bench = driverBench(serialGeneric, options);
  await bench.session.start();
  bench.events.length = 0;
  return bench;
}

describe('scanner/serial-generic', () => {
  it.each(SCAN_FIXTURES)('reads $wire', async ({ wire, ...expected }) => {
    const bench = await running();
    bench.transport.receive(wire);
    expect(bench.events).toHaveLength(1);
    expect(bench.events[0]).toMatchObject({ type: 'scan', deviceId: 'dev-1', ...expected });
  });

  it('reads a scan that comes byte by byte, and two that come as one', async () => {
    const bench = await running();
    for (const char of 'TM:a\r') bench.transport.receive(char);
    bench.transport.receive('TM:b\rTM:c\r');
    expect(bench.events.map((event) => event.type === 'scan' && event.data)).toEqual(['TM:a', 'TM:b', 'TM:c']);
  });

  it('takes a code repeated within the window as one scan, later as another', async () => {
    const bench = await running();
    bench.transport.receive('TM:a\r');
    await bench.clock.advance(499);
    bench.transport.receive('TM:a\r');
    expect(bench.events).toHaveLength(1);
    bench.transport.receive('TM:b\r');
    bench.transport.receive('TM:a\r');
    expect(bench.events).toHaveLength(3);
    await bench.clock.advance(500);
    bench.transport.receive('TM:a\r');
    expect(bench.events).toHaveLength(4);
  });

  it('does not take two payment codes for one because their masks are equal', async () => {
    const bench = await running();
    bench.transport.receive('134567890123456789\r134567890123456780\r');
    expect(bench.events).toHaveLength(2);
  });

  it('strips a prefix with the noise before it, and says when it is missing', async () => {
    const bench = await running({ prefix: '\u0002', suffix: 'ETX' });
    bench.transport.receive('zz\x02TM:a\x03');
    bench.transport.receive('TM:b\x03');
    expect(bench.events).toMatchObject([
      { type: 'scan', data: 'TM:a' },
      { type: 'reject', condition: { code: 'SCAN_PREFIX_MISSING' }, byteCount: 4 },
    ]);
  });

  it('drops a code whose suffix never comes', async () => {
    const bench = await running();
    bench.transport.receive('690123');
    await bench.clock.advance(300);
    bench.transport.receive('TM:a\r');
    expect(bench.events).toMatchObject([
      { type: 'reject', condition: { code: 'FRAME_IDLE' }, byteCount: 6 },
      { type: 'scan', data: 'TM:a' },
    ]);
  });

  it('says COMMAND_UNSUPPORTED to every command', async () => {
    const bench = await running();
    const result = await bench.session.command({ type: 'zero', deviceId: 'dev-1' });
    expect(result).toMatchObject({ ok: false, code: 'COMMAND_UNSUPPORTED' });
  });

  it('makes only lawful events of any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), async (chunks) => {
        // The bench parses every event by the contract, and throws for one that does not fit.
        const bench = await running({ duplicateWindowMs: 0 });
        for (const chunk of chunks) bench.transport.receive(chunk);
        bench.transport.receive('\rTM:z\r');
        const scans = bench.events.flatMap((event) => (event.type === 'scan' ? [event.data] : []));
        expect(scans.at(-1)).toBe('TM:z');
        await bench.session.stop();
      }),
      { numRuns: 100 },
    );
  });
});

describe('label identifiers of Datalogic', () => {
  it.each([
    { wire: 'S08F6901234567892\r', aim: ']E0', kind: 'gtin', gtin: '06901234567892' },
    { wire: 'S08FF96385074\r', aim: ']E4', kind: 'gtin', gtin: '00000096385074' },
    { wire: 'S08A060992011187\r', aim: ']E0', kind: 'gtin', gtin: '00060992011187' },
    { wire: 'S08E09988750\r', aim: ']E0', kind: 'gtin', gtin: '00099887000050' },
    { wire: 'S08R40109521234543213\r', aim: ']e0', kind: 'gs1', gtin: '09521234543213' },
    { wire: 'S08B3TM:a\r', aim: ']C0', kind: 'own', data: 'TM:a' },
    { wire: 'S08B1S14400500\r', aim: ']A0', kind: 'text', data: 'S14400500' },
  ])('say what $wire is', async ({ wire, ...expected }) => {
    const bench = await running({ prefix: 'S08', labelIds: 'datalogic' });
    bench.transport.receive(wire);
    expect(bench.events).toMatchObject([{ type: 'scan', ...expected }]);
  });

  it('are refused where no one fits, and left alone where none are set', async () => {
    const bench = await running({ prefix: 'S08', labelIds: 'datalogic' });
    bench.transport.receive('S08F690123456789\r');
    expect(bench.events).toMatchObject([{ type: 'reject', condition: { code: 'SCAN_LABEL_UNKNOWN' }, byteCount: 16 }]);
    const plain = await running();
    plain.transport.receive('F6901234567892\r');
    expect(plain.events).toMatchObject([{ type: 'scan', data: 'F6901234567892', kind: 'text' }]);
  });

  it('go there and back for every code', () => {
    const codec = scanCodec(SerialScannerOptions.parse({ prefix: 'S08', labelIds: 'datalogic' }));
    for (const { wire, value, options } of FIXTURES.filter((one) => one.options && 'labelIds' in one.options)) {
      if (value === undefined) continue;
      expect(options).toMatchObject({ prefix: 'S08' });
      expect(codec.decode(codec.encode(String(value)).slice(0, -1))).toEqual({ ok: true, value });
      // Two scanners may have two labels for one symbology; the single-cable one is sent.
      if (!String(wire).startsWith('S08#')) expect(Buffer.from(codec.encode(String(value))).toString()).toBe(wire);
    }
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = codec.decode(Buffer.from(`S08${text}`));
        if (read.ok) expect(codec.decode(codec.encode(read.value).slice(0, -1))).toEqual(read);
      }),
    );
  });
});
