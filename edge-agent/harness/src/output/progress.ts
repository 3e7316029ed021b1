import { Presets, SingleBar } from 'cli-progress';

/** How a measure says what it does. `stage` begins something of `total` steps (0: nobody knows), `tick` says that steps of it are done. */
export interface Progress {
  stage(what: string, total?: number): void;
  tick(steps?: number): void;
  stop(): void;
}

export const silentProgress: Progress = { stage: () => undefined, tick: () => undefined, stop: () => undefined };

/** Shares of a stage that get a line of their own where no bar can be drawn. */
const LINE_EVERY = 0.25;

/** A bar on a terminal, plain lines elsewhere; always on stderr, so that stdout holds results only. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? barProgress(stream) : lineProgress(stream);
}

function barProgress(stream: NodeJS.WriteStream): Progress {
  let bar: SingleBar | undefined;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    stage(what, total = 0) {
      stop();
      if (total === 0) {
        stream.write(`  ${what} …\n`);
        return;
      }
      bar = new SingleBar(
        { stream, format: `  {bar} {percentage} %  {value}/{total}  ${what}`, hideCursor: true },
        Presets.shades_classic,
      );
      bar.start(total, 0);
    },
    tick: (steps = 1) => bar?.increment(steps),
    stop,
  };
}

function lineProgress(stream: NodeJS.WriteStream): Progress {
  let stage = { what: '', total: 0, done: 0, told: 0 };
  return {
    stage(what, total = 0) {
      stage = { what, total, done: 0, told: 0 };
      stream.write(`  ${what} …\n`);
    },
    tick(steps = 1) {
      stage.done += steps;
      const share = stage.total === 0 ? 0 : stage.done / stage.total;
      if (share - stage.told < LINE_EVERY) return;
      stage.told = share;
      stream.write(`  ${stage.what}: ${stage.done} of ${stage.total}\n`);
    },
    stop: () => undefined,
  };
}
