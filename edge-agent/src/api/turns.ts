/**
 * Requests are worked on one a turn of the event loop, first come, first served. Without it all that were read together are worked on before the loop looks at its sockets
 * again, and since it takes one new connection a turn, fifty tills that connect at once to a busy agent would wait for each other's whole rounds.
 */
export class Turns {
  #waiting: (() => void)[] = [];
  #isRunning = false;

  /** Resolves when it is the caller's turn; what it does before its next `await` is done in that turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#isRunning) return;
      this.#isRunning = true;
      setImmediate(() => this.#run());
    });
  }

  #run(): void {
    const first = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#isRunning = false;
    // Asked for now, it runs in the next turn, after the sockets.
    else setImmediate(() => this.#run());
    first?.();
  }
}
