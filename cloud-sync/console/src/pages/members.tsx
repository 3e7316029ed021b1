import { Button, Loading, Select, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { AccessTable } from '../parts/access-table.tsx';
import { Column, Lead, ToolLink } from '../parts/print.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import { rememberReason } from '../parts/reasons.ts';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const DUPLICATES_EVERY_MS = 60_000;
const ACCESSES_EVERY_MS = 10_000;
const ACCESSES_SHOWN = 8;
const TOOLS = ['member-new', 'member-import', 'member-settings'] as const;
const WAYS = ['phone', 'number', 'code'] as const;
type Way = (typeof WAYS)[number];

export function MembersPage(): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <Lead kicker={t('sections.members')} headline={t('member.headline')} deck={t('member.lead')} />
      <FindForm />
      <nav className="np-tools" aria-label={t('hq.tools')}>
        {TOOLS.map((page) => (
          <ToolLink key={page} href={hrefOf({ page })} title={t(`hq.${page}.title`)} why={t(`hq.${page}.why`)} />
        ))}
      </nav>
      <div className="np-columns">
        <Column title={t('member.access')} wide>
          <Latest />
        </Column>
        <Column title={t('member.duplicates')}>
          <Duplicates />
        </Column>
      </div>
    </>
  );
}

function FindForm(): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [way, setWay] = useState<Way>('phone');
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const sought = value.trim();
  const fault =
    sought === ''
      ? t('member.missing')
      : way === 'number' && !/^\d{9}$/u.test(sought)
        ? t('member.numberWrong')
        : undefined;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const why = reason.trim();
    setTried(true);
    if (fault !== undefined || why === '') return;
    const answer = await hub.call('findMember', { body: { [way]: sought, reason: why } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (!answer.ok) return;
    const { memberId } = answer.value;
    rememberReason(why, answer.value);
    location.hash = hrefOf({ page: 'member', id: memberId });
  };
  return (
    <form className="np-form np-finder" noValidate onSubmit={(event) => void submit(event)}>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      <div className="np-fields">
        <Select
          label={t('member.by')}
          options={WAYS.map((key) => ({ key, label: t(`member.ways.${key}`) }))}
          selected={way}
          onSelect={setWay}
        />
        <TextField
          label={t(`member.ways.${way}`)}
          hint={t(`member.hints.${way}`)}
          value={value}
          onChange={setValue}
          autoComplete="off"
          error={isTried ? fault : undefined}
        />
      </div>
      <ReasonField value={reason} onChange={setReason} isTried={isTried} />
      <Button type="submit" look="primary">
        {t('member.find')}
      </Button>
    </form>
  );
}

function Latest(): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('accesses', { query: { limit: ACCESSES_SHOWN } }, ACCESSES_EVERY_MS);
  if (reading.value === undefined) return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading />;
  const { accesses } = reading.value;
  return (
    <>
      {accesses.length === 0 ? (
        <p className="tl-second">{t('member.accessNone')}</p>
      ) : (
        <AccessTable accesses={accesses} label={t('member.access')} />
      )}
      {accesses.length < ACCESSES_SHOWN ? null : <a href={hrefOf({ page: 'accesses' })}>{t('member.accessAll')}</a>}
    </>
  );
}

function Duplicates(): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const reading = useHub('probableDuplicates', { query: { limit: 1 } }, DUPLICATES_EVERY_MS);
  if (reading.value === undefined) return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading />;
  const { run, total } = reading.value;
  return (
    <>
      <p>
        {run === null ? t('twice.never') : total === 0 ? t('member.duplicatesNone') : t('twice.open', { count: total })}
      </p>
      {run === null ? null : <p className="tl-second">{t('member.duplicatesWhen', { when: format.when(run.at) })}</p>}
      <a href={hrefOf({ page: 'duplicates' })}>{t(total === 0 ? 'member.duplicatesLook' : 'member.duplicatesGo')}</a>
    </>
  );
}
