/**
 * Long files first: Vitest orders by the times of the last run, and by size in a fresh clone, where a short file that takes two minutes would
 * start last and one worker would wait for the other.
 */
import { BaseSequencer } from 'vitest/node';

/** Files that take more than half a minute, the longest first; those that are not here follow in Vitest's order. */
export const LONG = [
  'edge-agent/demo/journeys/commands.journey.test.ts',
  'edge-agent/harness/src/measures.test.ts',
  'kiosk-app/src/browser/kiosk.test.ts',
  'edge-agent/demo/journeys/browser.journey.test.ts',
  'cloud-sync/console/src/members.test.ts',
  'cloud-sync/console/src/console.test.ts',
  'edge-agent/demo/journeys/bad-input.journey.test.ts',
  'edge-agent/demo/journeys/model.journey.test.ts',
];

/**
 * @template {{ moduleId: string }} File
 * @param {readonly File[]} files @param {readonly string[]} [long]
 * @returns {File[]}
 */
export function longFirst(files, long = LONG) {
  const rank = ({ moduleId }) => {
    const place = long.findIndex((path) => moduleId.endsWith(`/${path}`));
    return place === -1 ? long.length : place;
  };
  return [...files].sort((left, right) => rank(left) - rank(right));
}

export class LongFirst extends BaseSequencer {
  /** @param {import('vitest/node').TestSpecification[]} files */
  async sort(files) {
    return longFirst(await super.sort(files));
  }
}
