import type { Terminal } from '../lanes/till.ts';
import type { Caller } from './register.ts';

/** The calling POS. One that was paired without a lane is a lane of its own. */
export const terminalOf = ({ deviceId, lane, priceOwner }: Caller): Terminal => ({
  deviceId,
  lane: lane ?? deviceId,
  priceOwner,
});
