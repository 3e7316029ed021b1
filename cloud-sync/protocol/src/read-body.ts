import type { z } from 'zod';
import { EVENT_TYPES, type EventBody, type EventType } from './bodies.ts';

/** A body of its newest version, ready for a `switch` on `type`. */
export type ReadEvent = { [T in CurrentType]: { type: T; body: EventBody<T> } }[CurrentType];
export type BodyRead = { ok: true; event: ReadEvent } | { ok: false; reason: string };

/** How the body of an older version becomes one of the next. A type named here is never written any more. */
export const UPCASTS = {
  'tillside.desired.applied.v1': {
    to: 'tillside.desired.applied.v2',
    body: (old: EventBody<'tillside.desired.applied.v1'>): EventBody<'tillside.desired.applied.v2'> => ({
      ...old,
      byDelta: false,
    }),
  },
} as const;
export type OldType = keyof typeof UPCASTS;
export type CurrentType = Exclude<EventType, OldType>;

export const isEventType = (type: string): type is EventType => Object.hasOwn(EVENT_TYPES, type);
const isOld = (type: EventType): type is OldType => Object.hasOwn(UPCASTS, type);

const MAX_REASON_CHARS = 200;

/** The first complaint of a schema: where, and what is expected there; never the value, which may be personal. */
export function firstIssue(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'unreadable';
  return `${issue.path.map(String).join('.')}: ${issue.message}`.slice(0, MAX_REASON_CHARS);
}

/**
 * The body of an envelope in its newest version. `reason` says why it can't be read: `TYPE_UNKNOWN` (a newer store, or none of ours), `STREAM_WRONG`,
 * `BODY_INVALID`, each followed by where; never by a value.
 */
export function readBody(envelope: { type: string; stream: string; data: unknown }): BodyRead {
  const { type } = envelope;
  if (!isEventType(type)) return { ok: false, reason: 'TYPE_UNKNOWN' };
  const { stream, body } = EVENT_TYPES[type];
  if (stream !== envelope.stream) return { ok: false, reason: `STREAM_WRONG: ${type} belongs to ${stream}` };
  const read = (body as z.ZodType).safeParse(envelope.data);
  if (!read.success) return { ok: false, reason: `BODY_INVALID: ${firstIssue(read.error)}` };
  return { ok: true, event: upcast(type, read.data) };
}

function upcast(type: EventType, body: unknown): ReadEvent {
  if (!isOld(type)) return { type, body } as ReadEvent;
  const step = UPCASTS[type];
  return upcast(step.to, step.body(body as EventBody<OldType>));
}
