import { ArrowRightIcon, Button, Notice } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HomeCard } from './attract/home-card.tsx';
import { Home } from './home.tsx';
import { Finish, Page, Trouble } from './page.tsx';
import { Tools } from './products/tools.tsx';
import type { PropsOf } from './screen-props.ts';
import { MemberCode } from './welcome.tsx';

export function HomePage({
  context,
  screen,
  offers,
  storeName,
  member,
  dispatch,
  wipe,
}: PropsOf<'home'>): ReactElement {
  const { t } = useTranslation();
  const [isCodeShown, setCodeShown] = useState(false);
  const { home } = screen;
  if (isCodeShown && home.code !== undefined) {
    return (
      <Page storeName={storeName} onLeave={() => setCodeShown(false)} foot={<Finish onPress={wipe} />}>
        <MemberCode title={t('home.showCode')} code={home.code} />
      </Page>
    );
  }
  const foot = (
    <>
      <Tools onPrice={() => dispatch({ type: 'price' })} onFind={() => dispatch({ type: 'find' })} />
      <div className="k-pair-actions">
        {home.code === undefined ? null : (
          <Button look="member" size="large" onPress={() => setCodeShown(true)}>
            {t('home.showCode')}
          </Button>
        )}
        <Finish onPress={wipe} />
      </div>
    </>
  );
  return (
    <Page storeName={storeName} onLeave={wipe} foot={foot}>
      <Trouble error={member.error} />
      {screen.isBack ? <Notice kind="success" title={t('join.back')} /> : null}
      {home.isPhoneVerified === false ? (
        <button type="button" className="k-way" onClick={() => dispatch({ type: 'mine', part: 'verify' })}>
          <span className="k-two-lines">
            <strong>{t('join.verify.way')}</strong>
            <small>{t('join.verify.wayWhy')}</small>
          </span>
          <ArrowRightIcon className="tl-icon" aria-hidden />
        </button>
      ) : null}
      <Home
        client={context.client}
        home={home}
        onHome={(next) => dispatch({ type: 'signed-in', home: next })}
        onOpen={(part) => dispatch({ type: 'mine', part })}
      />
      <HomeCard offers={offers} />
    </Page>
  );
}
