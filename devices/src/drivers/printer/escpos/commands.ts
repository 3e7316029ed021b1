import type { DeviceCodec } from '../../../contract/codec.ts';
import { type FramePattern, PatternFramer } from '../../../framing/pattern.ts';

/** One command to the printer; `text` is one byte of it, since what bytes make a character depends on what was chosen before. */
export interface PrinterCommand {
  readonly op: string;
  /** All bytes after the command's letters, counts included. */
  readonly args: readonly number[];
}

/** The longest command: a picture or a symbol whose length has two bytes. */
export const MAX_COMMAND_BYTES = 65_552;
const MAX_TABS = 32;
const MAX_OLD_BARCODE = 255;

/** Length of the whole command, when it is no fixed count of arguments. */
type Length = (bytes: Uint8Array) => number | 'more' | 'none';

const at = (bytes: Uint8Array, place: number): number => bytes[place] ?? 0;
const two = (bytes: Uint8Array, place: number): number => at(bytes, place) + 256 * at(bytes, place + 1);

/** Counted from `place` on by two bytes: `pL pH`, then so many. */
const counted =
  (place: number): Length =>
  (bytes) =>
    bytes.length < place + 2 ? 'more' : place + 2 + two(bytes, place);

/** A list that ends with NUL, of at most `most` bytes from `place` on. */
function endsWithNul(bytes: Uint8Array, place: number, most: number): ReturnType<Length> {
  const end = bytes.indexOf(0, place);
  if (end >= 0) return end + 1;
  return bytes.length > place + most ? 'none' : 'more';
}

const barcode: Length = (bytes) => {
  if (bytes.length < 3) return 'more';
  const kind = at(bytes, 2);
  if (kind <= 6) return endsWithNul(bytes, 3, MAX_OLD_BARCODE);
  if (kind < 65 || kind > 79) return 'none';
  return bytes.length < 4 ? 'more' : 4 + at(bytes, 3);
};

const cut: Length = (bytes) => {
  if (bytes.length < 3) return 'more';
  if ([0, 1, 48, 49].includes(at(bytes, 2))) return 3;
  return [65, 66, 97, 98, 103, 104].includes(at(bytes, 2)) ? 4 : 'none';
};

const columns: Length = (bytes) => {
  if (bytes.length < 5) return 'more';
  if (![0, 1, 32, 33].includes(at(bytes, 2))) return 'none';
  return 5 + two(bytes, 3) * (at(bytes, 2) < 32 ? 1 : 3);
};

const raster: Length = (bytes) => {
  if (bytes.length >= 3 && at(bytes, 2) !== 0x30) return 'none';
  return bytes.length < 8 ? 'more' : 8 + two(bytes, 4) * two(bytes, 6);
};

const REALTIME_ACTS: Readonly<Record<number, number>> = { 1: 5, 2: 5, 8: 10 };
const realtimeAct: Length = (bytes) => (bytes.length < 3 ? 'more' : (REALTIME_ACTS[at(bytes, 2)] ?? 'none'));

const letters = (lead: string, words: Readonly<Record<string, number | Length>>): [string, number | Length][] =>
  Object.entries(words).map(([letter, length]) => [`${lead} ${letter}`, length]);

/** After the command's letters: a count of argument bytes, or how the length is found. Epson's command reference for receipt printers. */
const COMMANDS: ReadonlyMap<string, number | Length> = new Map<string, number | Length>([
  ...letters('DLE', { '\x04': 1, '\x05': 1, '\x14': realtimeAct }),
  ...letters('ESC', {
    ...{ ' ': 1, '!': 1, $: 2, '%': 1, '(': counted(3), '*': columns, '-': 1, '2': 0, '3': 1, '=': 1, '?': 1, '@': 0 },
    ...{ B: 2, D: (bytes) => endsWithNul(bytes, 2, MAX_TABS), E: 1, G: 1, J: 1, K: 1, L: 0, M: 1, R: 1, S: 0, T: 1 },
    ...{ U: 1, V: 1, W: 8, '\\': 2, a: 1, c: 2, d: 1, e: 1, i: 0, m: 0, p: 3, r: 1, t: 1, u: 1, v: 0, '{': 1 },
    '\f': 0,
  }),
  ...letters('FS', { '!': 1, '&': 0, '(': counted(3), '-': 1, '.': 0, '2': 74, C: 1, S: 2, W: 1, p: 2 }),
  ...letters('GS', {
    ...{
      '!': 1,
      $: 2,
      '(': counted(3),
      '*': (bytes) => (bytes.length < 4 ? 'more' : 4 + 8 * at(bytes, 2) * at(bytes, 3)),
    },
    ...{ '/': 1, ':': 0, B: 1, E: 1, H: 1, I: 1, L: 2, P: 2, T: 1, V: cut, W: 2, '\\': 2, '^': 3, a: 1, b: 1, c: 0 },
    ...{ f: 1, h: 1, j: 1, k: barcode, r: 1, v: raster, w: 1 },
  }),
]);

