import { statSync } from 'node:fs';
import { openSqliteStorage } from '@tillside/hub/storage';

/** Under the fault layer: adds stores to a hub's database one after the other, and says where its power log stood at each commit and each answer. */
const [file = '', log = ''] = process.argv.slice(2);
const STORES = 12;
const bytes = (): number => statSync(log).size;

const storage = openSqliteStorage(file);
const told: { committed: number; resolved: number }[] = [];
for (let n = 0; n < STORES; n++) {
  const done = storage.registry.putStore({ id: `s-${n}`, name: `s ${n}`, createdAt: '2026-11-22T10:00:00.000Z' });
  const committed = bytes();
  await done;
  told.push({ committed, resolved: bytes() });
}
process.stdout.write(JSON.stringify(told));
process.kill(process.pid, 'SIGKILL');
