import jpeg from 'jpeg-js';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../clock.ts';
import type { CommandResult } from '../../../contract/command.ts';
import { DeviceEvent } from '../../../contract/event.ts';
import { newCounters } from '../../../contract/metrics.ts';
import { EscPosSimulator } from '../../../simulators/escpos.ts';
import { PtyLine } from '../../../simulators/pty-line.ts';
import { TcpLine } from '../../../simulators/tcp-line.ts';
import { temporaryFolder } from '../../../transport/bench.ts';
import { SerialTransport } from '../../../transport/serial.ts';
import { TcpTransport } from '../../../transport/tcp.ts';
import { driverBench } from '../../bench.ts';
import { escPos } from './definition.ts';
import { planJob } from './job.ts';

const INIT = '\x1b@';
const CUT = '\x1dV\x00';
const job = (text: string | Uint8Array, timeoutMs = 20_000) => ({
  type: 'print' as const,
  deviceId: 'dev-1',
  bytes: Buffer.from(text as string, 'latin1').toString('base64'),
  timeoutMs,
});
const lines = (count: number): string => Array.from({ length: count }, (_, place) => `line ${place + 1}\n`).join('');

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanUps.splice(0)) await clean();
});

/** A printer on real TCP and its driver. */
async function networkPrinter(options: Record<string, unknown> = {}) {
  const line = new TcpLine();
  const printer = new EscPosSimulator(line);
  await printer.start();
  const { connection } = line;
  if (connection.kind !== 'tcp') throw new Error('a TCP line has a tcp connection');
  const events: DeviceEvent[] = [];
  const session = escPos.createSession({
    config: { id: 'dev-1', model: escPos.model, connection, options },
    options: escPos.options.parse({ pollMs: 100, answerTimeoutMs: 300, drainTimeoutMs: 1_000, ...options }),
    clock: systemClock,
    counters: newCounters(),
    random: () => 0.5,
    emit: (event) => events.push(DeviceEvent.parse(event)),
    openTransport: () => new TcpTransport(connection),
  });
  cleanUps.push(
    () => session.stop(),
    () => printer.stop(),
  );
  await session.start();
  const states = () =>
    events.flatMap((event) =>
      event.type === 'state' ? [[event.state, event.condition?.code].filter(Boolean).join(' ')] : [],
    );
  const now = () => states().at(-1);
  return { printer, session, states, now, print: (text: string) => session.command(job(text)) };
}

