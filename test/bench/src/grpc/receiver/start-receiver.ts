// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the receiver took since it started. */
export interface ReceiverTotals {
  readonly requests: number;
  readonly records: number;
  /** Bytes of the messages as they came over the wire, compressed where they were. */
  readonly messageBytes: number;
  readonly cpuMicros: number;
}

export interface Receiver {
  readonly port: number;
  totals(): Promise<ReceiverTotals>;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('receiver-process.ts', import.meta.url));

/** Starts a receiver in a process of its own, on a free port of 127.0.0.1. @param tls PEM files; absent: plaintext. */
export async function startReceiver(tls?: { readonly certFile: string; readonly keyFile: string }): Promise<Receiver> {
  const child = fork(PROGRAM, tls === undefined ? [] : [tls.certFile, tls.keyFile]);
  // Not 'close': it does not come after a disconnect from this side.
  const exited = once(child, 'exit');

  async function nextMessage<T>(): Promise<T> {
    const message = once(child, 'message').then(([value]) => value as T);
    const ended = exited.then(([code]) => {
      throw new Error(`the receiver ended with ${String(code)}`);
    });
    return await Promise.race([message, ended]);
  }

  const { port } = await nextMessage<{ readonly port: number }>();
  return {
    port,
    async totals() {
      const answer = nextMessage<ReceiverTotals>();
      child.send('totals');
      return await answer;
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
