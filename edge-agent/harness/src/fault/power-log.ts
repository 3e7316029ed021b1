/** One call that changed something below the watched directory, as powerloss.c logged it. */
export type PowerEntry =
  | { readonly op: 'open' | 'create'; readonly file: bigint; readonly path: string }
  | { readonly op: 'write'; readonly file: bigint; readonly offset: number; readonly data: Buffer }
  | { readonly op: 'truncate'; readonly file: bigint; readonly length: number }
  /** `since`: the place in the log of the last entry that it covers. */
  | { readonly op: 'sync'; readonly file: bigint; readonly since: number }
  | { readonly op: 'sync-dir'; readonly path: string; readonly since: number }
  | { readonly op: 'rename'; readonly from: string; readonly to: string }
  | { readonly op: 'unlink' | 'make-dir' | 'remove-dir'; readonly path: string }
  /** Another process begins: its descriptors are its own. */
  | { readonly op: 'start' }
  /** What the layer can't model. */
  | { readonly op: 'unseen'; readonly what: string };

/** An entry with its place, from 1, in all that was logged since the directory was whole, and the byte of its own log where it ends. */
export interface LoggedEntry {
  readonly place: number;
  readonly end: number;
  readonly entry: PowerEntry;
}

const HEAD_BYTES = 48;
const OPS = [
  undefined,
  'open',
  'create',
  'write',
  'truncate',
  'sync',
  'sync-dir',
  'rename',
  'unlink',
  'make-dir',
  'remove-dir',
  'start',
  'unseen',
] as const;

/**
 * Reads a log as far as it is whole: a killed process may have left half of its last entry. `after`: the last place of the log before it, whose process may have left
 * changes that a sync of this one makes durable. Throws on what is no log.
 */
export function* readPowerLog(log: Buffer, after = 0): Generator<LoggedEntry> {
  let place = after;
  // Each process numbers its own entries from 1.
  let before = after;
  for (let at = 0; at + HEAD_BYTES <= log.length; ) {
    const length = log.readUInt32LE(at);
    const op = OPS[log.readUInt32LE(at + 4)];
    if (op === undefined || length < HEAD_BYTES) throw new Error(`the power log has no entry at byte ${at}`);
    if (at + length > log.length) return;
    place += 1;
    if (op === 'start') before = place - 1;
    const entry = entryOf(op, log.subarray(at, at + length), before);
    at += length;
    yield { place, end: at, entry };
  }
}

function entryOf(op: NonNullable<(typeof OPS)[number]>, bytes: Buffer, before: number): PowerEntry {
  const since = before + Number(bytes.readBigUInt64LE(16));
  const file = bytes.readBigUInt64LE(24);
  const offset = Number(bytes.readBigUInt64LE(32));
  const dataAt = HEAD_BYTES + bytes.readUInt32LE(40);
  const path = bytes.toString('utf8', HEAD_BYTES, dataAt);
  switch (op) {
    case 'open':
    case 'create':
      return { op, file, path };
    case 'write':
      return { op, file, offset, data: bytes.subarray(dataAt) };
    case 'truncate':
      return { op, file, length: offset };
    case 'sync':
      return { op, file, since };
    case 'sync-dir':
      return { op, path, since };
    case 'rename':
      return { op, from: path, to: bytes.toString('utf8', dataAt) };
    case 'unlink':
    case 'make-dir':
    case 'remove-dir':
      return { op, path };
    case 'start':
      return { op };
    case 'unseen':
      return { op, what: path };
  }
}
