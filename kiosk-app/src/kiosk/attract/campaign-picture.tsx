import type { KioskCard } from '@tillside/agent-contract';
import { useLocale } from '@tillside/ui';
import { type ReactElement, type ReactNode, useState } from 'react';
import { pick } from '../../shared/pick.ts';
import { useLandscape } from '../../shared/use-landscape.ts';

interface CampaignPictureProps {
  readonly picture: KioskCard['picture'];
  /** Stands there until the picture does, and for good where none comes. */
  readonly instead: ReactNode;
  /** Of the frame; that of the screen when it is left out. */
  readonly shape?: 'portrait' | 'landscape';
}

/** HQ's picture in the frame that is there for it: nothing moves when it comes late, or not at all. */
export function CampaignPicture({ picture, instead, shape: framed }: CampaignPictureProps): ReactElement {
  const locale = useLocale();
  const isLandscape = useLandscape();
  const shape = picture?.[framed ?? (isLandscape ? 'landscape' : 'portrait')];
  const [state, setState] = useState<{ readonly url: string; readonly is: 'here' | 'broken' }>();
  const is = state !== undefined && state.url === shape?.url ? state.is : undefined;
  return (
    <div className="k-campaign-picture" data-state={is ?? 'coming'}>
      {is === 'here' ? null : instead}
      {picture === undefined || shape === undefined || is === 'broken' ? null : (
        <img
          src={shape.url}
          width={shape.widthPx}
          height={shape.heightPx}
          alt={pick(picture.alt, locale)}
          decoding="async"
          draggable={false}
          onLoad={() => setState({ url: shape.url, is: 'here' })}
          onError={() => setState({ url: shape.url, is: 'broken' })}
        />
      )}
    </div>
  );
}
