import { statfsSync } from 'node:fs';
import type { Locale, StatusView } from '@tillside/agent-contract';
import type { z } from 'zod';
import { AgentError } from './errors.ts';
import type { Journal } from './journal/index.ts';
import { mendedCondition } from './journal/mended-note.ts';

/** Less than this left, and somebody should look before sales are refused. */
const DISK_LOW_BYTES = 256 * 1024 ** 2;

type Condition = z.infer<typeof StatusView>['conditions'][number];

export const conditionOf = (error: AgentError, locale: Locale): Condition => ({
  code: error.code,
  ...error.words(locale),
});

/** Bytes that this user may still write below `dir`; undefined where the system does not say. */
export function freeBytes(dir: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(dir);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

export const diskLow = (free: number | undefined): AgentError | undefined =>
  free === undefined || free >= DISK_LOW_BYTES
    ? undefined
    : new AgentError('DISK_LOW', { detail: `(${Math.floor(free / 1024 ** 2)} MiB)` });

/** What is wrong with the agent as a whole: the last write that was refused, a disk that fills up, a model that did not come back. */
export function agentConditions(
  from: {
    journal: Journal;
    dataDir: string;
    model: AgentError | undefined;
    backup: AgentError | undefined;
    nowMs: number;
  },
  locale: Locale,
): Condition[] {
  const mended = mendedCondition(from.dataDir, from.nowMs);
  return [from.journal.failure, diskLow(freeBytes(from.dataDir)), from.model, mended, from.backup].flatMap((error) =>
    error === undefined ? [] : [conditionOf(error, locale)],
  );
}
