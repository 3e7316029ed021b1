import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConsentTexts, DEFAULT_CONSENT_TEXTS, KioskSettings } from '@tillside/agent-contract';
import { PointsRules } from '@tillside/decide';
import { DeviceConfig, InStoreRules, parseAddress } from '@tillside/devices';
import { StoreId } from '@tillside/protocol';
import { closest } from 'fastest-levenshtein';
import { parse } from 'yaml';
import { z } from 'zod';
import { OdooConfig } from './adapters/odoo/config.ts';
import { PoslogConfig } from './adapters/poslog/config.ts';
import { ToastConfig } from './adapters/toast/config.ts';
import { AgentError } from './errors.ts';
import { type HttpMessages, MessagesConfig } from './messages/config.ts';
import { PresenceZones } from './presence/empty-zones.ts';
import { FapiaoConfig } from './receipts/fapiao.ts';
import { ReceiptsConfig } from './receipts/receipts-config.ts';

const Names = z.strictObject({ zh: z.string().min(1).max(60), en: z.string().min(1).max(60) });

const zone = z.string().refine((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}, 'an IANA time zone such as Asia/Shanghai');

const hostAddress = z.string().refine((address) => {
  try {
    parseAddress(address);
    return true;
  } catch {
    return false;
  }
}, 'host:port, e.g. 192.168.1.20:7443; an IPv6 address in brackets');

/** The agent's one config file (YAML or JSON), version 1. Paths are relative to the file. */
export const AgentConfig = z.strictObject({
  version: z.literal(1),
  storeId: StoreId,
  storeName: Names,
  zone: zone.default('Asia/Shanghai'),
  /** Journal, sync state, models, credentials. One agent a folder. */
  dataDir: z.string().min(1),
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(7080),
  /** Built pages of the kiosk and the staff handheld; served at /kiosk/ and /staff/ when given. */
  pagesDir: z.string().optional(),
  hub: z
    .strictObject({
      url: z.url(),
      /** PEM of a private CA that the hub's certificate is from, where the system does not know it. */
      caFile: z.string().min(1).optional(),
      /** Broker of the wake-ups, where it is not what the hub said at pairing. */
      mqttUrl: z.url().optional(),
      pairingCode: z.string().optional(),
      pollMs: z.int().min(500).max(3_600_000).default(30_000),
      /** Where members' phones open HQ's page, where that is not `/m/` below `url`: phones come from the internet, the store perhaps not. */
      phonePage: z.url().optional(),
    })
    .optional(),
  devices: z.array(DeviceConfig).max(256).default([]),
  /** Device hosts on other machines, e.g. the PC of a lane; each must be paired once. `id` is the `hostId` of its own config, `address` is host:port. */
  deviceHosts: z
    .array(z.strictObject({ id: z.string().min(1).max(64), address: hostAddress }))
    .max(64)
    .refine((hosts) => new Set(hosts.map(({ id }) => id)).size === hosts.length, 'host ids must differ')
    .default([]),
  /** Whose device configuration counts once HQ has sent one: HQ's, or always the two lists above. */
  devicesFrom: z.enum(['hq', 'file']).default('hq'),
  /** By device id: options that this store adds to HQ's configuration, such as secrets, which HQ's never holds. What stands here wins. */
  deviceOptions: z.record(z.string().min(1).max(64), z.record(z.string(), z.unknown())).default({}),
  /** How long devices that were online may take to come back under a new configuration of HQ's; then the one before comes back. */
  deviceTrialSeconds: z.int().min(1).max(3_600).default(300),
  /** How in-store codes (prefix 2) are read: names of presets such as `SE`, or patterns of the retailer's own. */
  inStoreCodes: InStoreRules.default([]),
  /** Dates in GS1 codes after which a pack may not be sold. */
  refuseAfter: z.array(z.enum(['best-before', 'sell-by', 'use-by'])).default(['best-before', 'sell-by', 'use-by']),
  /** A code that the item master lacks: refused, or sold as an open item at a price that the cashier keys. Both are reported to HQ. */
  unknownItems: z.enum(['refuse', 'sell-open']).default('refuse'),
  /** Whose rule says which earlier price a price reduction may name: China's, or that of the European Union. */
  jurisdiction: z.enum(['CN', 'EU']).default('CN'),
  /** A return without a receipt is refunded no more than this, in fen. */
  maxBlindReturnFen: z.int().min(0).max(10_000_000).default(20_000),
  /** The store's map for shoppers, a file of docs/store-map.md; without it the kiosk finds products without their places. */
  storeMap: z.string().min(1).optional(),
  staff: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(64),
        name: z.string().min(1).max(60),
        pinHash: z.string().startsWith('scrypt:'),
        /** Supervisors may approve at a till: price overrides, returns without a receipt. */
        role: z.enum(['clerk', 'supervisor']).default('clerk'),
      }),
    )
    .max(200)
    .default([]),
  /** How long a one-time pairing code is good. */
  pairingCodeMinutes: z.int().min(1).max(1_440).default(10),
  /** What people are asked to agree to when they join, as long as HQ has signed no texts; a new version with every changed word. */
  consentTexts: ConsentTexts.default(DEFAULT_CONSENT_TEXTS),
  /** The store's receipt printers, where a till does not say otherwise. */
  receipts: ReceiptsConfig.prefault({}),
  /** E-invoices that shoppers ask for by the code on their receipt. */
  fapiao: FapiaoConfig.optional(),
  /** Files of ARTS POSLog XML, by which another POS tells what it sold. */
  poslog: PoslogConfig.prefault({}),
  /** Restaurants with a Toast POS. */
  toast: ToastConfig.optional(),
  /** Odoo tills that use the scanner, scale and printer of their lane through Odoo's hardware proxy. */
  odoo: OdooConfig.default([]),
  /** How codes reach phones at sign-up and sign-in. Absent: no phone is proven, and nothing is held back for it. */
  messages: MessagesConfig.optional(),
  /** How members' points are kept, as long as HQ has not signed rules of its own. */
  points: PointsRules.prefault({}),
  /** A member pack whose word is older than this is told as a condition; it goes on being used. */
  membersPackMaxAgeHours: z.int().min(1).max(8_760).default(72),
  /** How the kiosks look and behave, and by the lane of each the Wi-Fi zone in which people stand before it. */
  kiosk: z.strictObject({ ...KioskSettings.shape, presenceZones: PresenceZones }).prefault({}),
  presenceWindowMs: z.int().min(1_000).max(3_600_000).default(300_000),
  recommendTimeoutMs: z.int().min(1).max(1_000).default(20),
  /** How a new model comes into service: beside the running one (shadow), for a share of the baskets, then watched. Each stage lasts for its questions or its hours. */
  modelRollout: z
    .strictObject({
      shadowQuestions: z.int().min(1).max(1_000_000).default(200),
      shareQuestions: z.int().min(1).max(1_000_000).default(500),
      watchQuestions: z.int().min(1).max(1_000_000).default(2_000),
      stageMaxHours: z.number().positive().max(720).default(12),
    })
    .prefault({}),
  /** Share of answers that try one item from further down, so that a model learns what it never shows; 500 is 5%. */
  recommendExploreBasisPoints: z.int().min(0).max(5_000).default(500),
  /** The journal never grows beyond this many MiB; absent: only the disk limits it. */
  journalMaxMebibytes: z.int().min(1).max(1_048_576).optional(),
  /** Copies of the journal, made while the store sells; what replaces a damaged journal. By default in `backups` of the data folder: another disk is better. */
  backup: z
    .strictObject({
      dir: z.string().min(1).optional(),
      everyHours: z.int().min(1).max(168).default(24),
      keep: z.int().min(1).max(100).default(2),
    })
    .prefault({}),
  /** Days that events stay in the journal after the hub has them: a hub that was restored from a backup gets them again. */
  journalKeepDays: z.int().min(1).max(3_660).default(35),
  /**
   * Room for events, in MiB; absent: the disk alone limits it. Beyond it go, in this order: events that the hub holds, waiting footfall (oldest first), waiting
   * operational events that only inform. Sales, returns, redemptions and members never.
   */
  eventBudgetMebibytes: z.int().min(1).max(1_048_576).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
