import type { MemberView } from '@tillside/hub-contract';
import { Button, Notice, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';
import { TroubleNotice } from './trouble-notice.tsx';

const MOST_POINTS = 1_000_000;
const LABEL_CHARS = 64;

interface ChangeProps {
  readonly member: MemberView;
  /** Why the member is looked at; the access log holds it. */
  readonly reason: string;
  readonly onChanged: (change: Partial<MemberView>) => void;
}

/** Tags that people at HQ give; segments are worked out and can't be set by hand. */
export function Tags({ member: { memberId, tags }, reason, onChanged }: ChangeProps): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [typed, setTyped] = useState('');
  const [trouble, setTrouble] = useState<Trouble>();
  const change = async (add: string[], remove: string[]): Promise<void> => {
    const answer = await hub.call('tagMember', { params: { memberId }, body: { add, remove, reason } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (!answer.ok) return;
    setTyped('');
    onChanged({ tags: answer.value.tags });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (typed.trim() !== '') void change([typed.trim()], []);
  };
  return (
    <form className="np-form" noValidate onSubmit={submit}>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {tags.length === 0 ? null : (
        <ul className="np-dispatches">
          {tags.map((tag) => (
            <li key={tag}>
              <span className="np-dispatch-name">{tag}</span>
              <Button look="plain" onPress={() => void change([], [tag])}>
                {t('hq.untag')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <TextField
        label={t('hq.tag')}
        hint={t('hq.tagHint')}
        value={typed}
        onChange={setTyped}
        maxLength={LABEL_CHARS}
        autoComplete="off"
      />
      <Button type="submit">{t('hq.tagGo')}</Button>
    </form>
  );
}

/** Points set right by a person, with the reason that the member reads in the statement. Sent twice it counts once. */
export function Adjust({ id, onMoved }: { id: string; onMoved: (points: number) => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const [cause, setCause] = useState(() => crypto.randomUUID());
  const [isTried, setTried] = useState(false);
  const [isDone, setDone] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const points = Number(typed.trim().replace(/^[−–]/u, '-'));
  const isGood = typed.trim() !== '' && Number.isInteger(points) && points !== 0 && Math.abs(points) <= MOST_POINTS;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (!isGood || reason.trim() === '') return;
    const body = { kind: 'adjust' as const, id: `console/${cause}`, points, reason: reason.trim() };
    const answer = await hub.call('movePoints', { params: { memberId: id }, body });
    setTrouble(answer.ok ? undefined : answer.trouble);
    setDone(answer.ok);
    if (!answer.ok) return;
    setTyped('');
    setReason('');
    setTried(false);
    setCause(crypto.randomUUID());
    onMoved(points);
  };
  return (
    <details>
      <summary>{t('hq.adjust')}</summary>
      <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
        {trouble ? <TroubleNotice trouble={trouble} /> : null}
        {isDone ? <Notice kind="success" title={t('hq.adjusted')} /> : null}
        <TextField
          label={t('hq.adjustPoints')}
          hint={t('hq.adjustHint')}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          error={isTried && !isGood ? t('hq.adjustWrong') : undefined}
        />
        <TextField
          label={t('hq.adjustReason')}
          hint={t('hq.adjustReasonHint')}
          value={reason}
          onChange={setReason}
          maxLength={80}
          autoComplete="off"
          error={isTried && reason.trim() === '' ? t('member.missing') : undefined}
        />
        <Button type="submit">{t('hq.adjustGo')}</Button>
      </form>
    </details>
  );
}
