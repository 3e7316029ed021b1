import type { Chance } from '../random.ts';
import type { SimHub } from './hub.ts';
import type { Entry } from './journal.ts';
import type { Outcome } from './link.ts';
import { HOUR_MS, SECOND_MS, type Weather } from './plan.ts';
import type { Shop } from './shop.ts';
import type { VirtualTime } from './time.ts';

export interface NetworkPorts {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly hubs: readonly SimHub[];
  readonly timeoutMs: number;
  weather(): Weather;
}

export interface NetworkCounts {
  requests: number;
  dropped: number;
  duplicated: number;
  late: number;
  answersLost: number;
}

const TRAVEL_MS = [5, 150] as const;

/** Carries requests to any of the hubs and answers back: or twice, or much later, or not. */
export class Network {
  readonly counts: NetworkCounts = { requests: 0, dropped: 0, duplicated: 0, late: 0, answersLost: 0 };
  #ports: NetworkPorts;

  constructor(ports: NetworkPorts) {
    this.#ports = ports;
  }

  send(shop: Shop, batchId: string, entries: readonly Entry[], done: (outcome: Outcome) => void): void {
    const { time, chance, timeoutMs, weather } = this.#ports;
    this.counts.requests += 1;
    let ended = false;
    const end = (outcome: Outcome): void => {
      if (ended) return;
      ended = true;
      giveUp();
      done(outcome);
    };
    const giveUp = time.after(timeoutMs, () => end({ failed: 'HUB_TIMEOUT', retryAfterMs: undefined }));
    if (shop.isCutOff) {
      // A line that is down says so, or swallows what is sent.
      if (chance.happens(0.7))
        time.after(chance.between(1, 2_000), () => end({ failed: 'HUB_UNREACHABLE', retryAfterMs: undefined }));
      return;
    }
    const { drop, duplicate } = weather();
    const copies = chance.happens(duplicate) ? 2 : 1;
    if (copies > 1) this.counts.duplicated += 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (chance.happens(drop)) this.counts.dropped += 1;
      else this.#carry(shop, batchId, entries, end);
    }
  }

  #carry(shop: Shop, batchId: string, entries: readonly Entry[], end: (outcome: Outcome) => void): void {
    const { time, chance, hubs, weather } = this.#ports;
    const travel = (): number => {
      if (!chance.happens(weather().late)) return chance.between(...TRAVEL_MS);
      this.counts.late += 1;
      return Math.floor(chance.next() ** 4 * 6 * HOUR_MS) + SECOND_MS;
    };
    time.after(travel(), () => {
      const reply = (outcome: Outcome): void => {
        if (chance.happens(weather().answerLost)) this.counts.answersLost += 1;
        else
          time.after(travel(), () => {
            if (!shop.isCutOff) end(outcome);
            else this.counts.answersLost += 1;
          });
      };
      chance.pick(hubs).receive({ store: shop.name, batchId, entries, reply });
    });
  }
}
