import { createHash } from 'node:crypto';
import type { TagType } from '@tillside/firmware-configs';
import { md5, panelPlanes, shortHash } from './openepaperlink-picture.ts';

/** "Far away": what the access point writes when nothing is planned for a tag. */
const NO_UPDATE_PLANNED_S = 3_216_153_600;
const NO_HASH = '0'.repeat(32);

export interface SimulatedPicture {
  readonly jpeg: Uint8Array;
  /** What the panel took: one or two planes. */
  readonly planes: Uint8Array;
  readonly md5: string;
}

/** How an access point lies: it says "saved" and throws the picture away, or says of a tag that it has a picture which nobody sent. */
export type ApLie = 'none' | 'drops' | 'other-hash';

/** The thing on the shelf: it keeps its picture whichever access point serves it. */
export interface SimulatedPanel {
  shown: SimulatedPicture | undefined;
}

/** One tag, as one access point keeps it. */
export class SimulatedTag {
  readonly mac: string;
  readonly panel: SimulatedPanel;
  type: TagType;
  /** A silent tag checks in no more. */
  silent = false;
  /** Not listed until it checks in: the access point started anew. */
  isForgotten = false;
  /** Transfers still to break off before one succeeds. */
  brokenTransfers = 0;
  uploads = 0;
  batteryMv: number;
  /** Undefined: a firmware that tells neither. */
  signal: { readonly rssiDbm: number; readonly lqi: number } | undefined = { rssiDbm: -58, lqi: 112 };
  queued: SimulatedPicture | undefined;
  /** The panel is being redrawn and the tag deaf. */
  isRefreshing = false;
  #hash = NO_HASH;
  #uploaded: Uint8Array | undefined;
  #updateCount = 0;
  #lastSeenS = 0;
  #nextCheckInS = 0;

  constructor(mac: string, type: TagType, batteryMv: number, panel: SimulatedPanel = { shown: undefined }) {
    this.mac = mac;
    this.type = type;
    this.batteryMv = batteryMv;
    this.panel = panel;
  }

  upload(jpeg: Uint8Array): void {
    this.uploads += 1;
    this.#uploaded = jpeg;
  }

  /** Turn the upload into a queued picture; one that the tag already shows is not queued. `isDrawn` false: the file itself stands for the panel's bytes. */
  process(isDrawn: boolean, lie: ApLie): 'queued' | 'same' | 'nothing' {
    const jpeg = this.#uploaded;
    if (!jpeg) return 'nothing';
    this.#uploaded = undefined;
    if (lie === 'drops') return 'nothing';
    const planes = isDrawn ? panelPlanes(jpeg, this.type) : jpeg;
    const picture = { jpeg, planes, md5: md5(planes) };
    // The real one leaves an older picture queued in this case, too.
    if (shortHash(picture.md5) === this.#hash) return 'same';
    this.queued = picture;
    return 'queued';
  }

  /** Wake up and be heard. Seconds since the epoch. */
  checkIn(nowS: number, sleepS: number): void {
    this.#lastSeenS = nowS;
    this.#nextCheckInS = nowS + sleepS;
    this.isForgotten = false;
  }

  /** Take what waits; `undefined` when nothing does or the transfer breaks off. */
  fetch(): SimulatedPicture | undefined {
    const picture = this.queued;
    if (picture && this.brokenTransfers > 0) {
      this.brokenTransfers -= 1;
      this.queued = undefined;
      return undefined;
    }
    this.isRefreshing = picture !== undefined;
    return picture;
  }

  /** The panel is drawn, and the access point hears of it. */
  drawn(picture: SimulatedPicture, lie: ApLie): void {
    this.isRefreshing = false;
    if (this.queued === picture) this.queued = undefined;
    this.#updateCount += 1;
    const isLie = lie === 'other-hash';
    if (!isLie) this.panel.shown = picture;
    this.#hash = shortHash(isLie ? createHash('md5').update(`${picture.md5}?`).digest('hex') : picture.md5);
  }

  /** What the access point's `tag_cmd` does. */
  clear(): void {
    this.queued = undefined;
    this.#uploaded = undefined;
  }

  forgetHash(): void {
    this.clear();
    this.#hash = NO_HASH;
  }

  /** The access point starts anew: what waited is lost; what it wrote to its flash is there when the tag checks in. */
  loseQueue(): void {
    this.clear();
    this.isForgotten = true;
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
      ...(this.signal ? { LQI: this.signal.lqi, RSSI: this.signal.rssiDbm } : {}),
      temperature: 21,
      batteryMv: this.batteryMv,
      hwType: this.type.hwType,
      updatecount: this.#updateCount,
    };
  }
}
