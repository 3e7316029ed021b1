import { Button, Empty } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { AttractActions } from './attract.tsx';
import { useJoin } from './join.tsx';
import { useMine } from './mine.tsx';
import { OfferList } from './offer-tile.tsx';
import { Page, Trouble } from './page.tsx';
import { Left } from './privacy.tsx';
import type { PropsOf } from './screen-props.ts';
import { useSignIn } from './sign-in.tsx';
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

export function JoinPage({ context, storeName, dispatch, wipe }: PropsOf<'join'>): ReactElement {
  const form = useJoin(context.client, (member) => dispatch({ type: 'joined', member }));
  return (
    <Page storeName={storeName} onLeave={wipe} foot={form.foot}>
      {form.body}
    </Page>
  );
}

export function WelcomePage({ screen, storeName, member, wipe }: PropsOf<'welcome'>): ReactElement {
  const { t } = useTranslation();
  const { code, claimUrl } = screen.member;
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
      <Welcome code={code} claimUrl={claimUrl} />
      <Trouble error={member.error} />
    </Page>
  );
}

export function SignInPage({ storeName, dispatch, wipe, member }: PropsOf<'sign-in'>): ReactElement {
  const form = useSignIn({
    error: member.error,
    isWorking: member.isWorking,
    onCode: (code) => void member.signIn(code),
    onJoin: () => dispatch({ type: 'open', screen: 'join' }),
  });
  return (
    <Page storeName={storeName} onLeave={wipe} foot={form.foot}>
      {form.body}
    </Page>
  );
}

export function MinePage({ context, screen, storeName, member, dispatch, wipe }: PropsOf<'mine'>): ReactElement {
  const { home, part } = screen;
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
