import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { firstIssue } from '@tillside/protocol';
import { closest } from 'fastest-levenshtein';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { HubFault } from './fault.ts';

const Port = z.number().int().min(0).max(65_535);

/** The one config file of the hub, YAML or JSON. Relative paths are read from the file's own directory. */
export const HubConfig = z.strictObject({
  /** Database, keys and artifacts; made with mode 0700. */
  dataDir: z.string().min(1).default('./hub-data'),
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port. */
  port: Port.default(7600),
  /** How stores and browsers reach the hub when it stands behind a proxy that speaks HTTPS. */
  publicUrl: z.url().optional(),
  mqtt: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: Port.default(7601),
      publicUrl: z.url().optional(),
    })
    .prefault({}),
  /** Built files of the console; without it the hub has no pages but the API docs. */
  consoleDir: z.string().optional(),
  /** Entry of the training job; by default the one of @tillside/training. */
  trainingEntry: z.string().optional(),
  pairingCodeMinutes: z.number().int().min(1).max(1440).default(15),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
export type HubConfig = z.output<typeof HubConfig>;
export type HubConfigInput = z.input<typeof HubConfig>;

type AnySchema = z.ZodType;

function knownKeys(schema: AnySchema, path: readonly PropertyKey[]): string[] {
  let at: AnySchema = schema;
  for (const part of path) {
    if (at instanceof z.ZodObject) at = at.shape[String(part)] as AnySchema;
    while (at instanceof z.ZodPrefault || at instanceof z.ZodDefault || at instanceof z.ZodOptional)
      at = at.unwrap() as AnySchema;
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** Checks a config; the first unknown key is named with the nearest known one. */
export function parseConfig(input: unknown): HubConfig {
  const read = HubConfig.safeParse(input ?? {});
  if (read.success) return read.data;
  for (const issue of read.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const [key = ''] = issue.keys;
    const full = [...issue.path, key].map(String).join('.');
    throw new HubFault(
      'HUB_CONFIG_UNKNOWN_KEY',
      `"${full}": did you mean "${closest(key, knownKeys(HubConfig, issue.path))}"?`,
    );
  }
  throw new HubFault('HUB_CONFIG_INVALID', firstIssue(read.error));
}

export function loadConfig(file: string): HubConfig {
  let content: unknown;
  try {
    content = parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HubFault('HUB_CONFIG_UNREADABLE', `${file}: ${error instanceof Error ? error.message : ''}`);
  }
  const config = parseConfig(content);
  const from = dirname(resolve(file));
  const paths: Partial<HubConfig> = { dataDir: resolve(from, config.dataDir) };
  if (config.consoleDir !== undefined) paths.consoleDir = resolve(from, config.consoleDir);
  if (config.trainingEntry !== undefined) paths.trainingEntry = resolve(from, config.trainingEntry);
  return { ...config, ...paths };
}
