import { type CampaignSet, checkCampaignSet, type Finding } from '@tillside/decide';
import { Notice } from '@tillside/ui';
import { type ReactElement, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './use-format.ts';

/** More than these are counted: who mends the first ones sees the others next. */
const SHOWN_AT_MOST = 12;

/** What the author of an edition should look at before it is pushed: the very checks that the hub makes. */
export function Findings({ set }: { set: CampaignSet }): ReactElement | null {
  const { t } = useTranslation();
  const findings = useMemo(() => checkCampaignSet(set), [set]);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  if (findings.length === 0) return null;
  return (
    <div className="np-stack">
      {errors.length === 0 ? null : (
        <FindingList kind="error" title={t('draft.findingErrors', { count: errors.length })} findings={errors} />
      )}
      {warnings.length === 0 ? null : (
        <FindingList
          kind="warning"
          title={t('draft.findingWarnings', { count: warnings.length })}
          findings={warnings}
        />
      )}
    </div>
  );
}

interface FindingListProps {
  readonly kind: 'error' | 'warning';
  readonly title: string;
  readonly findings: readonly Finding[];
}

function FindingList({ kind, title, findings }: FindingListProps): ReactElement {
  const { t } = useTranslation();
  const { said } = useFormat();
  const more = findings.length - SHOWN_AT_MOST;
  return (
    <>
      <Notice kind={kind} title={title} />
      <ul className="np-issues">
        {findings.slice(0, SHOWN_AT_MOST).map(({ code, path, message }) => (
          <li key={`${code} ${path} ${message.en}`}>
            {said(message)} <code>{code}</code>
          </li>
        ))}
        {more > 0 ? <li>{t('draft.findingMore', { more })}</li> : null}
      </ul>
    </>
  );
}
