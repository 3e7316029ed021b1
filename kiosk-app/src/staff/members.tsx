import type { AccessReason, FoundMember } from '@tillside/agent-contract';
import { Button, Notice, TextField, useLocale } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import type { ApiError } from '../api/result.ts';
import { JoinForm } from './member-join.tsx';
import { Person } from './member-person.tsx';
import { staffWords } from './own-errors.ts';
import { PackAge } from './pack-age.tsx';

const REASONS: readonly AccessReason[] = [
  'asked-by-member',
  'lost-code',
  'points',
  'complaint',
  'correction',
  'supervision',
];

type At =
  | { readonly name: 'find' }
  | { readonly name: 'join' }
  | { readonly name: 'found'; readonly member: FoundMember; readonly reason: AccessReason };

/** Members as a colleague may see them: found with a reason that is kept, by the ends of their phone; nothing stays on the page when it is left. */
export function Members({ client, onOver }: { client: Client; onOver: () => void }): ReactElement {
  const { t } = useTranslation();
  const [at, setAt] = useState<At>({ name: 'find' });
  const [isForgotten, setForgotten] = useState(false);
  const find = (): void => setAt({ name: 'find' });
  if (at.name === 'join') return <JoinForm client={client} onDone={find} onOver={onOver} />;
  if (at.name === 'found') {
    return (
      <Person
        client={client}
        member={at.member}
        reason={at.reason}
        onChanged={(member) => setAt({ ...at, member })}
        onOver={onOver}
        onOther={find}
        onForgotten={() => {
          setForgotten(true);
          find();
        }}
      />
    );
  }
  return (
    <div className="s-members">
      <h1>{t('members.title')}</h1>
      {isForgotten ? <Notice kind="success" title={t('members.forgotten')} /> : null}
      <PackAge client={client} />
      <Find
        client={client}
        onOver={onOver}
        onFound={(member, reason) => {
          setForgotten(false);
          setAt({ name: 'found', member, reason });
        }}
      />
      <Button look="member" size="large" wide onPress={() => setAt({ name: 'join' })}>
        {t('members.join')}
      </Button>
    </div>
  );
}

interface FindProps {
  client: Client;
  onFound: (member: FoundMember, reason: AccessReason) => void;
  onOver: () => void;
}

function Find({ client, onFound, onOver }: FindProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const [phone, setPhone] = useState('');
  const [reason, setReason] = useState<AccessReason | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const isReady = phone.trim().length >= 5 && reason !== null;

  async function find(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (!isReady) return;
    const answer = await client.call('findMember', { body: { phone: phone.trim(), reason } });
    if (answer.ok) onFound(answer.value, reason);
    else if (answer.error.code === 'STAFF_SESSION_ENDED') onOver();
    else setError(answer.error);
  }

  const words = error ? staffWords(error, locale) : null;
  return (
    <form className="s-members" onSubmit={(event) => void find(event)}>
      <TextField
        label={t('members.phone')}
        hint={t('members.phoneHint')}
        value={phone}
        inputMode="tel"
        autoComplete="off"
        onChange={(next) => {
          setPhone(next);
          setError(null);
        }}
      />
      <fieldset className="s-choices">
        <legend>{t('members.reason')}</legend>
        {REASONS.map((one) => (
          <button
            key={one}
            type="button"
            className="s-filter"
            aria-pressed={reason === one}
            onClick={() => setReason(one)}
          >
            {t(`members.reasons.${one}`)}
          </button>
        ))}
      </fieldset>
      <p className="tl-second">{t('members.reasonHint')}</p>
      {words ? <Notice kind="warning" title={words.title} todo={words.todo} code={words.code} /> : null}
      <Button type="submit" look="primary" size="large" wide isDisabled={!isReady}>
        {t('members.go')}
      </Button>
    </form>
  );
}
