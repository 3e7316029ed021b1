import type { ItemView } from '@tillside/agent-contract';
import {
  categoryOf,
  Empty,
  MagnifyingGlassIcon,
  Pictogram,
  Price,
  TextField,
  tintStyle,
  useLocale,
} from '@tillside/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '../api/client.ts';
import { pick } from '../shared/pick.ts';

/** Waits for the typing to pause, so that each letter isn't a question to the agent. */
const PAUSE_MS = 180;
const LIMIT = 20;

export function ItemRow({ item }: { item: ItemView }): ReactElement {
  const locale = useLocale();
  const category = categoryOf(item.pictogram);
  return (
    <>
      <span className="s-picture tl-tint" style={tintStyle(category)}>
        <Pictogram category={category} />
      </span>
      <span className="s-row-words">
        <strong>{pick(item.name, locale)}</strong>
        <span className="tl-second">{pick(item.size, locale)}</span>
      </span>
      <Price
        priceFen={item.shelfPriceFen}
        wasFen={item.priceFen}
        tone={item.shelfPriceFen < item.priceFen ? 'offer' : 'plain'}
        size="m"
      />
    </>
  );
}

/** Finds a product by name, barcode or SKU; a scanner that types like a keyboard works as it is. */
export function ItemSearch({ client, onPick }: { client: Client; onPick: (item: ItemView) => void }): ReactElement {
  const { t } = useTranslation();
  const [q, setQ] = useState('');
  const [found, setFound] = useState<{ q: string; items: ItemView[] } | null>(null);
  useEffect(() => {
    const typed = q.trim();
    if (typed === '') {
      setFound(null);
      return undefined;
    }
    let isCurrent = true;
    const timer = setTimeout(() => {
      void client.call('findItems', { query: { q: typed, limit: LIMIT } }).then((answer) => {
        if (isCurrent && answer.ok) setFound({ q: typed, items: answer.value.items });
      });
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [q, client]);
  return (
    <div className="s-search">
      <TextField
        label={t('search.label')}
        hint={t('search.hint')}
        value={q}
        onChange={setQ}
        type="search"
        autoComplete="off"
        onKeyDown={(event) => {
          const only = found?.q === q.trim() && found.items.length === 1 ? found.items[0] : undefined;
          if (event.key === 'Enter' && only) onPick(only);
        }}
      />
      {found && found.items.length === 0 ? (
        <Empty title={t('search.none', { q: found.q })} icon={MagnifyingGlassIcon}>
          {t('search.noneText')}
        </Empty>
      ) : (
        <ul className="s-rows">
          {(found?.items ?? []).map((item) => (
            <li key={item.sku}>
              <button type="button" className="s-row s-result" onClick={() => onPick(item)}>
                <ItemRow item={item} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
