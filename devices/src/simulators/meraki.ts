import { seededRandom } from './random.ts';

/** How long a shopper of the simulation stays, in posts. */
const STAY_POSTS = 12;
const ACCESS_POINT = '88:15:44:a0:00:01';
/** Share of phones that joined the store's Wi-Fi, and of the rest that hide their address. */
const ASSOCIATED_SHARE = 0.3;
const RANDOMISED_SHARE = 0.8;

export interface MerakiSimulatorOptions {
  /** The listener's address. */
  readonly url: string;
  readonly validator: string;
  readonly secret: string;
  readonly shoppers: number;
  readonly seed: number;
  readonly version?: '2.0' | '3.0';
  readonly intervalMs?: number;
}

interface Phone {
  mac: string;
  associated: boolean;
  postsLeft: number;
}

/** The Wi-Fi cloud's side of the scanning API: checks the validator as the cloud does, then posts who it sees. Phones come and go by a seed. */
export class MerakiSimulator {
  readonly #options: MerakiSimulatorOptions;
  readonly #random: () => number;
  #phones: Phone[] = [];
  /** Every address that was ever sent, so that a test can look for them where none may be. */
  readonly sentMacs = new Set<string>();

  constructor(options: MerakiSimulatorOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  /** Posts at an interval until the returned function is called. A listener that is away is asked again. */
  start(): () => void {
    const post = (): void => void this.post().catch(() => undefined);
    post();
    const timer = setInterval(post, this.#options.intervalMs ?? 1_000);
    return () => clearInterval(timer);
  }

  /** Asks for the validator, then posts one report. Resolves to the listener's status; rejects when the validator is another or nobody answers. */
  async post(secret = this.#options.secret): Promise<number> {
    const { url, validator } = this.#options;
    const greeting = await (await fetch(url)).text();
    if (greeting !== validator) throw new Error('the listener answered another validator');
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(this.report(secret)),
    });
    await response.arrayBuffer();
    return response.status;
  }

  /** The next report; time and phones move on. */
  report(secret = this.#options.secret): unknown {
    this.#move();
    const time = new Date().toISOString();
    const rssi = (): number => -45 - Math.floor(this.#random() * 40);
    if (this.#options.version === '3.0') {
      const observations = this.#phones.map(({ mac, associated }) => ({
        clientMac: mac,
        ssid: associated ? 'store-guest' : null,
        locations: [],
        latestRecord: { time, nearestApMac: ACCESS_POINT, nearestApRssi: String(rssi()) },
      }));
      return { version: '3.0', secret, type: 'WiFi', data: { networkId: 'N_1', observations } };
    }
    const observations = this.#phones.map(({ mac, associated }) => ({
      clientMac: mac,
      seenTime: time,
      seenEpoch: Math.floor(Date.parse(time) / 1000),
      rssi: rssi(),
      ssid: associated ? 'store-guest' : null,
      manufacturer: null,
      location: null,
    }));
    return { version: '2.0', secret, type: 'DevicesSeen', data: { apMac: ACCESS_POINT, apTags: [], observations } };
  }

  #move(): void {
    for (const phone of this.#phones) phone.postsLeft -= 1;
    this.#phones = this.#phones.filter((phone) => phone.postsLeft > 0);
    while (this.#phones.length < this.#options.shoppers) {
      const associated = this.#random() < ASSOCIATED_SHARE;
      const randomised = !associated && this.#random() < RANDOMISED_SHARE;
      const bytes = Array.from({ length: 6 }, () => Math.floor(this.#random() * 256));
      bytes[0] = ((bytes[0] ?? 0) & 0xfc) | (randomised ? 0x02 : 0);
      const mac = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
      this.sentMacs.add(mac);
      this.#phones.push({ mac, associated, postsLeft: 1 + Math.floor(this.#random() * STAY_POSTS) });
    }
  }
}
