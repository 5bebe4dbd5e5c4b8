// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const readyMillis = 20_000;
const stopMillis = 10_000;

/** The Collector as a child process. Its log is kept for the error messages. */
export class CollectorProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<string>;
  #log = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.on('exit', (code, signal) => resolve(`exit code ${code}, signal ${signal}`));
      child.on('error', (error) => resolve(error.message));
    });
    // The worker of the tests may end without `stop`, for instance after a timeout.
    const killWithParent = (): void => void child.kill('SIGKILL');
    process.once('exit', killWithParent);
    void this.#exited.then(() => process.removeListener('exit', killWithParent));
  }

  /** Resolves when every receiver listens; rejects with the log when the Collector ends before that. */
  static async start(binary: string, configFile: string): Promise<CollectorProcess> {
    const child = spawn(binary, ['--config', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    const started = new CollectorProcess(child);
    const ready = new Promise<'ready'>((resolve) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        started.#log += `${line}\n`;
        // The service says this after it has started all receivers, which listen by then.
        if (line.includes('Everything is ready')) resolve('ready');
      });
    });
    const outcome = await within(readyMillis, Promise.race([ready, started.#exited]));
    if (outcome === 'ready') return started;
    await started.stop();
    throw new Error(
      `the Collector did not start (${outcome ?? `not ready after ${readyMillis} ms`}):\n${started.#log}`,
    );
  }

  get log(): string {
    return this.#log;
  }

  /** Lets the Collector write what it holds and waits for its end. A second call does nothing. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    if ((await within(stopMillis, this.#exited)) !== undefined) return;
    this.#child.kill('SIGKILL');
    await this.#exited;
    throw new Error(`the Collector did not end within ${stopMillis} ms of SIGTERM:\n${this.#log}`);
  }

  /** Ends the Collector as a crash does, and waits for its end. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

/** Undefined when the time is over first. */
async function within<T>(millis: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, millis, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
