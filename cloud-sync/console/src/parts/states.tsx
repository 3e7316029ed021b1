import type { HubAnswer } from '@tillside/hub-contract';
import { Status, type StatusTone } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

export type StoreRow = HubAnswer<'stores'>['stores'][number];
/** What HQ publishes to stores, in the order in which people ask for it. */
export const KINDS = ['campaigns', 'items', 'model', 'devices', 'members', 'terms', 'content'] as const;

export type ReleaseState = NonNullable<StoreRow['campaigns']>;

const LINE_TONES: Readonly<Record<StoreRow['state'], StatusTone>> = {
  live: 'good',
  paired: 'warning',
  waiting: 'waiting',
};

export function LineStatus({ state }: { state: StoreRow['state'] }): ReactElement {
  const { t } = useTranslation();
  return <Status tone={LINE_TONES[state]}>{t(`store.${state}`)}</Status>;
}

const RELEASE_TONES: Readonly<Record<ReleaseState['state'], StatusTone>> = {
  applied: 'good',
  pending: 'waiting',
  refused: 'bad',
  superseded: 'waiting',
};

interface ReleaseStatusProps {
  readonly release: ReleaseState | null;
  /** The store has applied a newer one since: this one was in force and is no more. */
  readonly isReplaced?: boolean;
}

/** One published version in one store: its state in words, and why when it was refused. */
export function ReleaseStatus({ release, isReplaced = false }: ReleaseStatusProps): ReactElement {
  const { t } = useTranslation();
  if (release === null) return <span className="tl-second">{t('store.nothingPushed')}</span>;
  return (
    <span className="np-release">
      <Status tone={isReplaced ? 'waiting' : RELEASE_TONES[release.state]}>
        {t(isReplaced ? 'release.replaced' : `release.${release.state}`)}
      </Status>
      <span className="tl-second tl-number">{t('release.version', { version: release.version })}</span>
      {release.state === 'refused' ? (
        <span className="np-release-why">
          {release.message} <small>{release.code}</small>
        </span>
      ) : null}
    </span>
  );
}
