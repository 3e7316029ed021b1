/**
 * A signal for one request: aborts as a `TimeoutError` when the time is over, its body's time included, and as `stopped` does. A timer of our own: where a
 * time-out signal hangs on nothing but a joined one (`AbortSignal.any`) it may be collected before it fires, and the request waits for ever.
 */
export function timeLimit(timeoutMs: number, stopped: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(stopped.reason);
  const timer = setTimeout(() => {
    stopped.removeEventListener('abort', stop);
    controller.abort(new DOMException(`no answer in ${timeoutMs} ms`, 'TimeoutError'));
  }, timeoutMs);
  // The request itself keeps a process alive; a limit of one that is over does not.
  timer.unref();
  if (stopped.aborted) stop();
  else stopped.addEventListener('abort', stop, { once: true });
  return controller.signal;
}
