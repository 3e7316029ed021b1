import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** What a person reads, in both languages. */
export const Text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
export type Text = z.infer<typeof Text>;

/** A data file that does not fit its schema; the message names file and field. */
export class ProfileError extends Error {
  readonly code = 'PROFILE_INVALID';
  readonly hint = 'Correct the data file that the message names.';

  constructor(file: string, cause: unknown) {
    super(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ProfileError';
  }
}

/** Checks the text of one data file. Throws ProfileError. */
export function parseProfile<T>(schema: z.ZodType<T>, file: string, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ProfileError(file, error);
  }
}

/** Reads every data file of a folder, sorted by file name; `name` is the file's without ending. Blocks; meant for start-up. */
export function loadNamed<T>(schema: z.ZodType<T>, folder: string): { name: string; value: T }[] {
  const directory = new URL(`../data/${folder}/`, import.meta.url);
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.json'.length),
      value: parseProfile(schema, `${folder}/${file}`, readFileSync(new URL(file, directory), 'utf8')),
    }));
}

/** The same without names. */
export const loadFolder = <T>(schema: z.ZodType<T>, folder: string): T[] =>
  loadNamed(schema, folder).map(({ value }) => value);
