import type { HubAnswer } from '@tillside/hub-contract';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../route.ts';
import { useFormat } from './use-format.ts';

type Access = HubAnswer<'memberAccesses'>['accesses'][number] & { readonly memberId?: string; readonly id?: number };

/** What was done with the data of all, as a member pack does. */
const EVERYBODY = '*';

/** Looks at data of persons; with the member where they are of several. */
export function AccessTable({ accesses, label }: { accesses: readonly Access[]; label: string }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const isOfMany = accesses.some(({ memberId }) => memberId !== undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={label} tabIndex={0}>
      <table className="tl-table np-access">
        <thead>
          <tr>
            <th scope="col">{t('member.when')}</th>
            {isOfMany ? <th scope="col">{t('member.id')}</th> : null}
            <th scope="col">{t('member.who')}</th>
            <th scope="col">{t('member.did')}</th>
            <th scope="col">{t('member.why')}</th>
          </tr>
        </thead>
        <tbody>
          {accesses.map(({ id, memberId, by, what, reason, at }) => (
            <tr key={id ?? `${at} ${by} ${what}`}>
              <td className="np-until">{format.when(at)}</td>
              {memberId === undefined ? null : (
                <td>
                  {memberId === EVERYBODY ? (
                    t('member.everybody')
                  ) : (
                    <a href={hrefOf({ page: 'member', id: memberId })}>{memberId}</a>
                  )}
                </td>
              )}
              <td>{by}</td>
              <td>{t(`member.whats.${what}`, { defaultValue: what })}</td>
              <td className="np-why">{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
