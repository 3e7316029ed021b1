import type { Result } from '../output/schema.ts';
import type { Question, World } from './world.ts';

/** Something that says what a basket will hold. */
export interface NextBasketModel {
  /** @param onProgress told the share done, 0 to 1 */
  fit(world: World, onProgress: (share: number) => void): Promise<Fitted>;
}

export interface Fitted {
  /** What was chosen or counted while learning. */
  readonly settings?: readonly Setting[];
  /** Items of the world, best first, each once, none of the basket; at most `limit`. */
  rank(question: Question, limit: number): Int32Array | Promise<Int32Array>;
  /** What was counted while answering, then everything that was started is ended. */
  stop?(): Promise<readonly Setting[]>;
}

/** A figure of the output, of whichever case it is. */
export type Setting = Omit<Result, 'case'>;
