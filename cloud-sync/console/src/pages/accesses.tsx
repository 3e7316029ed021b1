import type { HubAnswer } from '@tillside/hub-contract';
import { Button, Loading } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { AccessTable } from '../parts/access-table.tsx';
import { Lead } from '../parts/print.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { hrefOf } from '../route.ts';

const EVERY_MS = 10_000;
const PAGE = 50;
type Accesses = HubAnswer<'accesses'>['accesses'];

export function AccessesPage(): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const reading = useHub('accesses', { query: { limit: PAGE } }, EVERY_MS);
  const [older, setOlder] = useState<Accesses>([]);
  const [isEnd, setEnd] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  if (reading.value === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('member.reading')} />;
  }
  const newest = reading.value.accesses;
  const known = new Set(newest.map(({ id }) => id));
  const all = [...newest, ...older.filter(({ id }) => !known.has(id))];
  const more = async (): Promise<void> => {
    const before = all.at(-1)?.id;
    if (before === undefined) return;
    const answer = await hub.call('accesses', { query: { before, limit: PAGE } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (!answer.ok) return;
    // What came in since the first page was read may lie between the two: keep all that was seen.
    setOlder([...all, ...answer.value.accesses]);
    setEnd(answer.value.accesses.length < PAGE);
  };
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead
        kicker={t('sections.members')}
        headline={t('member.accessHeadline')}
        deck={t(all.length === 0 ? 'member.accessNone' : 'member.accessLead')}
      />
      {all.length === 0 ? null : <AccessTable accesses={all} label={t('member.access')} />}
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      <div className="np-buttons">
        {isEnd || newest.length < PAGE ? null : <Button onPress={() => void more()}>{t('member.more')}</Button>}
        <a className="np-back" href={hrefOf({ page: 'members' })}>
          {t('member.back')}
        </a>
      </div>
    </>
  );
}
