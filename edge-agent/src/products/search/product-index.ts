import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Reader } from '../../journal/index.ts';
import { startThread } from '../../journal/thread.ts';
import type { ProductAnswer, ProductQuestion } from './find.ts';
import type { ItemText } from './words.ts';

export type Groups = { pictogram: string; products: number }[];

export type WordsOrder =
  | { readonly type: 'begin' }
  | { readonly type: 'items'; readonly texts: readonly ItemText[] }
  | { readonly type: 'finish'; readonly version: number }
  | { readonly type: 'find'; readonly id: number; readonly question: ProductQuestion }
  | { readonly type: 'groups'; readonly id: number };

export type WordsReply =
  | { readonly type: 'ready'; readonly version: number }
  | { readonly type: 'found'; readonly id: number; readonly answer: ProductAnswer }
  | { readonly type: 'groups'; readonly id: number; readonly groups: Groups };

/** Read at once, a millisecond or so; tills are answered in between. */
const ITEMS_AT_ONCE = 500;
/** A shopper waits this long for words that are being read; then the page asks again. */
const READY_MS = 3_000;
/** A thread that takes longer for one answer is ended; the next question starts another. */
const ANSWER_MS = 5_000;

/** What a shopper may look for: on sale, and without an age that somebody would have to check. */
const ROWS = `SELECT rowid AS id, sku, pictogram, name_zh AS nameZh, name_en AS nameEn, size_zh AS sizeZh, size_en AS sizeEn FROM item
  WHERE rowid > ? AND state = 'on-sale' AND min_age IS NULL ORDER BY rowid LIMIT ?`;

interface Waiting {
  resolve(reply: WordsReply): void;
  reject(error: Error): void;
}

/**
 * The words of this store's products on a thread of their own, since reading Chinese names takes a tenth of a millisecond each. Begun by the first question (a store without a kiosk has none);
 * a new price version reads the range anew, while the list before goes on answering.
 */
export class ProductIndex {
  readonly #reader: Reader;
  readonly #version: () => number;
  #worker: Worker | undefined;
  #sentVersion = -1;
  #isReady = false;
  #onReady = new Set<() => void>();
  #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor(of: { reader: Reader; version: () => number }) {
    this.#reader = of.reader;
    this.#version = of.version;
  }

  /** Undefined while the words are being read for the first time. Rejects when the thread dies. */
  async find(question: ProductQuestion): Promise<ProductAnswer | undefined> {
    const reply = await this.#ask((id) => ({ type: 'find', id, question }));
    return reply?.type === 'found' ? reply.answer : undefined;
  }

  /** Undefined while the words are being read for the first time. */
  async groups(): Promise<Groups | undefined> {
    const reply = await this.#ask((id) => ({ type: 'groups', id }));
    return reply?.type === 'groups' ? reply.groups : undefined;
  }

  stop(): void {
    this.#end(this.#worker, 'the agent stops');
  }

  async #ask(order: (id: number) => WordsOrder): Promise<WordsReply | undefined> {
    this.#follow();
    if (!this.#isReady && !(await this.#ready())) return undefined;
    const worker = this.#worker;
    if (worker === undefined) return undefined;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(worker, `no answer within ${ANSWER_MS / 1_000} s`), ANSWER_MS);
      this.#waiting.set(id, {
        resolve: (reply) => {
          clearTimeout(timer);
          resolve(reply);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      worker.postMessage(order(id));
    });
  }

  /** Starts the thread, and reads the range where it is of another version than what the thread was sent. */
  #follow(): void {
    this.#worker ??= this.#start();
    const version = this.#version();
    if (version === this.#sentVersion) return;
    this.#sentVersion = version;
    void this.#send(this.#worker, version);
  }

  async #send(worker: Worker, version: number): Promise<void> {
    const isCurrent = (): boolean => this.#worker === worker && this.#sentVersion === version;
    worker.postMessage({ type: 'begin' } satisfies WordsOrder);
    try {
      for (let after = 0; isCurrent(); ) {
        const rows = this.#reader.all<ItemText & { id: number }>(ROWS, after, ITEMS_AT_ONCE);
        const last = rows.at(-1);
        if (last === undefined) {
          worker.postMessage({ type: 'finish', version } satisfies WordsOrder);
          return;
        }
        worker.postMessage({ type: 'items', texts: rows } satisfies WordsOrder);
        after = last.id;
        await setImmediate();
      }
    } catch {
      // A journal that can't be read is told of by a condition of its own; the next question tries again.
      if (isCurrent()) this.#sentVersion = -1;
    }
  }

  #ready(): Promise<boolean> {
    return new Promise((resolve) => {
      const told = (): void => {
        clearTimeout(timer);
        this.#onReady.delete(told);
        resolve(this.#isReady);
      };
      const timer = setTimeout(told, READY_MS);
      this.#onReady.add(told);
    });
  }

  #start(): Worker {
    const worker = startThread('words-thread', undefined, import.meta.url);
    worker.on('message', (reply: WordsReply) => {
      if (reply.type === 'ready') {
        this.#isReady = true;
        for (const told of this.#onReady) told();
        return;
      }
      const waits = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      waits?.resolve(reply);
    });
    worker.on('error', (error) => this.#end(worker, String(error)));
    worker.on('exit', () => this.#end(worker, 'the thread of the product words ended'));
    // After the listeners, each of which would hold the process again.
    worker.unref();
    return worker;
  }

  #end(worker: Worker | undefined, reason: string): void {
    if (worker === undefined || this.#worker !== worker) return;
    this.#worker = undefined;
    this.#sentVersion = -1;
    this.#isReady = false;
    void worker.terminate();
    for (const waits of this.#waiting.values()) waits.reject(new Error(reason));
    this.#waiting.clear();
    for (const told of this.#onReady) told();
  }
}
