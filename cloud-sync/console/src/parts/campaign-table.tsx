import { type Campaign, KIND_NAMES } from '@tillside/decide';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CampaignWords } from '../news/campaign-words.ts';
import { useFormat } from './use-format.ts';

/** The campaigns of a set, both names, what they give and on what. */
export function CampaignTable({
  campaigns,
  action,
}: {
  campaigns: readonly Campaign[];
  action?: (campaign: Campaign) => ReactNode;
}): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const words = new CampaignWords(t, format);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('campaign.what')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('campaign.what')}</th>
            <th scope="col">{t('campaign.gives')}</th>
            <th scope="col">{t('campaign.on')}</th>
            <th scope="col">{t('campaign.when')}</th>
            {action ? (
              <th scope="col">
                <span className="tl-hidden">{t('draft.inIt')}</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {campaigns.map((campaign) => (
            <tr key={campaign.id}>
              <th scope="row" className="np-row-name">
                <span lang={format.locale === 'en' ? 'en' : 'zh-CN'}>
                  {format.locale === 'en' ? campaign.name.en : campaign.name.zh}
                </span>
                <small className="tl-second" lang={format.locale === 'en' ? 'zh-CN' : 'en'}>
                  {format.locale === 'en' ? campaign.name.zh : campaign.name.en}
                </small>
              </th>
              <td className="np-gives">
                {words.gives(campaign)}
                <small className="tl-second np-tags">{format.said(KIND_NAMES[campaign.kind])}</small>
              </td>
              <td className="np-scope">{words.scope(campaign)}</td>
              <td>
                <span className="np-until">{t('campaign.until', { date: format.until(campaign.window.to) })}</span>
                <small className="tl-second np-tags">
                  {campaign.audience?.memberOnly ? <span>{t('campaign.membersOnly')}</span> : null}
                  {campaign.audience?.birthdayDays === undefined ? null : (
                    <span>
                      {t(campaign.audience.birthdayDays === 0 ? 'campaign.onBirthday' : 'campaign.nearBirthday', {
                        count: campaign.audience.birthdayDays,
                      })}
                    </span>
                  )}
                  {campaign.requiresCoupon ? <span>{t('campaign.coupon')}</span> : null}
                  {campaign.claimable ? <span>{t('campaign.claimable')}</span> : null}
                  {campaign.limits ? <span>{t('campaign.limited')}</span> : null}
                </small>
              </td>
              {action ? <td data-align="end">{action(campaign)}</td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
