import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { HubConfig } from '../config.ts';
import type { HubStorage } from '../storage/port.ts';
import { createSegmentDesk, type SegmentDesk } from './desk.ts';

/** The desk over the hub's own members; runs are told to the log in numbers alone. */
export function startSegments(
  { segments: { everyHours, rules } }: Pick<HubConfig, 'segments'>,
  { storage, clock, log }: { storage: HubStorage; clock: Clock; log: Pick<Logger, 'info' | 'error'> },
): SegmentDesk {
  const { directory, purchases } = storage.members;
  const desk = createSegmentDesk({
    directory,
    purchases,
    runs: storage.segments,
    turns: storage.turns,
    clock,
    rules,
    everyHours,
    ended: (result) => {
      if ('error' in result) log.error({ err: result.error }, 'segments could not be worked out');
      else log.info({ members: result.members, relabelled: result.relabelled }, 'segments were worked out');
    },
  });
  desk.start();
  return desk;
}
