import { CONTENT_PLACES, ContentCard } from '@tillside/decide';

/** What the form holds; days are YYYY-MM-DD in the zone of this computer, both of them included. */
export interface CardForm {
  readonly titleZh: string;
  readonly titleEn: string;
  readonly textZh: string;
  readonly textEn: string;
  readonly altZh: string;
  readonly altEn: string;
  /** Empty: of no campaign. */
  readonly campaignId: string;
  readonly from: string;
  readonly to: string;
  readonly priority: string;
  readonly places: readonly (typeof CONTENT_PLACES)[number][];
}
export interface CutPictures {
  readonly portrait: string;
  readonly landscape: string;
}
export type CardFaults = Partial<Record<keyof CardForm, true>>;

const FIELDS: readonly (readonly [string, keyof CardForm])[] = [
  ['title.zh', 'titleZh'],
  ['title.en', 'titleEn'],
  ['text.zh', 'textZh'],
  ['text.en', 'textEn'],
  ['picture.alt.zh', 'altZh'],
  ['picture.alt.en', 'altEn'],
  ['from', 'from'],
  ['until', 'to'],
  ['priority', 'priority'],
  ['places', 'places'],
];

export const emptyCard = (from: string, to: string): CardForm => ({
  titleZh: '',
  titleEn: '',
  textZh: '',
  textEn: '',
  altZh: '',
  altEn: '',
  campaignId: '',
  from,
  to,
  priority: '50',
  places: [...CONTENT_PLACES],
});

/** The first instant of a day, or of the one after it; the text itself where it is no day, which the card's own check then refuses. */
function instantOf(day: string, later: 0 | 1): string {
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + later);
  return Number.isNaN(at.getTime()) ? day : at.toISOString();
}

export function checkCard(
  form: CardForm,
  id: string,
  pictures: CutPictures | undefined,
): { readonly ok: true; readonly card: ContentCard } | { readonly ok: false; readonly faults: CardFaults } {
  const read = ContentCard.safeParse({
    id,
    ...(form.campaignId === '' ? {} : { campaignId: form.campaignId }),
    title: { zh: form.titleZh, en: form.titleEn },
    text: { zh: form.textZh, en: form.textEn },
    from: instantOf(form.from, 0),
    until: instantOf(form.to, 1),
    places: form.places,
    priority: form.priority.trim() === '' ? undefined : Number(form.priority),
    ...(pictures === undefined ? {} : { picture: { ...pictures, alt: { zh: form.altZh, en: form.altEn } } }),
  });
  if (read.success) return { ok: true, card: read.data };
  const paths = read.error.issues.map(({ path }) => path.join('.'));
  const wrong = FIELDS.filter(([path]) => paths.some((found) => found === path || found.startsWith(`${path}.`)));
  return { ok: false, faults: Object.fromEntries(wrong.map(([, field]) => [field, true])) };
}
