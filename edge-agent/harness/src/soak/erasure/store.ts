import { randomBytes, randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EventBody,
  type EventType,
  envelopeHash,
  genesisHash,
  type Sealed,
  type Stream,
  sealFields,
} from '@tillside/protocol';
import type { Chance } from '../../random.ts';

export const PLANTS = ['none', 'key-in-backup', 'deaf-store', 'phone-in-event'] as const;
export type Plant = (typeof PLANTS)[number];

interface Position {
  epoch: string;
  seq: number;
  prevhash: string;
}
/** What lies on a store's disk, and goes into its backups. Keys lie apart. */
interface Disk {
  members: Record<string, { profile: Sealed }>;
  baskets: { basketId: string; memberId: string | null }[];
  erased: string[];
  positions: Record<'sales' | 'members', Position>;
  /** Envelopes that HQ has not confirmed. */
  outbox: string[];
  /** Those that it has, as the journal keeps them. */
  told: string[];
  cursor: number;
}
export type Keys = Record<string, { key: string; deposited: boolean }>;

/** What really happened, which no disk that is put back can change. */
export interface Truth {
  readonly phones: Map<string, string>;
  readonly keys: Map<string, string>;
  /** Of each store: events that left it, by their text, with money and points. */
  readonly sold: Map<string, { fen: number; points: number }>;
}

const AT = '2024-03-02T09:15:30+08:00';
export const newPhone = (chance: Chance): string =>
  `+861${chance.between(3, 9)}${String(chance.between(0, 999_999_999)).padStart(9, '0')}`;

/** A store with a disk of real files: members, open baskets, unsent events, keys apart, and backups without keys. */
export class ErasureStore {
  readonly id: string;
  readonly #dir: string;
  readonly #chance: Chance;
  readonly #truth: Truth;
  readonly #plant: Plant;
  #disk: Disk;
  #keys: Keys = {};
  /** Beside the keys, in no backup: whose key was erased, so that a disk that is put back forgets them again, and tells so. */
  readonly #gone = new Map<string, 'member' | 'hq'>();
  #backups = 0;
  /** What HQ confirmed once: no disk takes it back. */
  readonly #told = new Set<string>();
  readonly #sales = new Map<string, { fen: number; points: number }>();

  constructor(at: { id: string; dir: string; chance: Chance; truth: Truth; plant: Plant }) {
    this.id = at.id;
    this.#dir = at.dir;
    this.#chance = at.chance;
    this.#truth = at.truth;
    this.#plant = at.plant;
    this.#disk = { members: {}, baskets: [], erased: [], positions: this.#newEpoch(), outbox: [], told: [], cursor: 0 };
  }

  start(): void {
    mkdirSync(join(this.#dir, 'backups'), { recursive: true });
    this.#save();
  }

  get members(): string[] {
    return Object.keys(this.#disk.members);
  }
  get outbox(): readonly string[] {
    return this.#disk.outbox;
  }
  get cursor(): number {
    return this.#disk.cursor;
  }
  get openBaskets(): number {
    return this.#disk.baskets.filter(({ memberId }) => memberId !== null).length;
  }

  signUp(): string {
    const memberId = `m${this.id}${String(this.#chance.between(0, 2 ** 31)).padStart(10, '0')}`;
    const phone = newPhone(this.#chance);
    const key = randomBytes(32);
    const profile = sealFields(key, randomBytes(12), memberId, { phone });
    this.#truth.phones.set(memberId, phone);
    this.#truth.keys.set(memberId, key.toString('base64url'));
    this.#keys[memberId] = { key: key.toString('base64url'), deposited: false };
    this.#disk.members[memberId] = { profile };
    const agreed = { granted: true, textVersion: 'v1', at: AT };
    const consents = (['membership', 'personalisation'] as const).map((purpose) => ({ purpose, ...agreed }));
    const code = this.#plant === 'phone-in-event' ? `v1 ${phone}` : 'v1';
    const told = consents.map((each) => ({ ...each, textVersion: code }));
    this.#tell('members', 'tillside.member.joined.v1', {
      memberId,
      joinedAt: AT,
      channel: 'kiosk',
      tier: 'basic',
      consents: told,
      profile,
    });
    this.#save();
    return memberId;
  }

  openBasket(memberId: string | null): void {
    this.#disk.baskets.push({ basketId: randomUUID(), memberId });
    this.#save();
  }

  /** The oldest basket is paid; of a member who was erased meanwhile it is a guest's. */
  sell(): void {
    const basket = this.#disk.baskets.shift();
    if (basket === undefined) return;
    const fen = this.#chance.between(100, 9_999);
    const points = basket.memberId === null ? 0 : Math.floor(fen / 100);
    const saleId = randomUUID();
    const line = {
      lineId: 'l1',
      sku: '1',
      department: 'd',
      category: 'c',
      quantity: 1,
      listFen: fen,
      payableFen: fen,
      adjustments: [],
    };
    this.#tell('sales', 'tillside.sale.completed.v1', {
      saleId,
      basketId: basket.basketId,
      businessDate: '2024-03-02',
      completedAt: AT,
      terminalId: 't',
      lane: '1',
      cashierId: 'c',
      receiptNumber: saleId.slice(0, 8),
      late: false,
      lines: [line],
      tenders: [{ kind: 'cash', amountFen: fen }],
      coupons: [],
      listFen: fen,
      savingsFen: 0,
      payableFen: fen,
      pointsEarned: points,
      policyVersion: '1',
      campaignSetVersion: 1,
      priceVersion: 1,
      ...(basket.memberId === null ? {} : { memberId: basket.memberId }),
    });
    if (basket.memberId !== null && points > 0) {
      const entryId = `earn:${this.id}:${saleId}`;
      const entry = { entryId, memberId: basket.memberId, kind: 'earn' as const, points, at: AT };
      this.#tell('sales', 'tillside.points.moved.v1', { entries: [entry] });
    }
    // What a till was told counts, also where its disk is put back: it comes up again, or came up already.
    this.#sales.set(saleId, { fen, points });
    this.#truth.sold.set(saleId, { fen, points });
    this.#save();
  }

