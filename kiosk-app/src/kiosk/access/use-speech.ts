import { useLocale } from '@tillside/ui';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { describe, type Spoken } from './describe.ts';
import type { Voice } from './speech.ts';

/** Said by themselves when their words change. */
const LIVE = '[role="status"], [role="alert"], output, [aria-live]';
/** How a control stands, as its attributes tell. */
const STATES = ['aria-pressed', 'aria-checked', 'aria-disabled'];

function useSpoken(): Spoken {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      private: t('access.spoken.private'),
      button: t('access.spoken.button'),
      checkbox: t('access.spoken.checkbox'),
      switch: t('access.spoken.switch'),
      textbox: t('access.spoken.textbox'),
      heading: t('access.spoken.heading'),
      on: t('access.spoken.on'),
      unchosen: t('access.spoken.unchosen'),
      disabled: t('access.spoken.disabled'),
      typed: (count) => t('access.spoken.typed', { count }),
    }),
    [t],
  );
}

export interface Speech {
  voice: Voice;
  isOn: boolean;
  /** Only the shopper hears it. */
  isPrivate: boolean;
}

const liveIn = (node: Node): HTMLElement | null =>
  (node instanceof HTMLElement ? node : node.parentElement)?.closest<HTMLElement>(LIVE) ?? null;

/** The regions that say their changes, each once, of what has changed. */
function changedLive(records: readonly MutationRecord[]): Set<HTMLElement> {
  const live = new Set<HTMLElement>();
  for (const { type, target, addedNodes } of records) {
    if (type === 'attributes') continue;
    const around = liveIn(target);
    if (around !== null) live.add(around);
    for (const node of addedNodes)
      if (node instanceof HTMLElement) {
        if (node.matches(LIVE)) live.add(node);
        for (const inner of node.querySelectorAll<HTMLElement>(LIVE)) live.add(inner);
      }
  }
  return live;
}

/** While it is on: says what has the focus, how it stands when that changes, and what a live region has to tell. Returns what says the focus once more. */
export function useSpeech({ voice, isOn, isPrivate }: Speech): { again: () => void } {
  const locale = useLocale();
  const spoken = useSpoken();
  const { t } = useTranslation();
  const sayFocus = (isUrgent: boolean): void => {
    const element = document.activeElement;
    if (element instanceof HTMLElement && element !== document.body)
      voice.say(describe(element, spoken, isPrivate), locale, isUrgent);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: said anew when the voice or the language changes, and nothing else
  useEffect(() => {
    if (!isOn) return undefined;
    voice.say(t('access.spoken.help'), locale, true);
    return () => voice.stop();
  }, [isOn, voice, locale]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: sayFocus is made of what is named here
  useEffect(() => {
    if (!isOn) return undefined;
    const focused = (): void => sayFocus(true);
    const observer = new MutationObserver((records) => {
      const isOfFocus = records.some(({ type, target }) => type === 'attributes' && target === document.activeElement);
      if (isOfFocus) sayFocus(true);
      for (const region of changedLive(records)) voice.say(describe(region, spoken, isPrivate), locale, false);
    });
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: STATES,
    });
    document.addEventListener('focusin', focused);
    // A checkbox tells how it stands by an event, not by an attribute.
    document.addEventListener('change', focused);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', focused);
      document.removeEventListener('change', focused);
    };
  }, [isOn, voice, locale, spoken, isPrivate]);
  return { again: () => sayFocus(true) };
}
