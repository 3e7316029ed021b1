import type { Chance } from '../random.ts';

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
  /** Of the message that the store sent to a phone; undefined where none came. */
  codeFor?(phone: string): Promise<string | undefined>;
}
