import { TextDecoder } from 'node:util';
import { AgentError } from '../../errors.ts';
import { POSLOG_LIMITS } from './limits.ts';

/** By XML 1.0 appendix F: a byte order mark, else the zero bytes of `<`, else what the declaration says in ASCII. Labels of the WHATWG Encoding standard. */
const ENCODINGS: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  // Text that was UTF-16 in memory is often written as bytes of UTF-8 with its declaration left as it was.
  'utf-16': 'utf-8',
  'utf-16le': 'utf-8',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  'iso-8859-1': 'windows-1252',
  'windows-1252': 'windows-1252',
};

const DECLARED = /^\s*<\?xml\s[^>]{0,400}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;

/** Bytes of an XML document to text, chunk by chunk; what comes before the declaration's end is held back until the encoding is known. */
export class XmlDecoder {
  #decoder: TextDecoder | undefined;
  #head = new Uint8Array(0);

  /** Throws POSLOG_ENCODING. */
  write(bytes: Uint8Array): string {
    if (this.#decoder !== undefined) return this.#decode(this.#decoder, bytes, true);
    const head = new Uint8Array(this.#head.length + bytes.length);
    head.set(this.#head);
    head.set(bytes, this.#head.length);
    this.#head = head;
    return this.#isHeadWhole() ? this.#begin(true) : '';
  }

  end(): string {
    return this.#decoder === undefined ? this.#begin(false) : this.#decode(this.#decoder, new Uint8Array(0), false);
  }

  #isHeadWhole(): boolean {
    return this.#head.includes(GREATER) || this.#head.length >= POSLOG_LIMITS.declarationBytes;
  }

  #begin(more: boolean): string {
    const head = this.#head;
    this.#head = new Uint8Array(0);
    this.#decoder = new TextDecoder(encodingOf(head), { fatal: true });
    return this.#decode(this.#decoder, head, more);
  }

  #decode(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string {
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      throw new AgentError('POSLOG_ENCODING', { detail: `(${decoder.encoding})` });
    }
  }
}

const GREATER = 0x3e;

function encodingOf(head: Uint8Array): string {
  const [first, second, third] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0x3c && second === 0) return 'utf-16le';
  if (first === 0 && second === 0x3c) return 'utf-16be';
  const ascii = String.fromCharCode(...head.subarray(0, POSLOG_LIMITS.declarationBytes));
  const declared = DECLARED.exec(ascii)?.[1]?.toLowerCase();
  if (declared === undefined) return 'utf-8';
  const encoding = ENCODINGS[declared];
  if (encoding === undefined) throw new AgentError('POSLOG_ENCODING', { detail: `(${declared})` });
  return encoding;
}
