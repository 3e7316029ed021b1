import { AgentError } from '../../errors.ts';
import { IMPORT_LIMITS } from './limits.ts';

export type Encoding = 'utf-8' | 'gb18030';

const MAX_ASCII = 0x7f;

/** What people send for a CSV by mistake, by its first bytes. */
const OTHERS: readonly { readonly bytes: readonly number[]; readonly words: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], words: 'an Excel workbook or ZIP; save it as CSV' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], words: 'an old Excel workbook; save it as CSV' },
  { bytes: [0x1f, 0x8b], words: 'a gzip file; unpack it' },
  { bytes: [0x25, 0x50, 0x44, 0x46], words: 'a PDF' },
];
const UTF16_MARKS = [
  [0xff, 0xfe],
  [0xfe, 0xff],
] as const;

const startsWith = (head: Uint8Array, bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => head[index] === byte);

/**
 * Reads bytes as text, in pieces of bounded size: UTF-8 where the first 256 KiB that hold more than ASCII are, else GB18030 (which holds GBK and GB 2312, what
 * Chinese Excel writes). `note` hears which. Throws IMPORT_ENCODING (UTF-16, neither, or bytes that break the encoding later), IMPORT_REFUSED (no text at all).
 */
export async function* decodeText(
  source: AsyncIterable<Uint8Array>,
  note: (encoding: Encoding) => void,
): AsyncGenerator<string> {
  let head: Uint8Array = Buffer.alloc(0);
  let offset = 0;
  let reader: Reader | undefined;
  const open = (): string => {
    if (offset === 0) checkKind(head);
    reader = readerFor(head, offset, note);
    return reader.take(head);
  };
  for await (const chunk of source) {
    if (reader !== undefined) {
      yield* pieces(reader.take(chunk));
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < IMPORT_LIMITS.sniffBytes) continue;
    if (head.some((byte) => byte === 0 || byte > MAX_ASCII)) yield* pieces(open());
    else {
      // Plain so far: either encoding reads it the same.
      if (offset === 0) checkKind(head);
      yield* pieces(Buffer.from(head).toString('latin1'));
      offset += head.length;
      head = Buffer.alloc(0);
    }
  }
  if (reader === undefined) yield* pieces(open());
  yield* pieces(reader?.end() ?? '');
}

interface Reader {
  take(bytes: Uint8Array): string;
  end(): string;
}

function readerFor(head: Uint8Array, offset: number, note: (encoding: Encoding) => void): Reader {
  if (head.includes(0)) throw new AgentError('IMPORT_ENCODING', { detail: '(UTF-16, or no text)' });
  const encoding = encodingOf(head);
  note(encoding);
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let bytesRead = offset;
  const guarded = (work: () => string): string => {
    try {
      return work();
    } catch {
      throw new AgentError('IMPORT_ENCODING', { detail: `(${encoding} breaks after byte ${bytesRead})` });
    }
  };
  return {
    take: (bytes) => {
      const text = guarded(() => decoder.decode(bytes, { stream: true }));
      bytesRead += bytes.length;
      return text;
    },
    end: () => guarded(() => decoder.decode()),
  };
}

function checkKind(head: Uint8Array): void {
  const other = OTHERS.find(({ bytes }) => startsWith(head, bytes));
  if (other !== undefined) throw new AgentError('IMPORT_REFUSED', { detail: `It is ${other.words}.` });
  if (UTF16_MARKS.some((mark) => startsWith(head, mark)))
    throw new AgentError('IMPORT_ENCODING', { detail: '(UTF-16, or no text)' });
  const first = Buffer.from(head.subarray(0, 64))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  if (first.startsWith('<')) throw new AgentError('IMPORT_REFUSED', { detail: 'It is XML or HTML.' });
}

function encodingOf(head: Uint8Array): Encoding {
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    try {
      // The last character of the head may be cut.
      new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
      return encoding;
    } catch {}
  }
  throw new AgentError('IMPORT_ENCODING', { detail: '(neither UTF-8 nor GB18030)' });
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += IMPORT_LIMITS.chunkChars)
    yield text.slice(at, at + IMPORT_LIMITS.chunkChars);
}
