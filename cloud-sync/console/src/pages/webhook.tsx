import type { HubAnswer, Webhook } from '@tillside/hub-contract';
import { Button, Dialog, Loading, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer, Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { Column, Lead } from '../parts/print.tsx';
import { SecretOnce } from '../parts/secret-once.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { Delivered } from '../parts/webhook-delivered.tsx';
import { Outcome, useReplay } from '../parts/webhook-replay.tsx';
import { hrefOf } from '../route.ts';
import { HookState } from './webhooks.tsx';

const EVERY_MS = 5000;

export function WebhookPage({ id }: { id: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const reading = useHub('webhooks', {}, EVERY_MS);
  if (reading.value === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('hook.reading')} />;
  }
  const hook = reading.value.webhooks.find((each) => each.id === id);
  const kicker = t('sections.webhooks');
  if (hook === undefined) return <Lead kicker={kicker} headline={t('hook.unknown')} deck={t('hook.unknownWhy')} />;
  const types = hook.types.map((type) => t(`hook.type.${type.replace('.', '_')}`)).join(' · ');
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead
        kicker={kicker}
        headline={new URL(hook.url).host}
        deck={
          <>
            <p className="np-address">{hook.url}</p>
            <p>
              <HookState hook={hook} />
            </p>
            <p className="np-sure">{types}</p>
          </>
        }
      />
      <div className="np-columns">
        <Column title={t('hook.letters')} wide>
          <Letters id={id} onReplayed={reading.again} />
        </Column>
        <Column title={t('hook.tools')}>
          <dl className="np-facts">
            <dt>{t('hook.waiting')}</dt>
            <dd>{format.number(hook.waiting)}</dd>
            <dt>{t('hook.dead')}</dt>
            <dd>{format.number(hook.dead)}</dd>
            <dt>{t('hook.created')}</dt>
            <dd>{format.when(hook.createdAt)}</dd>
          </dl>
          <Tools hook={hook} onDone={reading.again} />
        </Column>
      </div>
      <Column title={t('hook.delivered')}>
        <Delivered id={id} onReplayed={reading.again} />
      </Column>
      <Column title={t('hook.replay')}>
        <ReplayForm id={id} onReplayed={reading.again} />
      </Column>
    </>
  );
}

function Tools({ hook, onDone }: { hook: Webhook; onDone: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  const [secret, setSecret] = useState<HubAnswer<'rotateWebhookSecret'>>();
  const [isAsked, setAsked] = useState(false);
  const params = { id: hook.id };
  const heard = <T,>(answer: Answer<T>): answer is { ok: true; value: T } => {
    setTrouble(answer.ok ? undefined : answer.trouble);
    onDone();
    return answer.ok;
  };
  const turn = async (): Promise<void> => {
    heard(await hub.call('switchWebhook', { params, body: { on: hook.disabledAt !== null } }));
  };
  const rotate = async (): Promise<void> => {
    const answer = await hub.call('rotateWebhookSecret', { params });
    if (heard(answer)) setSecret(answer.value);
  };
  const remove = async (): Promise<void> => {
    setAsked(false);
    if (heard(await hub.call('deleteWebhook', { params }))) location.hash = hrefOf({ page: 'webhooks' });
  };
  return (
    <div className="np-stack">
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {secret ? <SecretOnce {...secret} /> : null}
      <div className="np-buttons">
        <Button onPress={() => void turn()}>{t(hook.disabledAt === null ? 'hook.switchOff' : 'hook.switchOn')}</Button>
        <Button onPress={() => void rotate()}>{t('hook.rotate')}</Button>
        <Button look="plain" onPress={() => setAsked(true)}>
          {t('hook.remove')}
        </Button>
      </div>
      <Dialog
        isOpen={isAsked}
        onOpenChange={setAsked}
        role="alertdialog"
        title={t('hook.removeAsk')}
        actions={
          <>
            <Button onPress={() => setAsked(false)}>{t('hook.keep')}</Button>
            <Button look="primary" onPress={() => void remove()}>
              {t('hook.remove')}
            </Button>
          </>
        }
      >
        <p>{t('hook.removeWhy')}</p>
      </Dialog>
    </div>
  );
}

function Letters({ id, onReplayed }: { id: string; onReplayed: () => void }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const reading = useHub('deadLetters', { params: { id } }, EVERY_MS);
  const { replay, ...outcome } = useReplay(id, onReplayed);
  if (reading.value === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading />;
  }
  const { dead } = reading.value;
  return (
    <>
      <Outcome {...outcome} />
      {dead.length === 0 ? <p className="tl-second">{t('hook.lettersNone')}</p> : null}
      {dead.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
        <section className="np-scroll" aria-label={t('hook.letters')} tabIndex={0}>
          <table className="tl-table">
            <thead>
              <tr>
                <th scope="col">{t('hook.letter')}</th>
                <th scope="col">{t('hook.member')}</th>
                <th scope="col" data-align="end">
                  {t('hook.attempts')}
                </th>
                <th scope="col">{t('hook.last')}</th>
                <th scope="col">{t('hook.why')}</th>
                <th scope="col">{t('hook.tools')}</th>
              </tr>
            </thead>
            <tbody>
              {dead.map((letter) => (
                <tr key={letter.messageId}>
                  <th scope="row" className="np-row-name">
                    {t(`hook.type.${letter.type.replace('.', '_')}`)}
                    <small className="tl-second">{letter.messageId}</small>
                  </th>
                  <td>
                    <a href={hrefOf({ page: 'member', id: letter.memberId })}>{letter.memberId}</a>
                  </td>
                  <td data-align="end">{format.number(letter.attempts)}</td>
                  <td>{format.when(letter.lastAt)}</td>
                  <td>{letter.why}</td>
                  <td className="np-row-action">
                    <Button look="plain" onPress={() => void replay({ id: letter.messageId })}>
                      {t('hook.again')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </>
  );
}

function ReplayForm({ id, onReplayed }: { id: string; onReplayed: () => void }): ReactElement {
  const { t } = useTranslation();
  const { replay, ...outcome } = useReplay(id, onReplayed);
  const [from, setFrom] = useState('');
  const [isWrong, setWrong] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const at = new Date(from);
    setWrong(Number.isNaN(at.getTime()));
    if (!Number.isNaN(at.getTime())) await replay({ since: at.toISOString() });
  };
  return (
    <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
      <p className="tl-second">{t('hook.replayWhy')}</p>
      <Outcome {...outcome} />
      <TextField
        label={t('hook.replayFrom')}
        type="datetime-local"
        value={from}
        onChange={setFrom}
        error={isWrong ? t('hook.replayWrong') : undefined}
      />
      <Button type="submit">{t('hook.replayGo')}</Button>
    </form>
  );
}
