import { Button, Notice } from '@tillside/ui';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalWords, type Trouble } from '../hub/client.ts';
import type { Reading } from '../hub/use-hub.ts';
import { useFormat } from './use-format.ts';

/** What went wrong, what stays safe, what to do. `title` says what did not happen, when that is more than a failed reading. */
export function TroubleNotice({
  trouble,
  hasOld = false,
  title,
  again,
}: {
  trouble: Trouble;
  hasOld?: boolean;
  title?: string;
  again?: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const { said } = useFormat();
  const actions = again === undefined ? undefined : <Button onPress={again}>{t('again')}</Button>;
  if (trouble.kind === 'offline') {
    const todo = hasOld ? t('trouble.offlineTodo') : t('trouble.offlineFirst');
    const safe = t('trouble.offlineSafe');
    return <Notice kind="offline" title={title ?? t('trouble.offline')} safe={safe} todo={todo} actions={actions} />;
  }
  if (trouble.kind === 'strange') {
    return (
      <Notice kind="error" title={title ?? t('trouble.strange')} todo={t('trouble.strangeTodo')} actions={actions} />
    );
  }
  const { cause, hint } = refusalWords(trouble.code);
  return (
    <div className="np-stack">
      <Notice
        kind="error"
        title={title ?? said(cause)}
        safe={title === undefined ? undefined : said(cause)}
        todo={said(hint)}
        code={trouble.code}
        actions={actions}
      />
      {trouble.issues.length > 0 ? (
        <ul className="np-issues">
          {trouble.issues.map((issue) => (
            <li key={`${issue.path} ${issue.message}`}>
              <code>{issue.path}</code> {issue.text === undefined ? issue.message : said(issue.text)}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** Above a page whose last reading failed; nothing when all is well. */
export function ReadingNotice({ reading }: { reading: Reading<unknown> }): ReactElement | null {
  if (reading.trouble === undefined) return null;
  return <TroubleNotice trouble={reading.trouble} hasOld={reading.value !== undefined} again={reading.again} />;
}
