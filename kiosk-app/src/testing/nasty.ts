/** Names and texts that nobody wants and everybody gets: what must neither run nor break a page. */
import type { OfferCard } from '@tillside/agent-contract';
import type { FakeAgent } from './fake-agent.ts';
import { homeOf, OFFERS } from './store-data.ts';

const both = (text: string) => ({ zh: text, en: text });

/** Sets a mark on the page if any of it runs. */
export const HTML = `<img src=x onerror="globalThis.wasRun=1"><script>globalThis.wasRun=1</script>`;
const LONG_CHARS = 10_000;

/** `most`: of a name's characters, where the contract has a limit. */
export const NASTY: Readonly<Record<string, (most: number) => string>> = {
  html: () => HTML,
  sql: () => `'; DROP TABLE members;-- " OR 1=1`,
  emoji: (most) => '👩‍👩‍👧‍👦🥬'.repeat(40).slice(0, most),
  // The last one turns round whatever comes after it, where nothing holds it in.
  rightToLeft: () => 'حليب طازج ١٢٣ \u202eesle gnihtyreve',
  longWord: (most) => 'W'.repeat(Math.min(most, LONG_CHARS)),
  longChinese: (most) => '长'.repeat(Math.min(most, LONG_CHARS)),
  template: () => `{{count}} $t(back) %s \${x} \u0000\n\n\n\u2028`,
};

export const SHORT = ['html', 'sql', 'emoji', 'rightToLeft', 'template'] as const;
export const LONG = ['longWord', 'longChinese'] as const;

/** Everything that people named, with these in turn: store, products, offers, reasons, coupons. */
export function name(agent: FakeAgent, mostChars: number, kinds: readonly (keyof typeof NASTY)[]): void {
  let turn = 0;
  const word = (most = LONG_CHARS) => {
    turn += 1;
    return both(NASTY[kinds[turn % kinds.length] ?? '']?.(most) ?? '');
  };
  const names = () => word(mostChars);
  const offers: OfferCard[] = OFFERS.map((offer) => ({
    ...offer,
    name: names(),
    text: word(),
    items: offer.items.map((item) => ({ ...item, name: names(), size: word() })),
  }));
  agent.offers = offers;
  agent.answers.publicOffers = () => ({ storeName: names(), campaignSetVersion: 7, online: true, offers });
  const home = homeOf('TM:2000000418', 'm-1', true);
  agent.answers.signIn = () => ({
    ...home,
    offers,
    coupons: home.coupons.map((coupon) => ({ ...coupon, name: names(), text: word() })),
    recommendations: {
      ...home.recommendations,
      items: home.recommendations.items.map((item) => ({
        ...item,
        name: names(),
        reason: { ...item.reason, text: word() },
      })),
    },
  });
}
