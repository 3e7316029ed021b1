import { type Campaign, type CampaignKind, type CampaignSet, KIND_NAMES, parseCampaignSet } from '@tillside/decide';
import { Button, Loading, Notice, Select } from '@tillside/ui';
import { type ChangeEvent, type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { editionOf, type Fault, FORM_KINDS, loadEdition } from '../draft/draft.ts';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { BasketPreview } from '../parts/basket-preview.tsx';
import { CampaignForm } from '../parts/campaign-form.tsx';
import { CampaignTable } from '../parts/campaign-table.tsx';
import { Findings } from '../parts/findings.tsx';
import { Column, Lead } from '../parts/print.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

/** The edition in force is read once: what is being written must not change under the hand. */
const ONCE_MS = 3_600_000;

/** Sets a new edition: what is in force is carried over, changed here, tried on a basket, and pushed. */
export function ComposePage({ skus }: { skus: readonly string[] | undefined }): ReactElement {
  const { t } = useTranslation();
  const releases = useHub('campaigns', {}, ONCE_MS);
  const stores = useHub('stores', {}, ONCE_MS);
  if (releases.value === undefined || stores.value === undefined) {
    const failed = releases.trouble ? releases : stores;
    return failed.trouble ? <ReadingNotice reading={failed} /> : <Loading what={t('campaign.reading')} />;
  }
  const parsed = parseCampaignSet(releases.value.releases[0]?.set);
  return (
    <Draft
      skus={skus}
      before={parsed.ok ? parsed.value : undefined}
      stores={stores.value.stores.map(({ id, name }) => ({ id, name }))}
    />
  );
}

interface DraftProps {
  readonly skus: readonly string[] | undefined;
  readonly before: CampaignSet | undefined;
  readonly stores: readonly { readonly id: string; readonly name: string }[];
}

function Draft({ skus, before, stores }: DraftProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const [base, setBase] = useState(before);
  const [campaigns, setCampaigns] = useState<readonly Campaign[]>(before?.campaigns ?? []);
  const edition = useMemo(() => editionOf(campaigns, base), [campaigns, base]);
  const load = (set: CampaignSet): void => {
    setBase(set);
    setCampaigns(set.campaigns);
  };
  const carried =
    before !== undefined && before.campaigns.length > 0
      ? `${format.locale === 'en' ? ' ' : ''}${t('draft.carried', { count: before.campaigns.length })}`
      : '';
  return (
    <>
      <Lead kicker={t('sections.campaigns')} headline={t('draft.title')} deck={`${t('draft.lead')}${carried}`} />
      <Column title={t('draft.inIt')} wide>
        {campaigns.length === 0 ? (
          <p className="tl-second">{t('draft.empty')}</p>
        ) : (
          <CampaignTable
            campaigns={campaigns}
            action={(campaign) => (
              <Button
                look="plain"
                aria-label={t('draft.remove', { name: format.said(campaign.name) })}
                onPress={() => setCampaigns(campaigns.filter((one) => one !== campaign))}
              >
                {t('draft.takeOut')}
              </Button>
            )}
          />
        )}
        <Findings set={edition} />
      </Column>
      <div className="np-columns">
        <Column title={t('draft.add')}>
          <CampaignForm skus={skus} onAdd={(campaign) => setCampaigns([...campaigns, campaign])} />
          <LoadFile onLoad={load} />
        </Column>
        <Column title={t('draft.preview')} wide>
          <BasketPreview set={edition} storeId={stores[0]?.id ?? 'preview'} />
        </Column>
      </div>
      <Push edition={edition} stores={stores} />
    </>
  );
}

const OTHER_KINDS = (Object.keys(KIND_NAMES) as CampaignKind[]).filter(
  (kind) => !FORM_KINDS.some((known) => known === kind),
);

function LoadFile({ onLoad }: { onLoad: (set: CampaignSet) => void }): ReactElement {
  const { t } = useTranslation();
  const { said } = useFormat();
  const [faults, setFaults] = useState<readonly Fault[]>();
  const read = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const input = event.target;
    const file = input.files?.[0];
    if (file === undefined) return;
    const loaded = loadEdition(await file.text());
    setFaults(loaded.ok ? undefined : loaded.faults);
    if (loaded.ok) onLoad(loaded.set);
    // The same file, corrected, must be readable again.
    input.value = '';
  };
  return (
    <div className="np-load">
      <label className="tl-field">
        <span className="tl-label">{t('draft.load')}</span>
        <input type="file" accept=".json,application/json" onChange={(event) => void read(event)} />
      </label>
      <p className="tl-second">{t('draft.loadHint')}</p>
      <p className="tl-second">
        {t('draft.otherKinds', { kinds: OTHER_KINDS.map((kind) => said(KIND_NAMES[kind])).join(t('campaign.and')) })}
      </p>
      {faults === undefined ? null : (
        <>
          <Notice kind="error" title={t('draft.badFile')} safe={faults.length === 0 ? t('draft.notJson') : undefined} />
          <ul className="np-issues">
            {faults.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <code>{path}</code> {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const EVERY_STORE = '*';

function Push({ edition, stores }: { edition: CampaignSet; stores: DraftProps['stores'] }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [target, setTarget] = useState(EVERY_STORE);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const count = edition.campaigns.length;
  const push = async (): Promise<void> => {
    setBusy(true);
    const answer = await hub.call('pushCampaigns', { body: { stores: [target], set: edition } });
    setBusy(false);
    if (answer.ok) location.hash = hrefOf({ page: 'campaigns' });
    else setTrouble(answer.trouble);
  };
  const options = [
    { key: EVERY_STORE, label: t('draft.allStores') },
    ...stores.map(({ id, name }) => ({ key: id, label: name })),
  ];
  return (
    <div className="np-push">
      {trouble ? <TroubleNotice trouble={trouble} title={t('draft.refusedTitle')} /> : null}
      {stores.length === 0 ? <p>{t('draft.unpaired')}</p> : null}
      <div className="np-push-row">
        <Select label={t('draft.targets')} options={options} selected={target} onSelect={setTarget} />
        <Button look="primary" isDisabled={isBusy || stores.length === 0} onPress={() => void push()}>
          {isBusy ? t('draft.pushing') : count === 0 ? t('draft.pushEmpty') : t('draft.push', { count })}
        </Button>
      </div>
    </div>
  );
}
