import type { HubAnswer } from '@tillside/hub-contract';
import { Button, Notice } from '@tillside/ui';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useSession } from '../hub/use-hub.ts';
import { download } from '../parts/download.ts';
import { Column, Lead } from '../parts/print.tsx';
import { TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const TICK_MS = 1_000;
const KIB = 1_024;
const ROWS_SHOWN = 200;
type Report = HubAnswer<'importMembers'>;

/** Members of another system: one file, one answer, and every row that was not taken with its number. */
export function MemberImportPage(): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [file, setFile] = useState<File>();
  const [isTried, setTried] = useState(false);
  const [sinceMs, setSince] = useState<number>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [report, setReport] = useState<Report>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (file === undefined || sinceMs !== undefined) return;
    setSince(Date.now());
    setReport(undefined);
    const answer = await hub.send('importMembers', file);
    setSince(undefined);
    setTrouble(answer.ok ? undefined : answer.trouble);
    if (answer.ok) setReport(answer.value);
  };
  return (
    <>
      <Lead kicker={t('sections.members')} headline={t('hq.member-import.title')} deck={t('hq.importLead')} />
      <form className="np-form np-load" noValidate onSubmit={(event) => void submit(event)}>
        <label className="tl-field">
          <span className="tl-label">{t('hq.file')}</span>
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={({ target }) => {
              setFile(target.files?.[0]);
              setReport(undefined);
              setTrouble(undefined);
            }}
          />
        </label>
        <p className="tl-second">{t('hq.fileHint')}</p>
        {isTried && file === undefined ? (
          <p className="np-fault" role="alert">
            {t('hq.fileMissing')}
          </p>
        ) : null}
        {trouble ? <TroubleNotice trouble={trouble} /> : null}
        {sinceMs === undefined || file === undefined ? (
          <Button type="submit" look="primary">
            {t('hq.importGo')}
          </Button>
        ) : (
          <Running file={file} sinceMs={sinceMs} />
        )}
      </form>
      {report === undefined ? null : <Outcome report={report} />}
      <a href={hrefOf({ page: 'members' })}>{t('member.back')}</a>
    </>
  );
}

/** The hub answers once, at the end: until then the time that went by is what there is to tell. */
function Running({ file, sinceMs }: { file: File; sinceMs: number }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const [nowMs, setNow] = useState(sinceMs);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="np-progress">
      <progress aria-label={t('hq.importing')} />
      <p className="tl-second" role="status">
        {t('hq.importingWhat', { name: file.name, size: format.number(Math.ceil(file.size / KIB)) })}
      </p>
      <p className="tl-second tl-number">
        {t('hq.importingTime', { count: Math.max(0, Math.round((nowMs - sinceMs) / TICK_MS)) })}
      </p>
    </div>
  );
}

function Outcome({ report }: { report: Report }): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows, added, known, rejectedCount, reasons, rejected } = report;
  const number = (count: number): string => format.number(count);
  return (
    <Column title={t('hq.report')} wide>
      <Notice
        kind={rejectedCount === 0 ? 'success' : 'warning'}
        title={t(rejectedCount === 0 ? 'hq.importedAll' : 'hq.importedSome', {
          added: number(added),
          rejected: number(rejectedCount),
        })}
        safe={t('hq.importedSafe', { rows: number(rows), known: number(known) })}
      />
      {rejectedCount === 0 ? null : (
        <>
          <dl className="np-facts">
            {Object.entries(reasons).map(([code, count]) => (
              <div key={code} className="np-fact-row">
                <dt>
                  {t(`hq.rows.${code}`, { defaultValue: code })} <small className="tl-second">{code}</small>
                </dt>
                <dd>{number(count)}</dd>
              </div>
            ))}
          </dl>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
          <section className="np-scroll" aria-label={t('hq.rejected')} tabIndex={0}>
            <table className="tl-table">
              <thead>
                <tr>
                  <th scope="col" data-align="end">
                    {t('hq.row')}
                  </th>
                  <th scope="col">{t('hq.rowWhy')}</th>
                  <th scope="col">{t('hq.rowWhat')}</th>
                </tr>
              </thead>
              <tbody>
                {rejected.slice(0, ROWS_SHOWN).map(({ row, code, message }) => (
                  <tr key={row}>
                    <td data-align="end">{row}</td>
                    <td>{t(`hq.rows.${code}`)}</td>
                    <td>{message}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <p className="tl-second">
            {t('hq.rejectedMore', { shown: number(Math.min(rejected.length, ROWS_SHOWN)), all: number(rejectedCount) })}
          </p>
          <div>
            <Button onPress={() => download('members-rejected.json', report)}>{t('hq.reportDownload')}</Button>
          </div>
        </>
      )}
    </Column>
  );
}
