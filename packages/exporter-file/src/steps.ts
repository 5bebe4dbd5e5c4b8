// SPDX-License-Identifier: Apache-2.0

/**
 * The exporter's work with files is written once, as generators that yield file operations, and is driven in two ways:
 * asynchronously while the process runs, and synchronously from its `exit` event, where no event loop turns any more. There
 * work that is under way is taken over in the middle: see `finishSync`.
 */
import type { FilePort } from './file-port.ts';

/** One file operation that a generator asks for. */
export interface Call<K extends keyof FilePort = keyof FilePort> {
  readonly name: K;
  readonly args: Parameters<FilePort[K]>;
  /** Of an `append`: the size of the file before it, by which it can be told later how far it came. */
  readonly bytesBefore?: number;
}

/** Work that is done step by step and ends with a `T`. */
export type Steps<T> = Generator<Call, T, unknown>;

type Answer<K extends keyof FilePort> = Awaited<ReturnType<FilePort[K]>>;

/** Asks for a file operation; throws the system's error inside the generator. */
export function* call<K extends keyof FilePort>(name: K, ...args: Parameters<FilePort[K]>): Steps<Answer<K>> {
  return (yield { name, args }) as Answer<K>;
}

/** Appends, and tells the size of the file before. */
export function* callAppend(
  bytesBefore: number,
  fd: number,
  bytes: Uint8Array,
  from: number,
  to: number,
): Steps<number> {
  return (yield { name: 'append', args: [fd, bytes, from, to], bytesBefore }) as number;
}

/** Work under way, and the operation that it waits for. */
export interface Running<T> {
  readonly steps: Steps<T>;
  inFlight: Call | undefined;
  /** Set when it is finished synchronously: what the operation in flight answers no longer matters. */
  takenOver: boolean;
  /** Set when it is done, which whoever waits for it learns a little later. */
  result: { readonly value: T } | undefined;
}

/** Prepares work for `drive`. */
export function begin<T>(steps: Steps<T>): Running<T> {
  return { steps, inFlight: undefined, takenOver: false, result: undefined };
}

/** Does the work without blocking. The promise never settles when the work was taken over by the exit of the process. */
export async function drive<T>(running: Running<T>, port: FilePort): Promise<T> {
  const { steps } = running;
  let step = steps.next();
  while (step.done !== true) {
    running.inFlight = step.value;
    const answer = await perform(port, step.value).then(
      (value) => ({ ok: true as const, value }),
      (error: unknown) => ({ ok: false as const, error }),
    );
    if (running.takenOver) return await new Promise(() => {});
    running.inFlight = undefined;
    step = answer.ok ? steps.next(answer.value) : steps.throw(answer.error);
  }
  running.result = { value: step.value };
  return step.value;
}

async function perform(port: FilePort, { name, args }: Call): Promise<unknown> {
  const operation = port[name] as (...args: unknown[]) => Promise<unknown>;
  return await operation(...args);
}

/** What `finishSync` needs: each operation done at once, and the outcome of one that is in flight. */
export interface SyncOperations {
  perform(call: Call): unknown;
  /** The answer to an operation that another thread may be about to do, is doing, or has done. */
  settle(call: Call): unknown;
}

/** Does the work, or the rest of work under way, without returning to the event loop. */
export function finishSync<T>(running: Running<T>, operations: SyncOperations): T {
  const { steps, inFlight, result } = running;
  running.takenOver = true;
  if (result !== undefined) return result.value;
  let step = inFlight === undefined ? steps.next() : advance(steps, () => operations.settle(inFlight));
  while (step.done !== true) {
    const next = step.value;
    step = advance(steps, () => operations.perform(next));
  }
  return step.value;
}

function advance<T>(steps: Steps<T>, operation: () => unknown): IteratorResult<Call, T> {
  let value: unknown;
  try {
    value = operation();
  } catch (error) {
    return steps.throw(error);
  }
  return steps.next(value);
}
