import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { CATALOG } from '../catalog.ts';
import { systemClock } from '../clock.ts';
import { commandCodec } from '../drivers/printer/escpos/commands.ts';
import { probeTarget } from '../probe/probe.ts';
import { MAX_PICTURE_ROWS, pictureJob } from '../render/print-picture.ts';
import { receiptPng } from '../render/receipt-paper.ts';
import { openTransport } from '../transport/open.ts';
import { EscPosSimulator } from './escpos.ts';
import { EscPosPaper } from './escpos-paper.ts';
import { PtyLine } from './pty-line.ts';

function printed(bytes: Uint8Array | string): EscPosPaper {
  const paper = new EscPosPaper();
  const framer = commandCodec.framer();
  for (const output of framer.push(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)) {
    if (output.kind !== 'frame') continue;
    const decoded = commandCodec.decode(output.bytes);
    if (decoded.ok) paper.run(decoded.value);
  }
  return paper;
}

/** `中国` and a price, in GB 18030, and 𠀀 (four bytes there). */
const HAN = '\xd6\xd0\xb9\xfa \xa3\xa412.50 \x95\x32\x82\x36';

describe('what is on the paper', () => {
  it.each([
    ['text', 'a\nb\n', ['a', 'b']],
    ['a line without its end is not printed yet', 'a\nb', ['a']],
    ['a carriage return prints nothing by itself', 'a\n\rb\n', ['a', 'b']],
    ['Chinese, where it is switched on', `\x1c&${HAN}\n`, ['中国 ￥12.50 𠀀']],
    ['and what it is where it is not', '\xb0\xc4\x1bt\x10\xe9\n', ['░─é']],
    ['on and off in one line', '\x1c&\xd6\xd0\x1c.A\xc4\n', ['中A─']],
    ['half a character', '\x1c&\xd6\n', ['□']],
    ['a page that is not known', '\x1bt\x0bA\xc4\n', ['A□']],
    ['tabs', 'a\tb\n', ['a       b']],
    ['initialise throws the line away', 'lost\x1b@kept\n', ['kept']],
    ['long lines go on', `${'x'.repeat(50)}\n`, ['x'.repeat(48), 'xx']],
    ['and double ones earlier', `\x1d!\x11${'x'.repeat(26)}\n`, ['x'.repeat(24), 'xx']],
    ['and Chinese ones', `\x1c&${'\xd6\xd0'.repeat(25)}\n`, ['中'.repeat(24), '中']],
    ['feed prints what stands there', 'a\x1bd\x02b\x1dVA\x10', ['a', 'b', '[cut]']],
    ['QR', '\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1\x1d(k\x05\x001P0hi\x1d(k\x03\x001Q0', ['[qr hi]']],
    ['barcodes, old and new', '\x1dk\x02690123456789\0\x1dkI\x04{B42', ['[ean13 690123456789]', '[code128 42]']],
    ['a picture, doubled', '\x1dv0\x03\x01\0\x02\0\x80\x01', ['[picture 16x4]']],
    ['columns', '\x1b*!\x01\0\x80\0\x01', ['[picture 8x24]']],
  ])('%s', (_, bytes, lines) => {
    expect(printed(bytes).lines).toEqual(lines);
  });

  it('keeps styles, and dots where they belong', () => {
    const { items, drawerPulses } = printed(
      '\x1ba\x02\x1bE\x01\x1d!\x10b\x1bE\x00\x1d!\x00p\n\x1bp\x01\x19\xfa\x10\x14\x01\x00\x05',
    );
    expect(items).toMatchObject([
      {
        align: 'right',
        runs: [
          { text: 'b', bold: true, width: 2 },
          { text: 'p', bold: false, width: 1 },
        ],
      },
    ]);
    expect(drawerPulses).toEqual([5, 2]);
    const [columns] = printed('\x1b*!\x02\0\x80\0\x01\0\x80\0').items;
    const dots = columns?.kind === 'picture' ? [...columns.bits] : [];
    expect([dots[0], dots[8], dots[23]]).toEqual([0x80, 0x40, 0x80]);
  });

  it('makes a picture of anything', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      ...commandCodec.samples.map((sample) => fc.constant(commandCodec.encode(sample))),
    );
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 20 }), (chunks) => {
        const png = receiptPng(printed(Buffer.concat(chunks)).items);
        expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
      }),
      { numRuns: 60 },
    );
  });
});

/** A JPEG of grey values, row by row. */
function picture(width: number, height: number, grey: (x: number, y: number) => number): Uint8Array {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) data.fill(grey(x, y), (y * width + x) * 4, (y * width + x) * 4 + 3);
  return jpeg.encode({ width, height, data }, 100).data;
}

