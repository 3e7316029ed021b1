import type { CommandResult, DeviceCommand, LabelContent, LabelEvent } from '@tillside/devices';
import type { z } from 'zod';
import { type Chance, createChance } from '../../random.ts';

type Event = z.infer<typeof LabelEvent>;
type ShowLabel = Extract<DeviceCommand, { type: 'show-label' }>;

export const ACCESS_POINT = 'labels';

/** Shares of what happens to one picture on its way. */
const REFUSED = 0.04;
/** The access point took the picture, and its answer is lost (where answers may be). */
const ANSWER_LOST = 0.03;
/** The tag wakes before the access point has answered who sent the picture. */
const WAKES_AT_ONCE = 0.05;
/** A wake that takes nothing. */
const RADIO_LOSS = 0.2;
/** Of those: the access point gives up, and says so or not. */
const DROPPED = 0.5;
const DROP_IS_TOLD = 0.5;
/** What a tag took is heard later: before anything else is done with it. */
const HEARD_LATE = 0.2;
const NAMED = 0.5;
/** Pictures of a tag that an access point still holds; the agent remembers eight. */
const KEPT_PICTURES = 6;

export interface Picture {
  readonly imageHash: string;
  readonly priceFen: number;
}

/** A tag, and what only this harness knows of it. */
interface Tag {
  readonly tagId: string;
  readonly sku: string;
  /** A source of its own: what one tag draws does not hang on which of several is served first. */
  readonly chance: Chance;
  panel: Picture | undefined;
  queued: Picture | undefined;
  /** Newest last. */
  given: Picture[];
  /** Said by the tag, not yet heard by the agent. */
  unheard: Omit<Event, 'at'> | undefined;
}

/** `lost`: some pictures are taken although whoever sent them hears of a failure. */
export type Answers = 'kept' | 'lost';

interface WallPorts {
  readonly answers: Answers;
  now(): number;
  /** The agent that runs now hears of it. */
  see(event: Event): void;
  /** A panel changed, or the agent was told. */
  panelChanged(sku: string, what: string): void;
  /** Whether the agent of this generation still runs; one that ended gets no answer and sends nothing. */
  runs(generation: number): boolean;
  sent(): void;
}

/** An access point and its tags: what every panel shows is known here, whatever the agent believes. */
export class Wall {
  readonly #ports: WallPorts;
  readonly #tags = new Map<string, Tag>();
  readonly #bySku = new Map<string, Tag[]>();
  readonly #queued = new Set<Tag>();
  readonly #unheard = new Set<Tag>();
  /** Nothing goes wrong any more. */
  isQuiet = false;

  constructor(ports: WallPorts) {
    this.#ports = ports;
  }

