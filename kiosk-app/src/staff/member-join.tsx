import type { SignedUp } from '@tillside/agent-contract';
import { Button, Checkbox, Loading, Notice, QrCode, TextField, useLocale } from '@tillside/ui';
import { type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, newKey } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { AGES, type Age, NOTHING_GRANTED, PURPOSES } from '../shared/consents.ts';
import { pick } from '../shared/pick.ts';
import { isTextOutdated, useTexts } from '../shared/use-texts.ts';
import { staffWords } from './own-errors.ts';

export interface JoinFormProps {
  client: Client;
  onDone: () => void;
  onOver: () => void;
}

/** Joining with a colleague's help: the same questions as at the kiosk, asked by a person. Nothing is ticked beforehand. */
export function JoinForm({ client, onDone, onOver }: JoinFormProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [phone, setPhone] = useState('');
  const [birthday, setBirthday] = useState('');
  const [age, setAge] = useState<Age | null>(null);
  const [granted, setGranted] = useState(NOTHING_GRANTED);
  const [error, setError] = useState<ApiError | null>(null);
  const texts = useTexts(client, error);
  const [isWorking, setWorking] = useState(false);
  const [member, setMember] = useState<SignedUp | null>(null);
  const key = useRef({ content: '', value: newKey() });
  if (texts === null) return <Loading what={t('loading')} />;
  if (member !== null) return <Joined member={member} onDone={onDone} />;

  async function join(textVersion: string): Promise<void> {
    const body = {
      phone: phone.trim(),
      ...(birthday.trim() === '' ? {} : { birthday: birthday.trim() }),
      ...(age === null ? {} : { isOldEnough: age === 'older' }),
      consents: PURPOSES.map((purpose) => ({ purpose, granted: granted[purpose], textVersion })),
      locale,
    };
    const content = JSON.stringify(body);
    if (key.current.content !== content) key.current = { content, value: newKey() };
    setWorking(true);
    const answer = await client.call('signUpByStaff', { key: key.current.value, body });
    setWorking(false);
    if (answer.ok) setMember(answer.value);
    else if (answer.error.code === 'STAFF_SESSION_ENDED') onOver();
    else {
      setError(answer.error);
      // What was typed stays; other words are agreed to anew.
      if (isTextOutdated(answer.error)) setGranted(NOTHING_GRANTED);
    }
  }

  const words = error ? staffWords(error, locale) : null;
  const isReady = phone.trim().length >= 5 && age === 'older' && granted.membership;
  return (
    <div className="s-members">
      <h1>{t('members.joinTitle')}</h1>
      <TextField label={t('members.phone')} value={phone} inputMode="tel" autoComplete="off" onChange={setPhone} />
      <fieldset className="s-choices s-choices-two">
        <legend>{t('members.age')}</legend>
        {AGES.map((one) => (
          <button key={one} type="button" className="s-filter" aria-pressed={age === one} onClick={() => setAge(one)}>
            {t(`members.${one}`)}
          </button>
        ))}
      </fieldset>
      {age === 'younger' ? <Notice kind="info" title={pick(texts.guardian, locale)} /> : null}
      <TextField
        label={t('members.birthday')}
        hint={t('members.birthdayHint')}
        value={birthday}
        autoComplete="off"
        onChange={setBirthday}
      />
      <section aria-labelledby="agrees">
        <h2 id="agrees">{t('members.agrees')}</h2>
        {PURPOSES.map((purpose) => (
          <Checkbox
            key={purpose}
            isSelected={granted[purpose]}
            onChange={(isOn) => setGranted({ ...granted, [purpose]: isOn })}
            hint={pick(texts.purposes[purpose].text, locale)}
          >
            {pick(texts.purposes[purpose].title, locale)}
          </Checkbox>
        ))}
      </section>
      {words ? <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} /> : null}
      <Button
        look="member"
        size="large"
        wide
        isDisabled={!isReady || isWorking}
        onPress={() => void join(texts.version)}
      >
        {t('members.joinGo')}
      </Button>
      <Button look="plain" wide onPress={onDone}>
        {t('back')}
      </Button>
    </div>
  );
}

function Joined({ member, onDone }: { member: SignedUp; onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="s-members s-joined">
      <h1>{t('members.joined')}</h1>
      <QrCode
        text={member.claimUrl ?? member.code}
        label={member.claimUrl === undefined ? t('members.codeQr') : t('members.claimQr')}
      />
      <Button look="primary" size="large" wide onPress={onDone}>
        {t('members.done')}
      </Button>
    </div>
  );
}
