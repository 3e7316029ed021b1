/** What is read off the page from outside. These functions run in the page: no closures, no inner named functions. */

/** One thing that a finger could touch now: in view, on top, and not switched off. */
export interface Target {
  readonly kind: 'key' | 'field' | 'check' | 'button';
  readonly name: string;
  /** Pressed or ticked. */
  readonly isOn: boolean;
  /** How it looks: `member` and `primary` are what a screen is for. */
  readonly look: string;
  /** Its place, for who touches it, in CSS pixels. */
  readonly x: number;
  readonly y: number;
}

export interface Sight {
  readonly screen: string;
  /** The page of a form that has several; else empty. */
  readonly step: string;
  readonly locale: string;
  readonly targets: readonly Target[];
  /** Whether the question "still there?" stands. */
  readonly isAsking: boolean;
  /** Whether something lies over the screen: a sheet, a list, a question. */
  readonly isCovered: boolean;
  /** All words on the screen. */
  readonly words: string;
}

/** Runs in the page. */
export function lookAround(): Sight {
  const targets: Target[] = [];
  const found = document.querySelectorAll<HTMLElement>(
    'button, a[href], input:not([type=checkbox]), label.tl-check, label.tl-switch',
  );
  for (const one of found) {
    const box = one.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (box.width < 3 || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
    if (one.matches(':disabled, [aria-disabled=true], [data-disabled]')) continue;
    const top = document.elementFromPoint(x, y);
    if (top === null || !(one.contains(top) || top.contains(one))) continue;
    const isCheck = one.tagName === 'LABEL';
    const input = isCheck ? one.querySelector('input') : null;
    targets.push({
      kind: isCheck
        ? 'check'
        : one.tagName === 'INPUT'
          ? 'field'
          : one.closest('.tl-keypad, .tl-keyboard')
            ? 'key'
            : 'button',
      name: (one.getAttribute('aria-label') ?? one.textContent ?? '').trim().replace(/\s+/g, ' '),
      isOn:
        input?.checked === true ||
        one.getAttribute('aria-pressed') === 'true' ||
        one.getAttribute('aria-checked') === 'true',
      look: one.dataset.look ?? '',
      x,
      y,
    });
  }
  return {
    screen: document.documentElement.dataset.screen ?? '',
    step: document.querySelector<HTMLElement>('[data-step]')?.dataset.step ?? '',
    locale: document.documentElement.lang,
    targets,
    isCovered: document.querySelector('[role=dialog], [role=alertdialog], [role=listbox]') !== null,
    isAsking: document.querySelector('[role=alertdialog]') !== null,
    // biome-ignore lint/performance/useDomNodeTextContent: only what is shown counts
    words: document.body.innerText,
  };
}

/** What a shopper has to read here: what the page marks as that, else all its words. A text a line. Runs in the page. */
export function textsToRead(): string[] {
  const texts: string[] = [];
  for (const one of document.querySelectorAll<HTMLElement>('[data-must-read]'))
    if (one.checkVisibility()) texts.push((one.textContent ?? '').trim());
  if (texts.length > 0) return texts;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.textContent ?? '').trim();
    const isKey = node.parentElement?.closest('.tl-keypad, .tl-keyboard') !== null;
    if (text !== '' && !isKey && node.parentElement?.checkVisibility() === true) texts.push(text);
  }
  return texts;
}

/** Everything that the page holds where something of a shopper could have stayed: document, fields, address, history, cookies, storage. Runs in the page. */
export async function everythingKept(): Promise<string> {
  const parts = [
    document.documentElement.outerHTML,
    location.href,
    JSON.stringify(history.state),
    document.cookie,
    window.name,
  ];
  for (const field of document.querySelectorAll('input, textarea, select'))
    parts.push((field as HTMLInputElement).value);
  for (const storage of [localStorage, sessionStorage])
    for (let place = 0; place < storage.length; place += 1) {
      const key = storage.key(place) ?? '';
      // The kiosk's own credential is what is meant to stay.
      if (!/^tillside\.\w+\.credential$/.test(key)) parts.push(key, storage.getItem(key) ?? '');
    }
  for (const database of await indexedDB.databases()) parts.push(`indexedDB ${database.name}`);
  // Only a secure context has one.
  if ('caches' in window) for (const name of await caches.keys()) parts.push(`cache ${name}`);
  return parts.join('\n');
}
