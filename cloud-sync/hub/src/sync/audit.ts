import { envelopeHash, genesisHash, MAX_ACK_RANGES } from '@tillside/protocol';
import type { AuditedStream, EventAudit, StoredEvent, StreamKey } from '../storage/port.ts';
import type { HeldRange } from './position.ts';

export const AUDIT_LIMITS = {
  /** Events that are looked at in one go. */
  page: 500,
  streams: 100,
  /** Findings of one stream that are told one by one; all are counted. */
  findings: 20,
} as const;

/**
 * What an audit can say against a stream. `text`, `columns`, `link`, `position`: something was changed after it was taken in. `lost`: taken in once, and gone.
 * `declared`: a hole that the store itself told of. `waiting`: never came, so far. `forked`: the store was restored and went on otherwise.
 */
export type FindingKind = 'text' | 'columns' | 'link' | 'position' | 'lost' | 'declared' | 'waiting' | 'forked';
/** `fromSeq` to `toSeq`, both included. */
export interface Finding {
  readonly kind: FindingKind;
  readonly fromSeq: number;
  readonly toSeq: number;
}

export interface StreamAudit {
  readonly key: StreamKey;
  /** Events whose text was hashed again, and those of before whose links alone can be checked. */
  readonly hashed: number;
  readonly linkedOnly: number;
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<FindingKind, number>>;
  readonly conflicts: number;
}

const TAMPERED: readonly FindingKind[] = ['text', 'columns', 'link', 'position'];
export const isTampered = ({ counts }: StreamAudit): boolean => TAMPERED.some((kind) => counts[kind] > 0);
export const isSound = (audit: StreamAudit): boolean => !isTampered(audit) && audit.counts.lost === 0;

type Shed = Awaited<ReturnType<EventAudit['sheds']>>[number];

