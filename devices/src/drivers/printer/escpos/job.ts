import { commandCodec, type PrinterCommand } from './commands.ts';

/** Commands that a printer answers: what it says would be taken for the answer to a question of the driver's. */
const ASKING: ReadonlySet<string> = new Set(['DLE EOT', 'GS r', 'GS I', 'GS j', 'ESC u', 'ESC v']);
const PROCESS_ID = 0x48;

export interface PrintPart {
  readonly bytes: Uint8Array;
  /** Answers that the printer gives to bytes of a picture that look like DLE EOT: it listens for that everywhere. */
  readonly strayAnswers: number;
}

export interface PrintPlan {
  /** The job in parts that end between two commands: only there the printer may be asked how it is. */
  readonly parts: readonly PrintPart[];
  /** The longest command, in bytes: what a printer may still wait for after a line that broke. */
  readonly longestCommand: number;
}

/** Splits a job; or says why it may not be sent: it ends in the middle of a command, which would swallow what comes next, or it asks. */
export function planJob(job: Uint8Array, partBytes: number): PrintPlan | { readonly refused: string } {
  const framer = commandCodec.framer();
  const ends: number[] = [];
  let offset = 0;
  let longestCommand = 1;
  for (const output of framer.push(job)) {
    const isFrame = output.kind === 'frame';
    offset += isFrame ? output.bytes.length : output.byteCount;
    // What is not known goes out as it is, with what stands before and behind it: where it ends nobody can say.
    if (!isFrame) continue;
    const decoded = commandCodec.decode(output.bytes);
    if (!decoded.ok) continue;
    if (asks(decoded.value)) return { refused: `it asks the printer (${decoded.value.op})` };
    longestCommand = Math.max(longestCommand, output.bytes.length);
    // A character may have two bytes: never between texts.
    if (decoded.value.op !== 'text') ends.push(offset);
  }
  if (framer.pendingBytes > 0) return { refused: 'its last command has no end' };
  return { parts: cutAt(job, ends, partBytes), longestCommand };
}

const asks = ({ op, args }: PrinterCommand): boolean => ASKING.has(op) || (op === 'GS (' && args[0] === PROCESS_ID);

function cutAt(job: Uint8Array, ends: readonly number[], partBytes: number): PrintPart[] {
  const parts: PrintPart[] = [];
  let from = 0;
  let to = 0;
  const close = (end: number): void => {
    if (end > from) parts.push(partOf(job.subarray(from, end)));
    from = end;
  };
  for (const end of ends) {
    if (end - from > partBytes) close(to);
    to = end;
  }
  if (job.length - from > partBytes) close(to);
  close(job.length);
  return parts;
}

function partOf(bytes: Uint8Array): PrintPart {
  let strayAnswers = 0;
  for (let place = 0; place + 2 < bytes.length; place += 1) if (looksLikeAsk(bytes, place)) strayAnswers += 1;
  return { bytes, strayAnswers };
}

const looksLikeAsk = (bytes: Uint8Array, place: number): boolean => {
  const which = bytes[place + 2] ?? 0;
  return bytes[place] === 0x10 && bytes[place + 1] === 0x04 && which >= 1 && which <= 4;
};
