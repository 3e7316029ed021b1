import type { CommandResult, DeviceCommand, LabelContent } from '@tillside/devices';
import { TestShop } from '../lanes/testing/shop.ts';
import { importItems } from '../prices/import.ts';
import { ITEMS_CSV } from '../testing.ts';
import { Labels } from './labels.ts';
import { Promotions } from './promotions.ts';
import type { Jurisdiction } from './reference-price.ts';
import { LabelReports } from './reports.ts';

type ShowLabel = Extract<DeviceCommand, { type: 'show-label' }>;

interface Picture {
  imageHash: string;
  priceFen: number;
}

/** Labels on a real journal and book, and tags whose panels are known: what an access point does is told step by step. */
export class TestWall {
  readonly shop = new TestShop();
  readonly sent: ShowLabel[] = [];
  /** What each panel shows, whoever knows it. */
  readonly panels = new Map<string, Picture>();
  /** What each tag takes when it wakes next, and everything that it was ever given. */
  readonly waiting = new Map<string, Picture>();
  readonly given = new Map<string, Picture[]>();
  /** Answers of the next commands, in place of the picture being taken. */
  readonly refusals: { code: string; message: string }[] = [];
  mostAtOnce = 0;
  #atOnce = 0;
  readonly #jurisdiction: Jurisdiction;
  readonly promotions: Promotions;
  readonly reports: LabelReports;
  labels: Labels;

  constructor(jurisdiction: Jurisdiction = 'CN') {
    this.#jurisdiction = jurisdiction;
    this.promotions = new Promotions({ ...this.#parts() });
    this.labels = this.#make();
    this.reports = new LabelReports({
      ...this.#parts(),
      priceOwner: () => 'tillside',
      accessPoints: () => new Map([['labels', { isOnline: true }]]),
    });
  }

  /** The agent ends and another takes over the same journal. */
  restart(): void {
    this.labels.stop();
    this.labels = this.#make();
    this.labels.doubt();
  }

  tag(tagId: string): void {
    this.labels.see({ type: 'label', deviceId: 'labels', at: this.#at(), tagId, state: 'discovered', hwType: 1 });
  }

  price(priceFen: number): void {
    importItems(this.shop.journal, { now: () => this.shop.now }, ITEMS_CSV.replace(',1290,', `,${priceFen},`));
    this.shop.book.reload();
  }

  tillFen(): number {
    const item = this.shop.items.bySku('milk');
    return item === undefined ? 0 : this.shop.book.aloneFen(item);
  }

  /** The tag wakes, takes what waits for it, and its access point says so. */
  wake(tagId: string): void {
    const picture = this.waiting.get(tagId);
    if (picture === undefined) return;
    this.waiting.delete(tagId);
    this.panels.set(tagId, picture);
    this.labels.see({
      type: 'label',
      deviceId: 'labels',
      at: this.#at(),
      tagId,
      state: 'shown',
      imageHash: picture.imageHash,
    });
  }

  /** A picture of before is on the panel again, and nobody asked for it. */
  comesBack(tagId: string, picture: Picture, isNamed: boolean): void {
    this.panels.set(tagId, picture);
    this.labels.see({
      type: 'label',
      deviceId: 'labels',
      at: this.#at(),
      tagId,
      state: 'other',
      ...(isNamed ? { imageHash: picture.imageHash } : {}),
    });
  }

  /** Until nothing is being handed over: commands wait for the disk. */
  async settle(): Promise<void> {
    for (let still = 0; still < 3; still++) {
      await this.shop.journal.durable();
      await new Promise((resolve) => setImmediate(resolve));
      if (this.labels.pending > 0) still = 0;
    }
  }

  close(): void {
    this.labels.stop();
    this.shop.close();
  }

  #make(): Labels {
    return new Labels({
      ...this.#parts(),
      devices: { command: (command) => this.#command(command) },
      changed: () => undefined,
    });
  }

  #parts() {
    const { journal, items, book } = this.shop;
    return { journal, items, book, clock: { now: () => this.shop.now }, jurisdiction: this.#jurisdiction };
  }

  async #command(command: DeviceCommand): Promise<CommandResult> {
    if (command.type !== 'show-label') return { ok: false, code: 'COMMAND_UNSUPPORTED', message: '', hint: '' };
    this.sent.push(command);
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    this.#atOnce -= 1;
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return { ok: false, hint: '', ...refusal };
    const picture = { imageHash: hashOf(command.content), priceFen: command.content.priceFen };
    const unchanged = this.panels.get(command.tagId)?.imageHash === picture.imageHash;
    if (unchanged) {
      this.waiting.delete(command.tagId);
      const { tagId, deviceId } = command;
      this.labels.see({ type: 'label', deviceId, at: this.#at(), tagId, state: 'shown', imageHash: picture.imageHash });
    }
    if (!unchanged) this.waiting.set(command.tagId, picture);
    this.given.set(command.tagId, [...(this.given.get(command.tagId) ?? []), picture].slice(-8));
    return { ok: true, value: { imageHash: picture.imageHash, unchanged } };
  }

  #at(): string {
    return new Date(this.shop.now).toISOString();
  }
}

const hashOf = ({ priceFen, wasPriceFen = 0, promotion }: LabelContent): string =>
  `${priceFen}-${wasPriceFen}-${promotion?.en ?? ''}`;
