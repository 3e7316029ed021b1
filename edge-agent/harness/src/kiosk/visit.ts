import type { Chance } from '../random.ts';
import type { Hand } from './hand.ts';
import { joinAsFarAs } from './join.ts';
import { skip } from './page-clock.ts';
import type { Shopper } from './shopper.ts';
import type { Sight, Target } from './sight.ts';

/** What somebody comes to the kiosk for. */
export const ERRANDS = ['browse', 'scan-product', 'show-card', 'type-code', 'sign-up', 'wander'] as const;
export type Errand = (typeof ERRANDS)[number];

/** How a shopper leaves. */
export const ENDINGS = ['finish', 'walk-away', 'warned-then-gone', 'warned-then-finish', 'reload'] as const;
export type Ending = (typeof ENDINGS)[number];

const SETTLE_MS = 2_500;
const MOST_WANDERED = 12;
const DOUBLE_TOUCH = 0.1;
const OTHER_LANGUAGE = 0.3;
/** The steps of joining; leaving in the middle is leaving after fewer. */
const JOIN_STEPS = 30;
/** Longer than any kiosk waits before it asks, and before it wipes. */
const UNTIL_ASKED_MS = 61_000;
const UNTIL_GONE_MS = 3_600_000;
const MOST_TO_LEAVE = 10;

const LANGUAGE = /^(English|中文)$/;
/** What ends a visit, in either language, and the way back. */
const LEAVING = /(结束|完成|Finish|finish|^Done$|^Leave)/;
const BACK = /^(返回|Back|取消|Cancel)$/;
const MEMBER_WAY = /(我是会员|I’m a member)/;

/** The language that the kiosk comes back to. */
export const HOME_LOCALE = 'zh-CN';

/** Nobody's screen, with nothing over it, in the kiosk's own language: as the next shopper should find it. */
export const isAtRest = ({ screen, isCovered, locale }: Sight): boolean =>
  screen === 'attract' && !isCovered && locale === HOME_LOCALE;

/** What the shopper does until they leave. */
export async function run(errand: Errand, hand: Hand, shopper: Shopper): Promise<void> {
  const { chance } = shopper;
  if (chance.happens(OTHER_LANGUAGE)) await hand.touchNamed(LANGUAGE);
  switch (errand) {
    case 'browse':
      await hand.find('.k-head-actions button');
      await hand.see(SETTLE_MS, ({ screen }) => (screen === 'offers' ? true : undefined));
      await wander(hand, shopper, chance.between(0, 2));
      return;
    case 'scan-product':
      await shopper.scan(shopper.productCode);
      // Who scans waits for the price; else it comes when they have turned away.
      await hand.see(SETTLE_MS, ({ screen }) => (screen === 'price-check' ? true : undefined));
      await wander(hand, shopper, chance.between(0, 3));
      return;
    case 'show-card':
      if (chance.happens(0.5)) await hand.touchNamed(MEMBER_WAY);
      await shopper.scan(shopper.memberCode);
      await hand.see(SETTLE_MS, ({ screen }) => (screen === 'home' ? true : undefined));
      await wander(hand, shopper, chance.between(0, MOST_WANDERED));
      return;
    case 'type-code':
      await hand.touchNamed(MEMBER_WAY);
      await hand.type(String(chance.between(1_000, 999_999)));
      await wander(hand, shopper, chance.between(0, 3));
      return;
    case 'sign-up': {
      const steps = chance.happens(0.5) ? JOIN_STEPS : chance.between(1, 8);
      await joinAsFarAs(steps, hand, shopper);
      if (chance.happens(0.5)) await wander(hand, shopper, chance.between(1, MOST_WANDERED));
      return;
    }
    case 'wander':
      await wander(hand, shopper, chance.between(3, MOST_WANDERED));
  }
}

/** Touches whatever is there, some of it twice. */
async function wander(hand: Hand, { chance, phone }: Shopper, touches: number): Promise<void> {
  for (let done = 0; done < touches; done += 1) {
    const { targets } = await hand.look();
    const keys = targets.filter(({ kind }) => kind === 'key');
    const others = targets.filter(({ kind }) => kind !== 'key');
    if (keys.length > 0 && chance.happens(0.3)) await hand.type(phone.slice(0, chance.between(1, phone.length)));
    else if (others.length > 0) await press(hand, chance, chance.pick(others));
  }
}

async function press(hand: Hand, chance: Chance, target: Target): Promise<void> {
  if (chance.happens(DOUBLE_TOUCH)) await hand.touchTwice(target);
  else await hand.touch(target);
}

/** How the shopper leaves; what the kiosk does about it is looked at by who called. */
export async function leave(ending: Ending, hand: Hand): Promise<void> {
  switch (ending) {
    case 'finish':
      return finish(hand);
    case 'walk-away':
      return walkAway(hand);
    case 'warned-then-gone':
      await skip(hand.kiosk.page, UNTIL_ASKED_MS);
      await hand.see(SETTLE_MS, ({ isAsking, screen }) => (isAsking || screen === 'attract' ? true : undefined));
      return walkAway(hand);
    case 'warned-then-finish': {
      await skip(hand.kiosk.page, UNTIL_ASKED_MS);
      const sight = await hand.see(SETTLE_MS, (seen) =>
        seen.isAsking || seen.screen === 'attract' ? seen : undefined,
      );
      const stay = sight?.isAsking === true ? sight.targets.find(({ look }) => look === 'primary') : undefined;
      if (stay !== undefined) await hand.touch(stay);
      return finish(hand);
    }
    case 'reload':
      // With its files: a page that lost them on the way is blank until the shell sees it (PAGE_EMPTY), and no shell is here.
      await hand.kiosk.page.reload({ waitUntil: 'domcontentloaded' });
  }
}

/** Touches what leads out, as often as it takes. Somebody who finds no way out walks away. */
async function finish(hand: Hand): Promise<void> {
  for (let touches = 0; touches < MOST_TO_LEAVE; touches += 1) {
    const sight = await hand.look();
    if (isAtRest(sight)) return;
    const way = wayOut(sight);
    if (way === undefined) break;
    await hand.touch(way);
    await hand.see(300, (seen) => (seen.screen !== sight.screen ? true : undefined));
  }
  await walkAway(hand);
}

const wayOut = ({ targets }: Sight): Target | undefined =>
  targets.find(({ name }) => LEAVING.test(name)) ?? targets.find(({ name }) => BACK.test(name));

/** Away until the kiosk has noticed. An answer that was under way may have opened another screen meanwhile, with a time of its own. */
async function walkAway(hand: Hand): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    await skip(hand.kiosk.page, UNTIL_GONE_MS);
    if ((await hand.see(SETTLE_MS, (seen) => (isAtRest(seen) ? true : undefined))) === true) return;
  }
}
