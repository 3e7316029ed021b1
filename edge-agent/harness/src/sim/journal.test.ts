import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Journal, Outbox } from '@tillside/edge-agent/journal';
import { readLine } from '@tillside/hub/planning';
import { uuidFrom } from '@tillside/link/machines';
import { type BatchAck, type Envelope, readBatch, type Stream } from '@tillside/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createChance } from '../random.ts';
import { HubLog } from './hub-log.ts';
import { SimJournal } from './journal.ts';

const AT = '2026-11-22T10:00:00.000Z';
const STORE = 'shop-1';
/** Where the cores are shared with everything else. */
const LOADED_MS = 240_000;
const RUNS = Number(process.env.SIM_JOURNAL_RUNS ?? 12);
const MAX_BYTES = 4 * 1024 ** 2;

/** What is asked of a batch: where each line belongs, with epochs by the order in which they were opened. */
type Place = string;
type Answer = Pick<BatchAck, 'acks' | 'conflicts'>;

/** One of the two journals, before a hub of its own. */
interface Side {
  write(stream: Stream, deed: number): void;
  take(batchId: string, events: number): Promise<readonly string[] | undefined>;
  settle(batchId: string, answer: Answer): Promise<number>;
  release(batchId: string): Promise<void>;
  restart(): Promise<void>;
  /** Keeps the disk as it is; the agent starts anew. */
  backUp(): Promise<void>;
  restore(announced: boolean): Promise<void>;
  epoch(): string;
  waiting(): number;
  close(): void;
}

const TYPES = {
  sales: 'tillside.coupon.redeemed.v1',
  members: 'tillside.consent.changed.v1',
  ops: 'tillside.device.changed.v1',
  presence: 'tillside.presence.counted.v1',
} as const;

function bodyOf(stream: Stream, deed: number): Record<string, unknown> {
  if (stream === 'sales') return { couponId: `k${deed}`, campaignId: 'c', saleId: `s${deed}`, amountFen: deed + 1 };
  if (stream === 'ops') return { deviceId: `d${deed}`, state: 'online', at: AT };
  if (stream === 'members')
    return { memberId: `m_${1000 + deed}`, purpose: 'marketing', granted: true, textVersion: '1', at: AT };
  return { zone: `z${deed}`, windowStart: AT, windowMs: 1_000, devices: 1, associated: 0, randomised: 0 };
}

const clock = { now: () => Date.parse(AT) };

function realSide(dir: string): Side {
  const chance = createChance(1);
  const random = { uuid: () => uuidFrom(chance.next), bytes: (count: number) => randomBytes(count) };
  const file = join(dir, 'journal.db');
  const kept = join(dir, 'kept.db');
  const open = () => {
    const journal = Journal.open({ dataDir: dir, store: STORE, clock, random });
    return { journal, outbox: new Outbox(journal) };
  };
  let { journal, outbox } = open();
  const again = async (between: () => void): Promise<void> => {
    await outbox.moved();
    journal.close();
    between();
    ({ journal, outbox } = open());
  };
  /** An agent moves what waits at its start; here the first batch does. */
  const moved = () => outbox.moved();
  return {
    write: (stream, deed) => journal.write((tx) => void tx.append(TYPES[stream], bodyOf(stream, deed) as never)),
    take: async (batchId, events) => {
      const batch = await outbox.next(batchId, { events, bytes: MAX_BYTES });
      await moved();
      if (batch === undefined) return undefined;
      const read = readBatch(gunzipSync(batch.body));
      if (!read.ok) throw new Error(read.message);
      return read.lines;
    },
    settle: async (batchId, answer) => {
      const { settled } = await outbox.settle(batchId, answer);
      await moved();
      return settled;
    },
    release: async (batchId) => {
      outbox.release(batchId);
      await moved();
    },
    restart: () => again(() => undefined),
    backUp: () => again(() => copyFileSync(file, kept)),
    restore: async (announced) => {
      await again(() => copyFileSync(kept, file));
      if (announced) journal.writeInNewEpoch(() => undefined);
    },
    epoch: () => journal.epoch,
    waiting: () => outbox.waiting(),
    close: () => journal.close(),
  };
}

