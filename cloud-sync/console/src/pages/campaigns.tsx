import { parseCampaignSet } from '@tillside/decide';
import { COMMAND_LINE, type HubAnswer } from '@tillside/hub-contract';
import { Loading, type Locale } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { CampaignTable } from '../parts/campaign-table.tsx';
import { Column, Lead } from '../parts/print.tsx';
import { ReleaseStatus } from '../parts/states.tsx';
import { ReadingNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

/** Fast enough that "in force" appears while one is still looking. */
const EVERY_MS = 1000;
const PAST_AT_MOST = 20;

export type Release = HubAnswer<'campaigns'>['releases'][number];

export function CampaignsPage(): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('campaigns', {}, EVERY_MS);
  const releases = reading.value?.releases;
  if (releases === undefined) {
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('campaign.reading')} />;
  }
  const [newest, ...past] = releases;
  const compose = (
    <>
      <a className="tl-button" data-look="primary" href={hrefOf({ page: 'compose' })}>
        {t('campaign.compose')}
      </a>{' '}
      <a className="tl-button" href={hrefOf({ page: 'screens' })}>
        {t('screens.link')}
      </a>
    </>
  );
  return (
    <>
      <ReadingNotice reading={reading} />
      {newest === undefined ? (
        <Lead
          kicker={t('sections.campaigns')}
          headline={t('campaign.headlineNone')}
          deck={t('campaign.noneWhy')}
          action={compose}
        />
      ) : (
        <Newest release={newest} action={compose} />
      )}
      {past.length > 0 ? (
        <Column title={t('campaign.past')} wide>
          <Past releases={past.slice(0, PAST_AT_MOST)} inForce={inForceOf(releases)} />
        </Column>
      ) : null}
    </>
  );
}

function campaignsOf(release: Release) {
  const parsed = parseCampaignSet(release.set);
  return parsed.ok ? parsed.value.campaigns : [];
}

function useNameOf(release: Release): string {
  const { t } = useTranslation();
  const { locale, said } = useFormat();
  const [first, ...rest] = campaignsOf(release);
  if (first === undefined) return t('campaign.emptySet');
  const name = quoted(said(first.name), locale);
  return rest.length === 0 ? name : t('campaign.headlineMany', { name, more: rest.length });
}

const quoted = (name: string, locale: Locale): string => (locale === 'en' ? `“${name}”` : `「${name}」`);

function useHeadline(release: Release): string {
  const { t } = useTranslation();
  const name = useNameOf(release);
  const count = (state: Release['stores'][number]['state']): number =>
    release.stores.filter((one) => one.state === state).length;
  if (count('refused') > 0) return t('campaign.headlineRefused', { name, count: count('refused') });
  if (count('pending') > 0) return t('campaign.headlinePending', { name, count: count('pending') });
  return t('campaign.headline', { name, count: count('applied') });
}

function Newest({ release, action }: { release: Release; action: ReactElement }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const headline = useHeadline(release);
  const nameOf = useStoreNames();
  const pusher = release.publishedBy === COMMAND_LINE ? t('campaign.commandLine') : release.publishedBy;
  const isInForce = release.stores.every(({ state }) => state === 'applied');
  return (
    <>
      <Lead
        kicker={t('sections.campaigns')}
        headline={headline}
        deck={t('campaign.lead', { when: format.ago(release.publishedAt), who: pusher })}
        action={action}
      />
      <div className="np-columns">
        <Column title={t(isInForce ? 'campaign.now' : 'campaign.newest')} wide>
          <CampaignTable campaigns={campaignsOf(release)} />
        </Column>
        <Column title={t('campaign.perStore')}>
          <ul className="np-dispatches">
            {release.stores.map((state) => (
              <li key={state.store}>
                <a className="np-dispatch-name" href={hrefOf({ page: 'store', id: state.store })}>
                  {nameOf(state.store)}
                </a>
                <ReleaseStatus release={state} />
                <Elapsed publishedAt={release.publishedAt} state={state} />
              </li>
            ))}
          </ul>
        </Column>
      </div>
    </>
  );
}

/** How long the way to the store took; only told when it is a matter of seconds. */
function Elapsed({
  publishedAt,
  state,
}: {
  publishedAt: string;
  state: Release['stores'][number];
}): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  if (state.at === null || state.state !== 'applied') return null;
  const seconds = (Date.parse(state.at) - Date.parse(publishedAt)) / 1000;
  if (seconds < 0 || seconds > 120) return null;
  return <p className="tl-second">{t('campaign.elapsed', { seconds: format.number(seconds) })}</p>;
}

/** Which release each store runs: the newest that it has applied. `releases` come newest first. */
function inForceOf(releases: readonly Release[]): ReadonlyMap<string, string> {
  const inForce = new Map<string, string>();
  for (const { id, stores } of releases)
    for (const { store, state } of stores) if (state === 'applied' && !inForce.has(store)) inForce.set(store, id);
  return inForce;
}

interface PastProps {
  readonly releases: readonly Release[];
  readonly inForce: ReadonlyMap<string, string>;
}

function Past({ releases, inForce }: PastProps): ReactElement {
  const nameOf = useStoreNames();
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <table className="tl-table">
      <thead>
        <tr>
          <th scope="col">{t('campaign.pushed')}</th>
          <th scope="col">{t('campaign.what')}</th>
          <th scope="col">{t('campaign.perStore')}</th>
        </tr>
      </thead>
      <tbody>
        {releases.map((release) => (
          <tr key={release.id}>
            <th scope="row">{format.when(release.publishedAt)}</th>
            <td>
              <PastName release={release} />
            </td>
            <td>
              {release.stores.slice(0, 3).map((state) => (
                <span key={state.store} className="np-past-store">
                  {nameOf(state.store)}{' '}
                  <ReleaseStatus
                    release={state}
                    isReplaced={state.state === 'applied' && inForce.get(state.store) !== release.id}
                  />
                </span>
              ))}
              {release.stores.length > 3 ? `+${release.stores.length - 3}` : null}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PastName({ release }: { release: Release }): ReactElement {
  return <>{useNameOf(release)}</>;
}
