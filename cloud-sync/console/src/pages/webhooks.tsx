import { type HubAnswer, type Webhook, WebhookType } from '@tillside/hub-contract';
import { Button, Checkbox, Loading, Status, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { Column, Lead } from '../parts/print.tsx';
import { SecretOnce } from '../parts/secret-once.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const EVERY_MS = 5000;

export function WebhooksPage(): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const reading = useHub('webhooks', {}, EVERY_MS);
  const hooks = reading.value?.webhooks;
  if (hooks === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('hook.reading')} />;
  }
  const total = (of: 'waiting' | 'dead'): number => hooks.reduce((sum, hook) => sum + hook[of], 0);
  const headline =
    hooks.length === 0
      ? t('hook.headlineNone')
      : total('dead') > 0
        ? t('hook.headlineDead', { count: total('dead'), number: format.number(total('dead')) })
        : total('waiting') > 0
          ? t('hook.headlineWaiting', { count: total('waiting'), number: format.number(total('waiting')) })
          : t('hook.headline', { count: hooks.length });
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead
        kicker={t('sections.webhooks')}
        headline={headline}
        deck={t(hooks.length === 0 ? 'hook.noneWhy' : 'hook.lead')}
      />
      {hooks.length > 0 ? <HookTable hooks={hooks} /> : null}
      <Column title={t('hook.add')}>
        <AddHook onAdded={reading.again} />
      </Column>
    </>
  );
}

export function HookState({ hook }: { hook: Webhook }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  if (hook.disabledAt === null) return <Status tone="good">{t('hook.on')}</Status>;
  return (
    <>
      <Status tone="bad">{t(`hook.off.${hook.disabledWhy ?? 'by-hand'}`)}</Status>{' '}
      <span className="tl-second np-small">{t('hook.since', { when: format.when(hook.disabledAt) })}</span>
    </>
  );
}

function HookTable({ hooks }: { hooks: readonly Webhook[] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('sections.webhooks')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('hook.url')}</th>
            <th scope="col">{t('hook.state')}</th>
            <th scope="col" data-align="end">
              {t('hook.waiting')}
            </th>
            <th scope="col" data-align="end">
              {t('hook.dead')}
            </th>
            <th scope="col">{t('hook.types')}</th>
          </tr>
        </thead>
        <tbody>
          {hooks.map((hook) => (
            <tr key={hook.id}>
              <th scope="row" className="np-row-name np-address">
                <a href={hrefOf({ page: 'webhook', id: hook.id })}>{hook.url}</a>
              </th>
              <td>
                <HookState hook={hook} />
              </td>
              <td data-align="end">{format.number(hook.waiting)}</td>
              <td data-align="end">{format.number(hook.dead)}</td>
              <td className="np-scope">
                {hook.types.map((type) => t(`hook.type.${type.replace('.', '_')}`, { defaultValue: type })).join(' · ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const isAddress = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'https:';

function AddHook({ onAdded }: { onAdded: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [url, setUrl] = useState('');
  const [types, setTypes] = useState<readonly WebhookType[]>(WebhookType.options);
  const [isTried, setTried] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const [added, setAdded] = useState<HubAnswer<'createWebhook'>>();
  const turn = (type: WebhookType, isOn: boolean): void =>
    setTypes(WebhookType.options.filter((each) => (each === type ? isOn : types.includes(each))));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const isGood = isAddress(url) && types.length > 0;
    setTried(!isGood);
    if (!isGood) return;
    const answer = await hub.call('createWebhook', { body: { url, types: [...types] } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (!answer.ok) return;
    setAdded(answer.value);
    setUrl('');
    onAdded();
  };
  return (
    <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {added ? <SecretOnce secret={added.secret} /> : null}
      <TextField
        label={t('hook.url')}
        hint={t('hook.urlHint')}
        type="url"
        value={url}
        onChange={setUrl}
        autoComplete="off"
        error={isTried && !isAddress(url) ? t('hook.urlWrong') : undefined}
      />
      <fieldset className="np-choices">
        <legend>{t('hook.types')}</legend>
        {WebhookType.options.map((type) => (
          <Checkbox key={type} isSelected={types.includes(type)} onChange={(isOn) => turn(type, isOn)}>
            {t(`hook.type.${type.replace('.', '_')}`)}
          </Checkbox>
        ))}
        {isTried && types.length === 0 ? <p role="alert">{t('hook.typesMissing')}</p> : null}
      </fieldset>
      <Button type="submit">{t('hook.create')}</Button>
    </form>
  );
}
