import type { MemberHome } from '@tillside/agent-contract';
import { Button, formatNumber, Notice, SignOutIcon, useLocale } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import { useTexts } from '../shared/use-texts.ts';
import { Coupons } from './own/coupons.tsx';
import { Gifts } from './own/gifts.tsx';
import { useReceipts } from './own/receipts.tsx';
import { OwnData, useCorrect } from './own-data.tsx';
import { shopperWords } from './own-errors.ts';
import { Points } from './points.tsx';
import { Leave, Privacy } from './privacy.tsx';
import type { KioskAction, MinePart } from './state.ts';
import type { Member } from './use-member.ts';

/** The number's proof has a page of its own. */
export type OwnPart = Exclude<MinePart, 'verify'>;

export interface MineProps {
  client: Client;
  home: MemberHome;
  part: OwnPart;
  member: Member;
  dispatch: (action: KioskAction) => void;
  onFinish: () => void;
}

/** A member's own data: body and foot of the page that is open. */
export function useMine({ client, home, part, member, dispatch, onFinish }: MineProps): {
  body: ReactElement;
  foot: ReactElement;
} {
  const { t } = useTranslation();
  const locale = useLocale();
  const texts = useTexts(client, member.error);
  const [isDone, setDone] = useState(false);
  const open = (next: MinePart): void => {
    setDone(false);
    member.dismiss();
    dispatch({ type: 'mine', part: next });
  };
  const correct = useCorrect(member.isWorking, (correction) => {
    void member.correct(home.visit, correction).then((isOk) => {
      if (isOk) {
        setDone(true);
        dispatch({ type: 'mine', part: 'privacy' });
      }
    });
  });
  const leave = (): void => {
    void member.leave(home.visit).then((isOk) => (isOk ? dispatch({ type: 'left' }) : undefined));
  };
  const words = member.error ? shopperWords(member.error, locale) : null;
  const notice = words ? <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} /> : null;
  const done = isDone && words === null ? <Notice kind="success" title={t('correct.done')} /> : null;
  const finish = (
    <Button look="quiet" size="large" wide onPress={onFinish}>
      <SignOutIcon className="tl-icon" aria-hidden />
      {t('home.leave')}
    </Button>
  );
  const receipts = useReceipts(client, home);
  const onHome = (next: MemberHome): void => dispatch({ type: 'signed-in', home: next });
  const parts: Readonly<Record<OwnPart, () => { body: ReactElement; foot: ReactElement }>> = {
    points: () => ({ body: <Points client={client} visit={home.visit} />, foot: finish }),
    coupons: () => ({ body: <Coupons {...{ client, home, onHome }} />, foot: finish }),
    gifts: () => ({ body: <Gifts {...{ client, home, onHome }} />, foot: finish }),
    receipts: () => ({
      body: receipts.body,
      foot: (
        <div className="k-receipt-foot">
          {receipts.foot}
          {finish}
        </div>
      ),
    }),
    privacy: () => ({
      body: (
        <Privacy
          home={home}
          texts={texts}
          isChanging={member.isWorking}
          onConsent={(purpose, isOn, version) => void member.setConsent(home.visit, purpose, isOn, version)}
          onOpen={open}
        />
      ),
      foot: finish,
    }),
    correct: () => correct,
    data: () => ({ body: <OwnData client={client} visit={home.visit} />, foot: finish }),
    leave: () => ({ body: leaveWords(false), foot: leaveActions('sure') }),
    sure: () => ({ body: leaveWords(true), foot: leaveActions('leave') }),
  };
  function leaveWords(isSure: boolean): ReactElement {
    return <Leave texts={texts} points={formatNumber(home.pointsBalance, locale)} isSure={isSure} />;
  }
  function leaveActions(next: 'sure' | 'leave'): ReactElement {
    return (
      <div className="k-pair-actions">
        <Button
          look="quiet"
          size="large"
          isDisabled={member.isWorking}
          onPress={next === 'sure' ? () => open('sure') : leave}
        >
          {next === 'sure' ? t('mine.goOn') : t('mine.goSure')}
        </Button>
        <Button look="primary" size="large" onPress={() => open('privacy')}>
          {t('mine.stay')}
        </Button>
      </div>
    );
  }
  const { body, foot } = parts[part]();
  return {
    body,
    foot: (
      <>
        {notice ?? done}
        {foot}
      </>
    ),
  };
}
