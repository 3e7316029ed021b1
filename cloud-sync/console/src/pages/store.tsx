import type { HubAnswer } from '@tillside/hub-contract';
import { Button, Loading, Notice } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { MemberPack } from '../parts/member-pack.tsx';
import { PairingCode } from '../parts/pairing-code.tsx';
import { Column, Lead } from '../parts/print.tsx';
import { KINDS, LineStatus, ReleaseStatus } from '../parts/states.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const EVERY_MS = 2000;
type Detail = HubAnswer<'store'>;
const HEADLINES = { live: 'store.oneLive', paired: 'store.onePaired', waiting: 'store.oneWaiting' } as const;

export function StorePage({ id }: { id: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const reading = useHub('store', { params: { id } }, EVERY_MS);
  const store = reading.value;
  if (store === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('store.reading')} />;
  }
  const seen = store.lastSeenAt === null ? t('store.never') : format.ago(store.lastSeenAt);
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead
        kicker={`${t('sections.stores')} · ${store.id}`}
        headline={t(HEADLINES[store.state], { store: store.name })}
        deck={t('store.oneLead', { events: format.number(store.events), seen })}
      />
      {store.conflicts > 0 ? <Notice kind="warning" title={t('store.conflicts', { count: store.conflicts })} /> : null}
      <div className="np-columns">
        <Column title={t('store.days')} wide>
          <Days days={store.days} />
        </Column>
        <Column title={t('store.desired')}>
          <dl className="np-pairs">
            <dt>{t('store.state')}</dt>
            <dd>
              <LineStatus state={store.state} />
            </dd>
            {KINDS.map((kind) => (
              <div key={kind}>
                <dt>{t(`store.${kind}`)}</dt>
                <dd>
                  <ReleaseStatus release={store[kind]} />
                  {store[kind]?.at ? (
                    <span className="tl-second">
                      {' '}
                      {t('store.reported')} {format.when(store[kind].at)}
                    </span>
                  ) : null}
                </dd>
              </div>
            ))}
          </dl>
          <NewCode store={store} />
        </Column>
        <Column title={t('store.streams')} wide>
          <Streams store={store} />
          <a href={hrefOf({ page: 'events', store: store.id })}>{t('store.seeEvents')}</a>
        </Column>
        <Column title={t('store.pack')}>
          <MemberPack store={store} />
        </Column>
      </div>
    </>
  );
}

function Days({ days }: { days: Detail['days'] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  if (days.length === 0) return <p className="tl-second">{t('store.noDays')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('store.days')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('store.date')}</th>
            {(['sales', 'returns', 'list', 'savings', 'payable'] as const).map((key) => (
              <th key={key} scope="col" data-align="end">
                {t(`store.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.businessDate}>
              <th scope="row">{format.day(day.businessDate)}</th>
              <td data-align="end">{format.number(day.sales)}</td>
              <td data-align="end">{format.number(day.returns)}</td>
              <td data-align="end">{format.money(day.listFen)}</td>
              <td data-align="end">{format.money(day.savingsFen)}</td>
              <td data-align="end">
                <strong>{format.money(day.payableFen)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const EPOCH_CHARS = 8;

function Streams({ store: { positions } }: { store: Detail }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const epochs = new Set(positions.map(({ epoch }) => epoch));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('store.streams')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('store.stream')}</th>
            <th scope="col" data-align="end">
              {t('store.upTo')}
            </th>
            <th scope="col">{t('store.gaps')}</th>
            <th scope="col" data-align="end">
              {t('store.givenUp')}
            </th>
            <th scope="col">{t('store.lastSeen')}</th>
          </tr>
        </thead>
        <tbody>
          {positions.map((position) => (
            <tr key={`${position.epoch} ${position.stream}`}>
              <th scope="row" className="np-row-name">
                {t(`stream.${position.stream}`)}
                {epochs.size > 1 ? (
                  <small className="tl-second">
                    {t('store.numbering', { epoch: position.epoch.slice(0, EPOCH_CHARS) })}
                  </small>
                ) : null}
              </th>
              <td data-align="end">{format.number(position.contiguousSeq)}</td>
              <td>
                {position.ranges.length === 0
                  ? t('store.noGaps')
                  : position.ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')}
              </td>
              <td data-align="end">{format.number(position.givenUp)}</td>
              <td>{format.ago(position.lastReceivedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function NewCode({ store }: { store: Detail }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [pairing, setPairing] = useState<HubAnswer<'createPairing'>>();
  const [trouble, setTrouble] = useState<Trouble>();
  const make = async (): Promise<void> => {
    const answer = await hub.call('createPairing', { body: { kind: 'store', store: store.id } });
    if (answer.ok) setPairing(answer.value);
    setTrouble(answer.ok ? undefined : answer.trouble);
  };
  return (
    <>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      {pairing ? <PairingCode pairing={pairing} name={store.name} /> : null}
      <div>
        <Button onPress={() => void make()}>{t('store.newCode')}</Button>
      </div>
    </>
  );
}
