/** What a release says of itself: its version and every file of it. */
import { KioskError } from '../errors.ts';

export const RELEASE_TYPE = 'application/vnd.tillside.kiosk-release+json';
export const ENVELOPE_FILE = 'release.dsse.json';

export interface ReleaseManifest {
  /** `1.4.0`: three numbers. */
  readonly version: string;
  readonly createdAt: string;
  /** After it the release is not installed any more; what is installed goes on running. */
  readonly expires?: string;
  /** Path within the folder, with `/`. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

export const MAX_FILES = 20_000;
const MAX_PATH = 400;
const VERSION = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/;

export const isVersion = (text: unknown): text is string => typeof text === 'string' && VERSION.test(text);

/** Below zero: `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (const at of [0, 1, 2]) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A path that stays below its folder on every system, and means the same on each. */
export function isSafePath(path: string): boolean {
  return (
    path.length > 0 &&
    path.length <= MAX_PATH &&
    !/[\\:*?"<>|\p{Cc}]/u.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[. ]$/.test(part))
  );
}

/** Throws RELEASE_UNREADABLE. */
export function parseManifest(bytes: Buffer): ReleaseManifest {
  const refuse = (what: string): never => {
    throw new KioskError('RELEASE_UNREADABLE', what);
  };
  let value: Record<string, unknown> = {};
  try {
    value = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    refuse('payload');
  }
  const { version, createdAt, expires, files } = value;
  if (!isVersion(version)) return refuse('version');
  if (!isTime(createdAt)) return refuse('createdAt');
  if (expires !== undefined && !isTime(expires)) return refuse('expires');
  if (typeof files !== 'object' || files === null) return refuse('files');
  const entries = Object.entries(files as Record<string, { bytes?: unknown; sha256?: unknown } | null>);
  if (entries.length === 0 || entries.length > MAX_FILES) return refuse('files');
  const names = new Set<string>();
  for (const [path, file] of entries) {
    const isSound =
      Number.isSafeInteger(file?.bytes) && typeof file?.sha256 === 'string' && /^[0-9a-f]{64}$/.test(file.sha256);
    if (!isSafePath(path) || path === ENVELOPE_FILE || !isSound) return refuse(`files: ${path.slice(0, 80)}`);
    names.add(path.toLowerCase());
  }
  // On Windows two names that differ by case are one file.
  if (names.size !== entries.length) return refuse('files: names that differ by case alone');
  return value as unknown as ReleaseManifest;
}

const isTime = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value));
