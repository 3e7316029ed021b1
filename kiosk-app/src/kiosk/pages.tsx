import { Button, Empty, Notice } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { AttractActions } from './attract.tsx';
import { useSignIn } from './join/sign-in.tsx';
import { VerifyPage } from './join/verify.tsx';
import { type OwnPart, useMine } from './mine.tsx';
import { OfferList } from './offer-tile.tsx';
import { Page, Trouble } from './page.tsx';
import { Left } from './privacy.tsx';
import type { PropsOf } from './screen-props.ts';
import { Welcome } from './welcome.tsx';

export function OffersPage({ offers, storeName, dispatch, wipe }: PropsOf<'offers'>): ReactElement {
  const { t } = useTranslation();
  return (
    <Page
      storeName={storeName}
      onLeave={wipe}
      foot={<AttractActions onOpen={(screen) => dispatch({ type: 'open', screen })} />}
    >
      <h1 className="k-title">{t('offers.title')}</h1>
      {offers && offers.offers.length > 0 ? (
        <OfferList offers={offers.offers} />
      ) : (
        <Empty title={t('offers.none')}>{t('offers.noneText')}</Empty>
      )}
    </Page>
  );
}

export function WelcomePage({ screen, storeName, member, wipe }: PropsOf<'welcome'>): ReactElement {
  const { t } = useTranslation();
  const { code, claimUrl, isPhoneVerified } = screen.member;
  const foot = (
    <div className="k-pair-actions">
      <Button look="member" size="large" isDisabled={member.isWorking} onPress={() => void member.signIn(code)}>
        {t('welcome.home')}
      </Button>
      <Button look="quiet" size="large" onPress={wipe}>
        {t('welcome.done')}
      </Button>
    </div>
  );
  return (
    <Page storeName={storeName} onLeave={wipe} foot={foot}>
      <div data-step="welcome" className="k-welcome-page">
        <Welcome code={code} claimUrl={claimUrl} />
        {isPhoneVerified === false ? <Notice kind="info" title={t('join.unverified')} /> : null}
      </div>
      <Trouble error={member.error} />
    </Page>
  );
}

export function SignInPage({ offers, storeName, dispatch, wipe, member }: PropsOf<'sign-in'>): ReactElement {
  const form = useSignIn({
    error: member.error,
    isWorking: member.isWorking,
    onCode: (code) => void member.signIn(code),
    onJoin: () => dispatch({ type: 'open', screen: 'join' }),
    onPhone: offers?.phoneCodes === true ? () => dispatch({ type: 'open', screen: 'phone-sign-in' }) : null,
  });
  return (
    <Page storeName={storeName} onLeave={wipe} foot={form.foot}>
      {form.body}
    </Page>
  );
}

export function MinePage(props: PropsOf<'mine'>): ReactElement {
  const { part } = props.screen;
  return part === 'verify' ? <VerifyPage {...props} /> : <OwnPage {...props} part={part} />;
}

function OwnPage(props: PropsOf<'mine'> & { part: OwnPart }): ReactElement {
  const { context, screen, part, storeName, member, dispatch, wipe } = props;
  const { home } = screen;
  const { body, foot } = useMine({ client: context.client, home, part, member, dispatch, onFinish: wipe });
  const isFirst = part !== 'correct' && part !== 'data' && part !== 'leave' && part !== 'sure';
  const onLeave = (): void => dispatch(isFirst ? { type: 'home' } : { type: 'mine', part: 'privacy' });
  return (
    <Page storeName={storeName} onLeave={onLeave} foot={foot}>
      {body}
    </Page>
  );
}

export function LeftPage({ storeName, wipe }: PropsOf<'left'>): ReactElement {
  const { body, foot } = Left({ onDone: wipe });
  return (
    <Page storeName={storeName} onLeave={wipe} foot={foot}>
      {body}
    </Page>
  );
}
