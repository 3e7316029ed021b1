import {
  countOf,
  type Flight,
  flightOf,
  isIn,
  type LaneState,
  laneAfter,
  laneKey,
  lowest,
  minus,
  planBatch,
  type Ranges,
  sendableOf,
  union,
  waitingIn,
  waitingOf,
} from '@tillside/edge-agent/sync';
import type { IncomingEvent } from '@tillside/hub/planning';
import {
  againOf,
  type BatchAck,
  type Envelope,
  envelopeHash,
  genesisHash,
  originOf,
  type Stream,
} from '@tillside/protocol';
import type { Plant } from './plants.ts';

/** An event of a store as it stands in its journal. Its bytes never change, so what the hub reads in them is read once. */
export interface Entry {
  readonly epoch: string;
  readonly stream: Stream;
  readonly seq: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly prevhash: string;
  readonly again: string | undefined;
  readonly hash: string;
  readonly text: string;
  /** What happened in the shop, whatever number it is told under; undefined for what the agent tells of itself. */
  readonly deed: number | undefined;
  readonly atMs: number;
  read?: IncomingEvent;
}

export type Answer = Pick<BatchAck, 'acks' | 'conflicts'>;

export interface Happening {
  readonly type: string;
  readonly stream: Stream;
  readonly data: Record<string, unknown>;
  readonly deed: number | undefined;
  /** Of what is told again: where it was first written. */
  readonly again?: string | undefined;
}

interface Lane {
  state: LaneState;
  readonly entries: Entry[];
}

const PLACE: Readonly<Record<Stream, number>> = { sales: 0, members: 1, ops: 2, presence: 3 };

/** As the agent's outbox: events that one transaction moves. */
const MOVED_AT_ONCE = 100;

/** A batch under way. */
export interface SimBatch {
  readonly flight: Flight;
  readonly entries: readonly Entry[];
}

export interface JournalPorts {
  readonly store: string;
  readonly plant: Plant;
  /** By the store's own clock, which may be years off. */
  nowMs(): number;
  trueMs(): number;
  uuid(): string;
}

/** What became of a deed at its store: there, given up and said so, lost with the power, lost with the disk that was put back to an earlier day. */
export type Fate = 'kept' | 'shed' | 'cut' | 'rolled-back';

/** A store's record in memory, with a disk that can lose what was not synced and be put back to an earlier day. What waits is the agent's own arithmetic. */
export class SimJournal {
  epoch: string;
  readonly fates = new Map<number, Fate>();
  #ports: JournalPorts;
  #lanes: Lane[] = [];
  #volatile: (() => void)[][] = [];
  #commit: (() => void)[] | undefined;
  #flights = new Map<string, SimBatch>();
  #answers = 0;
  #changed = new Map<string, number>();
  #probe = true;

  constructor(ports: JournalPorts) {
    this.#ports = ports;
    this.epoch = ports.uuid();
  }

  append(happening: Happening): void {
    this.#write(() => this.#append(happening));
  }

  /** Commits that a power cut could take back. */
  get volatile(): number {
    return this.#volatile.length;
  }

  /** The oldest of those are on the disk now. */
  synced(commits: number): void {
    this.#volatile.splice(0, commits);
  }

