import { isIPv6 } from 'node:net';
import type { Clock } from '../clock.ts';
import { BusyFault } from '../fault.ts';

const WINDOW_MS = 60_000;
/** Addresses that are counted at a time; the one that was heard of longest ago gives way. */
const MAX_ADDRESSES = 20_000;
/** Of an IPv6 address the network part: one line has all the rest (RFC 6177). */
const IPV6_GROUPS = 4;

/** How often one address may ask in a minute. In the memory of this hub, for as long as a minute; addresses are kept nowhere else. */
export class AddressLimit {
  readonly #clock: Clock;
  readonly #most: number;
  readonly #seen = new Map<string, { since: number; count: number }>();

  constructor(options: { readonly clock: Clock; readonly perMinute: number }) {
    this.#clock = options.clock;
    this.#most = options.perMinute;
  }

  /** Throws HUB_TOO_MANY_TRIES. */
  count(address: string): void {
    const now = this.#clock.now();
    const line = lineOf(address);
    const held = this.#seen.get(line);
    const isOver = held === undefined || Math.abs(now - held.since) >= WINDOW_MS;
    const entry = isOver ? { since: now, count: 0 } : held;
    entry.count += 1;
    this.#seen.delete(line);
    this.#seen.set(line, entry);
    const oldest = this.#seen.keys().next();
    if (this.#seen.size > MAX_ADDRESSES && oldest.done === false) this.#seen.delete(oldest.value);
    if (entry.count > this.#most)
      throw new BusyFault(Math.max(1_000, entry.since + WINDOW_MS - now), 'HUB_TOO_MANY_TRIES');
  }
}

function lineOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = ''] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  return groups.slice(0, IPV6_GROUPS).join(':');
}
