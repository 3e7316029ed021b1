import { Button, Checkbox, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';
import { Lead } from '../parts/print.tsx';
import { rememberReason } from '../parts/reasons.ts';
import { TroubleNotice } from '../parts/trouble-notice.tsx';
import { hrefOf } from '../route.ts';

const PURPOSES = ['membership', 'personalisation', 'marketing'] as const;
const BIRTHDAY = /^(\d{4}-)?\d{2}-\d{2}$/u;
const YEAR = /^\d{4}-/u;
const EMPTY = { phone: '', name: '', birthday: '', version: '' };
const NOTHING = { membership: false, personalisation: false, marketing: false };

/** Somebody who joins by letter, call or at an event: the same questions as at a kiosk. Nothing is ticked beforehand. */
export function MemberNewPage(): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [typed, setTyped] = useState(EMPTY);
  const [granted, setGranted] = useState(NOTHING);
  const [isOldEnough, setOldEnough] = useState(false);
  const [isTried, setTried] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const sent = useRef({ content: '', key: '' });
  const birthday = typed.birthday.trim();
  const faults = {
    phone: typed.phone.trim().length < 5 ? t('member.missing') : undefined,
    name: undefined,
    birthday: birthday !== '' && !BIRTHDAY.test(birthday) ? t('member.birthdayWrong') : undefined,
    version: typed.version.trim() === '' ? t('member.missing') : undefined,
  };
  const isAgeKnown = isOldEnough || YEAR.test(birthday);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (Object.values(faults).some((fault) => fault !== undefined) || !isAgeKnown || !granted.membership) return;
    const textVersion = typed.version.trim();
    const body = {
      phone: typed.phone.trim(),
      ...(typed.name.trim() === '' ? {} : { name: typed.name.trim() }),
      ...(birthday === '' ? {} : { birthday }),
      ...(isOldEnough ? { isOldEnough } : {}),
      consents: PURPOSES.map((purpose) => ({ purpose, granted: granted[purpose], textVersion })),
      tags: [],
    };
    // The same answers sent again are the same person; other answers are another wish.
    const content = JSON.stringify(body);
    if (sent.current.content !== content) sent.current = { content, key: crypto.randomUUID() };
    const answer = await hub.call('signUpMember', { body, key: sent.current.key });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (!answer.ok) return;
    rememberReason(t('hq.joinedReason'), answer.value);
    location.hash = hrefOf({ page: 'member', id: answer.value.memberId });
  };
  return (
    <>
      <Lead kicker={t('sections.members')} headline={t('hq.member-new.title')} deck={t('hq.newLead')} />
      <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
        {trouble ? <TroubleNotice trouble={trouble} /> : null}
        <div className="np-fields">
          {(['phone', 'name', 'birthday'] as const).map((field) => (
            <TextField
              key={field}
              label={field === 'phone' ? t('member.phone') : t('hq.optional', { what: t(`member.${field}`) })}
              value={typed[field]}
              onChange={(value) => setTyped({ ...typed, [field]: value })}
              autoComplete="off"
              {...(field === 'birthday' ? { hint: t('member.birthdayHint') } : {})}
              error={isTried ? faults[field] : undefined}
            />
          ))}
        </div>
        <Checkbox isSelected={isOldEnough} onChange={setOldEnough} hint={t('hq.ageHint')}>
          {t('hq.age')}
        </Checkbox>
        {isTried && !isAgeKnown ? (
          <p className="np-fault" role="alert">
            {t('hq.ageMissing')}
          </p>
        ) : null}
        <fieldset className="np-agreed">
          <legend>{t('hq.agreed')}</legend>
          {PURPOSES.map((purpose) => (
            <Checkbox
              key={purpose}
              isSelected={granted[purpose]}
              onChange={(isOn) => setGranted({ ...granted, [purpose]: isOn })}
            >
              {t(`member.purposes.${purpose}`)}
            </Checkbox>
          ))}
        </fieldset>
        {isTried && !granted.membership ? (
          <p className="np-fault" role="alert">
            {t('hq.membershipMissing')}
          </p>
        ) : null}
        <TextField
          label={t('hq.textVersion')}
          hint={t('hq.textVersionHint')}
          value={typed.version}
          onChange={(version) => setTyped({ ...typed, version })}
          maxLength={40}
          autoComplete="off"
          error={isTried ? faults.version : undefined}
        />
        <Button type="submit" look="primary">
          {t('hq.newGo')}
        </Button>
      </form>
      <a href={hrefOf({ page: 'members' })}>{t('member.back')}</a>
    </>
  );
}
