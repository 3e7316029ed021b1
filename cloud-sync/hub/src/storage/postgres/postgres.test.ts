import { afterAll, describe } from 'vitest';
import { describeHubStorage } from '../conformance.ts';
import { openPostgresStorage } from './index.ts';
import { testDatabase } from './testing.ts';

const database = await testDatabase();
afterAll(() => database?.drop());

describe.skipIf(database === null)('PostgreSQL', () => {
  if (database === null) return;
  const open = () => openPostgresStorage({ url: database.url, connections: 4 });
  describeHubStorage('PostgreSQL', async () => {
    let storage = await open();
    await database.empty();
    return {
      storage,
      reopen: async () => {
        await storage.close();
        storage = await open();
        return storage;
      },
      dispose: () => storage.close(),
    };
  });
});
