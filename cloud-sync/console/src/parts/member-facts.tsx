import type { MemberView } from '@tillside/hub-contract';
import { Button, Notice, Status } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';
import { TroubleNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';

export function Profile({ member: { profile, number } }: { member: MemberView }): ReactElement {
  const { t } = useTranslation();
  if (profile === null) return <p className="tl-second">{t('member.sealed')}</p>;
  return (
    <dl className="np-facts">
      <dt>{t('member.ways.number')}</dt>
      <dd>{number}</dd>
      {(['name', 'phone', 'birthday'] as const).map((field) => (
        <div key={field} className="np-fact-row">
          <dt>{t(`member.${field}`)}</dt>
          <dd>{profile[field] ?? <span className="tl-second">{t('member.empty')}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Each purpose with its text and time; withdrawing is done on the member's wish. Giving needs the member, and the text before them. */
export function Consents({
  member: { memberId, consents },
  onChanged,
}: {
  member: MemberView;
  onChanged: (change: Partial<MemberView>) => void;
}): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const [isDone, setDone] = useState(false);
  const withdraw = async ({ purpose, textVersion }: MemberView['consents'][number]): Promise<void> => {
    const body = { purpose, granted: false, textVersion };
    const answer = await hub.call('changeConsent', { params: { memberId }, body });
    setTrouble(answer.ok ? undefined : answer.trouble);
    setDone(answer.ok);
    if (answer.ok) onChanged({ consents: answer.value.consents });
  };
  return (
    <>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {isDone ? <Notice kind="success" title={t('member.withdrawn')} /> : null}
      <ul className="np-dispatches">
        {consents.map((consent) => (
          <li key={consent.purpose}>
            <span className="np-dispatch-name">{t(`member.purposes.${consent.purpose}`)}</span>
            <Status tone={consent.granted ? 'good' : 'waiting'}>
              {t(consent.granted ? 'member.given' : 'member.taken')}
            </Status>
            <p className="tl-second">
              {t('member.consentLine', { version: consent.textVersion, when: format.until(consent.at) })}
            </p>
            {consent.granted && consent.purpose !== 'membership' ? (
              <div className="np-row-action">
                <Button look="plain" onPress={() => void withdraw(consent)}>
                  {t('member.withdraw')}
                </Button>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Ids that a run of segments gives, in words; all others as they are. */
export function Labels({ member: { tags, segments } }: { member: MemberView }): ReactElement {
  const { t } = useTranslation();
  const said = (id: string): string => {
    if (id.startsWith('life-')) return t(`segment.states.${id.slice('life-'.length)}`, { defaultValue: id });
    if (id.startsWith('rfm-')) return t(`segment.rfm.${id.slice('rfm-'.length)}`, { defaultValue: id });
    return id;
  };
  const all = [...tags, ...segments];
  if (all.length === 0) return <p className="tl-second">{t('member.noLabels')}</p>;
  return (
    <ul className="np-labels">
      {all.map((id) => (
        <li key={id} title={id}>
          {said(id)}
        </li>
      ))}
    </ul>
  );
}
