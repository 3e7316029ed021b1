import { useState } from 'react';
import type { Answer, Trouble } from '../hub/client.ts';

/** Starts a job and remembers which, or why it did not start. */
export function useJob(start: () => Promise<Answer<{ readonly id: string }>>): {
  readonly job: string | undefined;
  readonly trouble: Trouble | undefined;
  readonly begin: () => void;
} {
  const [job, setJob] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();
  const begin = async (): Promise<void> => {
    const answer = await start();
    if (answer.ok) setJob(answer.value.id);
    setTrouble(answer.ok ? undefined : answer.trouble);
  };
  return { job, trouble, begin: () => void begin() };
}
