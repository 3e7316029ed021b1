import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SegmentRules } from '@tillside/hub-contract';
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
  /** With it the hub speaks HTTPS itself; renewed files are taken up while it runs. */
  tls: z
    .strictObject({
      /** PEM: the server's certificate and those between it and its root. */
      certFile: z.string().min(1),
      keyFile: z.string().min(1),
      /** PEM of a private CA, for the command line on this machine. */
      caFile: z.string().min(1).optional(),
    })
    .optional(),
  ingest: z
    .strictObject({
      /** Threads that read, check and hash what stores send; by default one for each core but one. */
      threads: z.number().int().min(1).max(64).optional(),
    })
    .prefault({}),
  mqtt: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: Port.default(7601),
      publicUrl: z.url().optional(),
      /** A broker of your own (Mosquitto) instead of the embedded one; host and port above are then not used. */
      external: z
        .strictObject({
          /** `mqtt://` or `mqtts://host:port`, as this hub reaches it; stores are told `publicUrl`, else this. */
          url: z.url(),
          username: z.string().max(128).optional(),
          /** Its first line is the password. */
          passwordFile: z.string().optional(),
          /** PEM of the authority that signed the broker's certificate, where the system does not know it. */
          caFile: z.string().optional(),
        })
        .optional(),
    })
    .prefault({}),
  /** Where events and state lie: a file in `dataDir`, or a PostgreSQL that several hubs share. */
  storage: z
    .strictObject({
      kind: z.enum(['sqlite', 'postgres']).default('sqlite'),
      /** `postgres://user:password@host/database?sslmode=verify-full`; better in `urlFile` or TILLSIDE_HUB_STORAGE_URL. */
      url: z.string().min(1).optional(),
      urlFile: z.string().min(1).optional(),
      /** Sessions of this hub at PostgreSQL, beside two or three of its own. */
      connections: z.number().int().min(1).max(100).default(10),
    })
    .prefault({}),
  webhooks: z
    .strictObject({
      /** Networks that are not public and may be sent to all the same, e.g. `10.20.0.0/16`; over HTTPS. */
      privateNetworks: z
        .array(z.union([z.cidrv4(), z.cidrv6()]))
        .max(50)
        .default([]),
    })
    .prefault({}),
  memberPacks: z
    .strictObject({
      /** The largest pack that a store is sent, in MiB; who finds no room is looked up at HQ. */
      maxMebibytes: z.number().int().min(1).max(512).default(256),
      /** A store whose pack is older gets another; 0: only when an operator asks. */
      everyHours: z.number().int().min(0).max(8760).default(24),
    })
    .prefault({}),
  /** Signing keys; `keys` in `dataDir` by default. Hubs on one PostgreSQL share them. */
  keysDir: z.string().min(1).optional(),
  /** How members are told apart: docs/segments.md. */
  segments: z
    .strictObject({
      /** A run begins when the newest is older; 0: only when an operator asks. */
      everyHours: z.number().int().min(0).max(8760).default(24),
      rules: SegmentRules.prefault({}),
    })
    .prefault({}),
  /** Built files of the console; without it the hub has no pages but the API docs. */
  consoleDir: z.string().optional(),
  /** Built files of the page on a member's phone, which is served below /m/; without it members have no page. */
  memberPageDir: z.string().optional(),
  /** Entry of the training job; by default the one of @tillside/training. */
  trainingEntry: z.string().optional(),
  /** Training that begins by itself: docs/model-training.md. */
  training: z
    .strictObject({
      /** Sales since the last training that begin another; 0: only when somebody asks. */
      afterSales: z.number().int().min(0).max(1_000_000_000).default(0),
      /** Hours since the last training after which another begins, if there were sales; 0: only when somebody asks. */
      everyHours: z.number().int().min(0).max(8760).default(0),
      /** Push what such a training made, if it beats the running model. */
      promote: z.boolean().default(true),
      /** Share by which its recall has to be above the running one's on the same hold-out. */
      margin: z.number().min(0).max(1).default(0.01),
      /** Fewer questions than this decide nothing. */
      minQuestions: z.number().int().min(1).max(1_000_000).default(500),
      /** How often it is looked whether a training is due. */
      lookSeconds: z.number().int().min(1).max(86_400).default(300),
    })
    .prefault({}),
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

/** Where the signing keys lie. */
export const keysDirOf = ({ dataDir, keysDir }: Pick<HubConfig, 'dataDir' | 'keysDir'>): string =>
  keysDir ?? join(dataDir, 'keys');

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
  if (config.memberPageDir !== undefined) paths.memberPageDir = resolve(from, config.memberPageDir);
  if (config.trainingEntry !== undefined) paths.trainingEntry = resolve(from, config.trainingEntry);
  if (config.keysDir !== undefined) paths.keysDir = resolve(from, config.keysDir);
  if (config.storage.urlFile !== undefined)
    paths.storage = { ...config.storage, urlFile: resolve(from, config.storage.urlFile) };
  const { external } = config.mqtt;
  if (external !== undefined) {
    const { passwordFile, caFile } = external;
    const files = {
      ...(passwordFile === undefined ? {} : { passwordFile: resolve(from, passwordFile) }),
      ...(caFile === undefined ? {} : { caFile: resolve(from, caFile) }),
    };
    paths.mqtt = { ...config.mqtt, external: { ...external, ...files } };
  }
  if (config.tls !== undefined) {
    const { certFile, keyFile, caFile } = config.tls;
    paths.tls = { certFile: resolve(from, certFile), keyFile: resolve(from, keyFile) };
    if (caFile !== undefined) paths.tls.caFile = resolve(from, caFile);
  }
  return { ...config, ...paths };
}
