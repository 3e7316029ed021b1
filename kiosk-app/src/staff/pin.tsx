import type { StaffSession } from '@tillside/agent-contract';
import { Button, Keypad, Notice, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { staffWords } from './own-errors.ts';

const PIN_MIN = 4;
const PIN_MAX = 8;
const DOTS = Array.from({ length: PIN_MAX }, (_, at) => at);

export interface PinProps {
  client: Client;
  onSession: (session: StaffSession) => void;
  /** The agent no longer knows this phone. */
  onUnpaired: () => void;
}

/** A PIN opens a session that lives in this page alone: closing it ends it. */
export function Pin({ client, onSession, onUnpaired }: PinProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [pin, setPin] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const [isWorking, setWorking] = useState(false);

  async function enter(): Promise<void> {
    setWorking(true);
    const answer = await client.call('staffSignIn', { body: { pin } });
    setWorking(false);
    setPin('');
    if (answer.ok) onSession(answer.value);
    else if (answer.error.status === 401) onUnpaired();
    else setError(answer.error);
  }

  const words = error ? staffWords(error, locale) : null;
  return (
    <div className="s-pin">
      <h1>{t('pin.title')}</h1>
      <p className="s-dots">
        <span className="tl-hidden" role="status">
          {t('pin.entered', { count: pin.length })}
        </span>
        {DOTS.slice(0, Math.max(PIN_MIN, pin.length)).map((at) => (
          <span key={at} className="s-dot" data-filled={at < pin.length} aria-hidden />
        ))}
      </p>
      {words ? <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} /> : null}
      <Keypad
        value={pin}
        maxLength={PIN_MAX}
        onChange={(next) => {
          setPin(next);
          setError(null);
        }}
      />
      <Button
        look="primary"
        size="large"
        wide
        isDisabled={pin.length < PIN_MIN || isWorking}
        onPress={() => void enter()}
      >
        {t('pin.go')}
      </Button>
    </div>
  );
}
