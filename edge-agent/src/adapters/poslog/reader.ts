import type { AgentErrorCode } from '@tillside/agent-contract';
import sax from 'sax';
import { AgentError } from '../../errors.ts';
import { type Attribute, TransactionCollector } from './collector.ts';
import { XmlDecoder } from './decode.ts';
import type { Element } from './elements.ts';
import { POSLOG_LIMITS } from './limits.ts';

/** The namespace of POSLog documents of versions 1 to 6; that of 6.0's own schema folder is taken too. */
export const POSLOG_NAMESPACE = 'http://www.nrf-arts.org/IXRetail/namespace/';
const NAMESPACES = /^http:\/\/www\.nrf-arts\.org\/IXRetail\/(namespace\/?|v\d{1,2}(\.\d{1,2}){0,3}\/poslog\/?)$/;
/** A message of a store's service may hold the POSLog, so deep at most. */
const MAX_ENVELOPE_DEPTH = 4;
const MAX_TOLD_CHARS = 120;
const MAX_SHARED_CHARS = 64;

/** Where something stands in the document, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What stands once above the transactions and holds for all of them. */
export interface Shared {
  RetailStoreID?: string;
  BusinessDayDate?: string;
}

/** One Transaction as it was read. With a `flaw` the element holds no more than what names the transaction. */
export interface ReadTransaction {
  readonly element: Element;
  readonly shared: Readonly<Shared>;
  readonly position: Position;
  readonly flaw: AgentError | undefined;
}

/** Why the rest of a document is not read. */
export interface Stop {
  readonly error: AgentError;
  readonly position: Position;
}

class Stopped extends Error {}

/** What the parser has and its types leave out. */
interface Parser extends sax.SAXParser {
  doctype: string | boolean;
  attribList: readonly unknown[];
}

/**
 * Reads a POSLog document from chunks of bytes, Transaction by Transaction; nothing of it is kept once it was handed over. A document type declaration ends it at
 * once, so no entity is ever declared, let alone fetched. Once `stop` is set nothing more is read.
 */
export class PoslogReader {
  #decoder = new XmlDecoder();
  #parser: Parser;
  #done: ReadTransaction[] = [];
  #stop: Stop | undefined;
  #bytes = 0;
  #depth = 0;
  /** Depth of the POSLog element; 0 until it was found. */
  #logDepth = 0;
  #root = '';
  #shared: Shared = {};
  #sharedField: keyof Shared | undefined;
  #open: { collector: TransactionCollector; position: Position; startChar: number } | undefined;
  #documentBytes: number;

