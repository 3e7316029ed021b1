import { cssNameOf, KIOSK_THEMES, type KioskSettings } from '@tillside/agent-contract';

export const TEXT_SIZES = ['normal', 'large', 'largest'] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

/** What one shopper asked for to see, hear or reach this kiosk; gone with them. */
export interface Access {
  readonly text: TextSize;
  readonly isHighContrast: boolean;
  readonly isSpoken: boolean;
  /** All that is touched stands in the lower part of the screen. */
  readonly isLow: boolean;
  readonly hasMoreTime: boolean;
}
export const AS_USUAL: Access = {
  text: 'normal',
  isHighContrast: false,
  isSpoken: false,
  isLow: false,
  hasMoreTime: false,
};

/** WCAG 2.2, 1.4.4: text may be doubled. */
export const SCALE_OF: Readonly<Record<TextSize, number>> = { normal: 1, large: 1.5, largest: 2 };
/** By how much "more time" stretches the wait and the warning. */
export const MORE_TIME = 5;

/** How long a kiosk waits for a touch, and then for an answer, in ms. */
export function patienceOf(
  { idleSeconds, warningSeconds }: Pick<KioskSettings, 'idleSeconds' | 'warningSeconds'>,
  { hasMoreTime }: Pick<Access, 'hasMoreTime'>,
): { idleMs: number; warningMs: number } {
  const factor = hasMoreTime ? MORE_TIME : 1;
  return { idleMs: idleSeconds * 1000 * factor, warningMs: warningSeconds * 1000 * factor };
}

/** Dresses the page: theme, brand, size of text, reach. By custom properties alone, so that nothing is laid out twice. */
export function dress(root: HTMLElement, settings: KioskSettings, access: Access): void {
  const theme = access.isHighContrast ? 'highContrast' : 'light';
  root.dataset.theme = access.isHighContrast ? 'high-contrast' : 'light';
  for (const colour of Object.keys(KIOSK_THEMES.light) as (keyof typeof KIOSK_THEMES.light)[]) {
    const hex = settings.brand[theme][colour];
    if (hex === undefined) root.style.removeProperty(cssNameOf(colour));
    else root.style.setProperty(cssNameOf(colour), hex);
  }
  root.style.setProperty('--text-scale', String(settings.textScale * SCALE_OF[access.text]));
  root.dataset.text = access.text;
  if (access.isLow) root.dataset.reach = 'low';
  else delete root.dataset.reach;
}
