import { HarnessError } from '../../errors.ts';
import { Hand } from '../../kiosk/hand.ts';
import { awaitForm, JOIN_WAY, nextJoinStep, type Typed, takeJoinStep } from '../../kiosk/join.ts';
import { CODE_ARRIVAL_S, countReading, type Deeds, estimate } from '../../kiosk/klm.ts';
import { createShopper, type Shopper } from '../../kiosk/shopper.ts';
import { textsToRead } from '../../kiosk/sight.ts';
import type { MeasureContext } from '../../measure.ts';
import type { Result } from '../../output/schema.ts';
import { createChance } from '../../random.ts';
import { awaitRest, openKiosk, type Place } from './place.ts';

const CODE_DIGITS = 6;
const MOST_STEPS = 12;
const LANGUAGES = [
  { name: 'zh', switchTo: undefined },
  { name: 'en', switchTo: /^English$/ },
] as const;

/** A shopper joins through the real pages, in both languages, where codes go to phones and where none do; what they did there is timed by the keystroke-level model. */
export async function signUps(place: Place, { progress, signal }: MeasureContext): Promise<Result[]> {
  progress.stage('sign-ups', 2 * LANGUAGES.length);
  const hadCodes = await place.store.sendPhoneCodes(false);
  const kiosk = await openKiosk(place);
  const hand = new Hand(kiosk);
  const results: Result[] = [];
  try {
    for (const sends of [false, true]) {
      await place.store.sendPhoneCodes(sends);
      for (const [at, { name, switchTo }] of LANGUAGES.entries()) {
        signal.throwIfAborted();
        await kiosk.page.reload();
        await awaitRest(hand);
        if (switchTo !== undefined) await hand.touchNamed(switchTo);
        const shopper = createShopper(place.store, createChance(at), Date.now() % 1e6, at);
        const { deeds, hadCode } = await signUpOnce(hand, shopper);
        if (hadCode !== sends) throw new HarnessError('HARNESS_TIMED_OUT', 'the kiosk does not ask as its store does');
        results.push(...resultsOf(`${name}-${sends ? 'with' : 'without'}-codes`, deeds, hadCode));
        progress.tick();
      }
    }
    return results;
  } finally {
    await kiosk.close();
    await place.store.sendPhoneCodes(hadCodes);
  }
}

/** From the attract screen to the member's card. Rejects with HARNESS_TIMED_OUT where the way ends before. */
async function signUpOnce(hand: Hand, shopper: Shopper): Promise<{ deeds: Deeds; hadCode: boolean }> {
  const read = new Set<string>();
  const readPage = async (): Promise<void> => {
    for (const text of await hand.kiosk.page.evaluate(textsToRead)) read.add(text);
  };
  await hand.touchNamed(JOIN_WAY);
  let [touches, hadCode] = [1, false];
  const typed: number[] = [];
  const done: Typed = new Set();
  let sight = await awaitForm(hand);
  for (let steps = 0; steps < MOST_STEPS && sight?.screen === 'join'; steps += 1) {
    await readPage();
    const step = nextJoinStep(sight, done);
    if (step === undefined) break;
    if (step.do === 'touch') touches += 1;
    else typed.push(step.do === 'phone' ? shopper.phone.length : CODE_DIGITS);
    hadCode ||= step.do === 'code';
    await takeJoinStep(step, sight, hand, shopper);
    sight = await hand.look();
  }
  if (sight?.screen !== 'welcome')
    throw new HarnessError('HARNESS_TIMED_OUT', `joining ended at "${sight?.screen} ${sight?.step}"`);
  return { deeds: { typed, touches, ...countReading(read) }, hadCode };
}

function resultsOf(name: string, deeds: Deeds, hadCode: boolean): Result[] {
  const took = estimate(deeds);
  const of = `sign-up-${name}`;
  const s = (metric: string, value: number): Result => ({ case: of, metric, value, unit: 's' });
  const count = (metric: string, value: number): Result => ({ case: of, metric, value, unit: 'count' });
  const keys = deeds.typed.reduce((sum, one) => sum + one, 0);
  return [
    s('seconds', took.seconds),
    s('secondsWithArrival', took.seconds + (hadCode ? CODE_ARRIVAL_S : 0)),
    s('keySeconds', took.keySeconds),
    s('pointSeconds', took.pointSeconds),
    s('thinkSeconds', took.thinkSeconds),
    s('readSeconds', took.readSeconds),
    count('touches', keys + deeds.touches),
    count('keys', keys),
    count('readChars', deeds.readChars),
    count('readWords', deeds.readWords),
  ];
}
