import { Hand } from '../../kiosk/hand.ts';
import { ENDINGS, ERRANDS, leave, run } from '../../kiosk/visit.ts';
import { type Finding, watchRest, watchScreen } from '../../kiosk/watch.ts';
import { WIRES } from '../../kiosk/wire.ts';
import { createChance } from '../../random.ts';
import type { KioskFloor } from './floor.ts';

/** Shares of the sessions in which something is wrong around the shopper. */
const BAD_WIRE = 0.12;
const CLOCK_JUMPS = 0.05;
const MOST_JUMP_MS = 3 * 86_400_000;
const BAD_WIRES = WIRES.filter((wire) => wire !== 'well');

export interface Played {
  /** What was played, in words. */
  readonly what: string;
  readonly findings: Finding[];
}

/** One shopper, from an attract screen to the next. All that is drawn comes of the seed and the session's number. */
export async function playSession(floor: KioskFloor, place: number): Promise<Played> {
  const chance = createChance((floor.seed + place * 7_919) >>> 0);
  const errand = chance.pick(ERRANDS);
  const ending = chance.pick(ENDINGS);
  const wire = chance.happens(BAD_WIRE) ? chance.pick(BAD_WIRES) : 'well';
  // Without an agent there is no page to load again.
  const left = ending === 'reload' && wire === 'down' ? 'walk-away' : ending;
  const what = [errand, left, ...(wire === 'well' ? [] : [wire])].join(', ');
  const hand = new Hand(floor.browser);
  const findings: Finding[] = [];
  const shopper = floor.shopper(chance, place);
  floor.wire.told.add(shopper.phone);
  try {
    if (chance.happens(CLOCK_JUMPS)) await floor.jump(chance.between(-MOST_JUMP_MS, MOST_JUMP_MS));
    const isEarly = chance.happens(0.5);
    if (wire !== 'well' && isEarly) floor.spoil(wire);
    await run(errand, hand, shopper);
    if (wire !== 'well' && !isEarly) floor.spoil(wire);
    findings.push(...(await watchScreen(hand)));
    await leave(left, hand);
    if (wire !== 'well') floor.mend();
    findings.push(...(await watchRest(hand, floor.wire.told.take())));
    if (wire !== 'well' && !(await floor.isBack(hand)))
      findings.push({
        code: 'NOT_BACK',
        message: `no offers again after ${wire}: ${(await hand.look()).words.slice(0, 80)}`,
      });
  } catch (error) {
    if (wire !== 'well') floor.mend();
    findings.push({ code: 'HUNG', message: (error as Error).message.split('\n')[0] ?? '' });
  }
  floor.count(errand, left, wire, hand.touches);
  // A session that found something leaves a page as new to the next.
  if (findings.length > 0) await floor.startOver();
  return { what, findings };
}
