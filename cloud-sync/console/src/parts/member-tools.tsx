import type { HubAnswer, MemberView } from '@tillside/hub-contract';
import { Button, Dialog, Loading, Notice, Select, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { hrefOf } from '../route.ts';
import { AccessTable } from './access-table.tsx';
import { download } from './download.ts';
import { ReadingNotice, TroubleNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';

const LOOKED_EVERY_MS = 10_000;
const MEMBER_ID = /^[A-Za-z0-9_-]{4,40}$/u;
const BIRTHDAY = /^(\d{4}-)?\d{2}-\d{2}$/u;

interface ToolProps {
  readonly member: MemberView;
  /** Why the reader opened this page: all that is done here is done for it. */
  readonly reason: string;
  readonly onChanged: (change: Partial<MemberView>) => void;
}

/** Stores, cards and phones come with the whole export, which is a look of its own. */
export function Holdings({ id, reason }: { id: string; reason: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useStoreNames();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const [all, setAll] = useState<HubAnswer<'exportMember'>>();
  const read = async (): Promise<void> => {
    const answer = await hub.call('exportMember', { params: { memberId: id }, body: { reason } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (answer.ok) setAll(answer.value);
  };
  if (all === undefined)
    return (
      <div className="np-stack">
        <p className="tl-second">{t('member.holdingsWhy')}</p>
        {trouble ? <TroubleNotice trouble={trouble} /> : null}
        <div>
          <Button onPress={() => void read()}>{t('member.holdingsShow')}</Button>
        </div>
      </div>
    );
  return (
    <div className="np-stack">
      <dl className="np-facts">
        {all.stores.map(({ store, lastAt, orders }) => (
          <div key={store} className="np-fact-row">
            <dt>{store === 'hq' ? t('member.hq') : names(store)}</dt>
            <dd>{t('member.storeLine', { count: orders, when: format.ago(lastAt) })}</dd>
          </div>
        ))}
        <dt>{t('member.cards')}</dt>
        <dd>{format.number(all.cards.length)}</dd>
        <dt>{t('member.phones')}</dt>
        <dd>{format.number(all.phones.length)}</dd>
      </dl>
      <div>
        <Button onPress={() => download(`member-${id}.json`, all)}>{t('member.download')}</Button>
      </div>
    </div>
  );
}

function Open({ id }: { id: string }): ReactElement {
  return <a href={hrefOf({ page: 'member', id })}>{id}</a>;
}

export function SamePerson({ member: { memberId, aliases }, reason, onChanged }: ToolProps): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [other, setOther] = useState('');
  const [isTried, setTried] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const [done, setDone] = useState<'merged' | 'unmerged'>();
  const isGood = MEMBER_ID.test(other.trim()) && other.trim() !== memberId;
  const merge = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (!isGood) return;
    const body = { into: other.trim(), reason };
    const answer = await hub.call('mergeMembers', { params: { memberId }, body });
    setTrouble(answer.ok ? undefined : answer.trouble);
    setDone(answer.ok ? 'merged' : undefined);
  };
  const undo = async (alias: string): Promise<void> => {
    const answer = await hub.call('unmergeMember', { params: { memberId: alias }, body: { reason } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    setDone(answer.ok ? 'unmerged' : undefined);
    if (answer.ok) onChanged({ aliases: aliases.filter((each) => each !== alias) });
  };
  return (
    <div className="np-stack">
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {done ? (
        <Notice
          kind="success"
          title={t(`member.${done}`)}
          actions={done === 'merged' ? <Open id={other.trim()} /> : null}
        />
      ) : null}
      {aliases.length === 0 ? <p className="tl-second">{t('member.sameNone')}</p> : null}
      <ul className="np-dispatches">
        {aliases.map((alias) => (
          <li key={alias}>
            <span className="np-dispatch-name">{alias}</span>
            <Button look="plain" onPress={() => void undo(alias)}>
              {t('member.undo')}
            </Button>
          </li>
        ))}
      </ul>
      <form className="np-form" noValidate onSubmit={(event) => void merge(event)}>
        <TextField
          label={t('member.mergeId')}
          hint={t('member.mergeWhy')}
          value={other}
          onChange={setOther}
          autoComplete="off"
          error={isTried && !isGood ? t('member.mergeIdWrong') : undefined}
        />
        <Button type="submit">{t('member.mergeGo')}</Button>
      </form>
    </div>
  );
}

const FIELDS = ['name', 'phone', 'birthday'] as const;
type Fields = Record<(typeof FIELDS)[number], string>;

export function Correct({ member: { memberId, profile }, reason, onChanged }: ToolProps): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const held: Fields = {
    name: profile?.name ?? '',
    phone: profile?.phone ?? '',
    birthday: profile?.birthday ?? '',
  };
  const [typed, setTyped] = useState(held);
  const [trouble, setTrouble] = useState<Trouble>();
  const [isDone, setDone] = useState(false);
  const birthday = typed.birthday.trim();
  const isWrong = birthday !== '' && !BIRTHDAY.test(birthday);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isWrong) return;
    const changed = FIELDS.filter((field) => typed[field].trim() !== held[field]);
    const body = Object.fromEntries(changed.map((field) => [field, typed[field].trim() || null]));
    const answer = await hub.call('correctMember', { params: { memberId }, body: { ...body, reason } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    setDone(answer.ok);
    if (answer.ok) onChanged(answer.value);
  };
  return (
    <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
      <p className="tl-second">{t('member.correctWhy')}</p>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {isDone ? <Notice kind="success" title={t('member.corrected')} /> : null}
      {FIELDS.map((field) => (
        <TextField
          key={field}
          label={t(`member.${field}`)}
          value={typed[field]}
          onChange={(value) => setTyped({ ...typed, [field]: value })}
          autoComplete="off"
          {...(field === 'birthday' ? { hint: t('member.birthdayHint') } : {})}
          error={field === 'birthday' && isWrong ? t('member.birthdayWrong') : undefined}
        />
      ))}
      <Button type="submit">{t('member.correctGo')}</Button>
    </form>
  );
}

export function Looked({ id }: { id: string }): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('memberAccesses', { params: { memberId: id } }, LOOKED_EVERY_MS);
  if (reading.value === undefined) return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading />;
  const { accesses } = reading.value;
  if (accesses.length === 0) return <p className="tl-second">{t('member.lookedNone')}</p>;
  return <AccessTable accesses={accesses} label={t('member.looked')} />;
}

const ASKERS = ['member', 'staff', 'hq'] as const;

export function Erase({ id, reason, onErased }: { id: string; reason: string; onErased: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [by, setBy] = useState<(typeof ASKERS)[number]>('member');
  const [isAsked, setAsked] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const erase = async (): Promise<void> => {
    setAsked(false);
    const answer = await hub.call('eraseMember', { params: { memberId: id }, body: { reason, by } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (answer.ok) onErased();
  };
  return (
    <div className="np-form">
      <p className="tl-second">{t('member.eraseWhy')}</p>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      <Select
        label={t('member.eraseBy')}
        options={ASKERS.map((key) => ({ key, label: t(`member.eraseBys.${key}`) }))}
        selected={by}
        onSelect={setBy}
      />
      <Button onPress={() => setAsked(true)}>{t('member.eraseGo')}</Button>
      <Dialog
        isOpen={isAsked}
        onOpenChange={setAsked}
        role="alertdialog"
        title={t('member.eraseAsk')}
        actions={
          <>
            <Button onPress={() => setAsked(false)}>{t('member.keep')}</Button>
            <Button look="primary" onPress={() => void erase()}>
              {t('member.eraseGo')}
            </Button>
          </>
        }
      >
        <p>{t('member.eraseWhy')}</p>
      </Dialog>
    </div>
  );
}
