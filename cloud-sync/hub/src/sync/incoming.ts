import { Envelope, envelopeHash, firstIssue, readBody, type Stream } from '@tillside/protocol';
import { type Effects, effectsOf } from './effects.ts';
import type { Planned } from './plan.ts';

/** An envelope that was read, checked and hashed, flat and plain so that it can cross threads. */
export interface IncomingEvent {
  readonly store: string;
  readonly epoch: string;
  readonly stream: Stream;
  readonly seq: number;
  readonly type: string;
  readonly time: string;
  readonly prevhash: string;
  readonly hash: string;
  /** The envelope's bytes as its store wrote them. */
  readonly text: string;
  /** Why the body cannot be read; null for a good one. */
  readonly quarantine: string | null;
  readonly effects: Effects;
  readonly shed?: Planned['shed'];
}

export type LineRead = { ok: true; event: IncomingEvent } | { ok: false; message: string };

/** One line of a batch. What is no envelope is refused; a body that can't be read makes a quarantined event. */
export function readLine(text: string): LineRead {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, message: 'not JSON' };
  }
  const read = Envelope.safeParse(json);
  if (!read.success) return { ok: false, message: firstIssue(read.error) };
  return { ok: true, event: toIncoming(read.data, text) };
}

/** `text` must be what `envelope` was read from. */
export function toIncoming(envelope: Envelope, text: string): IncomingEvent {
  const { store, epoch, stream, seq, type, time, prevhash } = envelope;
  const common = { store, epoch, stream, seq, type, time, prevhash, hash: envelopeHash(text), text };
  const body = readBody(envelope);
  if (!body.ok) return { ...common, quarantine: body.reason, effects: {} };
  const { event } = body;
  const shed = event.type === 'tillside.stream.shed.v1' ? event.body : undefined;
  return { ...common, quarantine: null, effects: effectsOf(event), ...(shed === undefined ? {} : { shed }) };
}

/** Reads the lines of a batch, keeping the places of those that are no envelope. */
export function readLines(lines: readonly string[]): {
  events: IncomingEvent[];
  refused: { index: number; message: string }[];
} {
  const events: IncomingEvent[] = [];
  const refused: { index: number; message: string }[] = [];
  lines.forEach((line, index) => {
    const read = readLine(line);
    if (read.ok) events.push(read.event);
    else refused.push({ index, message: read.message });
  });
  return { events, refused };
}
