import { z } from 'zod';
import { contrastRatio } from './contrast.ts';

/**
 * The colours that a brand may set, as they stand in the kiosk's own themes; a test holds them to `tokens.css`. Warnings, errors and the tints of categories stay: they say the same in
 * every store.
 */
export const KIOSK_THEMES = {
  light: {
    paper: '#fbf7f0',
    paperDeep: '#f3ebdd',
    surface: '#ffffff',
    ink: '#1c1a17',
    inkSecond: '#5e574d',
    lineStrong: '#8d8272',
    action: '#1c1a17',
    onAction: '#fbf7f0',
    offer: '#c8321f',
    offerFill: '#c8321f',
    onOffer: '#ffffff',
    offerTint: '#fdeeea',
    member: '#0f766e',
    memberFill: '#0f766e',
    onMember: '#ffffff',
    memberTint: '#dcefeb',
    focus: '#1d4ed8',
  },
  highContrast: {
    paper: '#ffffff',
    paperDeep: '#ffffff',
    surface: '#ffffff',
    ink: '#000000',
    inkSecond: '#262626',
    lineStrong: '#000000',
    action: '#000000',
    onAction: '#ffffff',
    offer: '#9c1404',
    offerFill: '#9c1404',
    onOffer: '#ffffff',
    offerTint: '#ffffff',
    member: '#00524b',
    memberFill: '#00524b',
    onMember: '#ffffff',
    memberTint: '#ffffff',
    focus: '#0000d0',
  },
} as const;

export type KioskTheme = keyof typeof KIOSK_THEMES;
export type BrandColour = keyof (typeof KIOSK_THEMES)['light'];
const COLOURS = Object.keys(KIOSK_THEMES.light) as BrandColour[];

/** The name of a colour as a CSS custom property: `inkSecond` -> `--ink-second`. */
export const cssNameOf = (colour: BrandColour): string => `--${colour.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

/** What stands on a brand's grounds and is not the brand's to change. */
const WARNING: Readonly<Record<KioskTheme, string>> = { light: '#b45309', highContrast: '#7a3800' };

type Pair = readonly [front: BrandColour | 'warning', ground: BrandColour];

/** Text and every ground that it meets (WCAG 2.2, 1.4.3 and 1.4.6). */
const TEXT_PAIRS: readonly Pair[] = [
  ...(['ink', 'inkSecond', 'offer', 'member', 'warning'] as const).flatMap((text) =>
    (['paper', 'surface'] as const).map((ground) => [text, ground] as const),
  ),
  ['ink', 'paperDeep'],
  ['inkSecond', 'paperDeep'],
  ['onAction', 'action'],
  ['onOffer', 'offerFill'],
  ['onMember', 'memberFill'],
  ['offer', 'offerTint'],
  ['ink', 'offerTint'],
  ['member', 'memberTint'],
  ['ink', 'memberTint'],
];
/** Edges of controls and the mark of focus (WCAG 2.2, 1.4.11). */
const EDGE_PAIRS: readonly Pair[] = (['lineStrong', 'focus'] as const).flatMap((edge) =>
  (['paper', 'surface'] as const).map((ground) => [edge, ground] as const),
);

const EDGE_RATIO = 3;
/** AA; who asks for high contrast gets AAA. */
const TEXT_RATIO: Readonly<Record<KioskTheme, number>> = { light: 4.5, highContrast: 7 };

type Colours = Partial<Record<BrandColour, string>>;

/** Pairs of a theme that are too alike, the brand's colours laid over the theme's own. */
export function unreadablePairs(theme: KioskTheme, brand: Colours): { pair: Pair; ratio: number; atLeast: number }[] {
  const colours = { warning: WARNING[theme], ...KIOSK_THEMES[theme], ...brand };
  const checked = [
    ...TEXT_PAIRS.map((pair) => ({ pair, atLeast: TEXT_RATIO[theme] })),
    ...EDGE_PAIRS.map((pair) => ({ pair, atLeast: EDGE_RATIO })),
  ];
  return checked
    .map(({ pair, atLeast }) => ({ pair, atLeast, ratio: contrastRatio(colours[pair[0]], colours[pair[1]]) }))
    .filter(({ ratio, atLeast }) => ratio < atLeast);
}

// Aborts: a contrast can be worked out of colours alone.
const Hex = z.string().regex(/^#[0-9a-fA-F]{6}$/, { error: 'a colour as #rrggbb', abort: true });

/** Colours of one theme, each checked against every ground that it meets. */
const coloursOf = (theme: KioskTheme) =>
  z
    .strictObject(
      Object.fromEntries(COLOURS.map((colour) => [colour, Hex.optional()])) as Record<
        BrandColour,
        z.ZodOptional<typeof Hex>
      >,
    )
    .superRefine((brand, context) => {
      for (const { pair, ratio, atLeast } of unreadablePairs(theme, brand as Colours)) {
        const [front, ground] = pair;
        context.addIssue({
          code: 'custom',
          // The one that the brand set is the one to change.
          path: [front === 'warning' || brand[front] === undefined ? ground : front],
          message: `${front} on ${ground} has a contrast of ${ratio.toFixed(2)}; ${atLeast} is the least that can be read (WCAG 2.2). Change one of the two`,
        });
      }
    });

export const KioskBrand = z.strictObject({
  /** Stands where the store's name would. */
  name: z.strictObject({ zh: z.string().min(1).max(40), en: z.string().min(1).max(40) }).optional(),
  light: coloursOf('light').default({}),
  highContrast: coloursOf('highContrast').default({}),
});
export type KioskBrand = z.infer<typeof KioskBrand>;
