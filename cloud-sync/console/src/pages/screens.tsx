import { CONTENT_LIMITS, type ContentCard, parseCampaignSet } from '@tillside/decide';
import type { HubAnswer } from '@tillside/hub-contract';
import { Button, Checkbox, Loading, Select } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { useStoreNames } from '../hub/use-store-names.ts';
import { CardForm } from '../parts/card-form.tsx';
import { CardPreview } from '../parts/card-preview.tsx';
import { Column, Lead } from '../parts/print.tsx';
import { ReleaseStatus } from '../parts/states.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const EVERY_MS = 2000;
const ONCE_MS = 3_600_000;
const EVERY_STORE = '*';

type Content = HubAnswer<'content'>;

/** What kiosks show of HQ's: cards are written and looked at here, then published to stores. */
export function ScreensPage(): ReactElement {
  const { t } = useTranslation();
  const reading = useHub('content', {}, EVERY_MS);
  const campaigns = useHub('campaigns', {}, ONCE_MS);
  const stores = useHub('stores', {}, ONCE_MS);
  if (reading.value === undefined || stores.value === undefined)
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('screens.reading')} />;
  const set = parseCampaignSet(campaigns.value?.releases[0]?.set);
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead kicker={t('sections.campaigns')} headline={t('screens.title')} deck={t('screens.lead')} />
      <Cards
        content={reading.value}
        campaigns={set.ok ? set.value.campaigns : []}
        stores={stores.value.stores}
        again={reading.again}
      />
      <Published releases={reading.value.releases} />
      <a href={hrefOf({ page: 'campaigns' })}>{t('screens.back')}</a>
    </>
  );
}

interface CardsProps {
  readonly content: Content;
  readonly campaigns: readonly { readonly id: string; readonly name: { readonly zh: string; readonly en: string } }[];
  readonly stores: readonly { readonly id: string; readonly name: string }[];
  readonly again: () => void;
}

function Cards({ content: { draft }, campaigns, stores, again }: CardsProps): ReactElement {
  const { t } = useTranslation();
  const { said } = useFormat();
  const { hub } = useSession();
  const [left, setLeft] = useState<readonly string[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const chosen = draft.cards.filter(({ id }) => !left.includes(id));
  const during = async (work: () => Promise<{ ok: true } | { ok: false; trouble: Trouble }>): Promise<boolean> => {
    setBusy(true);
    const answer = await work();
    setBusy(false);
    setTrouble(answer.ok ? undefined : answer.trouble);
    again();
    return answer.ok;
  };
  const save = (cards: readonly ContentCard[]): Promise<boolean> =>
    during(() => hub.call('saveContent', { body: { was: draft.version, cards: [...cards] } }));
  const push = (target: string): Promise<boolean> =>
    during(() =>
      hub.call('pushContent', { body: { stores: [target], was: draft.version, cards: chosen.map(({ id }) => id) } }),
    );
  return (
    <>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      <Column title={t('screens.draft')} wide>
        {draft.cards.length === 0 ? <p className="tl-second">{t('screens.none')}</p> : null}
        <ul className="np-cards">
          {draft.cards.map((card) => (
            <li key={card.id}>
              <CardPreview card={card} />
              <CardFacts card={card} campaigns={campaigns} />
              <div className="np-card-tools">
                <Checkbox
                  isSelected={!left.includes(card.id)}
                  onChange={(isOn) => setLeft(isOn ? left.filter((id) => id !== card.id) : [...left, card.id])}
                >
                  {t('screens.choose')}
                </Checkbox>
                <Button
                  look="plain"
                  isDisabled={isBusy}
                  aria-label={t('screens.removeWhich', { name: said(card.title) })}
                  onPress={() => void save(draft.cards.filter(({ id }) => id !== card.id))}
                >
                  {t('screens.remove')}
                </Button>
              </div>
            </li>
          ))}
        </ul>
        <Push count={chosen.length} stores={stores} isBusy={isBusy} onPush={push} />
      </Column>
      <Column title={t('screens.add')} wide>
        <CardForm
          campaigns={campaigns.map(({ id, name }) => ({ id, name: said(name) }))}
          isBusy={isBusy}
          onAdd={(card) => save([...draft.cards, card])}
        />
      </Column>
    </>
  );
}

function CardFacts({ card, campaigns }: { card: ContentCard; campaigns: CardsProps['campaigns'] }): ReactElement {
  const { t } = useTranslation();
  const { said, until } = useFormat();
  const campaign = campaigns.find(({ id }) => id === card.campaignId);
  return (
    <p className="tl-second np-small">
      {t('screens.window', { from: until(card.from), until: until(card.until) })}
      <br />
      {card.campaignId === undefined
        ? t('screens.noCampaign')
        : t('screens.ofCampaign', { name: campaign === undefined ? card.campaignId : said(campaign.name) })}
    </p>
  );
}

interface PushProps {
  readonly count: number;
  readonly stores: CardsProps['stores'];
  readonly isBusy: boolean;
  readonly onPush: (target: string) => Promise<boolean>;
}

function Push({ count, stores, isBusy, onPush }: PushProps): ReactElement {
  const { t } = useTranslation();
  const [target, setTarget] = useState(EVERY_STORE);
  const options = [
    { key: EVERY_STORE, label: t('draft.allStores') },
    ...stores.map(({ id, name }) => ({ key: id, label: name })),
  ];
  const isTooMany = count > CONTENT_LIMITS.cards;
  return (
    <div className="np-push">
      {isTooMany ? <p className="np-fault">{t('screens.tooMany', { most: CONTENT_LIMITS.cards })}</p> : null}
      <div className="np-push-row">
        <Select label={t('draft.targets')} options={options} selected={target} onSelect={setTarget} />
        <Button
          look="primary"
          isDisabled={isBusy || isTooMany || stores.length === 0}
          onPress={() => void onPush(target)}
        >
          {count === 0 ? t('screens.pushNone') : t('screens.push', { count })}
        </Button>
      </div>
    </div>
  );
}

function Published({ releases }: { releases: Content['releases'] }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useStoreNames();
  const [newest] = releases;
  if (newest === undefined) return null;
  return (
    <Column title={t('screens.published')}>
      <p className="tl-second">
        {t('screens.publishedLead', {
          when: format.ago(newest.publishedAt),
          count: newest.cards.length,
          size: format.size(newest.lengthBytes),
        })}
      </p>
      <ul className="np-dispatches">
        {newest.stores.map((state) => (
          <li key={state.store}>
            <a className="np-dispatch-name" href={hrefOf({ page: 'store', id: state.store })}>
              {nameOf(state.store)}
            </a>
            <ReleaseStatus release={state} />
          </li>
        ))}
      </ul>
    </Column>
  );
}
