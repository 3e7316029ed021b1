import { Envelope, EVENT_TYPES, type EventType, envelopeHash, genesisHash, type Stream } from '@tillside/protocol';
import type { IncomingEvent } from '../storage/port.ts';

const MAX_REASON_CHARS = 200;

export const isEventType = (type: string): type is EventType => Object.hasOwn(EVENT_TYPES, type);

/** The first complaint of a schema: where, and what is expected there; never the value, which may be personal. */
export function firstIssue(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'unreadable';
  return `${issue.path.map(String).join('.')}: ${issue.message}`.slice(0, MAX_REASON_CHARS);
}

/** Why the body cannot be read by this hub, or null. An unknown type may be one of a newer store. */
export function quarantineReason(envelope: Envelope): string | null {
  if (!isEventType(envelope.type)) return 'TYPE_UNKNOWN';
  const { stream, body } = EVENT_TYPES[envelope.type];
  if (stream !== envelope.stream) return `STREAM_WRONG: ${envelope.type} belongs to ${stream}`;
  const read = body.safeParse(envelope.data);
  return read.success ? null : `BODY_INVALID: ${firstIssue(read.error)}`;
}

export function toIncoming(envelope: Envelope): IncomingEvent {
  return { envelope, hash: envelopeHash(envelope), quarantine: quarantineReason(envelope) };
}

/** What `seq`'s envelope must point back to, when its predecessor's hash is known. */
export function expectedPrevHash(
  key: { store: string; epoch: string; stream: Stream },
  seq: number,
  before: string | undefined,
): string | undefined {
  return seq === 1 ? genesisHash(key.store, key.epoch, key.stream) : before;
}

/** Sorts what can be read from what is no envelope, keeping places. */
export function readEnvelopes(values: readonly unknown[]): {
  envelopes: Envelope[];
  refused: { index: number; message: string }[];
} {
  const envelopes: Envelope[] = [];
  const refused: { index: number; message: string }[] = [];
  values.forEach((value, index) => {
    const read = Envelope.safeParse(value);
    if (read.success) envelopes.push(read.data);
    else refused.push({ index, message: firstIssue(read.error) });
  });
  return { envelopes, refused };
}
