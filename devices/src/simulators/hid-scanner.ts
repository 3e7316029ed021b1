import { HidPosOptions } from '../drivers/scanner/hid-pos/options.ts';
import { SCANNER_USAGE, scanReports } from '../drivers/scanner/hid-pos/wire.ts';
import type { HidFound } from '../transport/hid-port.ts';
import { onOff } from './arguments.ts';
import type { PluggedDevice, SimulatedHidBus } from './hid-bus.ts';
import { plugVerbs } from './hid-verbs.ts';
import type { Simulator, SimulatorVerb } from './simulator.ts';

const KEYBOARD_USAGE = { usagePage: 0x01, usage: 0x06 } as const;
const READY_FEATURE = 254;

export interface HidScannerFace {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string;
}

/** A Honeywell scanner, as it shows itself in HID POS mode. */
export const HONEYWELL: HidScannerFace = { vendorId: 0x0c2e, productId: 0x0b61, serialNumber: '20263B0001' };

/** A USB HID POS scanner on a simulated bus: the reports a real one sends. It has no wire: without hardware there is no USB. */
export class HidScannerSimulator implements Simulator, PluggedDevice {
  readonly verbs: Readonly<Record<string, SimulatorVerb>>;
  readonly #bus: SimulatedHidBus;
  readonly #face: HidScannerFace;
  #keyboard = false;
  #shifted = false;
  #lossy = false;
  #refusesFeatures = false;
  #ready: boolean;

  constructor(bus: SimulatedHidBus, face: HidScannerFace = HONEYWELL) {
    this.#bus = bus;
    this.#face = face;
    this.#ready = face.vendorId !== HONEYWELL.vendorId;
    this.verbs = { ...scannerVerbs(this), ...plugVerbs(this) };
  }

  get collections(): readonly Omit<HidFound, 'path'>[] {
    const pos = { usagePage: SCANNER_USAGE.page, usage: SCANNER_USAGE.usages[0] };
    return [{ ...this.#face, product: 'Scanner', ...(this.#keyboard ? KEYBOARD_USAGE : pos) }];
  }

  /** Plug it in. */
  async start(): Promise<void> {
    this.#bus.plug(this);
  }

  /** Pull it. A Honeywell that comes back wants its feature report again. */
  async stop(): Promise<void> {
    this.#bus.unplug(this);
    this.#ready = this.#face.vendorId !== HONEYWELL.vendorId;
  }

  onWrite(): void {}

  onFeature(report: Uint8Array): void {
    if (this.#refusesFeatures) throw new Error('could not send feature report to device');
    if (report[0] === READY_FEATURE) this.#ready = report[1] === 1;
  }

  /** Text is sent as UTF-8, in as many reports as it needs. A scanner that is not ready sends nothing. */
  scan(code: string, aim = ']E0'): void {
    if (!this.#ready) return;
    const reports = scanReports(aim, Buffer.from(code), HidPosOptions.parse({}));
    const sent = this.#lossy ? reports.slice(0, -1) : reports;
    for (const report of sent) this.#bus.report(this, this.#shifted ? shift(report) : report);
  }

  /** A report as it is, its report id first. */
  report(bytes: Uint8Array): void {
    this.#bus.report(this, bytes);
  }

  /** As it comes from the factory: seen again as a keyboard. */
  setKeyboard(keyboard: boolean): void {
    this.#bus.unplug(this);
    this.#keyboard = keyboard;
    this.#bus.plug(this);
  }

  /** Puts the AIM identifier one byte further, as some makers do. */
  setShifted(shifted: boolean): void {
    this.#shifted = shifted;
  }

  /** Loses the last report of each scan. */
  setLossy(lossy: boolean): void {
    this.#lossy = lossy;
  }

  setRefusesFeatures(refuses: boolean): void {
    this.#refusesFeatures = refuses;
  }
}

/** Report id and length stay; what follows moves by one, but for "continued" at the end. */
function shift(report: Uint8Array): Uint8Array {
  const shifted = Uint8Array.from(report);
  shifted.set([0], 2);
  shifted.set(report.subarray(2, -3), 3);
  shifted.set(report.subarray(-1), report.length - 1);
  return shifted;
}

function scannerVerbs(scanner: HidScannerSimulator): Readonly<Record<string, SimulatorVerb>> {
  return {
    scan: {
      usage: 'CODE [AIM]',
      help: {
        zh: '扫一个码，可带 AIM 标识，如 scan 6901234567892 ]E0',
        en: 'scan a code, with an AIM identifier if you like: scan 6901234567892 ]E0',
      },
      run: ([code = '', aim = ']E0']) => scanner.scan(code, aim),
    },
    report: {
      usage: 'HEX',
      help: { zh: '原样发送一个报告（十六进制，含报告号）', en: 'send a report as it is, in hex, its report id first' },
      run: ([hex = '']) => {
        if (!/^(?:[0-9a-f]{2})+$/i.test(hex)) throw new Error('HEX is an even number of hex digits, e.g. 02015d453031');
        scanner.report(Buffer.from(hex, 'hex'));
      },
    },
    keyboard: {
      usage: 'on|off',
      help: {
        zh: '键盘模式（出厂设置），无法读取',
        en: 'keyboard mode, as it comes from the factory; it can not be read',
      },
      run: ([text]) => scanner.setKeyboard(onOff(text, 'keyboard')),
    },
    shift: {
      usage: 'on|off',
      help: { zh: 'AIM 标识后移一个字节', en: 'put the AIM identifier one byte further' },
      run: ([text]) => scanner.setShifted(onOff(text, 'shift')),
    },
    lossy: {
      usage: 'on|off',
      help: { zh: '丢失每次扫描的最后一个报告', en: 'lose the last report of each scan' },
      run: ([text]) => scanner.setLossy(onOff(text, 'lossy')),
    },
  };
}
