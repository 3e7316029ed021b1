import type { Clock } from '../contract/transport.ts';
import type { RefreshMs } from './openepaperlink-radio.ts';

export interface SimulatedTagOptions {
  /** 16 upper-case hex digits. */
  readonly mac: string;
  readonly hwType: number;
  readonly batteryMv?: number;
}

/**
 * One access point with its tags; several fit in a process, with 10,000 tags together: no request walks over all tags. For a bench: a scaled `clock`,
 * `isDrawn: false`, `seed` and `lossRate`; its time is then the clock's, but HTTP itself takes real time.
 */
export interface OpenEpaperLinkSimulatorOptions {
  readonly host?: string;
  /** 0 picks a free port. */
  readonly port?: number;
  readonly tags: readonly SimulatedTagOptions[];
  /** How often tags wake up. More than some dozens do so spread over this time. */
  readonly checkInMs?: number;
  /** How often the access point tells its memory. */
  readonly sysMs?: number;
  /** Time from upload to queued picture. */
  readonly processMs?: number;
  /** Share, 0 to 1, of check-ins that nobody hears and of transfers that fail; the picture goes on waiting. */
  readonly lossRate?: number;
  readonly seed?: number;
  /** Time from a transfer to a drawn panel; only then does the access point give the new hash. None by default. */
  readonly refreshMs?: RefreshMs;
  /** Memory that each waiting picture takes of the heap; uploads are refused when little is left. */
  readonly heapPerPictureBytes?: number;
  /** False: pictures are not decoded, the file itself stands for the panel's bytes; many times faster. */
  readonly isDrawn?: boolean;
  readonly clock?: Clock;
}
