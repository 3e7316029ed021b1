/** More than one access point can serve. */
export const MAX_TAGS = 4_096;
/** Facts of one tag are told again no sooner, however they move. */
const LEAST_BETWEEN_MS = 60_000;
/** A coin cell falls by this much in months; a noisy reading by less. */
const NOTABLE_BATTERY_MV = 100;
/** Less is the trolley that stands in the way. */
const NOTABLE_RSSI_DB = 10;
const NOTABLE_LQI = 40;

/** What an access point says of a tag, whatever its kind. Seconds since the epoch on its clock; 0: never, or none announced. */
export interface TagFacts {
  readonly tagId: string;
  readonly lastSeenS: number;
  readonly nextCheckInS: number;
  readonly batteryMv?: number | undefined;
  readonly hwType?: number | undefined;
  readonly rssiDbm?: number | undefined;
  readonly lqi?: number | undefined;
}

/** What a message about a tag is worth telling: `facts` when only they changed. */
export type TagNews = 'new' | 'facts' | 'nothing' | 'left-out';

interface Entry<Record> {
  record: Record;
  told: { readonly record: Record; readonly atMs: number };
  isSilent: boolean;
}

/** What is known of each tag, from whatever the access point said last. */
export class TagTable<Record extends TagFacts> {
  readonly #tags = new Map<string, Entry<Record>>();
  readonly #seenEveryMs: number;

  constructor(seenEveryMs: number) {
    this.#seenEveryMs = seenEveryMs;
  }

  get(tagId: string): Record | undefined {
    return this.#tags.get(tagId)?.record;
  }

  /** Tags beyond the limit are left out. */
  update(record: Record, nowMs: number): TagNews {
    const known = this.#tags.get(record.tagId);
    if (!known) {
      if (this.#tags.size >= MAX_TAGS) return 'left-out';
      this.#tags.set(record.tagId, { record, told: { record, atMs: nowMs }, isSilent: false });
      return 'new';
    }
    const isBack = known.isSilent && record.lastSeenS > known.record.lastSeenS;
    if (isBack) known.isSilent = false;
    known.record = record;
    return isBack || this.#isNotable(known, nowMs) ? 'facts' : 'nothing';
  }

  /** The access point knows it no more. */
  delete(tagId: string): void {
    this.#tags.delete(tagId);
  }

  get tagIds(): IterableIterator<string> {
    return this.#tags.keys();
  }

  /** An event carried what is known of the tag. */
  noteTold(tagId: string, nowMs: number): void {
    const known = this.#tags.get(tagId);
    if (known) known.told = { record: known.record, atMs: nowMs };
  }

  /** Tags that missed the check-in they announced, each told once until it is seen again. Seconds on the access point's clock. */
  newlySilent(nowS: number, graceS: number): Record[] {
    const late = [...this.#tags.values()].filter(
      ({ record, isSilent }) => record.nextCheckInS > 0 && record.nextCheckInS + graceS < nowS && !isSilent,
    );
    for (const entry of late) entry.isSilent = true;
    return late.map(({ record }) => record);
  }

  #isNotable({ record, told }: Entry<Record>, nowMs: number): boolean {
    const before = told.record;
    if (record.hwType !== before.hwType) return true;
    const sinceMs = nowMs - told.atMs;
    if (sinceMs < LEAST_BETWEEN_MS) return false;
    return (
      moved(record.batteryMv, before.batteryMv) >= NOTABLE_BATTERY_MV ||
      moved(record.rssiDbm, before.rssiDbm) >= NOTABLE_RSSI_DB ||
      moved(record.lqi, before.lqi) >= NOTABLE_LQI ||
      (sinceMs >= this.#seenEveryMs && record.lastSeenS > before.lastSeenS)
    );
  }
}

const moved = (now: number | undefined, before: number | undefined): number =>
  now === undefined || before === undefined ? 0 : Math.abs(now - before);

/** Facts for an event. Of a tag that never spoke the access point knows no time; nor is one told while its clock is not known. */
export function factsOf(tag: TagFacts, skewMs: number | undefined) {
  const { batteryMv, hwType, rssiDbm, lqi, lastSeenS } = tag;
  const isTimed = lastSeenS > 0 && skewMs !== undefined;
  return {
    ...(batteryMv === undefined ? {} : { batteryMv }),
    ...(hwType === undefined ? {} : { hwType }),
    ...(rssiDbm === undefined ? {} : { rssiDbm }),
    ...(lqi === undefined ? {} : { lqi }),
    ...(isTimed ? { seenAt: new Date(lastSeenS * 1_000 - skewMs).toISOString() } : {}),
  };
}
