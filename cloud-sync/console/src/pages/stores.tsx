import type { HubAnswer } from '@tillside/hub-contract';
import { Button, Loading, TextField } from '@tillside/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { PairingCode } from '../parts/pairing-code.tsx';
import { Column, Lead } from '../parts/print.tsx';
import { KINDS, LineStatus, ReleaseStatus, type StoreRow } from '../parts/states.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const EVERY_MS = 3000;
/** From here on a search field helps more than scrolling. */
const MANY = 8;

export function StoresPage(): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const reading = useHub('stores', {}, EVERY_MS);
  const [sought, setSought] = useState('');
  const stores = reading.value?.stores;
  if (stores === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('store.reading')} />;
  }
  const live = stores.filter(({ state }) => state === 'live').length;
  const events = format.number(stores.reduce((sum, store) => sum + store.events, 0));
  const wanted = sought.trim().toLowerCase();
  const shown = stores.filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted));
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead
        kicker={t('sections.stores')}
        headline={stores.length === 0 ? t('store.headlineNone') : t('store.headlineLive', { count: live })}
        deck={
          stores.length === 0 ? t('store.noneWhy') : t('store.lead', { total: format.number(stores.length), events })
        }
      />
      {stores.length > MANY ? (
        <div className="np-find">
          <TextField label={t('store.find')} value={sought} onChange={setSought} type="search" />
        </div>
      ) : null}
      {shown.length > 0 ? <StoreTable stores={shown} /> : null}
      {shown.length === 0 && stores.length > 0 ? <p>{t('store.noMatch', { text: sought })}</p> : null}
      <Column title={t('store.add')}>
        <AddStore onAdded={reading.again} />
      </Column>
    </>
  );
}

function StoreTable({ stores }: { stores: readonly StoreRow[] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('sections.stores')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('store.name')}</th>
            <th scope="col">{t('store.state')}</th>
            <th scope="col">{t('store.lastSeen')}</th>
            <th scope="col" data-align="end">
              {t('store.events')}
            </th>
            {KINDS.map((kind) => (
              <th key={kind} scope="col">
                {t(`store.${kind}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stores.map((store) => (
            <tr key={store.id}>
              <th scope="row" className="np-row-name">
                <a href={hrefOf({ page: 'store', id: store.id })}>{store.name}</a>
                <small className="tl-second">{store.id}</small>
              </th>
              <td>
                <LineStatus state={store.state} />
              </td>
              <td>{store.lastSeenAt === null ? t('store.never') : format.ago(store.lastSeenAt)}</td>
              <td data-align="end">{format.number(store.events)}</td>
              {KINDS.map((kind) => (
                <td key={kind}>
                  <ReleaseStatus release={store[kind]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const STORE_ID = /^[a-z0-9][a-z0-9-]{1,31}$/;

function AddStore({ onAdded }: { onAdded: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [isWrong, setWrong] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const [added, setAdded] = useState<HubAnswer<'addStore'>>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWrong(!STORE_ID.test(id));
    if (!STORE_ID.test(id)) return;
    const body = name.trim() === '' ? { id } : { id, name: name.trim() };
    const answer = await hub.call('addStore', { body });
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (!answer.ok) return;
    setAdded(answer.value);
    setId('');
    setName('');
    onAdded();
  };
  return (
    <form className="np-form" noValidate onSubmit={(event) => void submit(event)}>
      <p className="tl-second">{t('store.addLead')}</p>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {added ? <PairingCode pairing={added.pairing} name={added.store.name} /> : null}
      <div className="np-fields">
        <TextField
          label={t('store.id')}
          hint={t('store.idHint')}
          value={id}
          onChange={setId}
          autoComplete="off"
          error={isWrong ? t('store.idWrong') : undefined}
        />
        <TextField label={t('store.display')} value={name} onChange={setName} maxLength={64} />
      </div>
      <Button type="submit">{t('store.create')}</Button>
    </form>
  );
}
