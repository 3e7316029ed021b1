import type { ConsentTexts, MemberHome } from '@tillside/agent-contract';
import { ArrowRightIcon, Button, formatLongDate, Loading, Switch, useLocale } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FREE_PURPOSES, type Purpose } from '../shared/consents.ts';
import { pick } from '../shared/pick.ts';
import type { MinePart } from './state.ts';

export interface PrivacyProps {
  home: MemberHome;
  texts: ConsentTexts | null;
  isChanging: boolean;
  onConsent: (purpose: Purpose, isOn: boolean, textVersion: string) => void;
  onOpen: (part: MinePart) => void;
}

/** What a member agreed to, each apart, and the ways to their data. */
export function Privacy({ home, texts, isChanging, onConsent, onOpen }: PrivacyProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  if (texts === null) return <Loading what={t('join.loading')} />;
  const said = (purpose: Purpose) => home.consents.find((consent) => consent.purpose === purpose);
  const since = (purpose: Purpose): string => {
    const at = said(purpose)?.at;
    return at === undefined ? '' : ` ${t('mine.since', { date: formatLongDate(at, locale) })}`;
  };
  return (
    <div className="k-mine">
      <h1>{t('mine.title')}</h1>
      <section className="k-section" aria-labelledby="mine-consents">
        <h2 id="mine-consents">{t('mine.consents')}</h2>
        <div>
          {FREE_PURPOSES.map((purpose) => (
            <Switch
              key={purpose}
              isSelected={said(purpose)?.granted === true}
              isDisabled={isChanging}
              onChange={(isOn) => onConsent(purpose, isOn, texts.version)}
              hint={`${pick(texts.purposes[purpose].text, locale)}${since(purpose)}`}
            >
              {pick(texts.purposes[purpose].title, locale)}
            </Switch>
          ))}
        </div>
        <p className="tl-second">{t('mine.off')}</p>
      </section>
      <nav className="k-ways" aria-label={t('mine.ways')}>
        {(['correct', 'data', 'leave'] as const).map((part) => (
          <button key={part} type="button" className="k-way" onClick={() => onOpen(part)}>
            <span className="k-two-lines">
              <strong>{t(`mine.${part}`)}</strong>
              <small>{t(`mine.${part}Why`)}</small>
            </span>
            <ArrowRightIcon className="tl-icon" aria-hidden />
          </button>
        ))}
      </nav>
    </div>
  );
}

export interface LeaveProps {
  texts: ConsentTexts | null;
  points: string;
  isSure: boolean;
}

/** Two steps: what goes and what stays, then the question once more. */
export function Leave({ texts, points, isSure }: LeaveProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <div className="k-mine">
      <h1>{isSure ? t('mine.sureTitle') : t('mine.leave')}</h1>
      <p className="k-lead">{texts === null ? '' : pick(texts.leaving, locale)}</p>
      <p className="k-lead">
        <strong>{t('mine.pointsGo', { points })}</strong>
      </p>
      {isSure ? <p className="k-lead">{t('mine.sure')}</p> : <p className="tl-second">{t('mine.insteadText')}</p>}
    </div>
  );
}

/** After leaving: nothing of the member is on this page any more. */
export function Left({ onDone }: { onDone: () => void }): { body: ReactElement; foot: ReactElement } {
  const { t } = useTranslation();
  return {
    body: (
      <div className="k-welcome">
        <h1>{t('mine.left')}</h1>
        <p className="k-lead">{t('mine.leftText')}</p>
      </div>
    ),
    foot: (
      <Button look="primary" size="large" wide onPress={onDone}>
        {t('home.leave')}
      </Button>
    ),
  };
}
