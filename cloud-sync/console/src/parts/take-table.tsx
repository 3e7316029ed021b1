import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { type Maker, takeRate } from '../news/takes.ts';
import { hrefOf } from '../route.ts';
import { useFormat } from './use-format.ts';

/** The end of a long id tells models apart. */
const NAME_CHARS = 14;
const short = (id: string): string =>
  id.length > NAME_CHARS ? `…${id.slice(1 - NAME_CHARS).replace(/^\W+/u, '')}` : id;

/** What a reader calls a maker; `isShort` for the end of a line. */
export function useMakerName(): (maker: Maker, isShort?: boolean) => string {
  const { t } = useTranslation();
  return ({ source, modelId }, isShort = false) => {
    if (source === 'co-occurrence') return t('model.of.coOccurrence');
    if (source === 'popularity') return t('model.of.popularity');
    const name = modelId === null ? t('take.model') : isShort ? short(modelId) : modelId;
    return source === 'model' ? name : t('take.standIn', { model: name });
  };
}

const HEADS = ['answers', 'shown', 'added', 'bought', 'rate', 'explored'] as const;

/** Who recommended, and what became of it. */
export function TakeTable({ makers }: { makers: readonly Maker[] }): ReactElement {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="np-scroll" aria-label={t('take.table')} tabIndex={0}>
      <table className="tl-table">
        <thead>
          <tr>
            <th scope="col">{t('take.maker')}</th>
            {HEADS.map((head) => (
              <th key={head} scope="col" data-align="end">
                {t(`take.${head}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {makers.map((maker) => (
            <Row key={maker.key} maker={maker} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ maker }: { maker: Maker }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const nameOf = useMakerName();
  const { modelId, source, answers, all, explored } = maker;
  const rate = (value: number | null): string => (value === null ? '–' : format.share(value, 1));
  return (
    <tr>
      <th scope="row" className="np-row-name">
        {modelId === null ? nameOf(maker) : <a href={hrefOf({ page: 'model', id: modelId })}>{nameOf(maker)}</a>}
        <small>{t(`take.source.${source}`)}</small>
      </th>
      {[answers, all.shown, all.added, all.bought].map((value, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row's cells never move
        <td key={column} data-align="end">
          {format.number(value)}
        </td>
      ))}
      <td data-align="end">
        <strong>{rate(takeRate(all))}</strong>
      </td>
      <td data-align="end">
        {explored.shown === 0
          ? '–'
          : t('take.exploredCell', { rate: rate(takeRate(explored)), shown: format.number(explored.shown) })}
      </td>
    </tr>
  );
}