  get tags(): readonly { readonly tagId: string; readonly sku: string }[] {
    return [...this.#tags.values()];
  }

  add(tagId: string, sku: string, seed: number): void {
    const chance = createChance(seed);
    const tag: Tag = { tagId, sku, chance, panel: undefined, queued: undefined, given: [], unheard: undefined };
    this.#tags.set(tagId, tag);
    this.#bySku.set(sku, [...(this.#bySku.get(sku) ?? []), tag]);
  }

  /** Prices on the panels of a product; a panel that shows nothing yet promises nothing. */
  shownFen(sku: string): { tagId: string; priceFen: number }[] {
    return (this.#bySku.get(sku) ?? []).flatMap(({ tagId, panel }) =>
      panel === undefined ? [] : [{ tagId, priceFen: panel.priceFen }],
    );
  }

  /** For the agent of one generation. */
  async command(command: DeviceCommand, generation: number): Promise<CommandResult> {
    if (command.type !== 'show-label') return { ok: false, code: 'COMMAND_UNSUPPORTED', message: '', hint: '' };
    if (!this.#ports.runs(generation)) return neverAnswered();
    const answer = this.#take(command);
    await new Promise((resolve) => setImmediate(resolve));
    return this.#ports.runs(generation) ? answer : neverAnswered();
  }

  #take({ tagId, content }: ShowLabel): CommandResult {
    const tag = this.#tags.get(tagId);
    if (tag === undefined) return { ok: false, code: 'LABEL_UNKNOWN', message: '', hint: '' };
    this.#hear(tag);
    this.#ports.sent();
    if (!this.isQuiet && tag.chance.happens(REFUSED))
      return { ok: false, code: 'AP_UNREACHABLE', message: 'refused', hint: '' };
    const picture = { imageHash: hashOf(content), priceFen: content.priceFen };
    tag.given = [...tag.given.filter(({ imageHash }) => imageHash !== picture.imageHash), picture].slice(
      -KEPT_PICTURES,
    );
    const unchanged = tag.panel?.imageHash === picture.imageHash;
    if (unchanged) {
      this.#queue(tag, undefined);
      this.#say(tag, { state: 'shown', imageHash: picture.imageHash });
    } else {
      this.#queue(tag, picture);
      if (tag.chance.happens(WAKES_AT_ONCE)) this.#wake(tag);
    }
    if (this.#ports.answers === 'lost' && !this.isQuiet && tag.chance.happens(ANSWER_LOST))
      return { ok: false, code: 'AP_UNREACHABLE', message: 'no answer', hint: '' };
    return { ok: true, value: { imageHash: picture.imageHash, unchanged } };
  }

  /** Tags that something waits for wake, each by this chance. */
  wake(share: number): void {
    for (const tag of [...this.#queued]) if (tag.chance.happens(share)) this.#wake(tag);
  }

  /** All that was said late is heard. */
  hear(): void {
    for (const tag of [...this.#unheard]) this.#hear(tag);
  }

  /** The access point loses what waits there. */
  reboot(): void {
    for (const tag of [...this.#queued]) this.#queue(tag, undefined);
  }

  /** What nobody heard yet is never heard: the agent was away. */
  loseWords(): void {
    for (const tag of this.#unheard) tag.unheard = undefined;
    this.#unheard.clear();
  }

  /** A picture of before is on a panel again, and nobody asked for it. The product, unless the access point holds none. */
  comesBack(tagId: string): string | undefined {
    const tag = this.#tags.get(tagId);
    if (tag === undefined) return undefined;
    const older = tag.given.filter(
      ({ imageHash }) => imageHash !== tag.panel?.imageHash && imageHash !== tag.queued?.imageHash,
    );
    if (tag.panel === undefined || older.length === 0) return undefined;
    this.#hear(tag);
    const picture = tag.chance.pick(older);
    tag.panel = picture;
    this.#say(tag, { state: 'other', ...(tag.chance.happens(NAMED) ? { imageHash: picture.imageHash } : {}) });
    this.#ports.panelChanged(tag.sku, `${tagId} shows ${picture.priceFen} again`);
    return tag.sku;
  }

  #wake(tag: Tag): void {
    const picture = tag.queued;
    if (picture === undefined) return;
    this.#hear(tag);
    if (!this.isQuiet && tag.chance.happens(RADIO_LOSS)) {
      this.#lose(tag);
      return;
    }
    this.#queue(tag, undefined);
    tag.panel = picture;
    this.#ports.panelChanged(tag.sku, `${tag.tagId} takes ${picture.priceFen}`);
    const said = { state: 'shown', imageHash: picture.imageHash } as const;
    if (!this.isQuiet && tag.chance.happens(HEARD_LATE)) {
      tag.unheard = { type: 'label', deviceId: ACCESS_POINT, tagId: tag.tagId, ...said };
      this.#unheard.add(tag);
      return;
    }
    this.#say(tag, said);
    this.#ports.panelChanged(tag.sku, `${tag.tagId} is heard`);
  }

  #lose(tag: Tag): void {
    if (!tag.chance.happens(DROPPED)) return;
    this.#queue(tag, undefined);
    if (tag.chance.happens(DROP_IS_TOLD)) this.#say(tag, { state: 'failed', reason: 'not taken' });
  }

  #hear(tag: Tag): void {
    const { unheard } = tag;
    if (unheard === undefined) return;
    tag.unheard = undefined;
    this.#unheard.delete(tag);
    this.#ports.see({ ...unheard, at: new Date(this.#ports.now()).toISOString() });
    this.#ports.panelChanged(tag.sku, `${tag.tagId} is heard late`);
  }

  #say({ tagId }: Tag, what: Pick<Event, 'state' | 'imageHash' | 'reason'>): void {
    this.#ports.see({
      type: 'label',
      deviceId: ACCESS_POINT,
      at: new Date(this.#ports.now()).toISOString(),
      tagId,
      ...what,
    });
  }

  #queue(tag: Tag, picture: Picture | undefined): void {
    tag.queued = picture;
    if (picture === undefined) this.#queued.delete(tag);
    else this.#queued.add(tag);
  }
}

const neverAnswered = (): Promise<never> => new Promise(() => undefined);

const hashOf = ({ sku, priceFen, wasPriceFen = 0, promotion }: LabelContent): string =>
  `${sku}-${priceFen}-${wasPriceFen}-${promotion?.en ?? ''}`;
