import { DESIRED_KINDS, type DesiredKind } from '@tillside/protocol';
import { Violation } from '../check.ts';
import { HOUR_MS } from '../plan.ts';
import type { VirtualTime } from '../time.ts';
import { type SimHq, sha256Of } from './hq.ts';
import type { DownStore, InForce } from './store.ts';

/** What is known of a store, independent of what it says. */
interface Known {
  /** In force and durable. */
  readonly inForce: Map<DesiredKind, InForce>;
  /** Newest of each file that was durable, under which root. */
  trusted: { root: number; timestamp: number; snapshot: number };
  /** Until when something was not well. */
  troubledMs: number;
}

const ROLES = ['root', 'timestamp', 'snapshot'] as const;

/** When each newest version was published. */
type Newest = Map<string, { readonly version: number; readonly atMs: number }[]>;

/** Holds what a store has in force to what HQ signed for it. */
export class DownCheck {
  readonly #time: VirtualTime;
  readonly #hq: SimHq;
  readonly #patienceMs: number;
  readonly #known = new Map<DownStore, Known>();
  readonly #published: Newest = new Map();
  #found: unknown;

  constructor({ time, hq, patienceMs }: { time: VirtualTime; hq: SimHq; patienceMs: number }) {
    this.#time = time;
    this.#hq = hq;
    this.#patienceMs = patienceMs;
  }

