import { z } from 'zod';
import { Condition } from '../../contract/event.ts';

/**
 * What is said over a connection that was made with a code, one JSON object a line: agent `ask`, host `grant`, agent `kept` (the key is on its disk), host `done`.
 * The host knows the key from `kept` on, so an exchange that breaks before leaves no key that opens anything.
 */
export const PairingAsk = z.object({ t: z.literal('ask'), name: z.string().max(100) });
export const PairingKept = z.object({ t: z.literal('kept') });
export const PairingAnswer = z.discriminatedUnion('t', [
  z.object({ t: z.literal('grant'), hostId: z.string(), peerId: z.string().max(64), key: z.string().max(64) }),
  z.object({ t: z.literal('done') }),
  z.object({ t: z.literal('refused'), ...Condition.shape }),
]);
export type PairingAnswer = z.infer<typeof PairingAnswer>;

/** A pairing takes two exchanges; who is slower than this has gone. */
export const PAIRING_TIMEOUT_MS = 10_000;
export const MAX_PAIRING_LINE_BYTES = 4_096;
