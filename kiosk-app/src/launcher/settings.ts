/** What a kiosk is told: command line first, then environment, then its config file. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DISPLAYS, type DisplayKind } from './display.ts';
import { KioskError } from './errors.ts';
import { parseHours, type ScreenHours } from './screen-hours.ts';

export interface KioskSettings {
  /** The agent's origin, such as `https://store-pc:8443`. */
  readonly agentOrigin: string;
  /** PEM of the only CA that may have signed the agent; undefined: the system's. */
  readonly agentCa: string | undefined;
  /** False: an ordinary window, for trying it on a desk. */
  readonly isKiosk: boolean;
  /** `auto`: Electron where its program is. */
  readonly runner: 'auto' | 'electron' | 'browser';
  readonly pairingCode: string | null;
  /** Credential, releases and what is known of them. */
  readonly stateDir: string;
  readonly memoryCeilingBytes: number;
  /** Undefined: always lit. */
  readonly hours: ScreenHours | undefined;
  readonly display: DisplayKind;
  /** True: whatever the system says, nothing moves by itself; for machines whose processor draws the page. */
  readonly isMotionReduced: boolean;
  readonly output: string;
  /** Public keys (PEM) that sign releases, and how many of them must have. */
  readonly releaseKeys: readonly string[];
  readonly releaseThreshold: number;
}

export interface SettingFlags {
  agent?: string;
  pair?: string;
  config?: string;
  browser?: boolean;
  windowed?: boolean;
}

export const DEFAULT_AGENT_ORIGIN = 'http://127.0.0.1:7080';
export const DEFAULT_CONFIG = '/etc/tillside/kiosk.json';
const DEFAULT_MEMORY_MIB = 700;
const LEAST_MEMORY_MIB = 200;
const MAX_KEYS = 16;
const KNOWN = [
  'agent',
  'agentCa',
  'runner',
  'stateDir',
  'memoryCeilingMib',
  'screen',
  'display',
  'output',
  'motion',
  'releases',
];
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

type Env = Readonly<Record<string, string | undefined>>;

/** Throws KioskError: AGENT_ADDRESS_REFUSED, CONFIG_UNREADABLE, CONFIG_REFUSED, CA_UNREADABLE, KEY_UNREADABLE. */
export function readSettings(flags: SettingFlags, env: Env): KioskSettings {
  const path = flags.config ?? env.TILLSIDE_KIOSK_CONFIG ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined);
  const config = path === undefined ? {} : readConfig(path);
  const folder = path === undefined ? process.cwd() : dirname(resolve(path));
  const text = (key: string): string | undefined => {
    const value = config[key];
    if (value !== undefined && typeof value !== 'string') throw new KioskError('CONFIG_REFUSED', `${key}: a text`);
    return value;
  };
  const ca = text('agentCa');
  const runner = flags.browser === true ? 'browser' : (text('runner') ?? 'auto');
  if (runner !== 'auto' && runner !== 'electron' && runner !== 'browser')
    throw new KioskError('CONFIG_REFUSED', 'runner: auto, electron or browser');
  const display = text('display') ?? 'none';
  const kind = DISPLAYS.find((one) => one === display);
  if (kind === undefined) throw new KioskError('CONFIG_REFUSED', `display: one of ${DISPLAYS.join(', ')}`);
  const motion = text('motion') ?? 'system';
  if (motion !== 'system' && motion !== 'reduced') throw new KioskError('CONFIG_REFUSED', 'motion: system or reduced');
  return {
    agentOrigin: agentOrigin(flags.agent ?? env.TILLSIDE_AGENT ?? text('agent') ?? DEFAULT_AGENT_ORIGIN),
    agentCa: ca === undefined ? undefined : readPem(resolve(folder, ca), 'CA_UNREADABLE', 'CERTIFICATE'),
    isKiosk: flags.windowed !== true,
    runner,
    pairingCode: flags.pair ?? env.TILLSIDE_PAIR ?? null,
    stateDir: resolve(folder, env.TILLSIDE_KIOSK_STATE ?? text('stateDir') ?? defaultStateDir(env)),
    memoryCeilingBytes: memoryOf(config.memoryCeilingMib) * 2 ** 20,
    hours: hoursOf(config.screen),
    display: kind,
    output: text('output') ?? '*',
    isMotionReduced: motion === 'reduced',
    ...releasesOf(config.releases, folder),
  };
}

