import type { PrinterCommand } from '../drivers/printer/escpos/commands.ts';
import { type Align, advanceOf, PAPER_DOTS, type PrintedItem, type PrintedRun } from '../render/paper.ts';
import { fromColumns, scaled } from './escpos-bits.ts';
import { printedText } from './escpos-text.ts';

/** Printed items that are kept; the oldest go first, as a receipt that is taken away. */
const MAX_ITEMS = 20_000;
const MAX_DRAWER_PULSES = 1_000;
const LINE_DOTS = 30;
/** Tabs stand at every eighth character. */
const TAB_CELLS = 8;
const ALIGNS = ['left', 'centre', 'right'] as const;
const DIGITS = ['none', 'above', 'below', 'both'] as const;
const SYMBOLOGIES = ['upca', 'upce', 'ean13', 'ean8', 'code39', 'interleaved2of5', 'codabar', 'code93', 'code128'];
const QR_LEVELS = ['L', 'M', 'Q', 'H'];

const FRESH = {
  align: 'left' as Align,
  bold: false,
  underline: false,
  inverse: false,
  font: 'A' as 'A' | 'B',
  width: 1,
  height: 1,
  chinese: false,
  page: 0,
  lineDots: LINE_DOTS,
  barHeight: 162,
  barModule: 3,
  barDigits: 'none' as (typeof DIGITS)[number],
  qrModule: 3,
  qrLevel: 'L',
};
type State = typeof FRESH;

/** What commands make of a roll of paper: a printer without its mechanics. */
export class EscPosPaper {
  items: PrintedItem[] = [];
  /** Drawer pulses, by the connector's pin (2 or 5), in order. */
  readonly drawerPulses: number[] = [];
  #state: State = { ...FRESH };
  #runs: PrintedRun[] = [];
  #text: number[] = [];
  #qr = '';
  readonly #acts: Readonly<Record<string, (args: readonly number[]) => void>> = this.#table();

  /** What was printed, line by line, as plain text; pictures and codes in brackets. */
  get lines(): string[] {
    return this.items.flatMap((item): string[] => {
      if (item.kind === 'line') return [item.runs.map(({ text }) => text).join('')];
      if (item.kind === 'picture') return [`[picture ${item.widthDots}x${item.heightDots}]`];
      if (item.kind === 'qr') return [`[qr ${item.data}]`];
      if (item.kind === 'barcode') return [`[${item.symbology} ${item.data}]`];
      return item.kind === 'cut' ? ['[cut]'] : [];
    });
  }

  clear(): void {
    this.items = [];
    this.drawerPulses.length = 0;
  }

  /** Does one command; returns the rows of dots that it moved the paper by. */
  run({ op, args }: PrinterCommand): number {
    const before = this.items.length;
    this.#acts[op]?.(args);
    const moved = this.items.slice(before).reduce((sum, item) => sum + heightOf(item), 0);
    if (this.items.length > MAX_ITEMS) this.items.splice(0, this.items.length - MAX_ITEMS);
    return moved;
  }

