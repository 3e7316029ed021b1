import type { SignedUp } from '@tillside/agent-contract';
import { Button, Checkbox, Keypad, Notice, useLocale } from '@tillside/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, newKey } from '../api/client.ts';
import { shopperWords } from './own-errors.ts';
import { groupPhone, isPhoneComplete, PHONE_MAX_DIGITS, type PhoneRegion, phoneToSend } from './phone.ts';

/** Names the consent wording that was on the screen; goes into the record. Change it with the words. */
export const CONSENT_TEXT_VERSION = 'kiosk-consent-1';

const PURPOSES = ['membership', 'personalisation', 'marketing'] as const;
type Purpose = (typeof PURPOSES)[number];
const REGIONS = ['mainland', 'international'] as const;

interface Problem {
  title: string;
  todo: string;
  code?: string;
}

export interface JoinForm {
  body: ReactElement;
  foot: ReactElement;
}

/** Phone and consents on one page: the fewest touches. Nothing is ticked beforehand. */
export function useJoin(client: Client, onJoined: (member: SignedUp) => void): JoinForm {
  const { t } = useTranslation();
  const locale = useLocale();
  const [region, setRegion] = useState<PhoneRegion>('mainland');
  const [digits, setDigits] = useState('');
  const [granted, setGranted] = useState<Readonly<Record<Purpose, boolean>>>({
    membership: false,
    personalisation: false,
    marketing: false,
  });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isWorking, setWorking] = useState(false);
  // Kept for the retries of one person's joining, so that pressing twice joins once.
  const key = useRef({ content: '', value: newKey() });

  // False once the shopper has left this page: a late answer is then nobody's.
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);

  async function submit(): Promise<void> {
    if (!isPhoneComplete(digits, region)) {
      setProblem({ title: t('join.needPhone'), todo: t('join.needPhoneText') });
      return;
    }
    if (!granted.membership) {
      setProblem({ title: t('join.needConsent'), todo: t('join.needConsentText') });
      return;
    }
    const body = {
      phone: phoneToSend(digits, region),
      consents: PURPOSES.map((purpose) => ({ purpose, granted: granted[purpose], textVersion: CONSENT_TEXT_VERSION })),
      locale,
    };
    const content = JSON.stringify(body);
    if (key.current.content !== content) key.current = { content, value: newKey() };
    setWorking(true);
    const answer = await client.call('signUp', { key: key.current.value, body });
    if (!isHere.current) return;
    setWorking(false);
    if (answer.ok) onJoined(answer.value);
    else setProblem(shopperWords(answer.error, locale));
  }

  const type = (next: string): void => {
    setDigits(next);
    setProblem(null);
  };
  const body = (
    <div className="k-join">
      <h1>{t('join.title')}</h1>
      {/* biome-ignore lint/a11y/useSemanticElements: two toggles side by side, named as a group */}
      <div className="k-regions" role="group" aria-label={t('join.region')}>
        {REGIONS.map((one) => (
          <button
            key={one}
            type="button"
            className="k-region"
            aria-pressed={region === one}
            onClick={() => {
              setRegion(one);
              type(digits.slice(0, PHONE_MAX_DIGITS[one]));
            }}
          >
            {t(`join.${one}`)}
          </button>
        ))}
      </div>
      <section className="k-join-phone">
        <output className="k-phone tl-number" aria-label={t('join.phone')} data-empty={digits === ''}>
          {digits === '' ? t('join.phoneEmpty') : groupPhone(digits, region)}
        </output>
        <Keypad value={digits} onChange={type} maxLength={PHONE_MAX_DIGITS[region]} />
      </section>
      <section className="k-consents" aria-labelledby="consents-title">
        <h2 id="consents-title">{t('join.consents')}</h2>
        {PURPOSES.map((purpose) => (
          <Checkbox
            key={purpose}
            isSelected={granted[purpose]}
            onChange={(isOn) => {
              setGranted({ ...granted, [purpose]: isOn });
              setProblem(null);
            }}
            hint={t(`join.${purpose}Hint`)}
          >
            {t(`join.${purpose}`)}
          </Checkbox>
        ))}
        <p className="k-small tl-second">{t('join.later')}</p>
      </section>
    </div>
  );
  const foot = (
    <>
      {problem ? <Notice kind="warning" title={problem.title} todo={problem.todo} code={problem.code} /> : null}
      <Button look="member" size="large" wide isDisabled={isWorking} onPress={() => void submit()}>
        {isWorking ? t('join.working') : t('join.go')}
      </Button>
    </>
  );
  return { body, foot };
}
