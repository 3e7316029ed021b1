/** Where the reader is, as the part of the address behind `#`: links, the back button and reloading all work. */
export type Route =
  | { readonly page: 'front' }
  | { readonly page: 'stores' }
  | { readonly page: 'store'; readonly id: string }
  | { readonly page: 'campaigns' }
  | { readonly page: 'screens' }
  /** `skus`: the items that a new campaign is to be about. */
  | { readonly page: 'compose'; readonly skus?: readonly string[] }
  | { readonly page: 'members' }
  | { readonly page: 'member'; readonly id: string }
  | { readonly page: 'accesses' }
  | { readonly page: 'duplicates' }
  | { readonly page: 'member-new' }
  | { readonly page: 'member-import' }
  | { readonly page: 'member-settings' }
  | { readonly page: 'segments' }
  | { readonly page: 'webhooks' }
  | { readonly page: 'webhook'; readonly id: string }
  | { readonly page: 'models' }
  | { readonly page: 'model'; readonly id: string }
  | { readonly page: 'rules' }
  | { readonly page: 'takes' }
  | { readonly page: 'events'; readonly store?: string; readonly stream?: string; readonly quarantined?: boolean };

export const SECTIONS = [
  'front',
  'stores',
  'campaigns',
  'members',
  'segments',
  'models',
  'events',
  'webhooks',
] as const;
export type Section = (typeof SECTIONS)[number];

/** Pages under `#/members/-/`. */
const MEMBER_PAGES: Readonly<
  Record<string, 'accesses' | 'duplicates' | 'member-new' | 'member-import' | 'member-settings'>
> = {
  access: 'accesses',
  twice: 'duplicates',
  new: 'member-new',
  import: 'member-import',
  settings: 'member-settings',
};

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first = '', second = '', third = ''] = path.split('/').map(decodeURIComponent);
  if (first === 'stores') return second === '' ? { page: 'stores' } : { page: 'store', id: second };
  if (first === 'campaigns' && second === 'screens') return { page: 'screens' };
  if (first === 'campaigns') return second === 'new' ? composeRoute(query) : { page: 'campaigns' };
  // No model's id is a hyphen.
  if (first === 'models' && second === '-') return { page: third === 'takes' ? 'takes' : 'rules' };
  if (first === 'models') return second === '' ? { page: 'models' } : { page: 'model', id: second };
  // No member's id is a hyphen.
  if (first === 'members' && second === '-') return { page: MEMBER_PAGES[third] ?? 'members' };
  if (first === 'members') return second === '' ? { page: 'members' } : { page: 'member', id: second };
  if (first === 'segments') return { page: 'segments' };
  if (first === 'webhooks') return second === '' ? { page: 'webhooks' } : { page: 'webhook', id: second };
  if (first !== 'events') return { page: 'front' };
  const asked = new URLSearchParams(query);
  const [store, stream] = [asked.get('store'), asked.get('stream')];
  return {
    page: 'events',
    ...(store ? { store } : {}),
    ...(stream ? { stream } : {}),
    ...(asked.get('quarantined') === 'true' ? { quarantined: true } : {}),
  };
}

function composeRoute(query: string): Route {
  const skus = new URLSearchParams(query).getAll('sku');
  return skus.length === 0 ? { page: 'compose' } : { page: 'compose', skus };
}

export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'front':
      return '#/';
    case 'store':
      return `#/stores/${encodeURIComponent(route.id)}`;
    case 'member':
      return `#/members/${encodeURIComponent(route.id)}`;
    case 'accesses':
      return '#/members/-/access';
    case 'duplicates':
      return '#/members/-/twice';
    case 'member-new':
      return '#/members/-/new';
    case 'member-import':
      return '#/members/-/import';
    case 'member-settings':
      return '#/members/-/settings';
    case 'screens':
      return '#/campaigns/screens';
    case 'webhook':
      return `#/webhooks/${encodeURIComponent(route.id)}`;
    case 'compose': {
      const skus = (route.skus ?? []).map((sku) => `sku=${encodeURIComponent(sku)}`).join('&');
      return skus === '' ? '#/campaigns/new' : `#/campaigns/new?${skus}`;
    }
    case 'model':
      return `#/models/${encodeURIComponent(route.id)}`;
    case 'rules':
      return '#/models/-/rules';
    case 'takes':
      return '#/models/-/takes';
    case 'events': {
      const { page, ...asked } = route;
      const query = new URLSearchParams(Object.entries(asked).map(([key, value]) => [key, String(value)])).toString();
      return query === '' ? `#/${page}` : `#/${page}?${query}`;
    }
    default:
      return `#/${route.page}`;
  }
}

export function sectionOf(route: Route): Section {
  if (route.page === 'store') return 'stores';
  if (route.page === 'webhook') return 'webhooks';
  if (route.page === 'model' || route.page === 'rules' || route.page === 'takes') return 'models';
  if (route.page === 'member' || route.page === 'accesses' || route.page === 'duplicates') return 'members';
  if (route.page === 'member-new' || route.page === 'member-import' || route.page === 'member-settings')
    return 'members';
  return route.page === 'compose' || route.page === 'screens' ? 'campaigns' : route.page;
}
