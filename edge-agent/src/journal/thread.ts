import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Starts `./<name>` beside `beside` (this folder) on a thread of its own. Built code runs as it is; from source the thread registers the TypeScript loader itself: a loader named in `execArgv` skips workers. */
export function startThread(name: string, workerData: unknown, beside: string = import.meta.url): Worker {
  if (!import.meta.url.endsWith('.ts') && !beside.endsWith('.ts'))
    return new Worker(new URL(`./${name}.js`, beside), { execArgv: [], workerData });
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api');
  const loader = pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href;
  const entry = new URL(`./${name}.ts`, beside).href;
  const boot = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entry)}); })`;
  return new Worker(boot, { eval: true, execArgv: ['--conditions=@tillside/source'], workerData });
}
