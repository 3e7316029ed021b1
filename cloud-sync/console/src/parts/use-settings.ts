import type { HubAnswer } from '@tillside/hub-contract';
import { useState } from 'react';
import type { Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';

export type HeldSettings = HubAnswer<'memberSettings'>;
export interface SettingsPart {
  readonly held: HeldSettings;
  readonly onSaved: () => void;
}

/** Saves one part of the member settings over the version that was read; the other parts stay as they were. `undefined` takes a part away. */
export function useSettings({ held, onSaved }: SettingsPart): {
  readonly trouble: Trouble | undefined;
  readonly save: (part: Record<string, unknown>) => Promise<void>;
} {
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const save = async (part: Record<string, unknown>): Promise<void> => {
    const settings = Object.fromEntries(
      Object.entries({ ...held.settings, ...part }).filter(([, value]) => value !== undefined),
    );
    const answer = await hub.call('putMemberSettings', { body: { was: held.version, settings } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (answer.ok) onSaved();
  };
  return { trouble, save };
}