/** Plain HTTP is taken on loopback only: across the shop's network a member's data travels over HTTPS. */
function agentOrigin(address: string): string {
  if (!URL.canParse(address)) throw new KioskError('AGENT_ADDRESS_REFUSED', address);
  const url = new URL(address);
  const isPlain = url.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if ((url.protocol !== 'https:' && !isPlain) || url.username !== '' || url.password !== '')
    throw new KioskError('AGENT_ADDRESS_REFUSED', url.hostname || address);
  return url.origin;
}

function readConfig(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new KioskError('CONFIG_UNREADABLE', `${path}: ${error instanceof Error ? error.message : ''}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new KioskError('CONFIG_REFUSED', 'an object is wanted');
  const unknown = Object.keys(value).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined)
    throw new KioskError('CONFIG_REFUSED', `${unknown}: unknown; did you mean ${nearest(unknown, KNOWN)}?`);
  return { ...value };
}

function memoryOf(value: unknown): number {
  if (value === undefined) return DEFAULT_MEMORY_MIB;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < LEAST_MEMORY_MIB)
    throw new KioskError('CONFIG_REFUSED', `memoryCeilingMib: a number from ${LEAST_MEMORY_MIB}`);
  return value;
}

function hoursOf(value: unknown): ScreenHours | undefined {
  if (value === undefined) return undefined;
  const read = parseHours(value);
  if (typeof read === 'string') throw new KioskError('CONFIG_REFUSED', read);
  return read;
}

function releasesOf(value: unknown, folder: string): Pick<KioskSettings, 'releaseKeys' | 'releaseThreshold'> {
  if (value === undefined) return { releaseKeys: [], releaseThreshold: 1 };
  const { keys, threshold = 1 } = (value ?? {}) as { keys?: unknown; threshold?: unknown };
  if (
    !Array.isArray(keys) ||
    keys.length === 0 ||
    keys.length > MAX_KEYS ||
    !keys.every((key) => typeof key === 'string')
  )
    throw new KioskError('CONFIG_REFUSED', `releases.keys: 1 to ${MAX_KEYS} files of public keys`);
  if (typeof threshold !== 'number' || !Number.isInteger(threshold) || threshold < 1 || threshold > keys.length)
    throw new KioskError('CONFIG_REFUSED', 'releases.threshold: a number from 1 to the number of keys');
  return {
    releaseKeys: keys.map((key: string) => readPem(resolve(folder, key), 'KEY_UNREADABLE', 'PUBLIC KEY')),
    releaseThreshold: threshold,
  };
}

function readPem(path: string, code: 'CA_UNREADABLE' | 'KEY_UNREADABLE', label: string): string {
  let pem = '';
  try {
    pem = readFileSync(path, 'utf8');
  } catch {
    throw new KioskError(code, path);
  }
  if (!pem.includes(`-----BEGIN ${label}-----`)) throw new KioskError(code, path);
  return pem;
}

function defaultStateDir(env: Env): string {
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? homedir(), 'Tillside', 'kiosk');
  return join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'tillside-kiosk');
}

/** The known word with the fewest letters changed (Levenshtein). */
export function nearest(word: string, known: readonly string[]): string {
  const distance = (other: string): number => {
    let row = Array.from({ length: other.length + 1 }, (_, at) => at);
    for (let i = 1; i <= word.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= other.length; j += 1) {
        const swap = (row[j - 1] ?? 0) + (word[i - 1] === other[j - 1] ? 0 : 1);
        next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
      }
      row = next;
    }
    return row[other.length] ?? 0;
  };
  return [...known].sort((a, b) => distance(a) - distance(b))[0] ?? '';
}
