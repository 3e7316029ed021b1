/**
 * What makes one version of a file into another, in bytes. The head line, then steps that go through the older file once, from its start to its end:
 *
 *     tillside-delta 1
 *     =4096        takes 4096 bytes over
 *     -351         passes over 351
 *     +349         adds the 349 bytes that follow this line; a line end follows them
 *
 * Nothing in it says what the files are. Whether it fits is said by the hash of what comes out, which is signed.
 */
const HEAD = 'tillside-delta 1\n';

export const DELTA_LIMITS = {
  /** Of a delta: it is read whole. A larger one would save little of a file that it is for. */
  maxBytes: 16 * 1024 * 1024,
  maxSteps: 1_000_000,
} as const;

export type DeltaStep =
  | { readonly type: 'keep' | 'drop'; readonly bytes: number }
  | { readonly type: 'add'; readonly content: Uint8Array };

const LINE_END = 10;
const STEP = /^([=+-])([1-9]\d{0,11})$/;
/** Longest line that begins a step: a sign and twelve digits. */
const MAX_STEP_CHARS = 13;
const utf8 = new TextEncoder();
const ascii = new TextDecoder('latin1');

/**
 * The shortest delta between two files whose lines stand in the order of their bytes, each line once, all ended; undefined where one is not so, or where the delta
 * would be too large. Equal lines are kept, so its length goes with what differs.
 */
export function makeDelta(older: Uint8Array, newer: Uint8Array): Uint8Array | undefined {
  const [from, to] = [viewOf(older), viewOf(newer)];
  if (!isSortedLines(from) || !isSortedLines(to)) return undefined;
  const script = new Script();
  let [old, fresh] = [0, 0];
  while (old < from.length || fresh < to.length) {
    const [oldEnd, freshEnd] = [lineEnd(from, old), lineEnd(to, fresh)];
    const order = compare(
      from.subarray(old, oldEnd),
      to.subarray(fresh, freshEnd),
      old < from.length,
      fresh < to.length,
    );
    if (order === 0) script.keep(oldEnd - old);
    else if (order < 0) script.drop(oldEnd - old);
    else script.add(to.subarray(fresh, freshEnd));
    if (order <= 0) old = oldEnd;
    if (order >= 0) fresh = freshEnd;
    if (script.tooLarge) return undefined;
  }
  return script.bytes();
}

/** Reads a delta. The message says where it is no such thing. */
export function readDelta(delta: Uint8Array): { ok: true; steps: DeltaStep[] } | { ok: false; message: string } {
  const wrong = (message: string): { ok: false; message: string } => ({ ok: false, message });
  if (delta.length > DELTA_LIMITS.maxBytes) return wrong(`more than ${DELTA_LIMITS.maxBytes} bytes`);
  if (ascii.decode(delta.subarray(0, HEAD.length)) !== HEAD) return wrong('it does not begin as a delta');
  const steps: DeltaStep[] = [];
  let at = HEAD.length;
  while (at < delta.length) {
    const end = delta.subarray(at, at + MAX_STEP_CHARS + 1).indexOf(LINE_END);
    const [, sign, digits] = STEP.exec(end < 0 ? '' : ascii.decode(delta.subarray(at, at + end))) ?? [];
    if (sign === undefined) return wrong(`no step at byte ${at}`);
    if (steps.length >= DELTA_LIMITS.maxSteps) return wrong(`more than ${DELTA_LIMITS.maxSteps} steps`);
    at += end + 1;
    const bytes = Number(digits);
    if (sign !== '+') {
      steps.push({ type: sign === '=' ? 'keep' : 'drop', bytes });
      continue;
    }
    if (delta[at + bytes] !== LINE_END) return wrong(`cut off in what is added at byte ${at}`);
    steps.push({ type: 'add', content: delta.subarray(at, at + bytes) });
    at += bytes + 1;
  }
  return { ok: true, steps };
}

/** The newer file, in memory; undefined where the delta is none, or asks for more than the older file has. A store does the same from file to file. */
export function applyDelta(from: Uint8Array, delta: Uint8Array): Uint8Array | undefined {
  const read = readDelta(delta);
  if (!read.ok) return undefined;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const step of read.steps) {
    if (step.type === 'add') {
      parts.push(step.content);
      continue;
    }
    if (at + step.bytes > from.length) return undefined;
    if (step.type === 'keep') parts.push(from.subarray(at, at + step.bytes));
    at += step.bytes;
  }
  return joined(parts);
}

/** Steps of one kind that follow each other are one. */
class Script {
  #parts: Uint8Array[] = [utf8.encode(HEAD)];
  #size = HEAD.length;
  #steps = 0;
  #last: 'keep' | 'drop' | 'add' | undefined;
  #bytes = 0;
  #added: Uint8Array[] = [];

  get tooLarge(): boolean {
    return (
      this.#size + (this.#last === 'add' ? this.#bytes : 0) > DELTA_LIMITS.maxBytes ||
      this.#steps > DELTA_LIMITS.maxSteps
    );
  }

  keep(bytes: number): void {
    this.#more('keep', bytes);
  }

  drop(bytes: number): void {
    this.#more('drop', bytes);
  }

  add(content: Uint8Array): void {
    this.#more('add', content.length);
    this.#added.push(content);
  }

  bytes(): Uint8Array | undefined {
    this.#flush();
    return this.tooLarge ? undefined : joined(this.#parts);
  }

  #more(type: 'keep' | 'drop' | 'add', bytes: number): void {
    if (this.#last !== type) this.#flush();
    this.#last = type;
    this.#bytes += bytes;
  }

  #flush(): void {
    if (this.#last === undefined) return;
    const sign = { keep: '=', drop: '-', add: '+' }[this.#last];
    this.#push(utf8.encode(`${sign}${this.#bytes}\n`));
    for (const part of this.#added) this.#push(part);
    if (this.#last === 'add') this.#push(utf8.encode('\n'));
    this.#steps += 1;
    this.#last = undefined;
    this.#bytes = 0;
    this.#added = [];
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#size += part.length;
  }
}

/** The same bytes, with the faster search of a Buffer. */
const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function lineEnd(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(LINE_END, at);
  return end < 0 ? bytes.length : end + 1;
}

/** What has come to its end is behind all else. */
function compare(one: Uint8Array, other: Uint8Array, hasOne: boolean, hasOther: boolean): number {
  if (!hasOne) return 1;
  return hasOther ? Buffer.compare(one, other) : -1;
}

function isSortedLines(bytes: Uint8Array): boolean {
  if (bytes.length > 0 && bytes[bytes.length - 1] !== LINE_END) return false;
  let before: Uint8Array | undefined;
  for (let at = 0; at < bytes.length; ) {
    const end = lineEnd(bytes, at);
    const line = bytes.subarray(at, end);
    if (before !== undefined && Buffer.compare(before, line) >= 0) return false;
    before = line;
    at = end;
  }
  return true;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
