import { checkDigit } from '../gs1/gtin.ts';
import { wholeNumber } from './arguments.ts';
import type { SimulatorLine } from './line.ts';
import { between, randomBytes } from './random.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

const MAX_BURST = 1_000_000;
const MAX_NOISE_BYTES = 1_000_000;
const MAX_GAP_MS = 60_000;
/** Codes of a burst: this step has no factor in common with their count, so that all come before any comes again. */
const NUMBERS = 1_000_000_000;
const STEP = 618_033_989;

export interface ScanOptions {
  /** AIM identifier sent before the code, e.g. `]E0`; none by default. */
  readonly aim?: string;
  readonly prefix?: string;
  /** CR by default. */
  readonly suffix?: string;
  /** Send byte by byte, as a slow line does. */
  readonly split?: boolean;
}

/** A barcode scanner on a line: sends what a real one sends. */
export class ScannerSimulator implements Simulator {
  readonly line: SimulatorLine;
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly #random: () => number;
  readonly #dress: (text: string) => string;
  #prefix = '';
  #suffix = '\r';
  #number: number | undefined;

  /** `random` draws noise and the codes of a burst; `dress` makes what is sent of AIM identifier and code, for scanners with labels of their own. */
  constructor(
    line: SimulatorLine,
    random: () => number = Math.random,
    dress: (text: string) => string = (text) => text,
  ) {
    this.line = line;
    this.#random = random;
    this.#dress = dress;
    this.verbs = scannerVerbs(this);
  }

  /** A scanner hears nothing: commands to it are left aside. */
  start(): Promise<void> {
    return this.line.start(() => {});
  }

  stop(): Promise<void> {
    return this.line.stop();
  }

  /** What stands before and after each code from now on. */
  setFrame(frame: { readonly prefix?: string; readonly suffix?: string }): void {
    this.#prefix = frame.prefix ?? this.#prefix;
    this.#suffix = frame.suffix ?? this.#suffix;
  }

  /** Text is sent as UTF-8. Resolves when the bytes left. */
  async scan(code: string, options: ScanOptions = {}): Promise<void> {
    const { aim = '', prefix = this.#prefix, suffix = this.#suffix, split = false } = options;
    const bytes = Buffer.from(`${prefix}${this.#dress(`${aim}${code}`)}${suffix}`);
    if (!split) return this.line.write(bytes);
    for (const byte of bytes) await this.line.write(Uint8Array.of(byte));
  }

  /** EAN-13 codes, no two alike, one after the other; without a gap they come as fast as the line takes them. */
  async burst(count: number, gapMs = 0): Promise<void> {
    for (let place = 0; place < count; place += 1) {
      this.#number = ((this.#number ?? between(this.#random, 0, NUMBERS - 1)) + STEP) % NUMBERS;
      const body = `690${String(this.#number).padStart(9, '0')}`;
      await this.scan(`${body}${checkDigit(body)}`, { aim: ']E0' });
      if (gapMs > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
    }
  }

  /** Bytes as they are, e.g. what a loose plug makes; a number gives so many random ones. */
  noise(bytes: Uint8Array | number): Promise<void> {
    return this.line.write(typeof bytes === 'number' ? randomBytes(this.#random, bytes) : bytes);
  }
}

function scannerVerbs(scanner: ScannerSimulator): Readonly<Record<string, SimulatorVerb>> {
  return {
    scan: {
      usage: 'CODE [AIM]',
      help: {
        zh: '扫一个码，可带 AIM 标识，如 scan 6901234567892 ]E0；FNC1 写作 \\x1d',
        en: 'scan a code, with an AIM identifier if you like: scan 6901234567892 ]E0; FNC1 is \\x1d',
      },
      run: ([code = '', aim = '']) => scanner.scan(code, { aim }),
    },
    burst: {
      usage: 'N [MS]',
      help: { zh: '连扫 N 个互不相同的商品码，间隔 MS 毫秒', en: 'N EAN-13 codes, no two alike, MS apart' },
      run: ([count, gap]) =>
        scanner.burst(
          wholeNumber(count, 'N', 1, MAX_BURST),
          gap === undefined ? 0 : wholeNumber(gap, 'MS', 0, MAX_GAP_MS),
        ),
    },
    noise: {
      usage: 'N',
      help: { zh: '发送 N 个随机字节', en: 'N random bytes' },
      run: ([count]) => scanner.noise(wholeNumber(count, 'N', 1, MAX_NOISE_BYTES)),
    },
    prefix: {
      usage: '[TEXT]',
      help: {
        zh: '以后每个码前的文字，如 \\x02；不写则无',
        en: 'what stands before each code, e.g. \\x02; nothing clears it',
      },
      run: ([prefix = '']) => scanner.setFrame({ prefix }),
    },
    suffix: {
      usage: '[TEXT]',
      help: {
        zh: '以后每个码后的文字，如 \\r\\n；不写则无',
        en: 'what stands after each code, e.g. \\r\\n; nothing clears it',
      },
      run: ([suffix = '']) => scanner.setFrame({ suffix }),
    },
  };
}
