import type { DesiredKind } from '@tillside/protocol';
import type { Reader, Tx } from '../journal/index.ts';

/** What HQ signed for this store, verified and on disk. */
export interface Artifact {
  readonly version: number;
  readonly sha256: string;
  readonly file: string;
  /** It came as a delta of what the store had. */
  readonly byDelta: boolean;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

type Said = Pick<Artifact, 'version' | 'sha256' | 'byDelta'>;
const MAX_MESSAGE_CHARS = 500;

/** Puts a version in force and tells HQ, in the caller's transaction. `left` is what of it was left out. */
export function recordApplied(
  tx: Tx,
  kind: DesiredKind,
  artifact: Said,
  { content, at, left }: { content: string; at: string; left?: Refusal },
): void {
  const { version, sha256, byDelta } = artifact;
  tx.run(
    `INSERT INTO desired (kind, version, sha256, content, applied_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (kind) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256, content = excluded.content, applied_at = excluded.applied_at`,
    kind,
    version,
    sha256,
    content,
    at,
  );
  tx.run('DELETE FROM desired_refused WHERE kind = ?', kind);
  tx.append('tillside.desired.applied.v2', {
    kind,
    version,
    sha256,
    byDelta,
    at,
    outcome: 'applied',
    ...(left === undefined ? {} : { code: left.code, message: left.message.slice(0, MAX_MESSAGE_CHARS) }),
  });
}

/** Tells HQ that a version is not in force, and why. */
export function recordRefused(
  tx: Tx,
  kind: DesiredKind,
  { version, sha256, byDelta }: Said,
  { code, message, at }: Refusal & { at: string },
): void {
  tx.append('tillside.desired.applied.v2', {
    kind,
    version,
    sha256,
    byDelta,
    at,
    outcome: 'refused',
    code,
    message: message.slice(0, MAX_MESSAGE_CHARS),
  });
}

export const versionInForce = (reader: Reader, kind: DesiredKind): number =>
  reader.get<{ version: number }>('SELECT version FROM desired WHERE kind = ?', kind)?.version ?? 0;

export const contentInForce = (reader: Reader, kind: DesiredKind): string | undefined =>
  reader.get<{ content: string }>('SELECT content FROM desired WHERE kind = ?', kind)?.content;
