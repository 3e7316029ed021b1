import type { Hand } from './hand.ts';
import type { Shopper } from './shopper.ts';
import type { Sight, Target } from './sight.ts';

export const JOIN_WAY = /(手机号入会|Join by phone)/;
/** The way on of who has no code: none came, it was wrong, or too many ask for one. */
const WITHOUT_CODE = /(先入会|Join now)$/;
const SETTLE_MS = 2_500;
const ANSWER_MS = 5_000;
/** What somebody types who got no message. */
const MADE_UP = '135790';

/** One thing that somebody does who joins. */
export type JoinStep =
  | { readonly do: 'phone' }
  | { readonly do: 'code' }
  | { readonly do: 'touch'; readonly target: Target };

/** What this sign-up has typed already. */
export type Typed = Set<'phone' | 'code'>;

/** Joins at the kiosk, in so many steps at most. True: a member's welcome stands. */
export async function joinAsFarAs(steps: number, hand: Hand, shopper: Shopper): Promise<boolean> {
  await hand.touchNamed(JOIN_WAY);
  let sight = await awaitForm(hand);
  const typed: Typed = new Set();
  for (let done = 0; done < steps && sight?.screen === 'join'; done += 1) {
    const step = nextJoinStep(sight, typed);
    if (step === undefined) break;
    const isAnswered = await takeJoinStep(step, sight, hand, shopper);
    sight = await hand.look();
    // A refusal that stays is no reason to press on for minutes.
    if (step.do === 'touch' && !isAnswered) break;
  }
  return sight?.screen === 'welcome';
}

/** The form with its terms; undefined when it does not come. */
export const awaitForm = (hand: Hand): Promise<Sight | undefined> =>
  hand.see(SETTLE_MS, (seen) => (seen.screen === 'join' && seen.step !== '' ? seen : undefined));

/** What comes next on this page, noted in `typed`; nothing when there is no way on. */
export function nextJoinStep({ step, targets }: Sight, typed: Typed): JoinStep | undefined {
  const entry = step === 'phone' || step === 'code' ? step : undefined;
  if (entry !== undefined && !typed.has(entry)) {
    typed.add(entry);
    return { do: entry };
  }
  // It stands beside the main button once a code was refused; on the page of the code it always does.
  const target = wayWithoutCode(targets) ?? targets.findLast((one) => one.kind === 'button' && one.look === 'member');
  return target === undefined ? undefined : { do: 'touch', target };
}

const wayWithoutCode = (targets: readonly Target[]): Target | undefined =>
  targets.find(({ name }) => WITHOUT_CODE.test(name));

/** False: the page stays as it was. */
export async function takeJoinStep(
  step: JoinStep,
  before: Sight,
  hand: Hand,
  shopper: Pick<Shopper, 'phone' | 'readCode'>,
): Promise<boolean> {
  if (step.do === 'phone') {
    await hand.type(shopper.phone);
    return true;
  }
  if (step.do === 'code') await hand.type((await shopper.readCode()) ?? MADE_UP);
  else await hand.touch(step.target);
  return (await hand.see(ANSWER_MS, (seen) => (isAnswer(seen, before) ? true : undefined))) === true;
}

/** Another page, or this one with another way on. */
const isAnswer = (seen: Sight, before: Sight): boolean =>
  seen.screen !== before.screen ||
  seen.step !== before.step ||
  (wayWithoutCode(seen.targets) !== undefined && wayWithoutCode(before.targets) === undefined);