  /** A shopper leaves at the kiosk. */
  eraseHere(memberId: string): void {
    this.#forget(memberId, 'member');
  }

  /** HQ confirmed these; keys too. */
  acknowledged(sent: readonly string[], deposited: readonly string[]): void {
    const gone = new Set(sent);
    for (const text of sent) this.#told.add(text);
    this.#disk.told.push(...sent.filter((text) => !this.#disk.told.includes(text)));
    this.#disk.outbox = this.#disk.outbox.filter((text) => !gone.has(text));
    for (const memberId of deposited) {
      const held = this.#keys[memberId];
      if (held !== undefined) held.deposited = true;
    }
    this.#save();
  }

  /** HQ lost what it had confirmed: all that this disk holds is told again, as it was told. Keys are not lost with HQ's disk. */
  tellAll(): void {
    const waiting = new Set(this.#disk.outbox);
    this.#disk.outbox = [...this.#disk.told.filter((text) => !waiting.has(text)), ...this.#disk.outbox];
    this.#save();
  }

  toDeposit(): { memberId: string; key: string }[] {
    return Object.entries(this.#keys).flatMap(([memberId, { key, deposited }]) =>
      deposited ? [] : [{ memberId, key }],
    );
  }

  /** What the feed said, up to its cursor. */
  hear(changes: readonly { memberId: string; erasedAt: string | null }[], cursor: number): void {
    for (const { memberId, erasedAt } of changes)
      if (erasedAt !== null && this.#plant !== 'deaf-store') this.#forget(memberId, 'hq');
    this.#disk.cursor = cursor;
    this.#save();
  }

  backUp(): void {
    this.#backups += 1;
    const to = join(this.#dir, 'backups', String(this.#backups));
    mkdirSync(to);
    copyFileSync(join(this.#dir, 'disk.json'), join(to, 'disk.json'));
    if (this.#plant === 'key-in-backup') copyFileSync(join(this.#dir, 'keys.json'), join(to, 'keys.json'));
  }

  /** An older disk: what it had sent comes again under other numbers; who was erased since is there again, without a key. */
  restore(): boolean {
    const from = join(this.#dir, 'backups', String(this.#chance.between(1, Math.max(1, this.#backups))), 'disk.json');
    if (!existsSync(from)) return false;
    const unsent = this.#disk.outbox;
    this.#disk = JSON.parse(readFileSync(from, 'utf8')) as Disk;
    // Sales that nobody else knows of are gone with the disk: they never were, for the sums.
    for (const text of unsent) if (!this.#told.has(text)) this.#truth.sold.delete(this.#saleOf(text) ?? '');
    for (const text of this.#disk.outbox) {
      const saleId = this.#saleOf(text);
      const sale = saleId === undefined ? undefined : this.#sales.get(saleId);
      if (saleId !== undefined && sale !== undefined) this.#truth.sold.set(saleId, sale);
    }
    this.#disk.positions = this.#newEpoch();
    this.#save();
    for (const [memberId, by] of this.#gone) if (!this.#disk.erased.includes(memberId)) this.#forget(memberId, by);
    return true;
  }

  /** Of an event of a sale, its id. */
  #saleOf(text: string): string | undefined {
    const { type, data } = JSON.parse(text) as { type: string; data: { saleId?: string } };
    return type === 'tillside.sale.completed.v1' ? data.saleId : undefined;
  }

  #forget(memberId: string, by: 'member' | 'hq'): void {
    delete this.#disk.members[memberId];
    delete this.#keys[memberId];
    this.#gone.set(memberId, by);
    this.#disk.baskets = this.#disk.baskets.map((basket) =>
      basket.memberId === memberId ? { ...basket, memberId: null } : basket,
    );
    this.#disk.erased.push(memberId);
    this.#tell('members', 'tillside.member.erased.v1', { memberId, at: AT, by });
    this.#save();
  }

  #newEpoch(): Disk['positions'] {
    const epoch = randomUUID();
    const of = (stream: Stream): Position => ({ epoch, seq: 0, prevhash: genesisHash(this.id, epoch, stream) });
    return { sales: of('sales'), members: of('members') };
  }

  #tell<T extends EventType>(stream: 'sales' | 'members', type: T, data: EventBody<T>): void {
    const position = this.#disk.positions[stream];
    position.seq += 1;
    const { epoch, seq, prevhash } = position;
    const about = {
      specversion: '1.0',
      id: randomUUID(),
      source: `/stores/${this.id}`,
      type,
      time: AT,
      datacontenttype: 'application/json',
    };
    const text = JSON.stringify({ ...about, store: this.id, epoch, stream, seq, prevhash, data });
    position.prevhash = envelopeHash(text);
    this.#disk.outbox.push(text);
  }

  #save(): void {
    writeFileSync(join(this.#dir, 'disk.json'), JSON.stringify(this.#disk));
    writeFileSync(join(this.#dir, 'keys.json'), JSON.stringify(this.#keys));
  }
}
