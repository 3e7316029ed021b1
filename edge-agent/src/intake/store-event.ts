import type { LabelEvent, PresenceEvent } from '@tillside/devices';
import type { z } from 'zod';

/** The store's own vocabulary for what devices said; intake calls it, use-case rooms answer it. */
export interface StoreEvents {
  scanned(scan: { lane: string; kind: string; data: string; gtin: string | undefined }): void;
  label(event: z.infer<typeof LabelEvent>): void;
  presence(event: z.infer<typeof PresenceEvent>): void;
  deviceChanged(deviceId: string, state: string): void;
  rejected(deviceId: string, code: string, byteCount: number): void;
}
