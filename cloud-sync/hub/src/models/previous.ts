/** One version that a store was given. */
export interface Given {
  /** The model. */
  readonly origin: string;
  /** The store said no to it, so it never ran there. */
  readonly refused: boolean;
}

/**
 * The model that a store goes back to: what was given before, and before that when asked again, like an editor's undo. A model that comes a second time closes
 * what lay between: A, B, back to A leads on to what was before A. Null when there is none.
 *
 * @param given oldest first
 */
export function previousModel(given: readonly Given[]): string | null {
  const ran: string[] = [];
  const last = given.at(-1);
  for (const { origin, refused } of given) {
    if (refused) continue;
    const at = ran.indexOf(origin);
    if (at >= 0) ran.length = at;
    ran.push(origin);
  }
  // What the store refused last is no step: it goes back to what it runs.
  const back = last?.refused === true && ran.at(-1) !== last.origin ? ran.at(-1) : ran.at(-2);
  return back ?? null;
}
