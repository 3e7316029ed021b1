/**
 * `npm test` compiles everything first and says so (TILLSIDE_TEST_BUILT=1). Then threads and child processes that a module starts from beside itself start from the
 * built twin: loading TypeScript once more in each costs a second of CPU time, and the tests start hundreds. Elsewhere source starts source.
 */
import { pathToFileURL } from 'node:url';

/** How a module that starts others tells source from built code. */
const ASKS = "import.meta.url.endsWith('.ts')";

/** How a module finds a program of another room. */
const FINDS = /fileURLToPath\((import\.meta\.resolve\([^()]*\))\)/g;
const TWIN = String.raw`.replace(/\/src\/(?!.*\/src\/)(.*)\.ts$/, '/dist/$1.js')`;

/** Where the compiler put a source file of a room. */
const builtTwin = (path) => path.replace(/\/src\/(?!.*\/src\/)(.*)\.ts$/, '/dist/$1.js');

/** Vite plugin: to such modules `import.meta.url` is that of their built twin. */
export function builtChildren() {
  return {
    name: 'built-children',
    enforce: 'pre',
    transform(code, id) {
      const twin = builtTwin(id);
      if (twin === id) return undefined;
      const found = code.replace(FINDS, (_, url) => `fileURLToPath(${url}${TWIN})`);
      const url = JSON.stringify(pathToFileURL(twin).href);
      const built = code.includes(ASKS) ? found.replaceAll('import.meta.url', url) : found;
      return built === code ? undefined : { code: built, map: null };
    },
  };
}
