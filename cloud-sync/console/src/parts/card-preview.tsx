import type { ContentCard } from '@tillside/decide';
import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../hub/use-hub.ts';
import { SHAPES, type Shape } from './cut-picture.ts';
import { useFormat } from './use-format.ts';

/** Pictures that were read once: their address is what is in them. */
const held = new Map<string, string>();

function usePicture(sha256: string | undefined): string | undefined {
  const { hub } = useSession();
  const [, setRead] = useState(0);
  useEffect(() => {
    if (sha256 === undefined || held.has(sha256)) return;
    void hub.picture(sha256).then((url) => {
      if (url === undefined) return;
      held.set(sha256, url);
      setRead((count) => count + 1);
    });
  }, [hub, sha256]);
  return sha256 === undefined ? undefined : held.get(sha256);
}

type Shown = Pick<ContentCard, 'title' | 'text' | 'picture'>;

/** The card as a kiosk shows it, small: the stall alone, for a screen that stands and one that lies. The price is each store's own. */
export function CardPreview({ card }: { card: Shown }): ReactElement {
  return (
    <div className="np-card-preview">
      {SHAPES.map((shape) => (
        <Stall key={shape} card={card} shape={shape} />
      ))}
    </div>
  );
}

function Stall({ card, shape }: { card: Shown; shape: Shape }): ReactElement {
  const { t } = useTranslation();
  const { said } = useFormat();
  const url = usePicture(card.picture?.[shape]);
  return (
    <figure className="np-stall" data-shape={shape}>
      <div className="np-stall-screen">
        {card.picture === undefined || url === undefined ? (
          <div className="np-stall-none">{t('screens.noPicture')}</div>
        ) : (
          <img src={url} alt={said(card.picture.alt)} />
        )}
        <div className="np-stall-words">
          <strong>{said(card.title)}</strong>
          <span>{said(card.text)}</span>
        </div>
      </div>
      <figcaption className="tl-second">{t(`screens.${shape}`)}</figcaption>
    </figure>
  );
}
