import { defineConfig } from 'vitest/config';
import { builtChildren } from './built-children.mjs';
import { LongFirst } from './long-first.mjs';

/** Tests run from source through the export condition; slow journeys get room, and CI prints one line a file. */
export default defineConfig({
  plugins: process.env.TILLSIDE_TEST_BUILT === '1' ? [builtChildren()] : [],
  root: new URL('..', import.meta.url).pathname,
  resolve: { conditions: ['@tillside/source'] },
  ssr: { resolve: { conditions: ['@tillside/source'], externalConditions: ['@tillside/source'] } },
  test: {
    include: [
      '**/src/**/*.test.{ts,tsx}',
      'edge-agent/demo/journeys/**/*.test.ts',
      'edge-agent/demo/setup/**/*.test.mjs',
      '.config/**/*.test.mjs',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/dist-web/**'],
    globalSetup: [new URL('./test-services.mjs', import.meta.url).pathname],
    testTimeout: 20_000,
    // What is waited for comes when a loaded machine gets to it; waiting longer costs a passing test nothing.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    // A worker keeps the modules that it has loaded: nothing here replaces them or leaves the process otherwise than it was.
    isolate: false,
  },
});