  /** What is found while a store works is told when the world looks. */
  guard(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.#found ??= error;
    }
  }

  rethrow(): void {
    if (this.#found !== undefined) throw this.#found;
  }

  published({ name }: DownStore, kind: DesiredKind): void {
    const key = `${name}/${kind}`;
    const list = this.#published.get(key) ?? [];
    list.push({ version: this.#hq.newest(name, kind), atMs: this.#time.nowMs });
    this.#published.set(key, list);
  }

  troubled(store: DownStore, untilMs: number): void {
    const known = this.#of(store);
    known.troubledMs = Math.max(known.troubledMs, untilMs);
  }

  /** An announced step back: what the disk holds now is where it goes on from. */
  restored(store: DownStore): void {
    const known = this.#of(store);
    known.inForce.clear();
    known.trusted = { root: 0, timestamp: 0, snapshot: 0 };
    for (const kind of DESIRED_KINDS) {
      const held = store.inForce(kind);
      if (held !== undefined) known.inForce.set(kind, held);
    }
  }

  /** After a start, whatever ended the agent before: nothing that was durable is gone. */
  opened(store: DownStore): void {
    const { inForce, trusted } = this.#of(store);
    for (const [kind, { version, sha256 }] of inForce) {
      const held = store.inForce(kind);
      if (held === undefined || held.version < version)
        throw new Violation('VERSION_WENT_BACK', `${store.name} ${kind}: ${held?.version ?? 0} after ${version}`);
      if (held.version === version && held.sha256 !== sha256)
        throw new Violation('STATE_FORGED', `${store.name} ${kind} ${version}: another content`);
    }
    // Of what a cut hit while it was put in force nobody knows yet: it is there, whole, or the one before it is.
    for (const kind of DESIRED_KINDS) {
      const held = store.inForce(kind);
      if (held === undefined) continue;
      if (this.#hq.signed(store.name, kind, held.version) !== held.sha256)
        throw new Violation('STATE_FORGED', `${store.name} ${kind} ${held.version}`);
      inForce.set(kind, held);
    }
    const now = trustedBy(store);
    for (const role of ROLES)
      if (now[role] < trusted[role])
        throw new Violation('TRUST_LOST', `${store.name}: ${role} ${now[role]} after ${trusted[role]}`);
  }

  persisted(store: DownStore): void {
    const known = this.#of(store);
    const { trusted } = known;
    const now = trustedBy(store);
    for (const role of ROLES)
      if (now[role] < trusted[role])
        throw new Violation('TRUST_LOST', `${store.name}: ${role} ${now[role]} after ${trusted[role]}`);
    known.trusted = now;
  }

  applied(store: DownStore, kind: DesiredKind, bytes: Buffer): void {
    const held = store.inForce(kind);
    const { inForce } = this.#of(store);
    const before = inForce.get(kind)?.version ?? 0;
    if (held === undefined || held.version <= before)
      throw new Violation('VERSION_WENT_BACK', `${store.name} ${kind}: ${held?.version} after ${before}`);
    const signed = this.#hq.signed(store.name, kind, held.version);
    if (signed !== sha256Of(bytes)) throw new Violation('STATE_FORGED', `${store.name} ${kind} ${held.version}`);
    inForce.set(kind, held);
    for (const [role, expires] of expiriesOf(store, kind))
      if (store.state !== undefined && Date.parse(expires) <= store.trueStartMs)
        throw new Violation('STATE_AFTER_EXPIRY', `${store.name} ${kind} ${held.version}: ${role} until ${expires}`);
  }

  /** What ran out is said, and what is in force stays. */
  checked(store: DownStore): void {
    const genuine = this.#hq.timestampNow();
    if (genuine === undefined || store.lastTimestamp?.equals(genuine) !== true) return;
    const expires = expiresOf(genuine);
    if (Date.parse(expires) <= store.trueStartMs && store.state?.problem?.code !== 'TUF_EXPIRED')
      throw new Violation(
        'STATE_AFTER_EXPIRY',
        `${store.name} says ${store.state?.problem?.code ?? 'nothing'} of a timestamp until ${expires}`,
      );
  }

  hourly(store: DownStore): void {
    const { troubledMs } = this.#of(store);
    const sinceMs = this.#time.nowMs - this.#patienceMs;
    if (store.isUp && troubledMs < sinceMs) this.newest(store, sinceMs);
  }

  /** The newest of what was published by then is in force, unless the agent refuses it. */
  newest(store: DownStore, byMs: number): void {
    for (const kind of DESIRED_KINDS) {
      const list = this.#published.get(`${store.name}/${kind}`) ?? [];
      const due = list.findLast(({ atMs }) => atMs <= byMs);
      const last = this.#hq.newest(store.name, kind);
      // Of several the agent may have seen the last alone.
      const isRefused = list.some(
        ({ version }) => version >= (due?.version ?? 0) && this.#hq.isRefused(store.name, kind, version),
      );
      // A database that was put back no longer knows of it.
      if (due === undefined || last < due.version || isRefused) continue;
      const held = store.inForce(kind)?.version ?? 0;
      if (held >= due.version) continue;
      const hours = Math.round((this.#time.nowMs - due.atMs) / HOUR_MS);
      const said = store.state?.problem?.code ?? 'nothing';
      throw new Violation(
        'VERSION_NOT_REACHED',
        `${store.name} ${kind}: ${held}, not ${due.version} after ${hours} h; it says ${said}`,
      );
    }
  }

  #of(store: DownStore): Known {
    const known = this.#known.get(store) ?? {
      inForce: new Map<DesiredKind, InForce>(),
      trusted: { root: 0, timestamp: 0, snapshot: 0 },
      troubledMs: 0,
    };
    this.#known.set(store, known);
    return known;
  }
}

function trustedBy({ state }: DownStore): Known['trusted'] {
  const trusted = state?.trusted;
  return {
    root: trusted?.root.body.version ?? 0,
    timestamp: trusted?.timestamp?.body.version ?? 0,
    snapshot: trusted?.snapshot?.body.version ?? 0,
  };
}

const expiresOf = (bytes: Buffer): string =>
  (JSON.parse(bytes.toString()) as { signed: { expires: string } }).signed.expires;

/** Of every file on the way to a kind's target, until when it is good: read from the bytes, not from what was made of them. */
function expiriesOf({ state }: DownStore, kind: DesiredKind): [string, string][] {
  const trusted = state?.trusted;
  if (trusted === undefined) return [];
  const { root, timestamp, snapshot, targets, delegated } = trusted;
  const files = { root, timestamp, snapshot, targets, [kind]: delegated.get(kind) };
  return Object.entries(files).map(([role, file]) => [role, file === undefined ? 'never' : expiresOf(file.bytes)]);
}
