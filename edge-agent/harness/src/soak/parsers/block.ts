import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { codecTargets } from './codec-target.ts';
import { gs1Targets } from './gs1-targets.ts';
import { CaseDrawer, type Chunks, concat } from './inputs.ts';
import { Complaint, type ParserTarget } from './target.ts';

/** Cases of one decoder that run in one go. */
export interface Block {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

export interface FoundFailure {
  readonly target: string;
  readonly number: number;
  readonly code: string;
  readonly message: string;
  /** The smallest input found that still fails alike, as hex by chunk. */
  readonly chunks: readonly string[];
}

export interface BlockReport {
  readonly accepted: number;
  readonly failures: readonly FoundFailure[];
}

/** How many failures of a block are kept; a decoder that is broken fails everywhere. */
const MAX_FAILURES = 3;
const SHRINK_TRIES = 2_000;
const FLOOD_CHUNK_BYTES = 4_096;
/** What a decoder may keep of a flood; its own buffer is 4 KB, the rest is the engine's noise. */
const FLOOD_MAY_KEEP_BYTES = 512 * 1_024;

let targets: readonly ParserTarget[] | undefined;

/** Every decoder, in the order of the catalogue, then GS1's. */
export const parserTargets = (): readonly ParserTarget[] => (targets ??= [...codecTargets(), ...gs1Targets()]);

/** Throws for a name that there is not. */
export function targetOf(name: string): ParserTarget {
  const found = parserTargets().find((target) => target.name === name);
  if (!found) throw new Error(`no decoder ${name}`);
  return found;
}

/** Runs the cases of a block. `at` is told where it is, so that whoever watches can tell a case that does not end. */
export function runBlock(
  target: ParserTarget,
  { seed, first, count }: Omit<Block, 'target'>,
  at: (number: number) => void,
): BlockReport {
  const drawer = new CaseDrawer({ seed, target: target.name, samples: target.samples });
  const failures: FoundFailure[] = [];
  let accepted = 0;
  for (let number = first; number < first + count; number++) {
    at(number);
    const chunks = drawer.draw(number);
    try {
      accepted += target.check(chunks);
    } catch (error) {
      failures.push(failureOf(target, number, chunks, error));
      if (failures.length >= MAX_FAILURES) break;
    }
  }
  return { accepted, failures };
}

function failureOf(target: ParserTarget, number: number, chunks: Chunks, error: unknown): FoundFailure {
  const { code, message: first } = told(error);
  const smallest = shrink(chunks, (smaller) => complaintOf(target, smaller)?.code === code);
  const message = complaintOf(target, smallest)?.message ?? `only after the cases before it: ${first}`;
  return {
    target: target.name,
    number,
    code,
    message,
    chunks: smallest.map((chunk) => Buffer.from(chunk).toString('hex')),
  };
}

const told = (error: unknown): { code: string; message: string } =>
  error instanceof Complaint
    ? { code: error.code, message: error.message }
    : {
        code: 'PARSER_THREW',
        message: error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error),
      };

function complaintOf(target: ParserTarget, chunks: Chunks): { code: string; message: string } | undefined {
  try {
    target.check(chunks);
    return undefined;
  } catch (error) {
    return told(error);
  }
}

/** Chunks are left out, then all are made one if that fails alike, then ever smaller spans of that are taken out. */
export function shrink(drawn: Chunks, stillFails: (chunks: Chunks) => boolean): Chunks {
  let chunks = drawn;
  for (let at = chunks.length - 1; at >= 0; at--) {
    const fewer = chunks.filter((_, place) => place !== at);
    if (stillFails(fewer)) chunks = fewer;
  }
  const joined = concat(chunks);
  if (!stillFails([joined])) return chunks;
  let bytes = joined;
  let tries = 0;
  for (let span = Math.ceil(bytes.length / 2); span >= 1; span = span === 1 ? 0 : Math.ceil(span / 2)) {
    for (let at = 0; at + span <= bytes.length && tries < SHRINK_TRIES; tries++) {
      const smaller = concat([bytes.subarray(0, at), bytes.subarray(at + span)]);
      if (stillFails([smaller])) bytes = smaller;
      else at += span;
    }
  }
  return [bytes];
}

/** Floods a decoder with what never ends a message; a complaint when it keeps more than a bounded reader would. `at` counts the chunks. */
export function flood(target: ParserTarget, floodBytes: number, at: (chunk: number) => void): FoundFailure | undefined {
  let pushed = 0;
  let before: number | undefined;
  for (const [what, chunk] of floods(target)) {
    const reader = target.reader?.();
    if (!reader) return undefined;
    // The first chunks fill the reader's own buffer; what is kept after them is what grows. The readers before this one are gone.
    for (let sent = 0; sent < 16 * FLOOD_CHUNK_BYTES; sent += chunk.length) reader.push(chunk);
    before ??= keptBytes();
    for (let sent = 0; sent < floodBytes; sent += chunk.length) {
      at(pushed++);
      reader.push(chunk);
    }
    // Collecting is what takes the time of a flood; where even the garbage fits, it is not asked for.
    let grown = usedBytes() - before;
    if (grown > FLOOD_MAY_KEEP_BYTES) grown = keptBytes() - before;
    // The reader must be alive when memory is counted.
    reader.push(new Uint8Array(0));
    if (grown > FLOOD_MAY_KEEP_BYTES) {
      const message = `${grown} bytes more after ${floodBytes} bytes of ${what}`;
      return { target: target.name, number: -1, code: 'PARSER_GROWS', message, chunks: [] };
    }
  }
  return undefined;
}

/** One byte for ever, and the beginning of each sample again and again. */
function floods(target: ParserTarget): [string, Uint8Array][] {
  const begins = target.samples.map((sample): [string, Uint8Array] => {
    const begin = sample.subarray(0, Math.max(1, sample.length - 1));
    const times = Math.max(1, Math.floor(FLOOD_CHUNK_BYTES / begin.length));
    return ['beginnings of a message', concat(Array.from({ length: times }, () => begin))];
  });
  return [
    ['the byte 0x41', new Uint8Array(FLOOD_CHUNK_BYTES).fill(0x41)],
    ['the byte 0x02', new Uint8Array(FLOOD_CHUNK_BYTES).fill(0x02)],
    ['the byte 0xff', new Uint8Array(FLOOD_CHUNK_BYTES).fill(0xff)],
    ...begins,
  ];
}

let collect: (() => void) | undefined;

function keptBytes(): number {
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  // The second round frees the buffers of what the first one found dead.
  collect();
  collect();
  return usedBytes();
}

function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
