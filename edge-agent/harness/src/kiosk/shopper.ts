import { memberCode } from '@tillside/demo';
import type { Chance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';

/** A shopper, and the store around. */
export interface Shopper {
  readonly chance: Chance;
  /** Never used before. */
  readonly phone: string;
  /** Of somebody who is a member already. */
  readonly memberCode: string;
  readonly productCode: string;
  /** The lane's scanner reads something. */
  scan(code: string): Promise<void>;
  /** Of the message that the store sent to their phone; undefined where none came. */
  readCode(): Promise<string | undefined>;
}

/** The lane whose scanner is the kiosk's. */
export const KIOSK_LANE = '1';
const SCANNER_AIM = ']Q1';

/** Somebody with a phone of their own, by the seed and the number of the visit. */
export function createShopper(store: MeasuredStore, chance: Chance, seed: number, place: number): Shopper {
  const { households, items } = store.data;
  const { memberId = '' } = chance.pick(households);
  return {
    chance,
    phone: `139${String((seed * 10_007 + place) % 1e8).padStart(8, '0')}`,
    memberCode: `TM:${memberCode(memberId)}`,
    productCode: chance.pick(items).gtin ?? '',
    scan: (code) => store.demo.simulators.counter(KIOSK_LANE).scanner.scan(code, { aim: SCANNER_AIM }),
    readCode: () => store.newestPhoneCode(),
  };
}
