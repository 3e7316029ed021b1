import type { MemberView } from '@tillside/hub-contract';
import { Button, Checkbox, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';
import { hrefOf } from '../route.ts';
import { TroubleNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';

const MEMBER_ID = /^[A-Za-z0-9_-]{4,40}$/u;

interface HouseholdProps {
  readonly member: MemberView;
  /** Why the reader looks at the member; who leaves a household does so for this. */
  readonly reason: string;
  readonly onChanged: (change: Partial<MemberView>) => void;
}

/** Who lives together: named by one of them, linked with a reason and the word of both. */
export function Household({ member, reason, onChanged }: HouseholdProps): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const { memberId, household, householdMembers } = member;
  const ask = async (body: { household: string | null; bothAgreed?: true; reason: string }): Promise<void> => {
    const answer = await hub.call('linkHousehold', { params: { memberId }, body });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (answer.ok) onChanged(answer.value);
  };
  return (
    <div className="np-stack">
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {household === null ? null : (
        <>
          <Others members={householdMembers} />
          <Button onPress={() => void ask({ household: null, reason })}>{t('home.leave')}</Button>
        </>
      )}
      {household === null ? (
        <LinkForm onLink={(head, why) => void ask({ household: head, bothAgreed: true, reason: why })} />
      ) : null}
    </div>
  );
}

function Others({ members }: { members: MemberView['householdMembers'] }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  if (members.length === 0) return <p className="tl-second">{t('home.told')}</p>;
  return (
    <>
      <p>{t('home.with')}</p>
      <ul className="np-dispatches">
        {members.map(({ memberId, said }) => (
          <li key={memberId}>
            <a className="np-dispatch-name" href={hrefOf({ page: 'member', id: memberId })}>
              {memberId}
            </a>
            <p className="tl-second">
              {said === null
                ? t('home.told')
                : t('home.said', { when: format.when(said.at), by: said.by, reason: said.reason })}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

function LinkForm({ onLink }: { onLink: (head: string, reason: string) => void }): ReactElement {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [why, setWhy] = useState('');
  const [isAgreed, setAgreed] = useState(false);
  const [isTried, setTried] = useState(false);
  const isGood = MEMBER_ID.test(typed.trim());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (isGood && isAgreed && why.trim() !== '') onLink(typed.trim(), why.trim());
  };
  return (
    <form className="np-form" noValidate onSubmit={submit}>
      <TextField
        label={t('hq.householdId')}
        hint={t('hq.householdHint')}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        error={isTried && !isGood ? t('member.mergeIdWrong') : undefined}
      />
      <TextField
        label={t('home.why')}
        hint={t('home.reasonHint')}
        value={why}
        onChange={setWhy}
        maxLength={80}
        autoComplete="off"
        error={isTried && why.trim() === '' ? t('member.reasonMissing') : undefined}
      />
      <Checkbox isSelected={isAgreed} onChange={setAgreed}>
        {t('home.agreed')}
      </Checkbox>
      {isTried && !isAgreed ? (
        <p className="np-fault" role="alert">
          {t('home.agreedMissing')}
        </p>
      ) : null}
      <Button type="submit">{t('hq.householdGo')}</Button>
    </form>
  );
}
