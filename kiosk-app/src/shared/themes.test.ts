import { readFileSync } from 'node:fs';
import { contrastRatio, cssNameOf, KIOSK_THEMES, KioskBrand, type KioskTheme } from '@tillside/agent-contract';
import { CATEGORIES, tintOf } from '@tillside/ui';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../ui/src/styles/tokens.css', import.meta.url), 'utf8');

function tokensOf(theme: string): Map<string, string> {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

/** Text and the ground it stands on. */
const TEXT_PAIRS: readonly (readonly [string, string])[] = [
  ...['ink', 'ink-second', 'offer', 'member', 'warning'].flatMap((text) =>
    ['paper', 'surface'].map((ground) => [text, ground] as const),
  ),
  ['ink', 'paper-deep'],
  ['ink-second', 'paper-deep'],
  ['on-action', 'action'],
  ['on-offer', 'offer-fill'],
  ['on-member', 'member-fill'],
  ['offer', 'offer-tint'],
  ['ink', 'offer-tint'],
  ['member', 'member-tint'],
  ['ink', 'member-tint'],
  ['on-warning-tint', 'warning-tint'],
  ['on-error-tint', 'error-tint'],
  ['on-offline-tint', 'offline-tint'],
  ...[...new Set(CATEGORIES.map(tintOf))].map((tint) => [`tint-${tint}-ink`, `tint-${tint}`] as const),
  ['series-1', 'paper'],
  ['series-2', 'paper'],
  ['series-3', 'paper'],
];

/** Edges and marks that carry meaning without being text (WCAG 1.4.11). */
const EDGE_PAIRS: readonly (readonly [string, string])[] = [
  ['line-strong', 'surface'],
  ['line-strong', 'paper'],
  ['focus', 'paper'],
  ['focus', 'surface'],
  ['series-rest', 'paper'],
];

describe.each(['light', 'dark', 'high-contrast'])('theme %s', (theme) => {
  const tokens = tokensOf(theme);
  const ratio = ([one, other]: readonly [string, string]): number =>
    contrastRatio(tokens.get(one) ?? `missing ${one}`, tokens.get(other) ?? `missing ${other}`);

  it.each(TEXT_PAIRS)('%s on %s reads (4.5 or more)', (...pair) => {
    expect(ratio(pair)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(EDGE_PAIRS)('%s on %s is seen (3 or more)', (...pair) => {
    expect(ratio(pair)).toBeGreaterThanOrEqual(3);
  });

  it('defines the same colours as the light theme', () => {
    expect([...tokens.keys()].sort()).toEqual([...tokensOf('light').keys()].sort());
    expect(tokens.size).toBeGreaterThan(40);
  });
});

it('measures what WCAG measures', () => {
  expect(contrastRatio('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrastRatio('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(() => contrastRatio('red', '#ffffff')).toThrow(RangeError);
});

describe("a brand's colours", () => {
  it.each([
    ['light', 'light'],
    ['highContrast', 'high-contrast'],
  ] as const)('are laid over %s as it stands in the style sheet', (name: KioskTheme, sheet) => {
    const tokens = tokensOf(sheet);
    for (const [colour, hex] of Object.entries(KIOSK_THEMES[name]))
      expect([colour, tokens.get(cssNameOf(colour as keyof (typeof KIOSK_THEMES)['light']).slice(2))]).toEqual([
        colour,
        hex,
      ]);
  });

  it('are taken where all of them read, and refused by pair and ratio where one does not', () => {
    expect(KioskBrand.parse({ light: { member: '#14532d', memberFill: '#14532d' } }).light.member).toBe('#14532d');
    const issuesOf = (brand: object) =>
      (KioskBrand.safeParse(brand).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
    expect(issuesOf({ light: { action: '#ffd400', onAction: '#ffffff' } })).toEqual([
      expect.stringMatching(/^light\.onAction: onAction on action has a contrast of 1\.4\d; 4\.5 is the least/),
    ]);
    // The ground alone was changed: it is the one to name.
    expect(issuesOf({ light: { paper: '#808080' } })[0]).toMatch(/^light\.paper: ink on paper/);
    // Who asks for high contrast gets 7.
    expect(issuesOf({ highContrast: { member: '#0f766e' } })[0]).toMatch(
      /^highContrast\.member: member on paper .* 7 is/,
    );
    expect(issuesOf({ light: { paper: 'white' } })[0]).toMatch(/^light\.paper: a colour as #rrggbb/);
  });
});
