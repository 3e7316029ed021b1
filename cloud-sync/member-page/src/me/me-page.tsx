import type { MyHome } from '@tillside/hub-contract';
import { Button, formatDate, formatDateTime, Loading, Notice, Switch, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../locale.ts';
import type { Trouble } from '../phone/hub.ts';
import type { KeptPhone } from '../phone/store.ts';
import type { Actions } from '../phone/use-phone.ts';
import { TroubleNotice } from '../trouble-notice.tsx';
import { CorrectDialog } from './correct-dialog.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { Phones } from './phones.tsx';
import { saveJson } from './save-json.ts';

const PURPOSES = ['personalisation', 'marketing'] as const;

export interface MeProps {
  readonly phone: KeptPhone;
  readonly trouble: Trouble | undefined;
  readonly actions: Actions;
}

export function MePage({ phone, trouble, actions }: MeProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  if (phone.home === null)
    return trouble === undefined ? <Loading what={t('me.reading')} /> : <TroubleNotice trouble={trouble} />;
  const { value: home, atMs } = phone.home;
  return (
    <div className="m-me">
      <h1>{t('me.title')}</h1>
      {trouble === undefined ? null : <TroubleNotice trouble={trouble} asOf={formatDateTime(atMs, locale)} />}
      <Profile home={home} actions={actions} />
      <Consents home={home} actions={actions} />
      <Phones home={home} actions={actions} />
      <Data home={home} actions={actions} />
    </div>
  );
}

function Profile({ home, actions }: { home: MyHome; actions: Actions }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [isOpen, setOpen] = useState(false);
  const { phoneEnd, name, birthday, isOpen: isKept } = home.profile;
  return (
    <section className="m-part">
      <dl className="m-rows">
        <Row name={t('me.number')} value={home.number.replace(/(\d{3})(?=\d)/g, '$1 ')} />
        <Row name={t('me.tier')} value={t(`tiers.${home.tier}`, { defaultValue: home.tier })} />
        <Row name={t('me.since')} value={formatLongDate(home.joinedAt, locale)} />
        <Row name={t('me.phone')} value={phoneEnd === null ? t('me.notHere') : t('me.phoneEnd', { end: phoneEnd })} />
        <Row name={t('me.name')} value={name ?? t('me.notGiven')} />
        <Row name={t('me.birthday')} value={birthday ?? t('me.notGiven')} />
      </dl>
      {isKept ? (
        <Button wide onPress={() => setOpen(true)}>
          {t('me.correct')}
        </Button>
      ) : (
        <p className="tl-second">{t('me.correctInStore')}</p>
      )}
      <CorrectDialog
        key={String(isOpen)}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        home={home}
        actions={actions}
      />
    </section>
  );
}

function Row({ name, value }: { name: string; value: string }): ReactElement {
  return (
    <div className="m-row">
      <dt>{name}</dt>
      <dd className="tl-number">{value}</dd>
    </div>
  );
}

function Consents({ home, actions }: { home: MyHome; actions: Actions }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [busy, setBusy] = useState<string>();
  const [trouble, setTrouble] = useState<Trouble>();
  const change = async (purpose: string, granted: boolean): Promise<void> => {
    setBusy(purpose);
    const refused = await actions.consent(purpose, granted, home.texts.version);
    // The words were changed while they were read: the new ones are shown, and asked about again.
    if (refused?.kind === 'refused' && refused.code === 'HUB_CONSENT_TEXT_UNKNOWN') await actions.refresh();
    setTrouble(refused);
    setBusy(undefined);
  };
  return (
    <section className="m-part">
      <h2>{t('consents.title')}</h2>
      {PURPOSES.map((purpose) => {
        const said = home.consents.find((consent) => consent.purpose === purpose);
        return (
          <Switch
            key={purpose}
            isSelected={said?.granted ?? false}
            isDisabled={busy === purpose}
            onChange={(granted) => void change(purpose, granted)}
            hint={
              <>
                {pick(home.texts.purposes[purpose].text, locale)}{' '}
                {said === undefined
                  ? null
                  : t(said.granted ? 'consents.given' : 'consents.withdrawn', {
                      day: formatDate(said.at, locale),
                      version: said.textVersion,
                    })}
              </>
            }
          >
            {pick(home.texts.purposes[purpose].title, locale)}
          </Switch>
        );
      })}
      {trouble === undefined ? null : <TroubleNotice trouble={trouble} />}
      <p className="tl-second">{t('consents.note')}</p>
    </section>
  );
}

function Data({ home, actions }: { home: MyHome; actions: Actions }): ReactElement {
  const { t } = useTranslation();
  const [isLeaving, setLeaving] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const [isSaved, setSaved] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    const answer = await actions.everything();
    setBusy(false);
    if ('kind' in answer) return setTrouble(answer);
    setTrouble(undefined);
    saveJson(`tillside-${answer.member.number}.json`, answer);
    setSaved(true);
  };
  return (
    <section className="m-part">
      <h2>{t('data.title')}</h2>
      <Button wide isDisabled={isBusy} onPress={() => void save()}>
        {t('data.save')}
      </Button>
      {isSaved ? <Notice kind="success" title={t('data.saved')} /> : null}
      {trouble === undefined ? null : <TroubleNotice trouble={trouble} />}
      <Button wide look="plain" onPress={() => setLeaving(true)}>
        {t('leave.open')}
      </Button>
      <LeaveDialog texts={home.texts} isOpen={isLeaving} onClose={() => setLeaving(false)} actions={actions} />
    </section>
  );
}

const formatLongDate = (at: string, locale: 'zh-CN' | 'en'): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long' }).format(new Date(at));
