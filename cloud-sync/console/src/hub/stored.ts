/** What the browser keeps between visits. A browser that keeps nothing (private mode, full) only asks again. */
const KEYS = { credential: 'tillside.operator', locale: 'tillside.locale', theme: 'tillside.theme' } as const;
export type Kept = keyof typeof KEYS;

export function recall(what: Kept): string | undefined {
  try {
    return localStorage.getItem(KEYS[what]) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(what: Kept, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(KEYS[what]);
    else localStorage.setItem(KEYS[what], value);
  } catch {
    // Nothing is lost but convenience.
  }
}