const LEADS: ReadonlyMap<number, string> = new Map([
  [0x10, 'DLE'],
  [0x1b, 'ESC'],
  [0x1c, 'FS'],
  [0x1d, 'GS'],
]);
const SINGLES: ReadonlyMap<number, string> = new Map([
  [0x00, 'NUL'],
  [0x09, 'HT'],
  [0x0a, 'LF'],
  [0x0c, 'FF'],
  [0x0d, 'CR'],
  [0x18, 'CAN'],
]);
/** DLE's letters are control characters: they have names. */
const LETTER_NAMES: ReadonlyMap<string, string> = new Map([
  ['DLE \x04', 'DLE EOT'],
  ['DLE \x05', 'DLE ENQ'],
  ['DLE \x14', 'DLE DC4'],
  ['ESC \f', 'ESC FF'],
]);
const OPCODES: ReadonlyMap<string, readonly number[]> = new Map([
  ...[...SINGLES].map(([byte, op]): [string, number[]] => [op, [byte]]),
  ...[...LEADS].flatMap(([byte, lead]) =>
    [...COMMANDS.keys()]
      .filter((key) => key.startsWith(`${lead} `))
      .map((key): [string, number[]] => [LETTER_NAMES.get(key) ?? key, [byte, key.charCodeAt(lead.length + 1)]]),
  ),
]);

const keyOf = (bytes: Uint8Array): string | undefined => {
  const lead = LEADS.get(at(bytes, 0));
  return lead === undefined ? undefined : `${lead} ${String.fromCharCode(at(bytes, 1))}`;
};

const isText = (byte: number): boolean => byte >= 0x20;

const PATTERN: FramePattern = {
  maxFrameBytes: MAX_COMMAND_BYTES,
  length: (bytes) => {
    const first = at(bytes, 0);
    if (isText(first) || SINGLES.has(first)) return 1;
    if (!LEADS.has(first)) return 'none';
    if (bytes.length < 2) return 'more';
    const rule = COMMANDS.get(keyOf(bytes) ?? '');
    if (rule === undefined) return 'none';
    const length = typeof rule === 'number' ? 2 + rule : rule(bytes);
    if (typeof length === 'string') return length;
    if (length > MAX_COMMAND_BYTES) return 'none';
    return bytes.length < length ? 'more' : length;
  },
};

/** The till's side of the wire: what a job is made of. The simulator reads it, and the driver, to know where a command ends. */
export const commandCodec: DeviceCodec<PrinterCommand> = {
  name: 'command',
  bounds: 'stream',
  framer: () => new PatternFramer(PATTERN),
  decode: (frame) => {
    const first = at(frame, 0);
    if (isText(first) && frame.length === 1) return { ok: true, value: { op: 'text', args: [first] } };
    const single = SINGLES.get(first);
    if (single !== undefined && frame.length === 1) return { ok: true, value: { op: single, args: [] } };
    const key = keyOf(frame) ?? '';
    if (!COMMANDS.has(key)) return { ok: false, code: 'PRINTER_BYTES_UNKNOWN' };
    return { ok: true, value: { op: LETTER_NAMES.get(key) ?? key, args: [...frame.subarray(2)] } };
  },
  encode: ({ op, args }) => Uint8Array.from([...(OPCODES.get(op) ?? []), ...args]),
  samples: [
    { op: 'text', args: [0x41] },
    { op: 'text', args: [0xc4] },
    { op: 'LF', args: [] },
    { op: 'DLE EOT', args: [1] },
    { op: 'DLE DC4', args: [1, 0, 1] },
    { op: 'ESC @', args: [] },
    { op: 'ESC D', args: [8, 16, 0] },
    { op: 'ESC *', args: [33, 1, 0, 1, 2, 3] },
    { op: 'ESC p', args: [0, 25, 250] },
    { op: 'FS &', args: [] },
    { op: 'GS !', args: [0x11] },
    { op: 'GS (', args: [0x6b, 3, 0, 49, 81, 48] },
    { op: 'GS V', args: [66, 0] },
    { op: 'GS k', args: [67, 3, 0x31, 0x32, 0x33] },
    { op: 'GS k', args: [4, 0x41, 0] },
    { op: 'GS v', args: [0x30, 0, 1, 0, 2, 0, 0xff, 0x81] },
    { op: 'GS r', args: [1] },
  ],
};
