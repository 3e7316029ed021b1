import { createContext, type ReactElement, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react';
import { BURST_GAP_MS, type Held, NOTHING_HELD, pressed, type Said, settled } from './burst.ts';

/** Takes what a hand typed, key by key or a few at once; `Backspace` comes as that. */
type Typed = (text: string) => void;
interface Keys {
  /** Returns how to stop listening. */
  listen(typed: Typed): () => void;
}
const KeysContext = createContext<Keys>({ listen: () => () => undefined });

/** A field takes its own keys, a question on top of the page is answered first, and a shortcut is no text. */
function isElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return (
    event.ctrlKey ||
    event.altKey ||
    event.metaKey ||
    target?.closest('input, textarea, [role=listbox], [role=dialog], [role=alertdialog]') != null
  );
}

/** Tells a scanner that pretends to be a keyboard from a hand, everywhere but in a text field: its code goes the way of every other scan. */
export function KeysProvider({
  onScan,
  children,
}: {
  onScan: (data: string) => void;
  children: ReactNode;
}): ReactElement {
  const listeners = useRef(new Set<Typed>());
  const scan = useRef(onScan);
  scan.current = onScan;
  const keys = useMemo<Keys>(
    () => ({
      listen(typed) {
        listeners.current.add(typed);
        return () => void listeners.current.delete(typed);
      },
    }),
    [],
  );
  useEffect(() => {
    let held: Held = NOTHING_HELD;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = (said: Said | null): void => {
      if (said?.by === 'scan') scan.current(said.text);
      else if (said !== null) for (const typed of listeners.current) typed(said.text);
    };
    const onKey = (event: KeyboardEvent): void => {
      const { key, timeStamp } = event;
      if (isElsewhere(event)) return;
      if (key === 'Backspace') say({ by: 'typed', text: key });
      if ([...key].length > 1 && key !== 'Enter' && key !== 'Tab') return;
      clearTimeout(timer);
      const next = pressed(held, key, timeStamp);
      held = next.held;
      // Else its Enter would press whatever has the focus, and a space in it too.
      if (next.isOfScan) {
        event.preventDefault();
        event.stopPropagation();
      }
      say(next.said);
      timer = setTimeout(() => {
        say(settled(held));
        held = NOTHING_HELD;
      }, BURST_GAP_MS * 2);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', onKey, { capture: true });
    };
  }, []);
  return <KeysContext value={keys}>{children}</KeysContext>;
}

/** Digits from a keyboard or a keypad beside the screen, as if they were touched. */
export function useTypedDigits(value: string, onChange: (value: string) => void, maxLength: number): void {
  const { listen } = useContext(KeysContext);
  const latest = useRef({ value, onChange, maxLength });
  latest.current = { value, onChange, maxLength };
  useEffect(
    () =>
      listen((text) => {
        const now = latest.current;
        const next =
          text === 'Backspace'
            ? now.value.slice(0, -1)
            : `${now.value}${text.replace(/\D/g, '')}`.slice(0, now.maxLength);
        if (next !== now.value) now.onChange(next);
      }),
    [listen],
  );
}