function simSide(): Side {
  const chance = createChance(2);
  const journal = new SimJournal({
    store: STORE,
    plant: 'none',
    nowMs: clock.now,
    trueMs: clock.now,
    uuid: () => uuidFrom(chance.next),
  });
  let kept = (): void => undefined;
  return {
    write: (stream, deed) => journal.append({ type: TYPES[stream], stream, data: bodyOf(stream, deed), deed }),
    take: async (batchId, events) => journal.next(batchId, events)?.entries.map(({ text }) => text),
    settle: async (batchId, answer) => journal.settle(batchId, answer),
    release: async (batchId) => journal.release(batchId),
    restart: async () => journal.started(),
    backUp: async () => {
      kept = journal.backup();
      journal.started();
    },
    restore: async (announced) => {
      kept();
      if (announced) journal.openEpoch();
      journal.started();
    },
    epoch: () => journal.epoch,
    waiting: () => journal.waiting(),
    close: () => undefined,
  };
}

const ingest = (log: HubLog, lines: readonly string[]): Answer => {
  const events = lines.map((line) => {
    const read = readLine(line);
    if (!read.ok) throw new Error(read.message);
    return read.event;
  });
  const [result] = log.ingest([{ store: STORE, receivedAt: AT, events }]);
  if (result === undefined) throw new Error('one batch, one answer');
  return { acks: [...result.acks], conflicts: [...result.conflicts] };
};

/** That the scenes were no calm ones. */
const seen = { conflicts: 0, toldAgain: 0 };

/** A side with its hub, told in places that can be compared. */
class Told {
  readonly side: Side;
  readonly log = new HubLog('none');
  readonly #epochs: string[] = [];
  readonly #batches = new Map<string, readonly string[]>();
  #hub = this.log.backup();

  constructor(side: Side) {
    this.side = side;
  }

  #place(epoch: string): number {
    if (!this.#epochs.includes(epoch)) this.#epochs.push(epoch);
    return this.#epochs.indexOf(epoch);
  }

