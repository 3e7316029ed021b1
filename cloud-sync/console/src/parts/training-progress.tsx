import { Notice } from '@tillside/ui';
import { type ReactElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useHub } from '../hub/use-hub.ts';
import { Beside } from './model-bars.tsx';
import { ReadingNotice } from './trouble-notice.tsx';
import { useFormat } from './use-format.ts';

const EVERY_MS = 500;

/** How a training or a comparison gets on; calls `onDone` once when it has ended well. */
export function TrainingProgress({ id, onDone }: { id: string; onDone: () => void }): ReactElement {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const reading = useHub('trainingJob', { params: { id } }, EVERY_MS);
  const job = reading.value;
  const isDone = job?.state === 'done';
  useEffect(() => {
    if (isDone) onDone();
  }, [isDone, onDone]);
  if (job === undefined) return <ReadingNotice reading={reading} />;
  if (job.state === 'failed') {
    return (
      <>
        <Notice kind="error" title={t('model.failed')} safe={job.error?.message} code={job.error?.code} />
        <details>
          <summary>{t('model.output')}</summary>
          <pre className="np-raw">{job.output.join('\n')}</pre>
        </details>
      </>
    );
  }
  const isTraining = job.kind === 'train';
  const name = `model.stages.${job.stage}`;
  // A program of your own may have steps of its own.
  const stage = i18n.exists(name) ? i18n.t(name) : job.stage;
  const under = t(isTraining ? 'model.training' : 'model.evaluating', { stage });
  const words = isDone ? t(isTraining ? 'model.trained' : 'model.evaluated') : under;
  return (
    <div className="np-progress">
      <label htmlFor={`job-${id}`}>
        <strong>{words}</strong> · {t('model.trainingOn', { count: job.sales })} · {format.share(job.progress)}
      </label>
      <progress id={`job-${id}`} value={isDone ? 1 : job.progress} max={1} />
      {isDone && !isTraining && job.comparison !== null ? <Beside comparison={job.comparison} /> : null}
    </div>
  );
}