describe('printer/escpos over TCP', () => {
  it('prints a job and proves it', async () => {
    const { printer, print } = await networkPrinter();
    const text = `${INIT}\x1ba\x01\x1bE\x01Tillside\n\x1bE\x00\x1ba\x00${lines(3)}${CUT}`;
    expect(await print(text)).toEqual({ ok: true, value: { proof: 'processed', byteCount: text.length } });
    expect(printer.lines).toEqual(['Tillside', 'line 1', 'line 2', 'line 3', '[cut]']);
    expect(printer.printed[0]).toMatchObject({ align: 'centre', runs: [{ text: 'Tillside', bold: true }] });
  });

  it('keeps jobs apart and in order', async () => {
    const { printer, print } = await networkPrinter();
    const results = await Promise.all(['a', 'b', 'c'].map((name) => print(`${name}1\n${name}2\n`)));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(printer.lines).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
  });

  it.each([
    ['PRINTER_PAPER_OUT', (printer: EscPosSimulator) => printer.setPaper('out')],
    ['PRINTER_COVER_OPEN', (printer: EscPosSimulator) => printer.setStatus({ coverOpen: true })],
    ['PRINTER_OFFLINE', (printer: EscPosSimulator) => printer.setStatus({ offline: true })],
    ['PRINTER_CUTTER_STUCK', (printer: EscPosSimulator) => printer.setStatus({ cutterStuck: true })],
    ['PRINTER_ERROR', (printer: EscPosSimulator) => printer.setStatus({ error: true })],
    ['PRINTER_SILENT', (printer: EscPosSimulator) => printer.setSilent(true)],
  ] as const)('refuses with %s before anything is sent', async (code, break_) => {
    const { printer, print } = await networkPrinter();
    break_(printer);
    expect(await print('never\n')).toMatchObject({ ok: false, code });
    expect(printer.received.includes('never')).toBe(false);
  });

  it('says that a job broke when the paper ends in the middle of it, and prints the next whole', async () => {
    const { printer, print, now } = await networkPrinter({ chunkBytes: 64 });
    printer.setPaper(10);
    const result = await print(lines(100));
    expect(result).toMatchObject({ ok: false, code: 'PRINT_BROKEN' });
    expect(result.ok ? '' : result.message).toContain('PRINTER_PAPER_OUT');
    expect(now()).toBe('faulty PRINTER_PAPER_OUT');
    expect(printer.lines.length).toBe(10);
    printer.setPaper('full');
    // What the printer had taken comes out now, no more than a part of the job.
    expect(printer.lines.length).toBeLessThan(30);
    printer.takeAway();
    expect(await print('whole\n')).toMatchObject({ ok: true });
    expect(printer.lines).toEqual(['whole']);
  });

  it('says that a job broke whose last lines did not come out', async () => {
    const { printer, print } = await networkPrinter();
    printer.setPaper(3);
    expect(await print(lines(5))).toMatchObject({ ok: false, code: 'PRINT_BROKEN' });
    expect(printer.lines).toEqual(['line 1', 'line 2', 'line 3']);
  });

  it('proves less where the printer does not know GS r', async () => {
    const { printer, print } = await networkPrinter({ drainTimeoutMs: 200 });
    printer.setAnswersFence(false);
    expect(await print('a\n')).toMatchObject({ ok: true, value: { proof: 'status' } });
    printer.setAnswersFence(true);
    expect(await print('b\n')).toMatchObject({ ok: true, value: { proof: 'processed' } });
  });

  it('asks a one-way printer nothing and claims nothing', async () => {
    const { printer, print } = await networkPrinter({ status: 'none' });
    printer.setSilent(true);
    expect(await print('blind\n')).toMatchObject({ ok: true, value: { proof: 'none' } });
    await expect.poll(() => printer.lines).toEqual(['blind']);
    expect(printer.received.toString('latin1')).toBe('blind\n');
  });

  it('tells between jobs how it is', async () => {
    const { printer, states, now } = await networkPrinter();
    await expect.poll(now).toBe('online');
    printer.setPaper('low');
    await expect.poll(now).toBe('online PRINTER_PAPER_NEAR_END');
    printer.setPaper('out');
    await expect.poll(now).toBe('faulty PRINTER_PAPER_OUT');
    printer.setPaper('full');
    await expect.poll(now).toBe('online');
    printer.setSilent(true);
    await expect.poll(now, { timeout: 5_000 }).toBe('silent PRINTER_SILENT');
    printer.setSilent(false);
    await expect.poll(now).toBe('online');
    expect(states()).not.toContain('offline DEVICE_OFFLINE');
  });

  it('is not confused by a picture that looks like questions', async () => {
    const { printer, print } = await networkPrinter();
    const rows = '\x10\x04\x01\x10\x04\x04\x10\x04'.repeat(3);
    const picture = `\x1dv0\x00\x08\x00\x03\x00${rows}`;
    expect(await print(`${picture}after\n`)).toMatchObject({ ok: true, value: { proof: 'processed' } });
    expect(printer.lines).toEqual(['[picture 64x3]', 'after']);
    expect(await print('next\n')).toMatchObject({ ok: true });
  });
});

describe('printer/escpos and pictures', () => {
  it('prints a JPEG in the middle and cuts; refuses what is none', async () => {
    const { printer, session } = await networkPrinter();
    const data = Buffer.alloc(512 * 200 * 4, 255);
    data.fill(0, 0, 512 * 100 * 4);
    const file = jpeg.encode({ width: 512, height: 200, data }, 90).data;
    const command = { type: 'print-picture', deviceId: 'dev-1', timeoutMs: 20_000 } as const;
    const result = await session.command({ ...command, jpeg: file.toString('base64') });
    expect(result).toMatchObject({ ok: true, value: { proof: 'processed' } });
    expect(printer.lines).toEqual([...Array(3).fill('[picture 512x64]'), '[picture 512x8]', '[cut]']);
    expect(await session.command({ ...command, jpeg: 'AAAA' })).toMatchObject({
      ok: false,
      code: 'PRINT_PICTURE_REFUSED',
    });
    expect(await session.command(job('next\n'))).toMatchObject({ ok: true });
  });
});

it('prints Chinese through a serial port', async () => {
  const folder = await temporaryFolder();
  const line = new PtyLine({ path: folder.path('pty') });
  const printer = new EscPosSimulator(line);
  await printer.start();
  const { connection } = line;
  if (connection.kind !== 'serial') throw new Error('a pseudo-terminal has a serial connection');
  const session = escPos.createSession({
    config: { id: 'dev-1', model: escPos.model, connection, options: {} },
    options: escPos.options.parse({}),
    clock: systemClock,
    counters: newCounters(),
    emit: () => undefined,
    openTransport: () => new SerialTransport(connection),
  });
  cleanUps.push(
    () => session.stop(),
    () => printer.stop(),
    () => folder.remove(),
  );
  await session.start();
  const text = `${INIT}\x1c&\xba\xcf\xbc\xc6 \xa3\xa412.50\n\x1c.${lines(200)}${CUT}`;
  expect(await session.command(job(text))).toMatchObject({ ok: true, value: { proof: 'processed' } });
  expect(printer.lines.slice(0, 2)).toEqual(['合计 ￥12.50', 'line 1']);
  expect(printer.lines.slice(-2)).toEqual(['line 200', '[cut]']);
});

