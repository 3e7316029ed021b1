import { useEffect, useRef } from 'react';
import { type KeyMeaning, meaningOf } from './keys.ts';
import { focusOn, stage, stepFrom, stopsIn } from './stops.ts';

/** Marks the way back of a page; Escape takes it. */
const WAY_BACK = '[data-way-back]';

/** A list that is open has arrows and Escape of its own. */
const OPEN_LIST = '[role="listbox"], [role="menu"]';

const isTypingIn = (element: Element | null): boolean =>
  element instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(element.type);

/** Five keys are enough for every page. `withWords`: the arrows also stop at what can only be read. */
export function useKeys(withWords: boolean, onKey: (meaning: KeyMeaning & string) => void): void {
  const latest = useRef({ withWords, onKey });
  latest.current = { withWords, onKey };
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const meaning = meaningOf(event.key, isTypingIn(document.activeElement));
      if (meaning === undefined) return;
      if (document.activeElement?.closest(OPEN_LIST) && (typeof meaning === 'object' || meaning === 'back')) return;
      const place = stage();
      // A dialog knows itself what Escape means.
      if (meaning === 'back' && place !== document) return;
      event.preventDefault();
      event.stopPropagation();
      document.documentElement.dataset.byKeys = '';
      if (typeof meaning === 'object') {
        const to = stepFrom(
          stopsIn(place, latest.current.withWords),
          document.activeElement as HTMLElement,
          meaning.step,
        );
        if (to !== null) focusOn(to);
      } else if (meaning === 'back') document.querySelector<HTMLElement>(WAY_BACK)?.click();
      else latest.current.onKey(meaning);
    };
    const touched = (): void => {
      delete document.documentElement.dataset.byKeys;
    };
    window.addEventListener('keydown', pressed, { capture: true });
    window.addEventListener('pointerdown', touched, { capture: true });
    return () => {
      window.removeEventListener('keydown', pressed, { capture: true });
      window.removeEventListener('pointerdown', touched, { capture: true });
    };
  }, []);
}
