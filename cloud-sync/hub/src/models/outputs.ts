import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AssociationRule, ModelComparison } from '@tillside/hub-contract';
import { z } from 'zod';
import { HubFault } from '../fault.ts';

/** Limits of what a job leaves beside its model, bytes. */
const NOTE_MAX_BYTES = { card: 100_000, rules: 8 * 1024 * 1024, comparison: 100_000 } as const;

/** `rules.json` as the job writes it. */
export const RulesFile = z.object({
  baskets: z.number().int().nonnegative(),
  items: z.array(z.object({ sku: z.string(), department: z.string(), category: z.string() })),
  rules: z.array(AssociationRule),
});
export type RulesFile = z.infer<typeof RulesFile>;

export interface JobOutputs {
  readonly pack: string;
  readonly manifest: Record<string, unknown>;
  readonly card: string | null;
  /** The file's bytes, known to be a RulesFile. */
  readonly rules: Buffer | null;
  readonly comparison: ModelComparison | null;
}

/** What a training left in its folder. Throws HUB_TRAINING_FAILED when a part is missing or not what it should be. */
export async function readOutputs(out: string): Promise<JobOutputs> {
  const name = (await readdir(out)).find((each) => each.endsWith('.tillmodel'));
  if (name === undefined) throw new HubFault('HUB_TRAINING_FAILED', 'the job left no .tillmodel file');
  const manifest = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')));
  const rules = await noteOf(out, 'rules.json', NOTE_MAX_BYTES.rules);
  if (rules !== null) parsed('rules.json', RulesFile, rules);
  const card = await noteOf(out, 'card.md', NOTE_MAX_BYTES.card);
  return {
    pack: join(out, name),
    manifest,
    card: card?.toString('utf8') ?? null,
    rules,
    comparison: await readComparison(out),
  };
}

/** Null where nothing was compared. */
export async function readComparison(out: string): Promise<ModelComparison | null> {
  const content = await noteOf(out, 'comparison.json', NOTE_MAX_BYTES.comparison);
  return content === null ? null : parsed('comparison.json', ModelComparison, content);
}

function parsed<T extends z.ZodType>(name: string, schema: T, content: Buffer): z.output<T> {
  try {
    return schema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw new HubFault('HUB_TRAINING_FAILED', `${name}: ${error instanceof Error ? error.message.slice(0, 200) : ''}`);
  }
}

async function noteOf(out: string, name: string, maxBytes: number): Promise<Buffer | null> {
  const file = join(out, name);
  const found = await stat(file).catch(() => null);
  if (found === null) return null;
  if (found.size > maxBytes) throw new HubFault('HUB_TRAINING_FAILED', `${name}: ${found.size} > ${maxBytes} bytes`);
  return readFile(file);
}
