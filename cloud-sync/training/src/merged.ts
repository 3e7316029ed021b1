import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { messageOf, TrainingError } from './errors.ts';
import { MERGED_ID_MAX_CHARS, MERGED_MAX } from './limits.ts';

/** Member ids that are aliases, with the id of the person. */
export type Merged = ReadonlyMap<string, string>;

/**
 * Reads whose ids were merged: one JSON object a line, {from, into}. `into` is the person in the end, so it is no `from` of another line, and no id is merged twice.
 *
 * @throws TrainingError TRAINING_MERGED_INVALID, which names the line and nobody
 */
export async function readMerged(file: string): Promise<Merged> {
  const merged = new Map<string, string>();
  const stream = createReadStream(file);
  let number = 0;
  try {
    for await (const line of createInterface({ input: stream })) {
      number += 1;
      if (line === '') continue;
      const alias = aliasOf(line);
      if (alias === undefined) throw invalid(`line ${number}`);
      if (merged.has(alias.from)) throw invalid(`line ${number}: this id was merged by a line before`);
      if (merged.size === MERGED_MAX) throw invalid(`more than ${MERGED_MAX} lines`);
      merged.set(alias.from, alias.into);
    }
  } catch (error) {
    throw error instanceof TrainingError ? error : invalid(messageOf(error));
  } finally {
    stream.destroy();
  }
  for (const into of merged.values()) if (merged.has(into)) throw invalid('an id is merged into one that was merged');
  return merged;
}

function aliasOf(line: string): { from: string; into: string } | undefined {
  try {
    const { from, into } = JSON.parse(line) as Record<string, unknown>;
    return isId(from) && isId(into) && from !== into ? { from, into } : undefined;
  } catch {
    return undefined;
  }
}

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= MERGED_ID_MAX_CHARS;

const invalid = (detail: string): TrainingError => new TrainingError('TRAINING_MERGED_INVALID', detail);
