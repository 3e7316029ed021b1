import { Button, Keypad } from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTypedDigits } from '../wedge/typed-keys.tsx';

/** Of the codes that the agent sends (PhoneCodeSent.digits). */
export const CODE_DIGITS = 6;
const PLACES = Array.from({ length: CODE_DIGITS }, (_, place) => place);
/** An agent whose clock is off must not make anybody wait for longer. */
const RESEND_MAX_S = 120;

interface CodeEntryProps {
  value: string;
  isChecking: boolean;
  onChange: (digits: string) => void;
  /** All digits are there. */
  onWhole: (code: string) => void;
}

/** A box for each digit, and the keys; the last digit sends it. */
export function CodeEntry({ value, isChecking, onChange, onWhole }: CodeEntryProps): ReactElement {
  const { t } = useTranslation();
  const type = (next: string): void => {
    if (isChecking || next === value) return;
    onChange(next);
    if (next.length === CODE_DIGITS) onWhole(next);
  };
  useTypedDigits(value, type, CODE_DIGITS);
  return (
    <section className="k-join-phone">
      <output className="k-code-boxes tl-number" aria-label={t('join.code.boxes', { count: value.length })}>
        {PLACES.map((place) => (
          <span key={place} aria-hidden data-next={place === value.length}>
            {value[place] ?? ''}
          </span>
        ))}
      </output>
      <Keypad value={value} onChange={type} maxLength={CODE_DIGITS} />
    </section>
  );
}

/** Whole seconds until an instant (RFC 3339), counted down; 0 once it is over. */
function useSecondsUntil(instant: string): number {
  const left = (): number => Math.min(RESEND_MAX_S, Math.max(0, Math.ceil((Date.parse(instant) - Date.now()) / 1000)));
  const [seconds, setSeconds] = useState(left);
  // biome-ignore lint/correctness/useExhaustiveDependencies: counts anew for another instant only
  useEffect(() => {
    setSeconds(left());
    const timer = setInterval(() => setSeconds(left()), 1000);
    return () => clearInterval(timer);
  }, [instant]);
  return Number.isFinite(seconds) ? seconds : 0;
}

/** Asks for another message once the last one had its time. */
export function SendAgain(props: { resendAt: string; isDisabled: boolean; onPress: () => void }): ReactElement {
  const { t } = useTranslation();
  const seconds = useSecondsUntil(props.resendAt);
  return (
    <Button look="quiet" size="large" isDisabled={props.isDisabled || seconds > 0} onPress={props.onPress}>
      <span className="tl-number">
        {seconds > 0 ? t('join.code.againIn', { count: seconds }) : t('join.code.again')}
      </span>
    </Button>
  );
}
