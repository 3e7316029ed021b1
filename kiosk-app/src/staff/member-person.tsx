import type { AccessReason, FoundMember } from '@tillside/agent-contract';
import { Button, Dialog, formatLongDate, formatNumber, Notice, Switch, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, newKey } from '../api/client.ts';
import type { ApiError, Result } from '../api/result.ts';
import { FREE_PURPOSES } from '../shared/consents.ts';
import { pick } from '../shared/pick.ts';
import { useTexts } from '../shared/use-texts.ts';
import { DataHere, PhoneLink, PointsHere } from './member-views.tsx';
import { staffWords } from './own-errors.ts';

interface PersonProps {
  client: Client;
  member: FoundMember;
  reason: AccessReason;
  onChanged: (member: FoundMember) => void;
  onForgotten: () => void;
  onOther: () => void;
  onOver: () => void;
}

const VIEWS = ['phone', 'points', 'data'] as const;
type View = (typeof VIEWS)[number];

/** One member, found with a reason: all that is done and seen here is done for it. */
export function Person(props: PersonProps): ReactElement {
  const { client, member, reason, onChanged, onForgotten, onOther, onOver } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const [error, setError] = useState<ApiError | null>(null);
  const texts = useTexts(client, error);
  const [isWorking, setWorking] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [view, setView] = useState<View | null>(null);
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
  if (view !== null) {
    const look = { client, memberId: member.memberId, reason, onOver, onBack: () => setView(null) };
    if (view === 'phone') return <PhoneLink {...look} />;
    return view === 'points' ? <PointsHere {...look} /> : <DataHere {...look} />;
  }
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
      <nav className="s-ways" aria-label={t('members.ways')}>
        {VIEWS.map((one) => (
          <button key={one} type="button" className="s-way" onClick={() => setView(one)}>
            <strong>{t(`members.${one}Go`)}</strong>
            <span className="tl-second">{t(`members.${one}Why`)}</span>
          </button>
        ))}
      </nav>
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
