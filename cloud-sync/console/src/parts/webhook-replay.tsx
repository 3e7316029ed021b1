import { Notice } from '@tillside/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';
import { TroubleNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';

/** Sends again what is kept, from a time or a message on, or one message alone. */
export function useReplay(id: string, onReplayed: () => void) {
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const [messages, setMessages] = useState<number>();
  const replay = async (from: { since: string } | { id: string; only?: true }): Promise<void> => {
    const answer = await hub.call('replayWebhook', { params: { id }, body: from });
    setTrouble(answer.ok ? undefined : answer.trouble);
    setMessages(answer.ok ? answer.value.messages : undefined);
    onReplayed();
  };
  return { trouble, messages, replay };
}

export function Outcome({ trouble, messages }: { trouble: Trouble | undefined; messages: number | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (trouble) return <TroubleNotice trouble={trouble} />;
  if (messages === undefined) return null;
  return <Notice kind="success" title={t('hook.replayed', { count: messages, number: format.number(messages) })} />;
}
