import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { MAX_LINE_BYTES } from '../contract/host-protocol.ts';
import type { ShedCounts, StoredEvent } from './event-queue.ts';
import { LineReader } from './ndjson.ts';

/**
 * The spool's lines, each `CRC32 KIND REST`, the check sum (8 hex digits) over all that follows it:
 * - `V 1`: the form of this file, first line
 * - `E BOOT SEQ TYPE JSON`: an event
 * - `A BOOT SEQ`: the client has everything up to and including this event
 * - `S TYPE COUNT`: so many more events of this type were shed
 * Payment codes are masked before an event is made, so none is ever in here.
 */
const VERSION = 1;
/** A file beyond this can't be one of ours: the queue bounds what is in it. */
const MAX_FILE_BYTES = 256 * 1_048_576;
const EVENT = /^([\w-]{1,64}) (\d{1,16}) ([\w-]{1,64}) (.+)$/su;
const ACK = /^([\w-]{1,64}) (\d{1,16})$/u;
const SHED = /^([\w-]{1,64}) (\d{1,16})$/u;

export const headerLine = (version = VERSION): string => line(`V ${version}`);
export const eventLine = ({ bootId, eventSeq, type, json }: StoredEvent): string =>
  line(`E ${bootId} ${eventSeq} ${type} ${json}`);
export const ackLine = (bootId: string, eventSeq: number): string => line(`A ${bootId} ${eventSeq}`);
export const shedLine = (type: string, count: number): string => line(`S ${type} ${count}`);

function line(text: string): string {
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
}

export interface SpoolContent {
  /** Not acknowledged, in order. */
  readonly events: readonly StoredEvent[];
  readonly shed: ShedCounts;
  /**
   * `torn`: the end was being written when the host or the power went. `damaged`: something before the end can't be read; what can, is in `events`.
   * `foreign`: none of our files, or of a version that is not known; nothing was read.
   */
  readonly found: 'absent' | 'clean' | 'torn' | 'damaged' | 'foreign';
}

/** Reads a spool file; rejects only when the file is there and can't be read at all. */
export async function readSpool(path: string): Promise<SpoolContent> {
  const size = await stat(path).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  const nothing = { events: [], shed: {} };
  if (size === undefined) return { ...nothing, found: 'absent' };
  if (size > MAX_FILE_BYTES) return { ...nothing, found: 'foreign' };
  const reading = new Reading();
  const reader = new LineReader(2 * MAX_LINE_BYTES);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (const one of reader.push(chunk)) reading.take(one.kind === 'line' ? one.text : '?');
  }
  if (reader.pendingBytes > 0) reading.take('?');
  return reading.content();
}

class Reading {
  #events: StoredEvent[] = [];
  readonly #shed: Record<string, number> = {};
  #lines = 0;
  /** Lines that can't be read, since the last good one. */
  #bad = 0;
  #damaged = false;
  #foreign = false;

  take(text: string): void {
    this.#lines += 1;
    if (text === '') return;
    const record = checked(text);
    if (record === undefined || !this.#understood(record[0] ?? '', record.slice(2))) {
      this.#bad += 1;
      return;
    }
    if (this.#bad > 0) this.#damaged = true;
    this.#bad = 0;
  }

  content(): SpoolContent {
    // Not one line of ours: another file. An empty one, or one that broke off at once, held nothing yet.
    if (this.#foreign || (this.#bad > 1 && this.#bad === this.#lines))
      return { events: [], shed: {}, found: 'foreign' };
    const found = this.#damaged ? 'damaged' : this.#bad > 0 ? 'torn' : 'clean';
    return { events: this.#events, shed: this.#shed, found };
  }

  #understood(kind: string, rest: string): boolean {
    switch (kind) {
      case 'V':
        if (Number(rest) !== VERSION) this.#foreign = true;
        return true;
      case 'E': {
        const [, bootId, eventSeq, type, json] = EVENT.exec(rest) ?? [];
        if (bootId === undefined || type === undefined || json === undefined) return false;
        this.#events.push({ bootId, eventSeq: Number(eventSeq), type, json });
        return true;
      }
      case 'A': {
        const [, bootId, eventSeq] = ACK.exec(rest) ?? [];
        if (bootId === undefined) return false;
        this.#ack(bootId, Number(eventSeq));
        return true;
      }
      case 'S': {
        const [, type, count] = SHED.exec(rest) ?? [];
        if (type === undefined) return false;
        this.#shed[type] = (this.#shed[type] ?? 0) + Number(count);
        return true;
      }
      default:
        return false;
    }
  }

  /** Later boots are sent only after earlier ones are acknowledged, so an acknowledgement covers all earlier boots too. */
  #ack(bootId: string, eventSeq: number): void {
    const last = this.#events.findLastIndex((event) => event.bootId === bootId && event.eventSeq <= eventSeq);
    if (last >= 0) this.#events.splice(0, last + 1);
  }
}

/** The text after a check sum that fits; undefined when it doesn't. */
function checked(text: string): string | undefined {
  const sum = text.slice(0, 8);
  const rest = text.slice(9);
  return /^[0-9a-f]{8}$/u.test(sum) && text[8] === ' ' && crc32(rest) === Number.parseInt(sum, 16) ? rest : undefined;
}
