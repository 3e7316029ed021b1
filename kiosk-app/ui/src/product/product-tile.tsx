import type { ReactElement, ReactNode } from 'react';
import type { Category } from './category.ts';
import { OfferTag } from './offer-tag.tsx';
import { Pictogram, tintStyle } from './pictogram.tsx';
import { Price, type PriceProps } from './price.tsx';

export interface ProductTileProps {
  category: Category;
  name: string;
  /** Pack size as printed: `500 g`, `6 × 330 ml`. */
  size?: string | null | undefined;
  priceFen: number;
  wasFen?: number | null | undefined;
  currency?: string;
  /** The offer in a few words, hung from the tile's top. */
  tag?: { kind: 'offer' | 'member'; words: string } | null | undefined;
  /** Why it is shown to this shopper. */
  why?: ReactNode;
  layout?: 'shelf' | 'row';
  priceSize?: PriceProps['size'];
}

/** A product on its shelf. There is no photo to show, so its category's picture stands there, honestly. */
export function ProductTile(props: ProductTileProps): ReactElement {
  const { category, name, size, priceFen, wasFen, currency, tag, why, layout = 'shelf', priceSize = 'm' } = props;
  // Red says "this price is lower": a tile may carry an offer that one piece alone doesn't bring down.
  const tone = tag && typeof wasFen === 'number' && wasFen > priceFen ? tag.kind : 'plain';
  return (
    <article className="tl-tile" data-layout={layout} style={tintStyle(category)}>
      <div className="tl-tile-shelf tl-tint">
        <Pictogram category={category} />
        {tag ? (
          <div className="tl-tile-tag">
            <OfferTag kind={tag.kind}>{tag.words}</OfferTag>
          </div>
        ) : null}
      </div>
      <div className="tl-tile-strip">
        <div className="tl-tile-words">
          <p className="tl-tile-name">{name}</p>
          {size ? <p className="tl-tile-size">{size}</p> : null}
        </div>
        <Price
          priceFen={priceFen}
          wasFen={wasFen}
          tone={tone}
          size={priceSize}
          {...(currency === undefined ? {} : { currency })}
        />
        {why ? <p className="tl-tile-why">{why}</p> : null}
      </div>
    </article>
  );
}
