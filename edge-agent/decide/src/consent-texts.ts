import { z } from 'zod';

/** In characters, of one language. */
export const CONSENT_TEXT_LIMITS = { version: 40, title: 60, text: 1_000 } as const;
const said = (most: number) => {
  const words = z.string().trim().min(1).max(most);
  return z.strictObject({ zh: words, en: words });
};
const asked = z.strictObject({ title: said(CONSENT_TEXT_LIMITS.title), text: said(CONSENT_TEXT_LIMITS.text) });

/** The texts that people are asked to agree to, in both languages, under one version. A consent names the version that was shown. */
export const ConsentTexts = z.strictObject({
  version: z.string().trim().min(1).max(CONSENT_TEXT_LIMITS.version),
  purposes: z.strictObject({ membership: asked, personalisation: asked, marketing: asked }),
  /** What a person who is too young to agree for themselves is told. */
  guardian: said(CONSENT_TEXT_LIMITS.text),
  /** What goes and what stays when a member leaves. */
  leaving: said(CONSENT_TEXT_LIMITS.text),
});
export type ConsentTexts = z.infer<typeof ConsentTexts>;

/** Whether two have the same words, whatever their versions. */
export const haveSameWords = (one: ConsentTexts, other: ConsentTexts): boolean =>
  wordsOf(one).every((words, at) => words === wordsOf(other)[at]);

function wordsOf({ purposes, guardian, leaving }: ConsentTexts): string[] {
  const { membership, personalisation, marketing } = purposes;
  const parts = [membership, personalisation, marketing].flatMap(({ title, text }) => [title, text]);
  return [...parts, guardian, leaving].flatMap(({ zh, en }) => [zh, en]);
}

/** What people are asked to agree to where neither HQ nor the store's own configuration has texts of the chain's own. */
export const DEFAULT_CONSENT_TEXTS: ConsentTexts = {
  version: '2026-11-23.2',
  purposes: {
    membership: {
      title: { zh: '成为会员', en: 'Be a member' },
      text: {
        zh: '存手机号和购物记录，用于积分和会员价；随时可退会，一并删除。',
        en: 'We keep your number and purchases for points and member prices. Leave any time: both are deleted.',
      },
    },
    personalisation: {
      title: { zh: '为我挑选优惠', en: 'Choose offers for me' },
      text: {
        zh: '按您买过的商品推荐，生日前后送上生日优惠；货架价格与别人相同。',
        en: 'Picks from what you bought, and something for your birthday; shelf prices are the same for everyone.',
      },
    },
    marketing: {
      title: { zh: '给我发优惠短信', en: 'Text me offers' },
      text: {
        zh: '每月不超过 4 条，随时可退订。',
        en: 'Four a month at most; stop at any time.',
      },
    },
  },
  guardian: {
    zh: '未满 14 周岁，请父母或其他监护人用自己的手机号入会；孩子购物时出示监护人的会员码即可。',
    en: 'Under 14, ask a parent or guardian to join with a number of their own; you can show their code when you shop.',
  },
  leaving: {
    zh: '手机号、购物记录、未用的券和积分会被删除，任何门店都无法恢复。依法须保留的销售凭证会留下，但不再指向您。',
    en: 'Your number, what you bought, unused coupons and points are deleted in every store and can’t be brought back. Receipts that the law makes us keep stay, and no longer point to you.',
  },
};
