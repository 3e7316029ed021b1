import type { Connection } from '../contract/config.ts';

/** The device's end of a wire: what a simulator talks through. */
export interface SimulatorLine {
  /** How a device config reaches this line; valid after `start`. */
  readonly connection: Connection;
  start(onBytes: (bytes: Uint8Array) => void): Promise<void>;
  /** Rejects when the line is down. */
  write(bytes: Uint8Array): Promise<void>;
  stop(): Promise<void>;
}
