import { CallError } from '@tillside/agent-contract';

/** A step that must be refused, and why; throws when it is not. */
export async function mustRefuse(code: string, work: Promise<unknown>): Promise<void> {
  const answer = await work.then(
    () => 'accepted',
    (error: unknown) => (error instanceof CallError ? error.code : String(error)),
  );
  if (answer !== code) throw new Error(`expected ${code}, but it was ${answer}`);
}

/** What must be so at this step of the day; throws with what was found. */
export function mustBe(what: string, found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}