/** What is known so far of one stream, event by event. */
class Walk {
  readonly #of: AuditedStream;
  readonly #sheds: readonly Shed[];
  readonly #findings: Finding[] = [];
  readonly #counts: Record<FindingKind, number> = {
    text: 0,
    columns: 0,
    link: 0,
    position: 0,
    lost: 0,
    declared: 0,
    waiting: 0,
    forked: 0,
  };
  /** What is held or declared, as the position must have it; none where there are more than any position has. */
  #runs: HeldRange[] | undefined = [];
  #seq = 0;
  #hash: string;
  #hashed = 0;
  #linkedOnly = 0;

  constructor(of: AuditedStream, sheds: readonly Shed[]) {
    this.#of = of;
    this.#sheds = [...sheds].sort((a, b) => a.fromSeq - b.fromSeq || a.toSeq - b.toSeq);
    this.#hash = genesisHash(of.store, of.epoch, of.stream);
  }

  get seq(): number {
    return this.#seq;
  }

  look(event: StoredEvent): void {
    const { seq, prevhash, hash, text } = event;
    if (seq > this.#seq + 1) this.#gap(this.#seq + 1, seq - 1, prevhash);
    if (this.#hash !== prevhash) this.#find('link', seq);
    if (seq > this.#of.olderHashesTo) {
      this.#hashed += 1;
      if (envelopeHash(text) !== hash) this.#find('text', seq);
    } else this.#linkedOnly += 1;
    if (!says(text, this.#of, event)) this.#find('columns', seq);
    this.#add({ from: seq, to: seq, prevhash, hash });
    [this.#seq, this.#hash] = [seq, hash];
  }

  end(): StreamAudit {
    const { state, conflicts, store, epoch, stream } = this.#of;
    const last = Math.max(state.contiguousSeq, state.ranges.at(-1)?.to ?? 0, ...this.#sheds.map(({ toSeq }) => toSeq));
    if (last > this.#seq) this.#gap(this.#seq + 1, last, undefined);
    if (state.forkSeq !== null) this.#find('forked', state.forkSeq);
    if (!this.#isPosition()) this.#find('position', state.contiguousSeq);
    return {
      key: { store, epoch, stream },
      hashed: this.#hashed,
      linkedOnly: this.#linkedOnly,
      findings: this.#findings,
      counts: this.#counts,
      conflicts,
    };
  }

  /** Numbers without an event: `next` is what the event after them points back to. Leaves the hash that it must point back to. */
  #gap(from: number, to: number, next: string | undefined): void {
    let at = from;
    let hash: string | undefined = this.#hash;
    for (const shed of this.#sheds) {
      const [start, end] = [Math.max(at, shed.fromSeq), Math.min(to, shed.toSeq)];
      if (start > end) continue;
      if (start > at) {
        this.#absent(at, start - 1);
        hash = undefined;
      }
      // Of what came of a declared hole after all the edges lie inside: the position has their hashes.
      const prevhash = start === shed.fromSeq ? shed.prevhash : hash;
      const last = end === shed.toSeq ? shed.lastHash : next;
      const isApart = (hash !== undefined && hash !== prevhash) || (end === to && next !== undefined && last !== next);
      const { forkSeq } = this.#of.state;
      // The hub steps across no hole that does not fit, nor beyond a fork.
      if (prevhash === undefined || last === undefined || isApart || (forkSeq !== null && end >= forkSeq)) {
        this.#absent(start, end);
        hash = undefined;
      } else {
        this.#find('declared', start, end);
        this.#add({ from: start, to: end, prevhash, hash: last });
        hash = last;
      }
      at = end + 1;
    }
    if (at <= to) {
      this.#absent(at, to);
      hash = undefined;
    }
    // Across what is not here there is nothing to compare with.
    this.#hash = hash ?? next ?? '';
  }

  /** Neither an event nor a word of the store: lost where the position says that it was held. */
  #absent(from: number, to: number): void {
    const { contiguousSeq, ranges } = this.#of.state;
    let at = from;
    for (const held of [{ from: 1, to: contiguousSeq }, ...ranges]) {
      const [start, end] = [Math.max(at, held.from), Math.min(to, held.to)];
      if (start > end) continue;
      if (start > at) this.#find('waiting', at, start - 1);
      this.#find('lost', start, end);
      at = end + 1;
    }
    if (at <= to) this.#find('waiting', at, to);
  }

  #add(run: HeldRange): void {
    if (this.#runs === undefined) return;
    const last = this.#runs.at(-1);
    if (last !== undefined && last.to === run.from - 1)
      this.#runs[this.#runs.length - 1] = { ...last, to: run.to, hash: run.hash };
    else if (this.#runs.length <= MAX_ACK_RANGES) this.#runs.push(run);
    else this.#runs = undefined;
  }

  /** Is the position what the events and the declared holes make of it? What is lost was told of already. */
  #isPosition(): boolean {
    if (this.#counts.lost > 0) return true;
    if (this.#runs === undefined) return false;
    const { store, epoch, stream, state } = this.#of;
    const genesis = genesisHash(store, epoch, stream);
    const [first] = this.#runs;
    const starts = first?.from === 1;
    const above = starts ? this.#runs.slice(1) : this.#runs;
    const [seq, hash] = starts ? [first.to, first.hash] : [0, genesis];
    // A stream of before of which nothing was contiguous has no hash.
    const isHash = state.contiguousHash === hash || (seq === 0 && state.contiguousHash === '');
    return state.contiguousSeq === seq && isHash && isSame(state.ranges, above);
  }

  #find(kind: FindingKind, fromSeq: number, toSeq = fromSeq): void {
    this.#counts[kind] += toSeq - fromSeq + 1;
    if (this.#findings.length < AUDIT_LIMITS.findings) this.#findings.push({ kind, fromSeq, toSeq });
  }
}

const isSame = (a: readonly HeldRange[], b: readonly HeldRange[]): boolean =>
  a.length === b.length &&
  a.every(({ from, to, prevhash, hash }, index) => {
    const other = b[index];
    return other?.from === from && other.to === to && other.prevhash === prevhash && other.hash === hash;
  });

/** Does the text say what the columns beside it say? */
function says(text: string, { store, epoch, stream }: StreamKey, { seq, type, time, prevhash }: StoredEvent): boolean {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return false;
  }
  const told: readonly [string, unknown][] = [
    ['store', store],
    ['epoch', epoch],
    ['stream', stream],
    ['seq', seq],
    ['type', type],
    ['time', time],
    ['prevhash', prevhash],
  ];
  return told.every(([name, value]) => json[name] === value);
}

/**
 * Walks every epoch and stream of a store in order, a page at a time: hashes each text again, checks each link, and holds positions, ranges and declared holes
 * against what is there. `looked` hears how many events were seen.
 */
export async function* auditStore(
  audit: EventAudit,
  store: string,
  looked: (events: number) => void = () => undefined,
): AsyncGenerator<StreamAudit> {
  let after: StreamKey | null = null;
  let seen = 0;
  for (;;) {
    const streams: AuditedStream[] = await audit.streams(store, { after, limit: AUDIT_LIMITS.streams });
    for (const stream of streams) {
      const walk = new Walk(stream, await audit.sheds(stream));
      for (;;) {
        const page = await audit.events(stream, walk.seq, AUDIT_LIMITS.page);
        for (const event of page) walk.look(event);
        seen += page.length;
        looked(seen);
        if (page.length < AUDIT_LIMITS.page) break;
      }
      yield walk.end();
    }
    if (streams.length < AUDIT_LIMITS.streams) return;
    after = streams.at(-1) ?? null;
  }
}
