import type { AgentErrorCode } from '@tillside/agent-contract';
import { AgentError } from '../../errors.ts';
import { attributeHasCard, CardScan } from './card-scan.ts';
import { type Element, isKept, KEY_FIELDS, RETURN_LINES, SALE_LINES } from './elements.ts';
import { POSLOG_LIMITS } from './limits.ts';

/** An attribute of a tag, as the parser gives it. */
export interface Attribute {
  readonly local: string;
  readonly prefix: string;
  readonly value: string;
}

const LINES: ReadonlySet<string> = new Set([...SALE_LINES, ...RETURN_LINES]);
const KEYS: ReadonlySet<string> = new Set(KEY_FIELDS);
/** Of the names that lead to a field, so many are told. */
const TOLD_NAMES = 4;

/**
 * Collects one Transaction. With a flaw it keeps only what names the transaction, so that nothing of a card number and no more than a little memory stays. Its `close`
 * answers true when the transaction is whole.
 */
export class TransactionCollector {
  readonly root: Element;
  #flaw: AgentError | undefined;
  /** From the transaction down to the open element; undefined for those that are passed over. */
  #path: (Element | undefined)[];
  #names: string[] = ['Transaction'];
  #elements = 0;
  #lines = 0;
  #cards = new CardScan();

  constructor(attributes: readonly Attribute[]) {
    this.root = { name: 'Transaction', attributes: this.#kept(attributes), children: [], text: '' };
    this.#path = [this.root];
  }

  get flaw(): AgentError | undefined {
    return this.#flaw;
  }

  open(name: string, isOurs: boolean, attributes: readonly Attribute[]): void {
    this.#names.push(name);
    this.#cards.reset();
    const parent = this.#path.at(-1);
    const checked = this.#kept(attributes);
    if (!isOurs || parent === undefined || !this.#isWanted(parent, name)) {
      this.#path.push(undefined);
      return;
    }
    this.#count(name);
    const element: Element = { name, attributes: checked, children: [], text: '' };
    // Counting it may have been one too many.
    if (this.#isWanted(parent, name)) parent.children.push(element);
    this.#path.push(element);
  }

  text(piece: string): void {
    const name = this.#names.at(-1) ?? '';
    const element = this.#path.at(-1);
    if (this.#cards.hasCard(name, piece)) {
      if (element !== undefined) element.text = '';
      this.refuse('POSLOG_CARD_NUMBER', `(${this.#field()})`);
    } else if (element !== undefined && element.text.length < POSLOG_LIMITS.fieldChars) {
      element.text = (element.text + piece).slice(0, POSLOG_LIMITS.fieldChars);
    }
  }

  close(): boolean {
    this.#cards.reset();
    this.#path.pop();
    this.#names.pop();
    return this.#path.length === 0;
  }

  /** The first flaw stands. */
  refuse(code: AgentErrorCode, detail?: string): void {
    const { root } = this;
    root.children.splice(0, root.children.length, ...root.children.filter(({ name }) => KEYS.has(name)));
    this.#flaw ??= new AgentError(code, detail === undefined ? {} : { detail });
  }

  #isWanted(parent: Element, name: string): boolean {
    if (!isKept(parent.name, name)) return false;
    return this.#flaw === undefined || (parent === this.root && KEYS.has(name)) || parent.name === 'BusinessUnit';
  }

  #count(name: string): void {
    this.#elements += 1;
    if (LINES.has(name)) this.#lines += 1;
    if (this.#elements > POSLOG_LIMITS.elements || this.#lines > POSLOG_LIMITS.lines)
      this.refuse('POSLOG_TRANSACTION_TOO_LARGE');
  }

  #kept(attributes: readonly Attribute[]): Record<string, string> {
    const kept: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const { local, prefix, value } of attributes) {
      if (attributeHasCard(local, value)) this.refuse('POSLOG_CARD_NUMBER', `(${this.#field()}/@${local})`);
      else if (prefix === '') kept[local] = value.slice(0, POSLOG_LIMITS.fieldChars);
      // Version 1 says by its schema type what later versions say by an element.
      else if (prefix === 'xsi' && local === 'type') kept.type = value.slice(0, POSLOG_LIMITS.fieldChars);
    }
    return kept;
  }

  #field(): string {
    return this.#names.slice(-TOLD_NAMES).join('/');
  }
}
