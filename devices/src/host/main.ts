import { describeError, startHost } from './run.ts';

/**
 * Entry of the host as the agent's child: `node main.js CONFIG_FILE`, token in the environment, IPC channel to the parent.
 * The channel answers the watchdog; when it closes, the parent is gone and so is this process, so that no orphan holds the ports.
 */
const EXIT_GRACE_MS = 4_000;

async function main(): Promise<void> {
  const running = startHost(process.argv[2] ?? '');
  const end = (code: number) => {
    setTimeout(() => process.exit(code), EXIT_GRACE_MS).unref();
    void running.then(({ host }) => host.stop()).finally(() => process.exit(code));
  };
  process.on('SIGTERM', () => end(0));
  // Ctrl-C reaches the whole group; the parent decides when the child ends.
  process.on('SIGINT', () => undefined);
  if (process.send) {
    process.on('disconnect', () => end(0));
    // A parent that died while this process was still loading is not told of any more.
    if (!process.connected) end(0);
    process.on('message', (message) => {
      if (message === 'ping') process.send?.('pong', () => undefined);
    });
  } else {
    process.stdin.resume().on('end', () => end(0));
  }
  const { bootId } = await running;
  process.send?.({ t: 'ready', bootId }, () => undefined);
}

main().catch((error) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
});
