// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { GeneratorCommand, GeneratorMessage, GeneratorOptions, GeneratorSample } from './generator-messages.ts';

export interface Generator {
  /** @param collectGarbage before memory is measured. */
  sample(collectGarbage?: boolean): Promise<GeneratorSample>;
  /** Ends the emitting, waits until everything is delivered and the process has ended. */
  finish(): Promise<GeneratorSample>;
  kill(): void;
}

/** Starts the application that the soak watches. It emits from then on. */
export async function startGenerator(options: GeneratorOptions): Promise<Generator> {
  const child = fork(fileURLToPath(new URL('./generator-process.ts', import.meta.url)), [JSON.stringify(options)], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const killWithParent = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithParent);
  child.once('exit', () => process.removeListener('exit', killWithParent));
  await nextMessage(child);

  // One question at a time: the answers carry no number.
  let previous: Promise<unknown> = Promise.resolve();
  function ask(command: GeneratorCommand): Promise<GeneratorSample> {
    const answer = previous.then(async () => {
      const next = nextMessage(child);
      child.send(command);
      const message = await next;
      if (message.kind !== 'sample') throw new Error('the generator did not answer with a sample');
      return message.sample;
    });
    previous = answer.catch(() => undefined);
    return answer;
  }

  return {
    sample: (collectGarbage = false) => ask({ kind: 'sample', collectGarbage }),
    async finish() {
      const exited = once(child, 'exit');
      const last = await ask({ kind: 'finish' });
      await exited;
      return last;
    },
    kill: killWithParent,
  };
}

async function nextMessage(child: ChildProcess): Promise<GeneratorMessage> {
  return await new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => {
      child.off('message', onMessage);
      reject(new Error(`the generator ended with code ${code}`));
    };
    const onMessage = (message: unknown): void => {
      child.off('exit', onExit);
      resolve(message as GeneratorMessage);
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}
