/**
 * `npm test` compiles everything first and says so (TILLSIDE_TEST_BUILT=1). Then threads and child processes that a module starts from beside itself start from the
 * built twin: loading TypeScript once more in each costs a second of CPU time, and the tests start hundreds. Elsewhere source starts source.
 */
import { pathToFileURL } from 'node:url';

/** How a module that starts others tells source from built code. */
const ASKS = "import.meta.url.endsWith('.ts')";

/** Where the compiler put a source file of a room. */
const builtTwin = (path) => path.replace(/\/src\/(?!.*\/src\/)(.*)\.ts$/, '/dist/$1.js');

/** Vite plugin: to such modules `import.meta.url` is that of their built twin. */
export function builtChildren() {
  return {
    name: 'built-children',
    enforce: 'pre',
    transform(code, id) {
      const twin = builtTwin(id);
      if (twin === id || !code.includes(ASKS)) return undefined;
      const url = JSON.stringify(pathToFileURL(twin).href);
      return { code: code.replaceAll('import.meta.url', url), map: null };
    },
  };
}
