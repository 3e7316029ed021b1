import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportReport } from '@tillside/agent-contract';
import { AgentError } from '../../errors.ts';
import { Journal } from '../../journal/index.ts';
import { systemRandom } from '../../ports.ts';
import { checkDigitRight } from '../gtin.ts';
import { Items } from '../item.ts';
import { PriceChanges } from '../price-changes.ts';
import { type FileOptions, ItemImports } from './item-imports.ts';

export const HEADER =
  'sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram';

/** An in-store GTIN-13 of a number. */
export function gtinOf(number: number): string {
  const body = `2${String(number).padStart(11, '0')}`;
  return [...'0123456789'].map((digit) => body + digit).find(checkDigitRight) ?? body;
}

/** A row of the columns of HEADER. */
export const itemLine = (sku: string, number: number, priceFen: number | string, more = ''): string =>
  `${sku},${gtinOf(number)},商品 ${sku},Item ${sku},,,d,c,t,each,${priceFen},900,A1,p${more}\n`;

export async function* bytesOf(...texts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield typeof text === 'string' ? Buffer.from(text) : text;
}

/** An item master on a real journal whose clock the test sets. */
export class TestMaster {
  now: number;
  readonly dir = mkdtempSync(join(tmpdir(), 'tillside-items-'));
  journal: Journal;
  items: Items;
  imports: ItemImports;
  priceChanges: PriceChanges;
  changes = 0;
  readonly #zone: string;

  constructor(at = '2026-11-22T10:00:00+08:00', zone = 'Asia/Shanghai') {
    this.now = Date.parse(at);
    this.#zone = zone;
    ({
      journal: this.journal,
      items: this.items,
      imports: this.imports,
      priceChanges: this.priceChanges,
    } = this.#open());
  }

  #open() {
    const clock = { now: () => this.now };
    const journal = Journal.open({ dataDir: this.dir, store: 'store-test', clock, random: systemRandom });
    const deps = {
      journal,
      clock,
      random: systemRandom,
      dataDir: this.dir,
      zone: this.#zone,
      changed: () => {
        this.changes += 1;
      },
    };
    const imports = new ItemImports(deps);
    imports.start();
    return { journal, items: new Items(journal), imports, priceChanges: new PriceChanges(deps) };
  }

  /** As after a power cut: no goodbye, and another process opens what is there. */
  restart(): void {
    this.journal.close();
    Object.assign(this, this.#open());
  }

  close(): void {
    this.journal.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  file(text: string | Uint8Array, more: Partial<FileOptions> = {}): Promise<ImportReport> {
    return this.imports.file(bytesOf(text), {
      format: 'csv',
      mode: 'delta',
      force: false,
      effectiveFrom: undefined,
      effectiveTo: undefined,
      ...more,
    });
  }

  /** `ok`, or the code of the refusal. */
  async outcome(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => 'ok',
      (error: unknown) => (error instanceof AgentError ? `${error.code} ${error.detail ?? ''}`.trim() : String(error)),
    );
  }

  priceOf(sku: string): number | undefined {
    return this.items.bySku(sku)?.priceFen;
  }

  /** Sets the clock and does what the agent's tick does. */
  at(instant: string): number {
    this.now = Date.parse(instant);
    return this.priceChanges.activateDue();
  }
}
