/** Why each kind of recommendation is shown, as a till is told it and as a shopper reads it, found among real households and baskets. */
import type { Recommendations } from '@tillside/agent-contract';
import type { Browser, Page } from 'playwright-core';
import type { Cashier } from '../src/day/cashier.ts';
import { until } from '../src/day/headquarters.ts';
import { type DemoStore, memberCode } from '../src/store/demo-store.ts';
import { openPage } from './browser.ts';

type Item = Recommendations['items'][number];
interface Found {
  /** Null: a basket of somebody who is not known. */
  readonly memberId: string | null;
  readonly skus: readonly string[];
  readonly item: Item;
}

/** As it stands in the code that a member shows. */
const codeOf = (memberId: string): string => `TM:${memberCode(memberId)}`;
const MEMBERS = 60;
const ANONYMOUS = 60;
const BASKET_LINES = 3;
/** What a queue may read on the lane's display. */
const PICKS = 2;
const WAIT_MS = 30_000;
const KIOSK = { timezoneId: 'Asia/Shanghai', viewport: { width: 540, height: 1500 }, deviceScaleFactor: 1.5 };
const DISPLAY = { timezoneId: 'Asia/Shanghai', viewport: { width: 1280, height: 800 } };

type Shoot = (page: Page, name: string) => Promise<void>;

/** Baskets whose answer by the model has a reason, one of each kind that there is; preferred is one that the display shows. */
export async function findReasons(demo: DemoStore, till: Cashier): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  const baskets = demo.data.day.filter(({ lines }) => lines.length >= BASKET_LINES);
  const members = regulars(demo).slice(0, MEMBERS);
  for (const [place, memberId] of [...members, ...Array<null>(ANONYMOUS).fill(null)].entries()) {
    const lines = baskets[place % baskets.length]?.lines.slice(0, 1 + (place % BASKET_LINES)) ?? [];
    const skus = lines.filter(({ weightGrams }) => weightGrams === 0).map(({ sku }) => sku);
    const { basketId, shown } = await ask(till, memberId, skus);
    if (shown?.source === 'model')
      for (const [at, item] of shown.items.entries()) {
        for (const { code } of [item.reason, ...(item.offer === undefined ? [] : [item.offer])])
          if (!found.has(code) || (at < PICKS && item.reason.code === code)) found.set(code, { memberId, skus, item });
      }
    await till.call('cancelBasket', { params: { basketId }, key: till.newKey() });
  }
  if (found.size === 0) throw new Error('no answer came from the model: is the machine too busy for its deadline?');
  return found;
}

/** Who came most often, first. */
function regulars(demo: DemoStore): string[] {
  const visits = new Map<string, number>();
  for (const { memberId } of demo.data.history)
    if (memberId !== undefined) visits.set(memberId, (visits.get(memberId) ?? 0) + 1);
  return [...visits].sort(([, one], [, other]) => other - one).map(([memberId]) => memberId);
}

async function ask(till: Cashier, memberId: string | null, skus: readonly string[]) {
  const { basketId } = await till.call('openBasket', { body: { cashierId: till.cashierId }, key: till.newKey() });
  const params = { basketId };
  if (memberId !== null) await till.call('setMember', { params, body: { code: codeOf(memberId) }, key: till.newKey() });
  for (const sku of skus) await till.call('addLine', { params, body: { sku, quantity: 1 }, key: till.newKey() });
  const { recommendations } = await till.call('getDecision', { params });
  return { basketId, shown: recommendations };
}

/** The kiosk of who bought something before, and the lane's display beside each basket that was found. */
export async function shootReasons(
  browser: Browser,
  demo: DemoStore,
  till: Cashier,
  { found, suffix, locale, shoot }: { found: ReadonlyMap<string, Found>; suffix: string; locale: string; shoot: Shoot },
): Promise<void> {
  const code = await demo.pairingCode('kiosk', `reasons ${suffix}`, '1');
  const kiosk = await openPage(browser, `${demo.agentUrl}/kiosk/#pair=${code}`, { ...KIOSK, locale });
  await kiosk.page.locator('.k-stall').waitFor();
  if (locale === 'en') await kiosk.page.getByRole('button', { name: 'English' }).click();
  const regular = (found.get('DUE_AGAIN') ?? found.get('BOUGHT_BEFORE'))?.memberId ?? undefined;
  if (regular !== undefined) {
    await demo.simulators.counter('1').scanner.scan(codeOf(regular), { aim: ']Q1' });
    await kiosk.page.locator('.k-home').waitFor();
    await shoot(kiosk.page, `kiosk-reasons-${suffix}`);
  }
  await kiosk.close();

  const pairing = await demo.pairingCode('display', `reasons ${suffix}`, till.lane);
  const lang = locale === 'en' ? 'en' : 'zh';
  const display = await openPage(browser, `${demo.agentUrl}/display/?lang=${lang}#pair=${pairing}`, DISPLAY);
  for (const [reason, { memberId, skus }] of found) {
    const { basketId } = await ask(till, memberId, skus);
    await display.page.locator('.d-picks').waitFor();
    await shoot(display.page, `display-${reason.toLowerCase().replaceAll('_', '-')}-${suffix}`);
    await till.call('cancelBasket', { params: { basketId }, key: till.newKey() });
    await until('the display is empty', WAIT_MS, async () =>
      (await display.page.locator('.d-picks').count()) === 0 ? true : undefined,
    );
  }
  await display.close();
}
