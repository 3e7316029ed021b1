import { type PartOrder, playPart } from './part.ts';

/** Plays one part at a time for its parent, and ends with it; what it leaves in memory goes with it. */
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(1));
process.on('disconnect', () => process.exit(0));
process.on('message', (order: PartOrder) => {
  void playPart(order).then((report) => process.send?.(report));
});