  /** The state that both must agree on after each step. */
  state(): unknown {
    return { epoch: this.#place(this.side.epoch()), waiting: this.side.waiting() };
  }

  async take(batchId: string, events: number): Promise<readonly Place[] | undefined> {
    const lines = await this.side.take(batchId, events);
    if (lines === undefined) return undefined;
    this.#batches.set(batchId, lines);
    // Their order within a batch is nothing: the hub takes each stream by its numbers.
    return lines
      .map((line) => {
        const { epoch, stream, seq, again, data } = JSON.parse(line) as Envelope;
        const [first, number] = again?.split('/') ?? [];
        if (first !== undefined) seen.toldAgain += 1;
        const from = first === undefined ? '' : ` of ${this.#place(first)}/${number}`;
        return `${this.#place(epoch)}/${stream}/${seq} ${JSON.stringify(data)}${from}`;
      })
      .sort();
  }

  async answer(batchId: string, isLost: boolean): Promise<unknown> {
    const answer = ingest(this.log, this.#batches.get(batchId) ?? []);
    if (isLost) return this.side.release(batchId);
    seen.conflicts += answer.conflicts.length;
    const settled = await this.side.settle(batchId, answer);
    const places = ({ acks, conflicts }: Answer) => [
      ...acks.map(({ epoch, ...ack }) => ({ ...ack, epoch: this.#place(epoch) })),
      ...conflicts.map(({ epoch, ...conflict }) => ({ ...conflict, epoch: this.#place(epoch) })),
    ];
    return { settled, answer: places(answer) };
  }

  keepHub(): void {
    this.#hub = this.log.backup();
  }

  restoreHub(): void {
    this.#hub();
  }
}

type Step =
  | { readonly do: 'write'; readonly stream: Stream; readonly count: number }
  | { readonly do: 'take'; readonly events: number }
  | { readonly do: 'answer' | 'lose' | 'drop'; readonly which: number }
  | { readonly do: 'restart' | 'back up' | 'restore' | 'restore announced' | 'keep hub' | 'restore hub' };

const work: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      stream: fc.constantFrom<Stream>('sales', 'sales', 'members', 'ops', 'presence'),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('take' as const), events: fc.integer({ min: 1, max: 9 }) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom<'answer' | 'lose' | 'drop'>('answer', 'answer', 'answer', 'answer', 'lose', 'drop'),
      which: fc.nat({ max: 3 }),
    }),
  },
);
const turn: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom<'restart' | 'back up' | 'restore' | 'restore announced' | 'keep hub' | 'restore hub'>(
    'restart',
    'back up',
    'restore',
    'restore',
    'restore',
    'restore announced',
    'keep hub',
    'restore hub',
  ),
});
/** Work, and then something that the work did not reckon with; more than once. */
const scene: fc.Arbitrary<Step[]> = fc
  .array(
    fc
      .tuple(fc.array(work, { minLength: 8, maxLength: 16, size: 'max' }), turn)
      .map(([steps, last]): Step[] => [...steps, last]),
    { minLength: 3, maxLength: 5, size: 'max' },
  )
  .map((parts) => parts.flat());

const SENT: readonly Step[] = [
  { do: 'take', events: 9 },
  { do: 'answer', which: 0 },
];
/** A disk from before its sales were told, and one from before it heard that they had to be told again. */
const TWICE_PUT_BACK: Step[] = [
  { do: 'write', stream: 'sales', count: 3 },
  ...SENT,
  { do: 'restore' },
  { do: 'write', stream: 'sales', count: 2 },
  { do: 'back up' },
  ...SENT,
  ...SENT,
  { do: 'restore' },
  { do: 'write', stream: 'sales', count: 1 },
  ...SENT,
  ...SENT,
];

/** A batch that is under way when another one's answer says that the disk is an old one, and that is lost. */
const LOST_AT_A_FORK: Step[] = [
  { do: 'write', stream: 'sales', count: 1 },
  ...SENT,
  { do: 'restore' },
  { do: 'write', stream: 'sales', count: 2 },
  { do: 'take', events: 1 },
  { do: 'take', events: 1 },
  { do: 'answer', which: 0 },
  { do: 'drop', which: 0 },
  ...SENT,
  ...SENT,
];

async function play(steps: readonly Step[], real: Told, sim: Told): Promise<void> {
  let [made, deeds] = [0, 0];
  let flights: string[] = [];
  const both = async (work: (side: Told) => unknown): Promise<unknown> => {
    const [left, right] = [await work(sim), await work(real)];
    expect(left).toEqual(right);
    return right;
  };
  await both(({ side }) => side.backUp());
  for (const one of steps) {
    if (one.do === 'write') {
      for (let left = one.count; left > 0; left -= 1, deeds += 1) {
        const deed = deeds;
        await both(({ side }) => side.write(one.stream, deed));
      }
    } else if (one.do === 'take') {
      made += 1;
      const batchId = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
      if ((await both((told) => told.take(batchId, one.events))) !== undefined) flights.push(batchId);
    } else if (one.do === 'answer' || one.do === 'lose' || one.do === 'drop') {
      const [batchId] = flights.splice(one.which % Math.max(1, flights.length), 1);
      if (batchId === undefined) continue;
      if (one.do === 'drop') await both(({ side }) => side.release(batchId));
      else await both((told) => told.answer(batchId, one.do === 'lose'));
    } else if (one.do === 'keep hub') await both((told) => told.keepHub());
    else if (one.do === 'restore hub') await both((told) => told.restoreHub());
    else {
      flights = [];
      if (one.do === 'restart') await both(({ side }) => side.restart());
      else if (one.do === 'back up') await both(({ side }) => side.backUp());
      else await both(({ side }) => side.restore(one.do === 'restore announced'));
    }
    await both((told) => told.state());
  }
}

it('asks, moves and waits as the agent’s own outbox does, whatever is answered, lost and put back', {
  timeout: LOADED_MS,
}, async () => {
  await fc.assert(
    fc.asyncProperty(scene, async (steps) => {
      const dir = mkdtempSync(join(tmpdir(), 'tillside-sim-journal-'));
      const real = new Told(realSide(dir));
      try {
        await play(steps, real, new Told(simSide()));
      } finally {
        real.side.close();
        rmSync(dir, { recursive: true });
      }
    }),
    { numRuns: RUNS, examples: [[TWICE_PUT_BACK], [LOST_AT_A_FORK]] },
  );
  expect(seen.conflicts).toBeGreaterThan(0);
  expect(seen.toldAgain).toBeGreaterThan(0);
});
