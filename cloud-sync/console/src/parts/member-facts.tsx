import type { MemberView } from '@tillside/hub-contract';
import { Button, Notice, Select, Status, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
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

const FREE_PURPOSES = ['personalisation', 'marketing'] as const;
type FreePurpose = (typeof FREE_PURPOSES)[number];

/** Each purpose with its text and time; withdrawing and recording are done on the member's wish. */
export function Consents({
  member: { memberId, consents },
  reason,
  onChanged,
}: {
  member: MemberView;
  reason: string;
  onChanged: (change: Partial<MemberView>) => void;
}): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const [done, setDone] = useState<'withdrawn' | 'recorded'>();
  const change = async (body: Omit<MemberView['consents'][number], 'at'>): Promise<void> => {
    const answer = await hub.call('changeConsent', { params: { memberId }, body: { ...body, reason } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    setDone(answer.ok ? (body.granted ? 'recorded' : 'withdrawn') : undefined);
    if (answer.ok) onChanged({ consents: answer.value.consents });
  };
  const given = new Set(consents.filter(({ granted }) => granted).map(({ purpose }) => purpose));
  const open = FREE_PURPOSES.filter((purpose) => !given.has(purpose));
  return (
    <>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {done ? <Notice kind="success" title={t(done === 'withdrawn' ? 'member.withdrawn' : 'hq.recorded')} /> : null}
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
                <Button
                  look="plain"
                  onPress={() =>
                    void change({ purpose: consent.purpose, granted: false, textVersion: consent.textVersion })
                  }
                >
                  {t('member.withdraw')}
                </Button>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
      {open.length === 0 ? null : (
        <RecordConsent
          open={open}
          onRecord={(purpose, textVersion) => change({ purpose, granted: true, textVersion })}
        />
      )}
    </>
  );
}

/** For a letter or a call in which the member agreed: to which text is asked, since nothing else says so later. */
function RecordConsent({
  open,
  onRecord,
}: {
  open: readonly FreePurpose[];
  onRecord: (purpose: FreePurpose, textVersion: string) => Promise<void>;
}): ReactElement {
  const { t } = useTranslation();
  const [purpose, setPurpose] = useState(open[0] ?? 'marketing');
  const [version, setVersion] = useState('');
  const [isTried, setTried] = useState(false);
  const chosen = open.includes(purpose) ? purpose : (open[0] ?? 'marketing');
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (version.trim() === '') return;
    await onRecord(chosen, version.trim());
    setTried(false);
    setVersion('');
  };
  return (
    <details>
      <summary>{t('hq.record')}</summary>
      <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
        <p className="tl-second">{t('hq.recordWhy')}</p>
        <Select
          label={t('hq.purpose')}
          options={open.map((key) => ({ key, label: t(`member.purposes.${key}`) }))}
          selected={chosen}
          onSelect={setPurpose}
        />
        <TextField
          label={t('hq.textVersion')}
          hint={t('hq.textVersionHint')}
          value={version}
          onChange={setVersion}
          maxLength={40}
          autoComplete="off"
          error={isTried && version.trim() === '' ? t('member.missing') : undefined}
        />
        <Button type="submit">{t('hq.recordGo')}</Button>
      </form>
    </details>
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
