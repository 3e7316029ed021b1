import { writeFile } from 'node:fs/promises';
import { commandCodec, type PrinterCommand } from '../drivers/printer/escpos/commands.ts';
import { ASKS, type Ask, hindrance, type PrinterStatus, statusBits, WELL } from '../drivers/printer/escpos/wire.ts';
import type { PrintedItem } from '../render/paper.ts';
import { onOff, wholeNumber } from './arguments.ts';
import { EscPosPaper } from './escpos-paper.ts';
import type { SimulatorLine } from './line.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

/** Commands that a printer which stopped may hold; more are lost, as in a full buffer. */
const MAX_HELD_COMMANDS = 65_536;
/** Raw bytes that are kept for tests; the oldest go first. */
const MAX_KEPT_BYTES = 1_048_576;
const MAX_PAPER_DOTS = 10_000_000;
const DOTS_A_LINE = 30;

/**
 * A receipt printer of 80 mm. Questions in real time are answered at once, wherever they stand in the bytes; everything else waits in its buffer while the
 * printer has stopped (no paper, cover open, switched offline) and is done when it goes on.
 */
export class EscPosSimulator implements Simulator {
  readonly line: SimulatorLine;
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly #paper = new EscPosPaper();
  #status: PrinterStatus = WELL;
  #silent = false;
  #answersFence = true;
  /** Rows of dots until the roll ends. */
  #paperDots = Number.POSITIVE_INFINITY;
  #held: PrinterCommand[] = [];
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #tail: readonly number[] = [];
  /** Commands that came while the buffer was full. */
  lost = 0;

  constructor(line: SimulatorLine) {
    this.line = line;
    this.verbs = printerVerbs(this);
  }

  start(): Promise<void> {
    const framer = commandCodec.framer();
    return this.line.start((bytes) => {
      this.#keep(bytes);
      this.#realtime(bytes);
      for (const output of framer.push(bytes)) {
        if (output.kind !== 'frame') continue;
        const decoded = commandCodec.decode(output.bytes);
        if (decoded.ok) this.#take(decoded.value);
      }
    });
  }

  stop(): Promise<void> {
    return this.line.stop();
  }

  /** What is on the paper since it was taken away last. */
  get printed(): readonly PrintedItem[] {
    return this.#paper.items;
  }

  /** The same as plain text, line by line. */
  get lines(): string[] {
    return this.#paper.lines;
  }

  /** Drawer pulses by pin, 2 or 5. */
  get drawerPulses(): readonly number[] {
    return this.#paper.drawerPulses;
  }

  /** Every byte that came, questions included; a megabyte at most. */
  get received(): Buffer {
    return Buffer.concat(this.#kept);
  }

  /** What is on the paper as a PNG, a dot to a pixel. The canvas is loaded only here. */
  async png(): Promise<Uint8Array> {
    return (await import('../render/receipt-paper.ts')).receiptPng(this.#paper.items);
  }

  /** Somebody takes the paper away. */
  takeAway(): void {
    this.#paper.clear();
    this.#kept = [];
    this.#keptBytes = 0;
  }

  setStatus(change: Partial<PrinterStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#goOn();
  }

  /** So many lines are left on the roll; then the paper is out. */
  setPaper(left: 'full' | 'low' | 'out' | number): void {
    this.#paperDots = typeof left === 'number' ? left * DOTS_A_LINE : left === 'out' ? 0 : Number.POSITIVE_INFINITY;
    this.setStatus({ paperNearEnd: left !== 'full', paperOut: this.#paperDots <= 0 });
  }

  /** A printer that is switched off, or sends nothing back. */
  setSilent(silent: boolean): void {
    this.#silent = silent;
  }

  /** Some printers do not know GS r. */
  setAnswersFence(answers: boolean): void {
    this.#answersFence = answers;
  }

  #keep(bytes: Uint8Array): void {
    this.#kept.push(Buffer.from(bytes));
    this.#keptBytes += bytes.length;
    while (this.#keptBytes > MAX_KEPT_BYTES && this.#kept.length > 1)
      this.#keptBytes -= this.#kept.shift()?.length ?? 0;
  }

  /** DLE EOT is heard everywhere, also inside a picture. */
  #realtime(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const [first, second] = this.#tail.slice(-2);
      if (first === 0x10 && second === 0x04) this.#answer(byte);
      this.#tail = [...this.#tail.slice(-1), byte];
    }
  }

  #answer(number: number): void {
    const ask = (Object.keys(ASKS) as Ask[]).find((name) => ASKS[name] === number);
    const offline = this.#status.offline || hindrance(this.#status) !== undefined;
    if (ask) this.#send(statusBits({ ...this.#status, offline })[ask]);
  }

  #take(command: PrinterCommand): void {
    if (this.#held.length >= MAX_HELD_COMMANDS) {
      this.lost += 1;
      return;
    }
    this.#held.push(command);
    this.#goOn();
  }

