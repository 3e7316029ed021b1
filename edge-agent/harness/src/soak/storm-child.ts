import { startHub } from '@tillside/hub';
import { Crew, type CrewOrder } from './storm-stores.ts';

/** A process of the storm: the hub, or a crew of stores. It ends when its parent does. */
export type Order =
  | { readonly hub: { readonly dataDir: string; readonly port: number } }
  | { readonly crew: CrewOrder }
  /** The crew's outage is over. */
  | { readonly ask: 'come back' }
  | { readonly ask: 'report' };

export type Reply =
  | { readonly hubUrl: string }
  | { readonly started: true }
  | {
      readonly backAtMs: readonly number[];
      readonly requests: number;
      readonly paused: number;
      readonly refused: number;
    };

const EVERY_BACK_MS = 200;

let crew: Crew | undefined;
const say = (reply: Reply): void => void process.send?.(reply);

process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => {
  if ('hub' in order) {
    const { dataDir, port } = order.hub;
    void startHub({ dataDir, port, mqtt: { port: 0 }, logLevel: 'error' }).then(({ url }) => say({ hubUrl: url }));
  } else if ('crew' in order) {
    crew = new Crew(order.crew);
    crew.start();
    say({ started: true });
  } else if (crew !== undefined) {
    if (order.ask === 'come back') crew.isAway = false;
    const { backAtMs, ...counts } = crew.report;
    say({ backAtMs: [...backAtMs], ...counts });
  }
});
// Nothing else keeps a crew alive whose stores all rest.
setInterval(() => undefined, EVERY_BACK_MS);
