import type { ErasureProof } from '@tillside/hub-contract';
import { Button, Loading, Status } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { hrefOf } from '../route.ts';
import { download } from './download.ts';
import { Column, Lead } from './print.tsx';
import { ReadingNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';

const EVERY_MS = 5000;

/** How far an erasure is: what HQ destroyed, and which stores have confirmed. */
export function Proof({ id }: { id: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const reading = useHub('erasureProof', { params: { memberId: id } }, EVERY_MS);
  if (reading.value === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('member.reading')} />;
  }
  const proof = reading.value;
  const { erasedAt, by, destroyed, stores } = proof.signed;
  const done = stores.filter(({ confirmedAt }) => confirmedAt !== 'waiting').length;
  const state =
    stores.length === 0
      ? t('member.proofNone')
      : done === stores.length
        ? t('member.proofAll')
        : t('member.proofSome', { done: format.number(done), all: format.number(stores.length) });
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead
        kicker={`${t('sections.members')} · ${id}`}
        headline={t('member.erased')}
        deck={
          <>
            <p>{state}</p>
            <p className="np-sure">
              {t('member.proofAt', {
                when: format.until(erasedAt),
                by: t(`member.eraseBys.${by}`, { defaultValue: by }),
                count: destroyed.length,
              })}
            </p>
          </>
        }
        action={<Button onPress={() => download(`erasure-${id}.json`, proof)}>{t('member.proofDownload')}</Button>}
      />
      <Column title={t('member.proof')} wide>
        {stores.length === 0 ? null : <Stores stores={stores} />}
        <p className="tl-second np-small">
          {t('member.proofKey')} <code className="np-secret">{proof.publicKey}</code>
        </p>
        <a href={hrefOf({ page: 'members' })}>{t('member.back')}</a>
      </Column>
    </>
  );
}

function Stores({ stores }: { stores: ErasureProof['signed']['stores'] }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useStoreNames();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('member.proof')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('member.proofStore')}</th>
            <th scope="col">{t('member.proofWhen')}</th>
          </tr>
        </thead>
        <tbody>
          {stores.map(({ store, confirmedAt }) => (
            <tr key={store}>
              <th scope="row">{names(store)}</th>
              <td>
                {confirmedAt === 'waiting' ? (
                  <Status tone="waiting">{t('member.proofWaiting')}</Status>
                ) : (
                  <Status tone="good">{format.until(confirmedAt)}</Status>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
