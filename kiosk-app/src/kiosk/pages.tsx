import { ArrowLeftIcon, Button, KioskPage, LanguageSwitch } from '@tillside/ui';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PageContext } from '../shared/start.tsx';
import { useJoin } from './join.tsx';
import { type MineProps, useMine } from './mine.tsx';
import { Left } from './privacy.tsx';
import { useSignIn } from './sign-in.tsx';
import type { KioskAction } from './state.ts';
import type { Member } from './use-member.ts';

interface OfAll {
  storeName: string;
  dispatch: (action: KioskAction) => void;
  wipe: () => void;
}

interface PageProps {
  storeName: string;
  onLeave: (() => void) | null;
  foot?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ storeName, onLeave, foot, actions, children }: PageProps): ReactElement {
  const { t } = useTranslation();
  const head = (
    <>
      {onLeave === null ? (
        <strong className="k-store">{storeName}</strong>
      ) : (
        <Button look="plain" onPress={onLeave}>
          <ArrowLeftIcon className="tl-icon" aria-hidden />
          {t('back')}
        </Button>
      )}
      <div className="k-head-actions">
        {actions}
        <LanguageSwitch />
      </div>
    </>
  );
  return (
    <KioskPage head={head} foot={foot}>
      {children}
    </KioskPage>
  );
}

export function JoinPage(props: { context: PageContext } & OfAll): ReactElement {
  const { context, storeName, dispatch, wipe } = props;
  const form = useJoin(context.client, (member) => dispatch({ type: 'joined', member }));
  return (
    <Page storeName={storeName} onLeave={wipe} foot={form.foot}>
      {form.body}
    </Page>
  );
}

export function SignInPage(props: OfAll & { member: Member }): ReactElement {
  const { storeName, dispatch, wipe, member } = props;
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

export function MinePage({ storeName, ...mine }: MineProps & { storeName: string }): ReactElement {
  const { dispatch, part } = mine;
  const { body, foot } = useMine(mine);
  const onLeave = (): void =>
    dispatch(part === 'privacy' || part === 'points' ? { type: 'home' } : { type: 'mine', part: 'privacy' });
  return (
    <Page storeName={storeName} onLeave={onLeave} foot={foot}>
      {body}
    </Page>
  );
}

export function LeftPage({ storeName, onDone }: { storeName: string; onDone: () => void }): ReactElement {
  const { body, foot } = Left({ onDone });
  return (
    <Page storeName={storeName} onLeave={onDone} foot={foot}>
      {body}
    </Page>
  );
}