export type AgentConfig = z.infer<typeof AgentConfig>;

/** Where backups of the journal lie. */
export const backupDirOf = ({ dataDir, backup }: Pick<AgentConfig, 'dataDir' | 'backup'>): string =>
  backup.dir ?? join(dataDir, 'backups');

/** Reads and checks a config file. Throws CONFIG_REFUSED naming the key; an unknown key names the nearest known one. */
export function loadConfig(path: string): AgentConfig {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new AgentError('CONFIG_REFUSED', { detail: `${path}: ${(error as Error).message}` });
  }
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw new AgentError('CONFIG_REFUSED', { detail: `${path}: ${(error as Error).message.split('\n')[0]}` });
  }
  const config = parseConfig(raw);
  const from = (relative: string): string => resolve(dirname(path), relative);
  return {
    ...config,
    dataDir: from(config.dataDir),
    ...(config.backup.dir === undefined ? {} : { backup: { ...config.backup, dir: from(config.backup.dir) } }),
    ...(config.storeMap === undefined ? {} : { storeMap: from(config.storeMap) }),
    ...(config.pagesDir === undefined ? {} : { pagesDir: from(config.pagesDir) }),
    ...(config.hub?.caFile === undefined ? {} : { hub: { ...config.hub, caFile: from(config.hub.caFile) } }),
    ...(config.poslog.dropFolder === undefined
      ? {}
      : { poslog: { ...config.poslog, dropFolder: from(config.poslog.dropFolder) } }),
    ...(config.messages?.kind !== 'http' ? {} : { messages: withFiles(config.messages, from) }),
    ...(config.fapiao === undefined ? {} : { fapiao: { ...config.fapiao, keyFile: from(config.fapiao.keyFile) } }),
  };
}

function withFiles(messages: HttpMessages, from: (relative: string) => string): HttpMessages {
  const files = Object.entries(messages.secretFiles).map(([name, file]) => [name, from(file)] as const);
  return { ...messages, secretFiles: Object.fromEntries(files) };
}

export function parseConfig(raw: unknown): AgentConfig {
  const parsed = AgentConfig.safeParse(raw);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 20).flatMap(explainIssue);
  throw new AgentError('CONFIG_REFUSED', {
    detail: fields.map((field) => `${field.path}: ${field.message}`).join('; '),
    fields,
  });
}

function explainIssue(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return [{ path: path || 'config', message: issue.message }];
  return issue.keys.map((key) => ({
    path: path === '' ? key : `${path}.${key}`,
    message: `unknown key; did you mean "${closest(key, knownKeys())}"?`,
  }));
}

/** The config file's JSON Schema (draft 2020-12). */
export const configJsonSchema = (): object => z.toJSONSchema(AgentConfig, { io: 'input', unrepresentable: 'any' });

/** Every key that the schema knows, at any depth. */
function knownKeys(): string[] {
  const keys = new Set<string>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(walk);
    else if (node !== null && typeof node === 'object') {
      const { properties } = node as { properties?: Record<string, unknown> };
      if (properties) for (const key of Object.keys(properties)) keys.add(key);
      Object.values(node).forEach(walk);
    }
  };
  walk(configJsonSchema());
  return [...keys];
}
