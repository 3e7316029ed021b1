import type { AccessReason, FoundMember } from '@tillside/agent-contract';
import { Button, Dialog, formatLongDate, formatNumber, Notice, Switch, TextField, useLocale } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, newKey } from '../api/client.ts';
import type { ApiError, Result } from '../api/result.ts';
import { FREE_PURPOSES } from '../shared/consents.ts';
import { pick } from '../shared/pick.ts';
import { useTexts } from '../shared/use-texts.ts';
import { JoinForm } from './member-join.tsx';
import { staffWords } from './own-errors.ts';

const REASONS: readonly AccessReason[] = [
  'asked-by-member',
  'lost-code',
  'points',
  'complaint',
  'correction',
  'supervision',
];

type At =
  | { readonly name: 'find' }
  | { readonly name: 'join' }
  | { readonly name: 'found'; readonly member: FoundMember; readonly reason: AccessReason };

/** Members as a colleague may see them: found with a reason that is kept, by the ends of their phone; nothing stays on the page when it is left. */
export function Members({ client, onOver }: { client: Client; onOver: () => void }): ReactElement {
  const { t } = useTranslation();
  const [at, setAt] = useState<At>({ name: 'find' });
  const [isForgotten, setForgotten] = useState(false);
  const find = (): void => setAt({ name: 'find' });
  if (at.name === 'join') return <JoinForm client={client} onDone={find} onOver={onOver} />;
  if (at.name === 'found') {
    return (
      <Person
        client={client}
        member={at.member}
        reason={at.reason}
        onChanged={(member) => setAt({ ...at, member })}
        onOver={onOver}
        onOther={find}
        onForgotten={() => {
          setForgotten(true);
          find();
        }}
      />
    );
  }
  return (
    <div className="s-members">
      <h1>{t('members.title')}</h1>
      {isForgotten ? <Notice kind="success" title={t('members.forgotten')} /> : null}
      <Find
        client={client}
        onOver={onOver}
        onFound={(member, reason) => {
          setForgotten(false);
          setAt({ name: 'found', member, reason });
        }}
      />
      <Button look="member" size="large" wide onPress={() => setAt({ name: 'join' })}>
        {t('members.join')}
      </Button>
    </div>
  );
}

interface FindProps {
  client: Client;
  onFound: (member: FoundMember, reason: AccessReason) => void;
  onOver: () => void;
}

function Find({ client, onFound, onOver }: FindProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [phone, setPhone] = useState('');
  const [reason, setReason] = useState<AccessReason | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const isReady = phone.trim().length >= 5 && reason !== null;

  async function find(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady) return;
    const answer = await client.call('findMember', { body: { phone: phone.trim(), reason } });
    if (answer.ok) onFound(answer.value, reason);
    else if (answer.error.code === 'STAFF_SESSION_ENDED') onOver();
    else setError(answer.error);
  }

  const words = error ? staffWords(error, locale) : null;
  return (
    <form className="s-members" onSubmit={(event) => void find(event)}>
      <TextField
        label={t('members.phone')}
        hint={t('members.phoneHint')}
        value={phone}
        inputMode="tel"
        autoComplete="off"
        onChange={(next) => {
          setPhone(next);
          setError(null);
        }}
      />
      <fieldset className="s-choices">
        <legend>{t('members.reason')}</legend>
        {REASONS.map((one) => (
          <button
            key={one}
            type="button"
            className="s-filter"
            aria-pressed={reason === one}
            onClick={() => setReason(one)}
          >
            {t(`members.reasons.${one}`)}
          </button>
        ))}
      </fieldset>
      <p className="tl-second">{t('members.reasonHint')}</p>
      {words ? <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} /> : null}
      <Button type="submit" look="primary" size="large" wide isDisabled={!isReady}>
        {t('members.go')}
      </Button>
    </form>
  );
}

interface PersonProps {
  client: Client;
  member: FoundMember;
  reason: AccessReason;
  onChanged: (member: FoundMember) => void;
  onForgotten: () => void;
  onOther: () => void;
  onOver: () => void;
}

function Person(props: PersonProps): ReactElement {
  const { client, member, reason, onChanged, onForgotten, onOther, onOver } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const texts = useTexts(client);
  const [error, setError] = useState<ApiError | null>(null);
  const [isWorking, setWorking] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const params = { memberId: member.memberId };

  async function done<T>(call: Promise<Result<T>>, onOk: (value: T) => void): Promise<void> {
    setWorking(true);
    const answer = await call;
    setWorking(false);
    setError(answer.ok ? null : answer.error);
    if (answer.ok) onOk(answer.value);
    else if (answer.error.code === 'STAFF_SESSION_ENDED') onOver();
  }
  const words = error ? staffWords(error, locale) : null;
  return (
    <div className="s-members">
      <h1 className="tl-hidden">{t('members.title')}</h1>
      <section className="s-person">
        <strong className="tl-number">{member.maskedPhone ?? t('members.notHere')}</strong>
        <span className="s-points">
          {formatNumber(member.pointsBalance, locale)} {t('members.points')}
        </span>
        <span className="tl-second">{t('members.since', { date: formatLongDate(member.joinedAt, locale) })}</span>
        <span className="tl-second">{member.hasPhoneKey ? t('members.key') : t('members.noKey')}</span>
      </section>
      {words ? <Notice kind="error" title={words.title} todo={words.todo} code={words.code} /> : null}
      {texts === null ? null : (
        <section aria-labelledby="wish">
          <h2 id="wish">{t('members.consents')}</h2>
          {FREE_PURPOSES.map((purpose) => (
            <Switch
              key={purpose}
              isSelected={member.consents.some((one) => one.purpose === purpose && one.granted)}
              isDisabled={isWorking}
              hint={pick(texts.purposes[purpose].text, locale)}
              onChange={(granted) => {
                const consent = { purpose, granted, textVersion: texts.version };
                void done(
                  client.call('changeMemberConsent', { key: newKey(), params, body: { consent, reason } }),
                  onChanged,
                );
              }}
            >
              {pick(texts.purposes[purpose].title, locale)}
            </Switch>
          ))}
        </section>
      )}
      <Button look="quiet" wide onPress={onOther}>
        {t('members.other')}
      </Button>
      <Button look="plain" wide onPress={() => setAsking(true)}>
        {t('members.forget')}
      </Button>
      <Dialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={t('members.forgetTitle')}
        actions={
          <>
            <Button look="primary" wide onPress={() => setAsking(false)}>
              {t('members.keep')}
            </Button>
            <Button
              look="quiet"
              wide
              isDisabled={isWorking}
              onPress={() =>
                void done(client.call('forgetMemberByStaff', { key: newKey(), params, body: { reason } }), onForgotten)
              }
            >
              {t('members.forget')}
            </Button>
          </>
        }
      >
        <p>{t('members.forgetText')}</p>
      </Dialog>
    </div>
  );
}