  constructor({ documentBytes }: { readonly documentBytes: number }) {
    this.#documentBytes = documentBytes;
    const parser = sax.parser(true, { xmlns: true, position: true }) as Parser;
    // Only the five of XML, and none by way of an object's own members.
    parser.ENTITIES = Object.assign(Object.create(null), { amp: '&', gt: '>', lt: '<', quot: '"', apos: "'" });
    parser.onopentag = (tag) => this.#openTag(tag as sax.QualifiedTag);
    parser.onclosetag = () => this.#closeTag();
    parser.ontext = (text) => this.#text(text);
    parser.oncdata = (text) => this.#text(text);
    parser.ondoctype = () => this.#fail('POSLOG_DOCTYPE');
    parser.onerror = (error) => this.#refuseXml(error);
    this.#parser = parser;
  }

  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** The transactions that these bytes complete. */
  write(bytes: Uint8Array): ReadTransaction[] {
    return this.#guarded(() => {
      for (let at = 0; at < bytes.length; at += POSLOG_LIMITS.sliceBytes) {
        const slice = bytes.subarray(at, at + POSLOG_LIMITS.sliceBytes);
        const room = this.#documentBytes - this.#bytes;
        this.#bytes += slice.length;
        this.#feed(this.#decoder.write(slice.subarray(0, room)));
        if (slice.length > room) this.#fail('POSLOG_TOO_LARGE');
      }
    });
  }

  /** No more bytes: a document that is not whole stops here. */
  end(): ReadTransaction[] {
    return this.#guarded(() => {
      this.#feed(this.#decoder.end());
      if (this.#root === '') this.#fail('POSLOG_NOT_WELL_FORMED');
      this.#parser.close();
      if (this.#logDepth === 0) this.#refuseRoot(this.#root);
    });
  }

  #guarded(work: () => void): ReadTransaction[] {
    if (this.#stop === undefined) {
      try {
        work();
      } catch (error) {
        if (error instanceof AgentError) this.#stop = { error, position: this.#position() };
        else if (!(error instanceof Stopped)) throw error;
      }
    }
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #feed(text: string): void {
    const parser = this.#parser;
    parser.write(text);
    // A declaration that has only begun is one already: its end may never come.
    if (parser.doctype !== '') this.#fail('POSLOG_DOCTYPE');
    // The parser keeps all attributes of a tag until it ends.
    if (parser.attribList.length > 0 && parser.position - parser.startTagPosition > POSLOG_LIMITS.tagChars)
      this.#fail('POSLOG_TOO_LARGE');
    this.#checkLength();
  }

  /** Within it, so that no more is kept, and at its end, so that the answer does not depend on how the bytes came. */
  #checkLength(): void {
    const open = this.#open;
    if (open !== undefined && this.#parser.position - open.startChar > POSLOG_LIMITS.transactionChars)
      open.collector.refuse('POSLOG_TRANSACTION_TOO_LARGE');
  }

  #openTag(tag: sax.QualifiedTag): void {
    this.#depth += 1;
    if (this.#depth > POSLOG_LIMITS.depth) this.#fail('POSLOG_TOO_DEEP');
    const isOurs = typeof tag.uri === 'string' && NAMESPACES.test(tag.uri);
    if (this.#open !== undefined) this.#open.collector.open(tag.local, isOurs, attributesOf(tag));
    else if (this.#logDepth === 0) this.#findLog(tag, isOurs);
    else if (this.#depth === this.#logDepth + 1) this.#beginChild(tag, isOurs);
  }

  #findLog(tag: sax.QualifiedTag, isOurs: boolean): void {
    const name = `{${String(tag.uri).slice(0, MAX_TOLD_CHARS)}}${tag.local.slice(0, MAX_TOLD_CHARS)}`;
    if (this.#depth === 1) this.#root = name;
    if (isOurs && tag.local === 'POSLog' && this.#depth <= MAX_ENVELOPE_DEPTH) this.#logDepth = this.#depth;
    else if (tag.local === 'POSLog' || (this.#depth === 1 && !isOurs)) this.#refuseRoot(name);
  }

  #beginChild(tag: sax.QualifiedTag, isOurs: boolean): void {
    if (tag.local === 'Transaction') {
      // Passing it over would lose a sale in silence.
      if (!isOurs) this.#refuseRoot(`{${String(tag.uri).slice(0, MAX_TOLD_CHARS)}}Transaction`);
      this.#open = {
        collector: new TransactionCollector(attributesOf(tag)),
        position: this.#position(),
        startChar: this.#parser.startTagPosition,
      };
    } else if (isOurs && (tag.local === 'RetailStoreID' || tag.local === 'BusinessDayDate')) {
      this.#sharedField = tag.local;
      this.#shared = { ...this.#shared, [tag.local]: '' };
    }
  }

  #closeTag(): void {
    this.#depth -= 1;
    this.#sharedField = undefined;
    const open = this.#open;
    if (open?.collector.close() !== true) return;
    this.#checkLength();
    this.#open = undefined;
    const { root, flaw } = open.collector;
    this.#done.push({ element: root, shared: this.#shared, position: open.position, flaw });
  }

  #text(text: string): void {
    if (this.#open !== undefined) this.#open.collector.text(text);
    else if (this.#sharedField !== undefined) {
      const field = this.#sharedField;
      this.#shared = { ...this.#shared, [field]: `${this.#shared[field] ?? ''}${text}`.slice(0, MAX_SHARED_CHARS) };
    }
  }

  #position(): Position {
    return { line: this.#parser.line + 1, column: this.#parser.column + 1 };
  }

  #fail(code: AgentErrorCode, detail?: string): never {
    const error = new AgentError(code, detail === undefined ? {} : { detail });
    this.#stop = { error, position: this.#position() };
    throw new Stopped();
  }

  #refuseRoot(found: string): never {
    this.#fail('POSLOG_NAMESPACE', `(${found}; {${POSLOG_NAMESPACE}}POSLog)`);
  }

  #refuseXml(error: Error): never {
    const message = error.message.split('\n')[0] ?? '';
    if (/doctype/i.test(message)) this.#fail('POSLOG_DOCTYPE');
    if (message.startsWith('Max buffer length')) this.#fail('POSLOG_TOO_LARGE');
    // Behind the colon the parser quotes the file, and what stands there may be anything.
    this.#fail('POSLOG_NOT_WELL_FORMED', `(${message.split(':')[0]?.slice(0, MAX_TOLD_CHARS) ?? ''})`);
  }
}

const attributesOf = (tag: sax.QualifiedTag): Attribute[] => Object.values(tag.attributes);