  #goOn(): void {
    while (this.#held.length > 0 && hindrance(this.#status) === undefined) {
      const command = this.#held.shift();
      if (command) this.#do(command);
    }
  }

  #do(command: PrinterCommand): void {
    if (command.op === 'GS r') {
      if (this.#answersFence) this.#send(this.#status.paperNearEnd ? 0x03 : 0x00);
      return;
    }
    this.#paperDots -= this.#paper.run(command);
    if (this.#paperDots <= 0) this.#status = { ...this.#status, paperOut: true, paperNearEnd: true };
  }

  /** A till that just hung up gets nothing; its next question is answered. */
  #send(byte: number): void {
    if (!this.#silent) this.line.write(Uint8Array.of(byte)).catch(() => undefined);
  }
}

function printerVerbs(printer: EscPosSimulator): Readonly<Record<string, SimulatorVerb>> {
  const flag = (name: string, zh: string, en: string, set: (on: boolean) => void): SimulatorVerb => ({
    usage: 'on|off',
    help: { zh, en },
    run: ([state]) => set(onOff(state, name)),
  });
  return {
    paper: {
      usage: 'full|low|out|LINES',
      help: {
        zh: '纸卷：满、将尽、用完，或还剩若干行',
        en: 'the roll: full, nearly at its end, out, or so many lines left',
      },
      run: ([left = '']) =>
        printer.setPaper(
          left === 'full' || left === 'low' || left === 'out'
            ? left
            : wholeNumber(left, 'LINES', 1, MAX_PAPER_DOTS / DOTS_A_LINE),
        ),
    },
    cover: {
      usage: 'open|closed',
      help: { zh: '打开或合上机盖', en: 'open or close the cover' },
      run: ([state]) => {
        if (state !== 'open' && state !== 'closed') throw new Error('cover is open or closed');
        printer.setStatus({ coverOpen: state === 'open' });
      },
    },
    offline: flag(
      'offline',
      '打印机脱机（如按住走纸键）',
      'the printer is offline, e.g. its feed button is held',
      (on) => printer.setStatus({ offline: on }),
    ),
    cutter: flag('cutter', '切刀卡住', 'the cutter is stuck', (on) => printer.setStatus({ cutterStuck: on })),
    error: flag('error', '打印机故障', 'an error of the printer itself', (on) => printer.setStatus({ error: on })),
    silent: flag('silent', '打印机关机，不应答', 'the printer is switched off and does not answer', (on) =>
      printer.setSilent(on),
    ),
    fence: flag('fence', '是否应答 GS r', 'whether it answers GS r', (on) => printer.setAnswersFence(on)),
    take: { usage: '', help: { zh: '取走小票', en: 'take the paper away' }, run: () => printer.takeAway() },
    picture: {
      usage: 'FILE',
      help: { zh: '把打印内容存为 PNG 图片', en: 'write what was printed to a file, as a PNG picture' },
      run: async ([file = '']) => writeFile(named(file), await printer.png()),
    },
    text: {
      usage: 'FILE',
      help: { zh: '把打印内容按文字存入文件', en: 'write what was printed to a file, as text' },
      run: ([file = '']) => writeFile(named(file), `${printer.lines.join('\n')}\n`),
    },
  };
}

function named(file: string): string {
  if (file === '') throw new Error('FILE is where to write it');
  return file;
}
