/** `claims`: the access point lists new content as shown before the tag has asked; `drops`: it says "queued" and throws the content away. */
export type OpenEslLie = 'none' | 'claims' | 'drops';

export interface SimulatedContent {
  readonly layout: string;
  readonly fields: readonly string[];
  readonly price_highlight: boolean;
  readonly frame: boolean;
}

export const sameContent = (a: SimulatedContent | undefined, b: SimulatedContent): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** The thing on the shelf: it keeps what it shows whichever access point serves it. */
export interface SimulatedFace {
  shown: SimulatedContent | undefined;
}

/** One tag, as one access point keeps it. */
export class SimulatedEslTag {
  readonly mac: string;
  readonly model: string;
  readonly face: SimulatedFace;
  batteryMv: number;
  rssiDbm = -61;
  silent = false;
  /** Not listed until it asks: the access point started anew, or was told to forget it. */
  isForgotten = false;
  /** The panel is being redrawn and the tag deaf. */
  isRefreshing = false;
  /** Times that content was set for it. */
  sets = 0;
  wanted: SimulatedContent | undefined;
  /** What the access point believes that the tag shows. */
  acknowledged: SimulatedContent | undefined;
  lastPollS: number | undefined;

  constructor(mac: string, model: string, batteryMv: number, face: SimulatedFace = { shown: undefined }) {
    this.mac = mac;
    this.model = model;
    this.batteryMv = batteryMv;
    this.face = face;
  }

  set(content: SimulatedContent, lie: OpenEslLie): 'queued' | 'unchanged' {
    if (sameContent(this.wanted ?? this.acknowledged, content)) return 'unchanged';
    this.sets += 1;
    if (lie === 'drops') return 'queued';
    this.wanted = content;
    if (lie === 'claims') this.acknowledged = content;
    return 'queued';
  }

  poll(nowS: number): void {
    this.lastPollS = nowS;
    this.isForgotten = false;
  }

  drawn(content: SimulatedContent): void {
    this.isRefreshing = false;
    this.face.shown = content;
    this.acknowledged = content;
    if (this.wanted && sameContent(this.wanted, content)) this.wanted = undefined;
  }

  /** The access point starts anew: what waited is lost; what the tag shows comes back when it asks. */
  loseQueue(): void {
    this.wanted = undefined;
    this.isForgotten = true;
  }

  /** `DELETE`: the access point knows nothing of it any more. */
  forget(): void {
    this.loseQueue();
    this.acknowledged = undefined;
  }

  listing(): Record<string, unknown> {
    const { layout = null, fields = null, price_highlight = false, frame = false } = this.acknowledged ?? {};
    return {
      mac: this.mac,
      model: this.model,
      layout,
      fields,
      price_highlight,
      frame,
      last_poll: this.lastPollS ?? null,
      battery_mv: this.batteryMv,
      rssi: this.rssiDbm,
      firmware: '0.9.3',
    };
  }
}
