import type { DeliveredMessage } from '@tillside/hub-contract';
import { Button, Loading } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub } from '../hub/use-hub.ts';
import { hrefOf } from '../route.ts';
import { ReadingNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';
import { Outcome, useReplay } from './webhook-replay.tsx';

const EVERY_MS = 5000;

/** What the receiver took last, with its answer; each can be sent once more by itself. */
export function Delivered({ id, onReplayed }: { id: string; onReplayed: () => void }): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('deliveredMessages', { params: { id } }, EVERY_MS);
  const { replay, ...outcome } = useReplay(id, onReplayed);
  if (reading.value === undefined) return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading />;
  const { delivered } = reading.value;
  if (delivered.length === 0) return <p className="tl-second">{t('hook.deliveredNone')}</p>;
  return (
    <>
      <p className="tl-second">{t('hook.deliveredWhy')}</p>
      <Outcome {...outcome} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
      <section className="np-scroll np-statement" aria-label={t('hook.delivered')} tabIndex={0}>
        <table className="tl-table">
          <thead>
            <tr>
              <th scope="col">{t('hook.letter')}</th>
              <th scope="col">{t('hook.member')}</th>
              <th scope="col">{t('hook.at')}</th>
              <th scope="col">{t('hook.answer')}</th>
              <th scope="col" data-align="end">
                {t('hook.took')}
              </th>
              <th scope="col" data-align="end">
                {t('hook.attempts')}
              </th>
              <th scope="col">{t('hook.tools')}</th>
            </tr>
          </thead>
          <tbody>
            {delivered.map((each) => (
              <Row
                key={`${each.messageId} ${each.at}`}
                message={each}
                onAgain={() => void replay({ id: each.messageId, only: true })}
              />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Row({ message, onAgain }: { message: DeliveredMessage; onAgain: () => void }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { messageId, type, memberId, at, status, tookMs, attempts } = message;
  return (
    <tr>
      <th scope="row" className="np-row-name">
        {t(`hook.type.${type.replace('.', '_')}`)}
        <small className="tl-second">{messageId}</small>
      </th>
      <td>
        <a href={hrefOf({ page: 'member', id: memberId })}>{memberId}</a>
      </td>
      <td>{format.when(at)}</td>
      <td>{status ?? t('hook.notNoted')}</td>
      <td data-align="end">{tookMs === null ? t('hook.notNoted') : t('hook.ms', { ms: format.number(tookMs) })}</td>
      <td data-align="end">{format.number(attempts)}</td>
      <td className="np-row-action">
        <Button look="plain" onPress={onAgain}>
          {t('hook.againOne')}
        </Button>
      </td>
    </tr>
  );
}
