/** When a shopper walks away, what they typed and saw must go; but nobody is hurried (WCAG 2.2.1). */

/** How long a kiosk waits for a touch, and then for an answer to its warning. */
export interface Patience {
  readonly idleMs: number;
  readonly warningMs: number;
}

export type IdlePhase =
  | { readonly name: 'active' }
  | { readonly name: 'warning'; readonly leftMs: number }
  | { readonly name: 'over' };

/** `sinceTouchMs`: time since the last touch, key or scan. */
export function idlePhase(sinceTouchMs: number, { idleMs, warningMs }: Patience): IdlePhase {
  if (sinceTouchMs < idleMs) return { name: 'active' };
  const leftMs = idleMs + warningMs - sinceTouchMs;
  return leftMs > 0 ? { name: 'warning', leftMs } : { name: 'over' };
}
