import type { SimulatorLine } from './line.ts';

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
export class ScannerSimulator {
  readonly line: SimulatorLine;

  constructor(line: SimulatorLine) {
    this.line = line;
  }

  /** A scanner hears nothing: commands to it are left aside. */
  start(): Promise<void> {
    return this.line.start(() => {});
  }

  stop(): Promise<void> {
    return this.line.stop();
  }

  /** Text is sent as UTF-8. Resolves when the bytes left. */
  async scan(code: string, options: ScanOptions = {}): Promise<void> {
    const { aim = '', prefix = '', suffix = '\r', split = false } = options;
    const bytes = Buffer.from(`${prefix}${aim}${code}${suffix}`);
    if (!split) return this.line.write(bytes);
    for (const byte of bytes) await this.line.write(Uint8Array.of(byte));
  }

  /** Bytes as they are, e.g. what a loose plug makes. */
  noise(bytes: Uint8Array): Promise<void> {
    return this.line.write(bytes);
  }
}
