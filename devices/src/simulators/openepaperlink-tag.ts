import type { TagType } from '@tillside/firmware-configs';
import { md5, panelPlanes, shortHash } from './openepaperlink-picture.ts';

/** "Far away": what the access point writes when nothing is planned for a tag. */
const NO_UPDATE_PLANNED_S = 3_216_153_600;

export interface SimulatedPicture {
  readonly jpeg: Uint8Array;
  /** What the panel took: one or two planes. */
  readonly planes: Uint8Array;
  readonly md5: string;
}

/** One tag, as its access point keeps it. */
export class SimulatedTag {
  readonly mac: string;
  readonly type: TagType;
  /** A silent tag checks in no more. */
  silent = false;
  /** Transfers still to break off before one succeeds. */
  brokenTransfers = 0;
  uploads = 0;
  batteryMv: number;
  shown: SimulatedPicture | undefined;
  queued: SimulatedPicture | undefined;
  #hash = '0'.repeat(32);
  #uploaded: Uint8Array | undefined;
  #updateCount = 0;
  #lastSeenS = 0;
  #nextCheckInS = 0;

  constructor(mac: string, type: TagType, batteryMv: number) {
    this.mac = mac;
    this.type = type;
    this.batteryMv = batteryMv;
  }

  upload(jpeg: Uint8Array): void {
    this.uploads += 1;
    this.#uploaded = jpeg;
  }

  /** Turn the upload into a queued picture; one that the tag already shows is not queued. */
  process(): 'queued' | 'same' | 'nothing' {
    const jpeg = this.#uploaded;
    if (!jpeg) return 'nothing';
    this.#uploaded = undefined;
    const planes = panelPlanes(jpeg, this.type);
    const picture = { jpeg, planes, md5: md5(planes) };
    // The real one leaves an older picture queued in this case, too.
    if (shortHash(picture.md5) === this.#hash) return 'same';
    this.queued = picture;
    return 'queued';
  }

  /** Wake up and take what waits. Seconds since the epoch. */
  checkIn(nowS: number, sleepS: number): void {
    if (this.silent) return;
    this.#lastSeenS = nowS;
    this.#nextCheckInS = nowS + sleepS;
    if (!this.queued) return;
    if (this.brokenTransfers > 0) this.brokenTransfers -= 1;
    else {
      this.shown = this.queued;
      this.#hash = shortHash(this.queued.md5);
      this.#updateCount += 1;
    }
    this.queued = undefined;
  }

  record(): Record<string, string | number> {
    return {
      mac: this.mac,
      hash: this.#hash,
      lastseen: this.#lastSeenS,
      nextupdate: this.#uploaded ? 0 : NO_UPDATE_PLANNED_S,
      nextcheckin: this.#nextCheckInS,
      pending: this.queued ? 1 : 0,
      alias: '',
      contentMode: 24,
      LQI: 112,
      RSSI: -58,
      temperature: 21,
      batteryMv: this.batteryMv,
      hwType: this.type.hwType,
      updatecount: this.#updateCount,
    };
  }
}
