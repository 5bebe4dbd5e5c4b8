// SPDX-License-Identifier: Apache-2.0
import { packParameter } from '../option-calls.ts';
import type { CallAnswer, PackedOptions } from '../protocol.ts';
import { relayedMeterProvider } from './relayed-meter-provider.ts';
import type { ThreadPort } from './thread-port.ts';

interface OpenCall {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Puts into options again what stayed in the application's thread: a function here asks that thread to call the real one. */
export class OptionProxies {
  readonly #port: ThreadPort;
  readonly #open = new Map<number, (answer: CallAnswer) => void>();
  #nextId = 1;

  constructor(port: ThreadPort) {
    this.#port = port;
  }

  unpack({ data, functions, meterProviders }: PackedOptions): object {
    for (const path of functions) put(data, path, this.#proxy(path.join('.')));
    for (const path of meterProviders) put(data, path, relayedMeterProvider(path.join('.'), this.#port));
    return data as object;
  }

  answered(id: number, answer: CallAnswer): void {
    const take = this.#open.get(id);
    this.#open.delete(id);
    take?.(answer);
  }

  #proxy(path: string): (...parameters: readonly unknown[]) => Promise<unknown> {
    let last: { readonly value: unknown } | undefined;
    const take = (answer: CallAnswer, { resolve, reject }: OpenCall): void => {
      if (answer.kind === 'value') last = { value: answer.value };
      if (answer.kind === 'threw') reject(namedError(answer.name, `the option ${path} threw`));
      else if (last !== undefined) resolve(last.value);
      else reject(new Error(`the option ${path} can't be called while the process exits`));
    };
    return (...parameters) => {
      const id = this.#nextId;
      this.#nextId += 1;
      const called = new Promise<unknown>((resolve, reject) => {
        this.#open.set(id, (answer) => take(answer, { resolve, reject }));
        this.#port.post({ kind: 'call', id, path, parameters: parameters.map(packParameter) });
      });
      // A hook's result is used by nobody, and an unhandled rejection would end the thread.
      called.catch(() => {});
      return called;
    };
  }
}

function put(data: unknown, path: readonly string[], value: unknown): void {
  const keys = [...path];
  const last = keys.pop();
  let holder = data as Record<string, unknown>;
  for (const key of keys) holder = holder[key] as Record<string, unknown>;
  if (last !== undefined) holder[last] = value;
}

function namedError(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
