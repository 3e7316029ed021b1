import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AgentError } from '../errors.ts';
import { writePrivate } from '../secrets.ts';
import type { Mended } from './mend.ts';

/** People are reminded for this long of what a mended journal may lack. */
const TELL_MS = 7 * 24 * 3_600_000;

const Note = z.object({ atMs: z.number(), aside: z.string(), from: z.string().optional(), salvaged: z.number() });
const noteOf = (dataDir: string): string => join(dataDir, 'mended.json');

export function noteMended(dataDir: string, { aside, from, salvaged }: Mended, nowMs: number): void {
  writePrivate(noteOf(dataDir), JSON.stringify({ atMs: nowMs, aside: aside[0] ?? '', from: from?.at, salvaged }));
}

/** What the staff should know of a journal that was mended not long ago. */
export function mendedCondition(dataDir: string, nowMs: number): AgentError | undefined {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(noteOf(dataDir), 'utf8'));
  } catch {
    return undefined;
  }
  const note = Note.safeParse(json);
  if (!note.success || nowMs - note.data.atMs > TELL_MS) return undefined;
  const { from, aside, salvaged } = note.data;
  return from === undefined
    ? new AgentError('DATABASE_EMPTY', { detail: `(${aside})` })
    : new AgentError('DATABASE_MENDED', { detail: `(${from}, +${salvaged}; ${aside})` });
}
