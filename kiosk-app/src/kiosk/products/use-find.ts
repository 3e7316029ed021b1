import { type FoundProduct, type FoundProducts, MAX_QUERY_CHARS } from '@tillside/agent-contract';
import { useEffect, useRef, useState } from 'react';
import type { Client } from '../../api/client.ts';
import type { ApiError } from '../../api/result.ts';
import type { Search } from './state.ts';

/** Products of a page; a screen of them. */
const PAGE = 12;
/** Nobody reads more of one search. */
const MOST = 120;
/** After the last key. */
const SETTLE_MS = 180;
/** While the agent reads its words. */
const AGAIN_MS = 1_500;

export interface Found {
  readonly search: Search | null;
  readonly match: FoundProducts['match'] | null;
  readonly products: readonly FoundProduct[];
  readonly total: number;
  readonly error: ApiError | null;
  readonly isWaiting: boolean;
}

const NOTHING: Found = { search: null, match: null, products: [], total: 0, error: null, isWaiting: false };

export const isAsked = (search: Search): boolean => search.q.trim() !== '' || search.pictogram !== undefined;

/** What is found for words or a group, a page at a time; asked a moment after the last key, and again while the agent is not ready. What was found before stays until then. */
export function useFind(client: Client, search: Search): Found & { more: () => void } {
  const [found, setFound] = useState<Found>(NOTHING);
  const key = JSON.stringify(search);
  const current = useRef(key);
  current.current = key;
  const ask = async (wanted: Search, from: number): Promise<void> => {
    const mine = JSON.stringify(wanted);
    const q = wanted.q.slice(0, MAX_QUERY_CHARS);
    const { pictogram } = wanted;
    const body = { q, from, limit: PAGE, ...(pictogram === undefined ? {} : { pictogram }) };
    const answer = await client.call('findProducts', { body });
    if (current.current !== mine) return;
    setFound((before) => {
      if (!answer.ok) return { ...NOTHING, search: wanted, error: answer.error };
      const { match, products, total } = answer.value;
      return {
        search: wanted,
        match,
        total: Math.min(total, MOST),
        products: from === 0 ? products : [...before.products, ...products],
        error: null,
        isWaiting: false,
      };
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says everything that is searched for
  useEffect(() => {
    if (!isAsked(search)) {
      setFound(NOTHING);
      return undefined;
    }
    setFound((before) => ({ ...before, isWaiting: true }));
    const timer = setTimeout(() => void ask(search, 0), search.q === '' ? 0 : SETTLE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  const isPreparing = found.match === 'preparing';
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for each answer that says so
  useEffect(() => {
    if (!isPreparing) return undefined;
    const timer = setTimeout(() => void ask(search, 0), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isPreparing, found]);
  useEffect(
    () => () => {
      current.current = '';
    },
    [],
  );
  return { ...found, more: () => void ask(search, found.products.length) };
}

export const PRODUCTS_A_PAGE = PAGE;