/** A printer in memory that is well and answers everything; `after` so many writes of the job's the line drops. */
function memoryPrinter(options: Record<string, unknown> = {}) {
  const bench = driverBench(escPos, options);
  const job_: string[] = [];
  let dropAt = Number.POSITIVE_INFINITY;
  bench.transport.onWrite = (bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    if (text.startsWith('\x10\x04')) bench.transport.receive('\x12');
    else if (text === '\x1dr\x01') bench.transport.receive('\x00');
    else {
      job_.push(text);
      if (job_.length !== dropAt) return;
      dropAt = Number.POSITIVE_INFINITY;
      bench.transport.drop('cable');
    }
  };
  const run = async (text: string, timeoutMs = 20_000): Promise<CommandResult> => {
    const result = bench.session.command(job(text, timeoutMs));
    await bench.clock.advance(60_000);
    return result;
  };
  return { ...bench, run, sent: job_, dropAt: (place: number) => (dropAt = place) };
}

describe('the job', () => {
  it('is cut between commands only, and never between the bytes of a character', async () => {
    const text = `\x1c&${'\xd6\xd0'.repeat(60)}\n${lines(20)}\x1dv0\x00\x01\x00\xc8\x00${'\x1b'.repeat(200)}end\n`;
    const plan = planJob(Buffer.from(text, 'latin1'), 64);
    if ('refused' in plan) throw new Error(plan.refused);
    const parts = plan.parts.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
    expect(parts.join('')).toBe(text);
    expect(parts.length).toBeGreaterThan(4);
    expect(parts[0]).toBe('\x1c&');
    for (const part of parts.slice(1, -1)) expect(part.endsWith('\n') || part.endsWith('\x1b')).toBe(true);
    expect(plan.longestCommand).toBe(208);
  });

  it.each([
    ['a picture without its end', '\x1dv0\x00\x01\x00\x08\x00\xff'],
    ['half a command', 'text\x1b'],
    ['a question', 'text\n\x1dr\x01'],
    ['a question in real time', '\x10\x04\x01'],
    ['a question for an id', '\x1d(H\x06\x0000\x31\x32\x33\x34'],
  ])('is refused with %s', async (_, text) => {
    const { run, session, sent } = memoryPrinter();
    await session.start();
    expect(await run(text)).toMatchObject({ ok: false, code: 'PRINT_JOB_REFUSED' });
    expect(sent).toEqual([]);
  });

  it('goes out with what is not known in it', async () => {
    const { run, session, sent } = memoryPrinter();
    await session.start();
    expect(await run('a\n\x1d\x01\x02b\n')).toMatchObject({ ok: true });
    expect(sent.join('')).toBe('a\n\x1d\x01\x02b\n');
  });

  it('that broke inside a command is ended before the next begins', async () => {
    const { run, session, sent, dropAt, clock } = memoryPrinter({ chunkBytes: 64 });
    await session.start();
    dropAt(2);
    const picture = `\x1dv0\x00\x0a\x00\x14\x00${'\xaa'.repeat(200)}`;
    expect(await run(`${lines(8)}${picture}more\n`)).toMatchObject({ ok: false, code: 'PRINT_BROKEN' });
    await clock.advance(10_000);
    sent.length = 0;
    expect(await run('next\n')).toMatchObject({ ok: true });
    expect(sent).toEqual(['\0'.repeat(208), 'next\n']);
    sent.length = 0;
    expect(await run('again\n')).toMatchObject({ ok: true });
    expect(sent).toEqual(['again\n']);
  });

  it('is refused while the line is down, and when its time is over before it begins', async () => {
    const { run, session, transport, clock } = memoryPrinter();
    await session.start();
    transport.drop('cable');
    transport.openErrors.push();
    expect(await session.command(job('x\n'))).toMatchObject({ ok: false, code: 'DEVICE_OFFLINE' });
    await clock.advance(20_000);
    expect(await run('y\n')).toMatchObject({ ok: true });
  });

  it('waits for its turn, but not in a long row', async () => {
    const { session } = memoryPrinter();
    await session.start();
    const results = Array.from({ length: 12 }, () => session.command(job('x\n')));
    expect(await results.at(-1)).toMatchObject({ ok: false, code: 'DEVICE_BUSY' });
  });
});

it('hears garbage as garbage', async () => {
  const { session, transport, events, clock } = memoryPrinter();
  await session.start();
  transport.receive(Buffer.from([0x92, 0xff, 0x80]));
  await clock.advance(2_000);
  expect(events.filter(({ type }) => type === 'reject')).toMatchObject([
    { condition: { code: 'FRAME_NOISE' }, byteCount: 3 },
  ]);
});