  #table(): Readonly<Record<string, (args: readonly number[]) => void>> {
    const set = (change: (args: readonly number[]) => Partial<State>) => (args: readonly number[]) => {
      this.#endRun();
      this.#state = { ...this.#state, ...change(args) };
    };
    const isOn = ([value = 0]: readonly number[]): boolean => (value & 1) === 1;
    return {
      text: ([byte = 0]) => this.#text.push(byte),
      HT: () => this.#tab(),
      LF: () => this.#feedLine(),
      'ESC @': () => this.#reset(),
      'ESC !': set(([value = 0]) => printMode(value)),
      'ESC E': set((args) => ({ bold: isOn(args) })),
      'ESC G': set((args) => ({ bold: isOn(args) })),
      'ESC -': set(([value = 0]) => ({ underline: value % 48 > 0 })),
      'ESC M': set(([value = 0]) => ({ font: value % 48 === 1 ? 'B' : 'A' })),
      'ESC a': set(([value = 0]) => ({ align: ALIGNS[value % 48] ?? 'left' })),
      'ESC t': set(([page = 0]) => ({ page })),
      'ESC 2': set(() => ({ lineDots: LINE_DOTS })),
      'ESC 3': set(([lineDots = LINE_DOTS]) => ({ lineDots })),
      'ESC d': ([count = 0]) => this.#feedLines(count),
      'ESC J': ([dots = 0]) => this.#feedDots(dots),
      'ESC i': () => this.#cut(false),
      'ESC m': () => this.#cut(true),
      'ESC p': ([pin = 0]) => this.#pulse(pin),
      'DLE DC4': ([kind, pin = 0]) => kind === 1 && this.#pulse(pin),
      'ESC *': (args) => this.#columns(args),
      'FS &': set(() => ({ chinese: true })),
      'FS .': set(() => ({ chinese: false })),
      'FS !': set(([value = 0]) => ({ ...doubled(value, 4, 8), underline: (value & 128) !== 0 })),
      'FS -': set(([value = 0]) => ({ underline: value % 48 > 0 })),
      'FS W': set((args) => (isOn(args) ? { width: 2, height: 2 } : { width: 1, height: 1 })),
      'GS !': set(([value = 0]) => ({ width: (value >> 4) + 1, height: (value & 7) + 1 })),
      'GS B': set((args) => ({ inverse: isOn(args) })),
      'GS V': ([kind = 0, dots = 0]) => {
        if (kind >= 65) this.#feedDots(dots);
        this.#cut([1, 49, 66, 98, 104].includes(kind));
      },
      'GS h': set(([barHeight = 162]) => ({ barHeight })),
      'GS w': set(([barModule = 3]) => ({ barModule })),
      'GS H': set(([value = 0]) => ({ barDigits: DIGITS[value % 48] ?? 'none' })),
      'GS k': (args) => this.#barcode(args),
      'GS v': (args) => this.#raster(args),
      'GS (': (args) => this.#extended(args),
    };
  }

  #reset(): void {
    // The buffer of the line is thrown away, as the command says.
    this.#text = [];
    this.#runs = [];
    this.#state = { ...FRESH };
  }

  #endRun(): void {
    if (this.#text.length === 0) return;
    const { bold, underline, inverse, font, width, height, chinese: wide } = this.#state;
    const text = printedText(this.#text, this.#state);
    this.#runs.push({ text, bold, underline, inverse, font, wide, width, height });
    this.#text = [];
  }

  #tab(): void {
    const cells = this.#runs.reduce((sum, { text }) => sum + text.length, this.#text.length);
    for (let left = TAB_CELLS - (cells % TAB_CELLS); left > 0; left -= 1) this.#text.push(0x20);
  }

  #feedLine(): void {
    this.#endRun();
    const { align, lineDots } = this.#state;
    // What is too long for the paper goes on in the next line, as in a printer.
    for (const runs of wrapped(this.#runs)) {
      const tallest = Math.max(0, ...runs.map(({ height }) => height));
      this.items.push({ kind: 'line', align, runs, heightDots: Math.max(lineDots, tallest * 24) });
    }
    this.#runs = [];
  }

  #feedLines(count: number): void {
    this.#flush();
    if (count > 0) this.items.push({ kind: 'feed', heightDots: count * this.#state.lineDots });
  }

  #feedDots(heightDots: number): void {
    this.#flush();
    if (heightDots > 0) this.items.push({ kind: 'feed', heightDots });
  }

  /** Prints what stands in the line, without a line feed of its own when there is nothing. */
  #flush(): void {
    this.#endRun();
    if (this.#runs.length > 0) this.#feedLine();
  }

  #cut(partial: boolean): void {
    this.#flush();
    this.items.push({ kind: 'cut', partial });
  }

  #pulse(pin: number): void {
    this.drawerPulses.push(pin % 48 === 0 ? 2 : 5);
    if (this.drawerPulses.length > MAX_DRAWER_PULSES) this.drawerPulses.shift();
  }

  #raster([, mode = 0, xl = 0, xh = 0, yl = 0, yh = 0, ...bits]: readonly number[]): void {
    this.#flush();
    const [columns, rows] = [xl + 256 * xh, yl + 256 * yh];
    const picture = { widthDots: columns * 8, heightDots: rows, bits: Uint8Array.from(bits) };
    this.items.push({ kind: 'picture', align: this.#state.align, ...scaled(picture, mode % 48) });
  }

  #columns([mode = 0, nl = 0, nh = 0, ...data]: readonly number[]): void {
    this.#endRun();
    this.items.push({
      kind: 'picture',
      align: this.#state.align,
      ...fromColumns(data, nl + 256 * nh, mode < 32 ? 1 : 3),
    });
  }

  #barcode([kind = 0, ...rest]: readonly number[]): void {
    this.#flush();
    const { align, barHeight, barModule, barDigits } = this.#state;
    const data = Buffer.from(kind <= 6 ? rest.slice(0, -1) : rest.slice(1)).toString('latin1');
    this.items.push({
      kind: 'barcode',
      align,
      symbology: SYMBOLOGIES[kind <= 6 ? kind : kind - 65] ?? `barcode-${kind}`,
      data: data.replace(/^\{[ABC]/, ''),
      heightDots: barHeight,
      moduleDots: barModule,
      digits: barDigits,
    });
  }

  /** Two-dimensional codes: of these QR is read. */
  #extended([kind, , , symbol, act, ...data]: readonly number[]): void {
    if (kind !== 0x6b || symbol !== 49) return;
    if (act === 67) this.#state = { ...this.#state, qrModule: Math.min(16, data[0] ?? 3) };
    if (act === 69) this.#state = { ...this.#state, qrLevel: QR_LEVELS[(data[0] ?? 48) - 48] ?? 'L' };
    if (act === 80) this.#qr = Buffer.from(data.slice(1)).toString('utf8');
    if (act !== 81) return;
    this.#flush();
    const { align, qrModule, qrLevel } = this.#state;
    this.items.push({ kind: 'qr', align, data: this.#qr, moduleDots: qrModule, level: qrLevel });
  }
}

function wrapped(runs: readonly PrintedRun[]): PrintedRun[][] {
  const lines: PrintedRun[][] = [[]];
  let used = 0;
  for (const run of runs) {
    let text = '';
    const keep = (): void => {
      if (text !== '') lines.at(-1)?.push({ ...run, text });
      text = '';
    };
    for (const character of run.text) {
      const advance = advanceOf(character, run);
      if (used + advance > PAPER_DOTS && used > 0) {
        keep();
        lines.push([]);
        used = 0;
      }
      text += character;
      used += advance;
    }
    keep();
  }
  return lines;
}

/** Rows of dots that an item takes. A code's height is near enough for a roll that runs out. */
function heightOf(item: PrintedItem): number {
  if (item.kind === 'cut') return 0;
  return item.kind === 'qr' ? item.moduleDots * 33 : item.heightDots;
}

const printMode = (value: number): Partial<State> => ({
  font: (value & 1) === 1 ? 'B' : 'A',
  bold: (value & 8) !== 0,
  ...doubled(value, 32, 16),
  underline: (value & 128) !== 0,
});

const doubled = (value: number, wideBit: number, highBit: number): Pick<State, 'width' | 'height'> => ({
  width: (value & wideBit) === 0 ? 1 : 2,
  height: (value & highBit) === 0 ? 1 : 2,
});
