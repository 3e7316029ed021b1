import type { ConsentTexts, SignedUp } from '@tillside/agent-contract';
import { Button, Checkbox, Keypad, Loading, Notice, useLocale } from '@tillside/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, newKey } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { BIRTHDAY_MAX_DIGITS, birthdayToSend, groupBirthday } from '../shared/birthday.ts';
import { AGES, type Age, type Granted, NOTHING_GRANTED, PURPOSES } from '../shared/consents.ts';
import { pick } from '../shared/pick.ts';
import { isTextOutdated, useTexts } from '../shared/use-texts.ts';
import { shopperWords } from './own-errors.ts';
import { isPhoneComplete, phoneToSend } from './phone.ts';
import { NO_PHONE, PhoneEntry } from './phone-entry.tsx';

interface Problem {
  title: string;
  todo: string;
  code?: string;
}

export interface JoinForm {
  body: ReactElement;
  foot: ReactElement;
}

interface Filled {
  phone: typeof NO_PHONE;
  birthday: string;
  age: Age | null;
  granted: Granted;
}
const EMPTY: Filled = {
  phone: NO_PHONE,
  birthday: '',
  age: null,
  granted: NOTHING_GRANTED,
};

/** What still stands in the way of joining, as the name of its words. */
function missing({
  phone,
  birthday,
  age,
  granted,
}: Filled): 'needPhone' | 'needBirthday' | 'needAge' | 'needConsent' | null {
  if (!isPhoneComplete(phone.digits, phone.region)) return 'needPhone';
  if (birthday !== '' && birthdayToSend(birthday) === undefined) return 'needBirthday';
  if (age === null && birthday.length < BIRTHDAY_MAX_DIGITS) return 'needAge';
  return granted.membership ? null : 'needConsent';
}

/** Phone, age and consents on one page: the fewest touches. Nothing is ticked beforehand. */
export function useJoin(client: Client, onJoined: (member: SignedUp) => void): JoinForm {
  const { t } = useTranslation();
  const locale = useLocale();
  const [refused, setRefused] = useState<ApiError | null>(null);
  const texts = useTexts(client, refused);
  const [filled, setFilled] = useState(EMPTY);
  const [isBirthdayOpen, setBirthdayOpen] = useState(false);
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

  const change = (next: Partial<Filled>): void => {
    setFilled((now) => ({ ...now, ...next }));
    setProblem(null);
  };

  async function submit({ version }: ConsentTexts): Promise<void> {
    const lacks = missing(filled);
    if (lacks !== null) {
      setProblem({ title: t(`join.${lacks}`), todo: t(`join.${lacks}Text`) });
      return;
    }
    const { phone, birthday, age, granted } = filled;
    const day = birthdayToSend(birthday);
    const body = {
      phone: phoneToSend(phone.digits, phone.region),
      ...(day === undefined ? {} : { birthday: day }),
      ...(age === null ? {} : { isOldEnough: age === 'older' }),
      consents: PURPOSES.map((purpose) => ({ purpose, granted: granted[purpose], textVersion: version })),
      locale,
    };
    const content = JSON.stringify(body);
    if (key.current.content !== content) key.current = { content, value: newKey() };
    setWorking(true);
    const answer = await client.call('signUp', { key: key.current.value, body });
    if (!isHere.current) return;
    setWorking(false);
    if (answer.ok) return onJoined(answer.value);
    setRefused(answer.error);
    // What was typed stays; other words are agreed to anew.
    if (isTextOutdated(answer.error)) setFilled((now) => ({ ...now, granted: NOTHING_GRANTED }));
    setProblem(shopperWords(answer.error, locale));
  }

  const body =
    texts === null ? (
      <Loading what={t('join.loading')} />
    ) : (
      <div className="k-join">
        <div className="k-join-part">
          <h1>{isBirthdayOpen ? t('join.birthdayTitle') : t('join.title')}</h1>
          {isBirthdayOpen ? (
            <BirthdayEntry value={filled.birthday} onChange={(birthday) => change({ birthday })} />
          ) : (
            <PhoneEntry phone={filled.phone} onChange={(phone) => change({ phone })} />
          )}
        </div>
        <div className="k-join-part">
          <AgeQuestion
            age={filled.age}
            birthday={filled.birthday}
            isOpen={isBirthdayOpen}
            onAge={(age) => change({ age })}
            onBirthday={setBirthdayOpen}
          />
          <Consents texts={texts} granted={filled.granted} onChange={(granted) => change({ granted })} />
        </div>
      </div>
    );
  const isYoung = filled.age === 'younger';
  const foot = (
    <>
      {problem ? <Notice kind="warning" title={problem.title} todo={problem.todo} code={problem.code} /> : null}
      {isYoung && texts !== null ? (
        <Notice kind="info" title={t('join.guardian')} todo={pick(texts.guardian, locale)} />
      ) : (
        <Button
          look="member"
          size="large"
          wide
          isDisabled={isWorking || texts === null}
          onPress={() => (texts === null ? undefined : void submit(texts))}
        >
          {isWorking ? t('join.working') : t('join.go')}
        </Button>
      )}
    </>
  );
  return { body, foot };
}

function BirthdayEntry({ value, onChange }: { value: string; onChange: (digits: string) => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <section className="k-join-phone">
      <output className="k-phone tl-number" aria-label={t('join.birthday')} data-empty={value === ''}>
        {value === '' ? t('join.birthdayEmpty') : groupBirthday(value)}
      </output>
      <Keypad value={value} onChange={onChange} maxLength={BIRTHDAY_MAX_DIGITS} />
    </section>
  );
}

interface AgeProps {
  age: Age | null;
  birthday: string;
  isOpen: boolean;
  onAge: (age: Age) => void;
  onBirthday: (isOpen: boolean) => void;
}

function AgeQuestion({ age, birthday, isOpen, onAge, onBirthday }: AgeProps): ReactElement {
  const { t } = useTranslation();
  return (
    <fieldset className="k-age">
      <legend>{t('join.age')}</legend>
      <div className="k-regions">
        {AGES.map((one) => (
          <button key={one} type="button" className="k-region" aria-pressed={age === one} onClick={() => onAge(one)}>
            {t(`join.${one}`)}
          </button>
        ))}
        <button type="button" className="k-region" aria-pressed={isOpen} onClick={() => onBirthday(!isOpen)}>
          {isOpen ? t('join.birthdayDone') : birthday === '' ? t('join.birthdayAdd') : groupBirthday(birthday)}
        </button>
      </div>
    </fieldset>
  );
}

function Consents(props: {
  texts: ConsentTexts;
  granted: Filled['granted'];
  onChange: (granted: Filled['granted']) => void;
}): ReactElement {
  const { texts, granted, onChange } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <section className="k-consents" aria-labelledby="consents-title">
      <h2 id="consents-title">{t('join.consents')}</h2>
      {PURPOSES.map((purpose) => (
        <Checkbox
          key={purpose}
          isSelected={granted[purpose]}
          onChange={(isOn) => onChange({ ...granted, [purpose]: isOn })}
          hint={pick(texts.purposes[purpose].text, locale)}
        >
          {pick(texts.purposes[purpose].title, locale)}
        </Checkbox>
      ))}
      <p className="k-small tl-second">{t('join.later')}</p>
    </section>
  );
}
