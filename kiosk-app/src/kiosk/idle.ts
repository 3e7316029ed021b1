/** When a shopper walks away, what they typed and saw must go; but nobody is hurried (WCAG 2.2.1). */
export const IDLE_AFTER_MS = 60_000;
/** At least 20 s to answer the warning; WCAG 2.2.1 asks for that much. */
export const WARNING_MS = 30_000;

export type IdlePhase =
  | { readonly name: 'active' }
  | { readonly name: 'warning'; readonly leftMs: number }
  | { readonly name: 'over' };

/** `sinceTouchMs`: time since the last touch, key or scan. */
export function idlePhase(sinceTouchMs: number): IdlePhase {
  if (sinceTouchMs < IDLE_AFTER_MS) return { name: 'active' };
  const leftMs = IDLE_AFTER_MS + WARNING_MS - sinceTouchMs;
  return leftMs > 0 ? { name: 'warning', leftMs } : { name: 'over' };
}
