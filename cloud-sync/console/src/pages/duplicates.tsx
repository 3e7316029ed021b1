import { Button, Loading, Notice } from '@tillside/ui';
import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../hub/client.ts';
import { useHub, useSession } from '../hub/use-hub.ts';
import { DuplicatePair, type Pair } from '../parts/duplicate-pair.tsx';
import { Column, Lead } from '../parts/print.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import { ReadingNotice, TroubleNotice } from '../parts/trouble-notice.tsx';
import { useFormat } from '../parts/use-format.ts';
import { hrefOf } from '../route.ts';

const EVERY_MS = 5_000;
const PAGE = 20;
const SAID = 50;

/** Members who may be there twice: a person judges each pair. */
export function DuplicatesPage(): ReactElement {
  const { t } = useTranslation();
  const [after, setAfter] = useState(0);
  const [reason, setReason] = useState(() => t('twice.reasonGiven'));
  const [isTried, setTried] = useState(false);
  /** Pairs judged here stay in sight, so that what was done can be undone. */
  const [judged, setJudged] = useState<readonly Pair[]>([]);
  const reading = useHub('probableDuplicates', { query: { after, limit: PAGE } }, EVERY_MS);
  const said = useHub('twoPeople', { query: { limit: SAID } }, EVERY_MS);
  if (reading.value === undefined)
    return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading what={t('member.reading')} />;
  const { run, isRunning, total, next } = reading.value;
  const isHere = ({ rank }: Pair): boolean => judged.some((each) => each.rank === rank);
  const pairs = [...judged, ...reading.value.pairs.filter((pair) => !isHere(pair))].sort((a, b) => a.rank - b.rank);
  const headline =
    run === null
      ? t('twice.headlineNever')
      : total === 0
        ? t('twice.headlineNone')
        : t('twice.headline', { count: total });
  const askReason = (): boolean => {
    setTried(true);
    return reason.trim() !== '';
  };
  const turn = (to: number): void => {
    setJudged([]);
    setAfter(to);
    scrollTo(0, 0);
  };
  return (
    <>
      <ReadingNotice reading={reading} />
      <Lead
        kicker={t('sections.members')}
        headline={headline}
        deck={
          <>
            <p>{t(run === null ? 'twice.never' : total === 0 ? 'twice.noneWhy' : 'twice.lead')}</p>
            <RunLine run={run} />
          </>
        }
        action={<CompareNow isRunning={isRunning} onAsked={reading.again} />}
      />
      {pairs.length === 0 ? null : (
        <>
          <form className="np-form" onSubmit={(event) => event.preventDefault()}>
            <ReasonField value={reason} onChange={setReason} isTried={isTried} />
          </form>
          <ol className="np-pairs">
            {pairs.map((pair) => (
              <DuplicatePair
                key={`${run?.at ?? ''} ${pair.rank}`}
                pair={pair}
                reason={reason}
                askReason={askReason}
                onJudged={(each) => {
                  setJudged((before) => [...before.filter(({ rank }) => rank !== each.rank), each]);
                  reading.again();
                  said.again();
                }}
              />
            ))}
          </ol>
          <div className="np-buttons">
            {after === 0 ? null : <Button onPress={() => turn(0)}>{t('twice.first')}</Button>}
            {next === null ? null : <Button onPress={() => turn(next)}>{t('twice.next')}</Button>}
          </div>
        </>
      )}
      <Column title={t('twice.said')}>
        <Said reading={said} reason={reason} onChanged={reading.again} />
      </Column>
      <a className="np-back" href={hrefOf({ page: 'members' })}>
        {t('member.back')}
      </a>
    </>
  );
}

type Run = { at: string; tookMs: number; compared: number; isCut: boolean } | null;

function RunLine({ run }: { run: Run }): ReactElement | null {
  const { t } = useTranslation();
  const format = useFormat();
  if (run === null) return null;
  const seconds = format.number(Math.max(1, Math.round(run.tookMs / 1000)));
  return (
    <p className="np-sure">
      {t('twice.when', { when: format.when(run.at), people: format.number(run.compared), seconds })}
      {run.isCut ? ` ${t('twice.cut')}` : ''}
    </p>
  );
}

function CompareNow({ isRunning, onAsked }: { isRunning: boolean; onAsked: () => void }): ReactElement {
  const { t } = useTranslation();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  if (isRunning) return <Notice kind="info" title={t('twice.running')} />;
  const ask = async (): Promise<void> => {
    const answer = await hub.call('runDuplicates', {});
    setTrouble(answer.ok ? undefined : answer.trouble);
    onAsked();
  };
  return (
    <>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      <Button onPress={() => void ask()}>{t('twice.now')}</Button>
    </>
  );
}

interface SaidProps {
  readonly reading: ReturnType<typeof useHub<'twoPeople'>>;
  readonly reason: string;
  readonly onChanged: () => void;
}

function Said({ reading, reason, onChanged }: SaidProps): ReactElement {
  const { t } = useTranslation();
  const format = useFormat();
  const { hub } = useSession();
  const [trouble, setTrouble] = useState<Trouble>();
  if (reading.value === undefined) return reading.trouble ? <ReadingNotice reading={reading} /> : <Loading />;
  const all = reading.value.said;
  if (all.length === 0) return <p className="tl-second">{t('twice.saidNone')}</p>;
  const takeBack = async (one: string, other: string): Promise<void> => {
    const why = reason.trim() === '' ? t('twice.reasonGiven') : reason.trim();
    const answer = await hub.call('takeTwoPeopleBack', { params: { memberId: one }, body: { other, reason: why } });
    setTrouble(answer.ok ? undefined : answer.trouble);
    reading.again();
    onChanged();
  };
  return (
    <>
      {trouble ? <TroubleNotice trouble={trouble} /> : null}
      <ul className="np-dispatches">
        {all.map(({ one, other, at, by, reason: why }) => (
          <li key={`${one} ${other}`}>
            <span className="np-dispatch-name">{t('twice.saidOf', { one, other })}</span>
            <Button look="plain" onPress={() => void takeBack(one, other)}>
              {t('twice.takeBack')}
            </Button>
            <p className="tl-second">{t('twice.saidBy', { when: format.when(at), by, reason: why })}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
