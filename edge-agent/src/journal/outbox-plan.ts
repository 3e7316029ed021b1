import type { Stream } from '@tillside/protocol';
import { type LaneState, laneKey, sendableOf } from './lanes.ts';
import { countOf, highest, lowest, minus, type Ranges, type SeqRange, union } from './ranges.ts';

/** Sales that overtake a backlog in each batch; half of a small one, so that the backlog goes on too. */
export const NEWEST_SALES = 50;
/** Events that are sent once more only to hear what the hub holds. */
const MAX_PROBES = 32;

/** Numbers of one stream that go into a batch. */
export interface BatchPart {
  readonly epoch: string;
  readonly stream: Stream;
  readonly range: SeqRange;
  /** The newest first, where a batch is cut for its bytes. */
  readonly isNewest: boolean;
  /** Held by the hub already: sent to hear what it holds now. */
  readonly isProbe: boolean;
}

export interface PlanOptions {
  readonly lanes: readonly LaneState[];
  /** The epoch that grows. */
  readonly epoch: string;
  readonly events: number;
  /** Numbers in batches under way, by laneKey. */
  readonly reserved: ReadonlyMap<string, Ranges>;
  /** Adds the newest event of each quiet stream: a hub that was restored says so. */
  readonly probe: boolean;
}

/** What the next batch is made of: the newest sales where more waits than fits, then the backlog from its oldest, in the order of the lanes. Pure. */
export function planBatch({ lanes, epoch, events, reserved, probe }: PlanOptions): BatchPart[] {
  const parts: BatchPart[] = [];
  const chosen = new Map<string, Ranges>();
  const quiet = probe ? probes(lanes) : [];
  let left = Math.max(1, events - quiet.length);
  const choose = (lane: LaneState, set: Ranges, isNewest: boolean): void => {
    const key = laneKey(lane);
    chosen.set(key, union(chosen.get(key) ?? [], set));
    left -= countOf(set);
    const ordered = isNewest ? [...set].reverse() : set;
    for (const range of ordered)
      parts.push({ epoch: lane.epoch, stream: lane.stream, range, isNewest, isProbe: false });
  };
  const free = (lane: LaneState): Ranges => {
    const key = laneKey(lane);
    return minus(sendableOf(lane), union(reserved.get(key) ?? [], chosen.get(key) ?? []));
  };
  const running = lanes.find((lane) => lane.stream === 'sales' && lane.epoch === epoch);
  if (running !== undefined) {
    const sales = free(running);
    if (countOf(sales) > left) choose(running, highest(sales, Math.min(NEWEST_SALES, Math.ceil(left / 2))), true);
  }
  for (const lane of lanes) {
    if (left <= 0) break;
    choose(lane, lowest(free(lane), left), false);
  }
  return [...parts, ...quiet];
}

/** The newest event that the hub holds of each stream of which nothing more is to be sent, also of epochs that are over. */
function probes(lanes: readonly LaneState[]): BatchPart[] {
  return lanes
    .filter((lane) => lane.held.length > 0 && sendableOf(lane).length === 0)
    .slice(0, MAX_PROBES)
    .map(({ epoch, stream, held, head }) => {
      const newest = held.at(-1)?.[1] ?? head;
      return { epoch, stream, range: [newest, newest] as const, isNewest: false, isProbe: true };
    });
}
