import type { LabelEvent, PresenceEvent, ScanEvent } from '@tillside/devices';
import type { z } from 'zod';

type Scan = z.infer<typeof ScanEvent>;

/** A code that was read at a lane; `data` with the AIM identifier before it, as tills send it back. */
export interface Scanned extends Pick<Scan, 'kind' | 'data' | 'at' | 'gtin' | 'ais' | 'problem'> {
  lane: string;
}

/** The store's own vocabulary for what devices said; intake calls it, use-case rooms answer it. */
export interface StoreEvents {
  scanned(scan: Scanned): void;
  label(event: z.infer<typeof LabelEvent>): void;
  presence(event: z.infer<typeof PresenceEvent>): void;
  deviceChanged(deviceId: string, state: string): void;
  rejected(deviceId: string, code: string, byteCount: number): void;
}
