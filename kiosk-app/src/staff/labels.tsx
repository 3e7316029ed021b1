import type { LabelView } from '@tillside/agent-contract';
import { Empty, Price, Status, TagIcon, useLocale } from '@tillside/ui';
import { type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pick } from '../shared/pick.ts';
import { needsLook, showsOtherPrice, sortLabels, tailOf, toneOf, walkLabels } from './label-view.ts';

const FILTERS = ['all', 'needs', 'prices', 'free'] as const;
type Filter = (typeof FILTERS)[number];

const KEEP: Readonly<Record<Filter, (label: LabelView) => boolean>> = {
  all: () => true,
  needs: needsLook,
  prices: showsOtherPrice,
  free: (label) => label.state === 'unpaired',
};

function LabelRow({ label, onOpen }: { label: LabelView; onOpen: (tagId: string) => void }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <button type="button" className="s-row" onClick={() => onOpen(label.tagId)}>
      <span className="s-row-words">
        <strong>{label.name ? pick(label.name, locale) : t('labels.unpairedName')}</strong>
        <span className="tl-second tl-number">
          {label.shelf === undefined ? '' : `${t('labels.shelf', { shelf: label.shelf })} · `}
          {t('labels.tag', { tail: tailOf(label.tagId) })}
        </span>
      </span>
      <span className="s-row-end">
        {label.priceFen === undefined ? null : <Price priceFen={label.priceFen} wasFen={label.wasPriceFen} size="s" />}
        <Status tone={toneOf(label.state)}>{t(`labels.state.${label.state}`)}</Status>
      </span>
    </button>
  );
}

/** What needs somebody, in the largest words; then every label, trouble first. */
export function Labels({
  labels,
  onOpen,
}: {
  labels: readonly LabelView[];
  onOpen: (tagId: string) => void;
}): ReactElement {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>('all');
  const sorted = useMemo(() => {
    const kept = labels.filter(KEEP[filter]);
    return filter === 'needs' || filter === 'prices' ? walkLabels(kept) : sortLabels(kept);
  }, [labels, filter]);
  if (labels.length === 0) {
    return (
      <Empty title={t('labels.none')} icon={TagIcon}>
        {t('labels.noneText')}
      </Empty>
    );
  }
  const trouble = labels.filter(needsLook).length;
  const shown = labels.filter((label) => label.state === 'shown').length;
  return (
    <div className="s-labels">
      <h1>{trouble > 0 ? t('labels.attention', { count: trouble }) : t('labels.allShown', { count: shown })}</h1>
      {/* biome-ignore lint/a11y/useSemanticElements: some toggles, named as a group */}
      <div className="s-filters" role="group" aria-label={t('tabs.labels')}>
        {FILTERS.map((one) => (
          <button
            key={one}
            type="button"
            className="s-filter"
            aria-pressed={filter === one}
            onClick={() => setFilter(one)}
          >
            {t(`labels.${one}`)} <span className="tl-number">{labels.filter(KEEP[one]).length}</span>
          </button>
        ))}
      </div>
      <ul className="s-rows">
        {sorted.map((label) => (
          <li key={label.tagId}>
            <LabelRow label={label} onOpen={onOpen} />
          </li>
        ))}
      </ul>
    </div>
  );
}
