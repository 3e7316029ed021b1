import { type DecideError, decideError } from '../errors.ts';

/** Entries whose key was there before, with their place in the list. */
export function duplicates(keys: readonly string[]): { key: string; index: number }[] {
  const seen = new Set<string>();
  const found: { key: string; index: number }[] = [];
  keys.forEach((key, index) => {
    if (seen.has(key)) found.push({ key, index });
    seen.add(key);
  });
  return found;
}

/** An instant of the right form that no calendar has would compare as neither before nor after: refused. */
export function checkInstant(text: string | undefined, path: string): DecideError[] {
  if (text === undefined || !Number.isNaN(Date.parse(text))) return [];
  return [decideError('BAD_FORMAT', path, 'The instant cannot be read.')];
}
