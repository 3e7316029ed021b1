import { type FoundProduct, MAX_QUERY_CHARS, type ProductGroups } from '@tillside/agent-contract';
import {
  ArrowRightIcon,
  Button,
  CATEGORIES,
  type Category,
  categoryOf,
  Empty,
  Keyboard,
  Loading,
  MagnifyingGlassIcon,
  Pictogram,
  Price,
  tintStyle,
  useLocale,
} from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../../shared/pick.ts';
import { Page, Trouble } from '../page.tsx';
import type { PropsOf } from '../screen-props.ts';
import { placeWords } from './place-words.ts';
import './products.css';
import type { Search } from './state.ts';
import { useAsk } from './use-ask.ts';
import { type Found, isAsked, PRODUCTS_A_PAGE, useFind } from './use-find.ts';

/** Touch first: a group by its picture; typing for who knows the name. */
export function FinderPage({ screen, context, storeName, dispatch, wipe }: PropsOf<'finder'>): ReactElement {
  const { t } = useTranslation();
  const [search, setSearch] = useState<Search>(screen.search ?? { q: '' });
  const [hasKeys, setKeys] = useState((screen.search?.q ?? '') !== '');
  const { client } = context;
  const groups = useAsk('groups', () => client.call('productGroups', {}));
  const found = useFind(client, search);
  const isOpen = isAsked(search);
  const leave = (): void => {
    if (isOpen) {
      setSearch({ q: '' });
      setKeys(false);
    } else if (screen.home !== undefined) dispatch({ type: 'home' });
    else wipe();
  };
  const title =
    search.pictogram === undefined ? t('products.find.title') : t(`products.groups.${categoryOf(search.pictogram)}`);
  return (
    <Page
      storeName={storeName}
      onLeave={leave}
      foot={<SearchField {...{ search, setSearch, hasKeys, setKeys, onLeave: leave }} />}
    >
      <h1 className="k-title">{title}</h1>
      {isOpen ? (
        <Results found={found} search={search} onOpen={(sku) => dispatch({ type: 'price', asked: { sku }, search })} />
      ) : (
        <Groups groups={groups.value} onOpen={(pictogram) => setSearch({ ...search, pictogram })} />
      )}
    </Page>
  );
}

interface FieldProps {
  search: Search;
  setSearch: (search: Search) => void;
  hasKeys: boolean;
  setKeys: (hasKeys: boolean) => void;
  onLeave: () => void;
}

/** Below, where hands are: the field, and the keys that it opens. */
function SearchField({ search, setSearch, hasKeys, setKeys }: FieldProps): ReactElement {
  const { t } = useTranslation();
  const type = (q: string): void => setSearch({ ...search, q: q.slice(0, MAX_QUERY_CHARS) });
  return (
    <div className="k-seek">
      <div className="k-seek-line">
        <input
          className="tl-input"
          aria-label={t('products.find.label')}
          placeholder={t('products.find.hint')}
          value={search.q}
          maxLength={MAX_QUERY_CHARS}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          inputMode="none"
          onFocus={() => setKeys(true)}
          onChange={(event) => type(event.target.value)}
        />
        {search.q === '' ? (
          <Button look="quiet" onPress={() => setKeys(!hasKeys)}>
            <MagnifyingGlassIcon className="tl-icon" aria-hidden />
            {hasKeys ? t('products.find.hide') : t('products.find.keys')}
          </Button>
        ) : (
          <Button look="quiet" onPress={() => type('')}>
            {t('products.find.clear')}
          </Button>
        )}
      </div>
      {hasKeys ? <Keyboard value={search.q} onChange={type} maxLength={MAX_QUERY_CHARS} /> : null}
    </div>
  );
}

function Groups({
  groups,
  onOpen,
}: {
  groups: ProductGroups | null;
  onOpen: (pictogram: Category) => void;
}): ReactElement {
  const { t } = useTranslation();
  if (groups === null) return <Loading what={t('products.find.preparing')} />;
  const there = new Set(groups.groups.map(({ pictogram }) => categoryOf(pictogram)));
  if (there.size === 0) return <Empty title={t('products.find.empty')}>{t('products.find.emptyText')}</Empty>;
  return (
    <ul className="k-groups">
      {CATEGORIES.filter((category) => there.has(category)).map((category) => (
        <li key={category}>
          <button
            type="button"
            className="k-group tl-tint"
            style={tintStyle(category)}
            onClick={() => onOpen(category)}
          >
            <Pictogram category={category} />
            <span>{t(`products.groups.${category}`)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface ResultsProps {
  found: Found & { more: () => void };
  search: Search;
  onOpen: (sku: string) => void;
}

function Results({ found, search, onOpen }: ResultsProps): ReactElement {
  const { t } = useTranslation();
  const { match, products, total, error } = found;
  if (error !== null) return <Trouble error={error} />;
  if (match === null || (found.isWaiting && products.length === 0)) return <Loading what={t('products.find.wait')} />;
  if (match === 'preparing')
    return <Empty title={t('products.find.preparing')}>{t('products.find.preparingText')}</Empty>;
  const q = search.q.trim();
  if (products.length === 0) return <Empty title={t('products.find.none', { q })}>{t('products.find.noneText')}</Empty>;
  const left = total - products.length;
  return (
    <div className="k-seek-found" aria-live="polite">
      <p className="k-small tl-second">
        {match === 'near' ? t('products.find.near', { q }) : t('products.find.found', { count: total })}
      </p>
      <ul>
        {products.map((product) => (
          <li key={product.sku}>
            <Product product={product} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {left > 0 ? (
        <Button look="quiet" wide onPress={found.more}>
          {t('products.find.more', { count: Math.min(left, PRODUCTS_A_PAGE) })}
        </Button>
      ) : null}
    </div>
  );
}

function Product({ product, onOpen }: { product: FoundProduct; onOpen: (sku: string) => void }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { sku, name, size, soldBy, priceFen, shelfPriceFen, place } = product;
  const category = categoryOf(product.pictogram);
  const facts = [pick(size, locale), ...(place ? [placeWords(place, locale, t)] : [])].filter(Boolean);
  const isLower = priceFen !== undefined && shelfPriceFen !== undefined && shelfPriceFen < priceFen;
  return (
    <button type="button" className="k-seek-found-row" style={tintStyle(category)} onClick={() => onOpen(sku)}>
      <span className="k-seek-found-picture tl-tint">
        <Pictogram category={category} />
      </span>
      <span className="k-two-lines">
        <strong>{pick(name, locale)}</strong>
        <small>{facts.join(' · ')}</small>
      </span>
      <span className="k-seek-found-price">
        {shelfPriceFen === undefined ? (
          <small>{t('products.find.atTill')}</small>
        ) : (
          <Price priceFen={shelfPriceFen} tone={isLower ? 'offer' : 'plain'} size="m" />
        )}
        {soldBy === 'weight' && shelfPriceFen !== undefined ? <small>{t('products.find.perKg')}</small> : null}
      </span>
      <ArrowRightIcon className="tl-icon" aria-hidden />
    </button>
  );
}