/** All bands of a printed picture, one below the other. */
function bitsOf(paper: EscPosPaper): { width: number; rows: number; dark(x: number, y: number): boolean } {
  const bands = paper.items.flatMap((item) => (item.kind === 'picture' ? [item] : []));
  const width = bands[0]?.widthDots ?? 0;
  const bits = Buffer.concat(bands.map((band) => band.bits));
  return {
    width,
    rows: bands.reduce((sum, { heightDots }) => sum + heightDots, 0),
    dark: (x, y) => ((bits[(y * width) / 8 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0,
  };
}

describe('a picture as a job', () => {
  it('is the picture: black, white and half of the dots of grey', () => {
    const grey = (x: number): number => (x < 64 ? 0 : x < 128 ? 255 : 128);
    const paper = printed(pictureJob(picture(192, 160, grey), 576));
    const { width, rows, dark } = bitsOf(paper);
    expect([width, rows]).toEqual([192, 160]);
    expect(paper.items[0]).toMatchObject({ align: 'centre' });
    expect(paper.lines.at(-1)).toBe('[cut]');
    let shade = 0;
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < 56; x += 1) expect(dark(x, y)).toBe(true);
      for (let x = 72; x < 120; x += 1) expect(dark(x, y)).toBe(false);
      for (let x = 136; x < 192; x += 1) shade += Number(dark(x, y));
    }
    expect(shade / (rows * 56)).toBeGreaterThan(0.45);
    expect(shade / (rows * 56)).toBeLessThan(0.55);
  });

  it('is scaled down to the paper and never up', () => {
    const wide = bitsOf(
      printed(
        pictureJob(
          picture(1152, 80, (x) => (x < 576 ? 0 : 255)),
          576,
        ),
      ),
    );
    expect([wide.width, wide.rows, wide.dark(280, 5), wide.dark(296, 5)]).toEqual([576, 40, true, false]);
    expect(
      bitsOf(
        printed(
          pictureJob(
            picture(100, 10, () => 0),
            576,
          ),
        ),
      ).width,
    ).toBe(104);
  });

  it('holds nothing that a printer hears in the middle of a picture', () => {
    // A row of 24 dots that are the bytes 10 04 01: ask.
    const dots = [0x10, 0x04, 0x01].flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> (7 - bit)) & 1));
    const job = Buffer.from(
      pictureJob(
        picture(24 * 8, 64, (x) => ((dots[x >> 3] ?? 0) === 1 ? 0 : 255)),
        576,
      ),
    );
    expect(job.length).toBeGreaterThan(500);
    const ask = Buffer.from(
      pictureJob(
        picture(24, 8, (x) => ((dots[x] ?? 0) === 1 ? 0 : 255)),
        576,
      ),
    );
    for (const second of ['\x04', '\x05', '\x14'])
      expect(ask.includes(Buffer.from(`\x10${second}`, 'latin1'))).toBe(false);
    expect(ask.includes(Buffer.from('\x10\x84\x01', 'latin1'))).toBe(true);
  });

  it.each([
    ['no JPEG', Buffer.from('GIF89a'), 'PRINT_PICTURE_REFUSED'],
    ['nothing', new Uint8Array(), 'PRINT_PICTURE_REFUSED'],
    ['a JPEG that was cut off', picture(64, 64, () => 0).subarray(0, 40), 'PRINT_PICTURE_REFUSED'],
    ['metres of paper', picture(16, MAX_PICTURE_ROWS + 8, () => 0), 'PRINT_PICTURE_REFUSED'],
  ])('refuses %s', (_, file, code) => {
    expect(() => pictureJob(file, 576)).toThrow(expect.objectContaining({ code }));
  });

  it('refuses a bomb before it unpacks it', () => {
    const file = Buffer.from(picture(16, 16, () => 0));
    const frame = file.indexOf(Buffer.from([0xff, 0xc0]));
    file.writeUInt16BE(65_000, frame + 5);
    file.writeUInt16BE(65_000, frame + 7);
    expect(() => pictureJob(file, 576)).toThrow(expect.objectContaining({ code: 'PRINT_PICTURE_REFUSED' }));
  });
});

it('is found at a pseudo-terminal by probe, and writes what it printed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tillside-printer-'));
  const path = join(folder, 'pty');
  const printer = new EscPosSimulator(new PtyLine({ path }));
  await printer.start();
  try {
    const { found } = await probeTarget(
      { kind: 'serial', port: { path } },
      {
        catalog: { 'printer/escpos': CATALOG['printer/escpos'] },
        clock: systemClock,
        answerWaitMs: 2_000,
        scanWaitMs: 0,
        open: (connection) => openTransport(connection),
        holder: async () => undefined,
        onStep: () => undefined,
      },
    );
    expect(found).toMatchObject([{ model: 'printer/escpos', connection: { kind: 'serial', path, baudRate: 9600 } }]);
    await printer.verbs.text?.run([join(folder, 'text')]);
    await printer.verbs.picture?.run([join(folder, 'picture.png')]);
    expect(await readFile(join(folder, 'text'), 'utf8')).toBe('\n');
    expect((await readFile(join(folder, 'picture.png'))).subarray(1, 4).toString()).toBe('PNG');
  } finally {
    await printer.stop();
    await rm(folder, { recursive: true });
  }
});