  /** The newest `commits` that were not synced are gone. */
  cutPower(commits: number): void {
    for (let left = Math.min(commits, this.#volatile.length); left > 0; left -= 1)
      for (const undo of this.#volatile.pop()?.reverse() ?? []) undo();
    this.#volatile = [];
  }

  waiting(): number {
    return this.#lanes.reduce((sum, { state }) => sum + waitingIn(state), 0);
  }

  /** When the oldest of what waits happened. */
  oldestWaitingMs(): number | undefined {
    const firsts = this.#lanes.flatMap(
      ({ state, entries }) => entries[(waitingOf(state)[0]?.[0] ?? 0) - 1]?.atMs ?? [],
    );
    return firsts.length === 0 ? undefined : Math.min(...firsts);
  }

  /** The most ranges that the marks of a stream name. */
  get ranges(): number {
    return Math.max(0, ...this.#lanes.map(({ state }) => union(state.held, state.shed, state.doubt).length));
  }

  /** The agent starts anew: what was under way is nobody's. */
  started(): void {
    this.#flights.clear();
    this.#changed.clear();
    this.#answers = 0;
    this.#probe = true;
    this.#move();
  }

  /** As OutboxPort.next; undefined when nothing waits. */
  next(batchId: string, events: number): SimBatch | undefined {
    const lanes = this.#lanes.map(({ state }) => state).sort((a, b) => PLACE[a.stream] - PLACE[b.stream]);
    const parts = planBatch({ lanes, epoch: this.epoch, events, reserved: this.#reserved(), probe: this.#probe });
    if (parts.length === 0) return undefined;
    this.#probe = false;
    const flight = flightOf(parts, this.#answers);
    const entries = flight.lines.flatMap(({ epoch, stream, seq }) => this.#lane(epoch, stream)?.entries[seq - 1] ?? []);
    this.#flights.set(batchId, { flight, entries });
    return { flight, entries };
  }

  /** As OutboxPort.settle. Returns how many of them wait no longer. */
  settle(batchId: string, answer: Answer): number {
    const flight = this.#flights.get(batchId)?.flight;
    if (flight === undefined) return 0;
    this.#flights.delete(batchId);
    this.#answers += 1;
    let [settled, forked] = [0, false];
    this.#write(() => {
      for (const { epoch, stream } of flight.lanes(answer)) {
        const lane = this.#lane(epoch, stream);
        if (lane === undefined) continue;
        const key = laneKey(lane.state);
        const isStale = (this.#changed.get(key) ?? 0) > flight.asOf;
        const after = laneAfter(lane.state, { flight, answer, isStale, mayPutAside: 0 });
        if (minus(lane.state.held, after.lane.held).length > 0) this.#probe = true;
        settled += after.settled;
        this.#change(lane, { state: this.#planted(after.lane) });
        forked ||= after.lane.fork !== null && epoch === this.epoch;
        this.#changed.set(key, this.#answers);
      }
    });
    if (forked)
      this.#write(() => {
        this.#openEpoch();
        this.#moveSome();
      });
    this.#move();
    return settled;
  }

  /** As OutboxPort.release. */
  release(batchId: string): void {
    this.#flights.delete(batchId);
    this.#probe = true;
    this.#move();
  }

  /** Gives up the oldest waiting events of a stream and says so. Returns how many. */
  shed(stream: Stream, most: number): number {
    const lane = this.#lane(this.epoch, stream);
    if (lane === undefined) return 0;
    const { state, entries } = lane;
    const [from, end] = minus(waitingOf(state), this.#reserved().get(laneKey(state)) ?? [])[0] ?? [1, 0];
    const to = Math.min(end, from + most - 1);
    const [first, last] = [entries[from - 1], entries[to - 1]];
    if (first === undefined || last === undefined) return 0;
    this.#write(() => {
      this.#change(lane, { state: { ...state, shed: union(state.shed, [[from, to]]) } });
      for (const { deed } of entries.slice(from - 1, to)) this.#fate(deed, 'shed');
      const { prevhash } = first;
      const at = new Date(this.#ports.nowMs()).toISOString();
      const data = { stream, fromSeq: from, toSeq: to, prevhash, lastHash: last.hash, reason: 'disk-budget', at };
      this.#append({ type: 'tillside.stream.shed.v1', stream: 'ops', data, deed: undefined });
    });
    return to - from + 1;
  }

  /** A new epoch for what is written from now on; what waits goes on being told under its old numbers. */
  openEpoch(): void {
    this.#write(() => this.#openEpoch());
  }

  /** The disk as it is now. */
  backup(): () => void {
    const epoch = this.epoch;
    const lanes = this.#lanes.map((lane) => ({ ...lane, entries: [...lane.entries] }));
    return () => {
      for (const [deed, fate] of this.fates) if (fate !== 'cut') this.fates.set(deed, 'rolled-back');
      this.epoch = epoch;
      this.#volatile = [];
      this.#lanes = lanes.map((lane) => ({ ...lane, entries: [...lane.entries] }));
      for (const { state, entries } of this.#lanes) {
        for (const { deed, seq } of entries)
          if (deed !== undefined && !isIn(state.moved, seq))
            this.fates.set(deed, isIn(state.shed, seq) ? 'shed' : 'kept');
      }
    };
  }

  /** As forkEpoch and moveForked: what the hub holds otherwise is told under new numbers; the other history stays what it is. */
  #move(): void {
    while (this.#lanes.some((lane) => this.#isReady(lane))) this.#write(() => this.#moveSome());
  }

  #isReady({ state }: Lane): boolean {
    if (state.fork === null || state.epoch === this.epoch || sendableOf(state).length > 0) return false;
    if (waitingOf(state).length === 0) return false;
    return (this.#reserved().get(laneKey(state)) ?? []).length === 0;
  }

  #moveSome(): void {
    let left = MOVED_AT_ONCE;
    for (const lane of this.#lanes) {
      if (left <= 0 || !this.#isReady(lane)) continue;
      const { state, entries } = lane;
      const some = lowest(waitingOf(state), left);
      left -= countOf(some);
      for (const [from, to] of some)
        for (const entry of entries.slice(from - 1, to))
          this.#append({ ...entry, again: againOf(originOf(entry, entry.hash)) });
      this.#change(lane, { state: { ...state, moved: union(state.moved, some) } });
    }
  }

  #planted(state: LaneState): LaneState {
    const last = state.held.at(-1)?.[1] ?? 0;
    if (this.#ports.plant !== 'trim-off-by-one' || last === 0 || last >= state.head) return state;
    return { ...state, held: union(state.held, [[last + 1, last + 1]]) };
  }

  #reserved(): Map<string, Ranges> {
    const reserved = new Map<string, Ranges>();
    for (const { flight } of this.#flights.values())
      for (const [key, set] of flight.reserved) reserved.set(key, union(reserved.get(key) ?? [], set));
    return reserved;
  }

  #openEpoch(): void {
    const before = this.epoch;
    this.#commit?.push(() => {
      this.epoch = before;
    });
    this.epoch = this.#ports.uuid();
  }

  #append({ type, stream, data, deed, again }: Happening): void {
    const { store } = this.#ports;
    const lane = this.#lane(this.epoch, stream) ?? this.#openLane(stream);
    const seq = lane.entries.length + 1;
    const prevhash = lane.entries.at(-1)?.hash ?? genesisHash(store, this.epoch, stream);
    const envelope: Envelope = {
      specversion: '1.0',
      id: this.#ports.uuid(),
      source: `/stores/${store}`,
      type,
      time: new Date(this.#ports.nowMs()).toISOString(),
      datacontenttype: 'application/json',
      store,
      epoch: this.epoch,
      stream,
      seq,
      prevhash,
      ...(again === undefined ? {} : { again }),
      data,
    };
    const text = JSON.stringify(envelope);
    this.#change(lane, { state: { ...lane.state, head: seq } });
    lane.entries.push({
      epoch: this.epoch,
      stream,
      seq,
      type,
      data,
      prevhash,
      again,
      hash: envelopeHash(text),
      text,
      deed,
      atMs: this.#ports.trueMs(),
    });
    this.#commit?.push(() => lane.entries.pop());
    this.#fate(deed, 'kept');
  }

  #openLane(stream: Stream): Lane {
    const { epoch } = this;
    const none = { held: [], shed: [], aside: [], fork: null, doubt: [], moved: [] };
    const lane: Lane = { state: { epoch, stream, head: 0, ...none }, entries: [] };
    this.#lanes.push(lane);
    this.#commit?.push(() => this.#lanes.splice(this.#lanes.indexOf(lane), 1));
    return lane;
  }

  #lane(epoch: string, stream: Stream): Lane | undefined {
    return this.#lanes.find(({ state }) => state.epoch === epoch && state.stream === stream);
  }

  #change(lane: Lane, change: Partial<Omit<Lane, 'entries'>>): void {
    const before = { ...lane };
    this.#commit?.push(() => Object.assign(lane, before));
    Object.assign(lane, change);
  }

  #fate(deed: number | undefined, fate: Fate): void {
    if (deed === undefined) return;
    const before = this.fates.get(deed) ?? 'cut';
    this.fates.set(deed, fate);
    this.#commit?.push(() => this.fates.set(deed, before));
  }

  #write(work: () => void): void {
    const commit: (() => void)[] = [];
    this.#commit = commit;
    work();
    this.#commit = undefined;
    this.#volatile.push(commit);
  }
}
