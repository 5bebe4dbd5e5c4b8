// SPDX-License-Identifier: Apache-2.0
import { Console as NodeConsole } from 'node:console';

import { argumentsEntry, BridgeEmitter, type BridgeOptions, type BridgeStats } from '@logferry/bridge-base';
import { choiceOption } from '@logferry/core';

export interface ConsoleBridgeOptions extends BridgeOptions {
  /**
   * Whether the console still prints what became a log record. With `replace` it prints only what could not become one: no
   * provider, a failure, or what an exporter itself prints. Default: `keep`.
   */
  readonly output?: 'keep' | 'replace';
  /** The instrumentation scope. Default: `console`. */
  readonly name?: string;
  /** Default: the global console. */
  readonly console?: Console;
}

/** The console of a process while its calls become log records. */
export interface ConsoleBridge {
  /** Puts the methods back as they were. Where somebody has replaced a method since, ours stays behind theirs and only prints. */
  restore(): void;
  /** What became of the calls so far. */
  stats(): BridgeStats;
}

const METHODS = ['trace', 'debug', 'log', 'info', 'warn', 'error', 'dir'] as const;
type Method = (typeof METHODS)[number];
type Print = (...args: unknown[]) => void;

interface Level {
  readonly severityNumber: number;
  readonly severityText: string;
}

const INFO: Level = { severityNumber: 9, severityText: 'info' };
const LEVELS: Readonly<Record<Method, Level>> = {
  trace: { severityNumber: 1, severityText: 'trace' },
  debug: { severityNumber: 5, severityText: 'debug' },
  log: INFO,
  info: INFO,
  warn: { severityNumber: 13, severityText: 'warn' },
  error: { severityNumber: 17, severityText: 'error' },
  dir: INFO,
};

/** The attribute that keeps arguments which are in no other place. */
const ARGUMENTS = 'console.arguments';

/** The name of the function that `@opentelemetry/instrumentation-console` puts in a method's place. */
const OFFICIAL_FUNCTION = 'patchedConsoleMethod';

const OFFICIAL_IS_LEFT_OUT =
  '@opentelemetry/instrumentation-console has replaced the same methods: they go past it, so that records arrive once';

/**
 * Makes log records of the calls of console.trace, debug, log, info, warn, error and dir, and so of what prints through them, such as
 * console.assert and console.table.
 *
 * @throws LogferryError `INVALID_OPTION` for an unknown `output`.
 */
export function bridgeConsole(options: ConsoleBridgeOptions = {}): ConsoleBridge {
  const { console: target = globalThis.console, name = 'console', output, ...bridge } = options;
  const keeps = choiceOption('output', output, 'keep', ['keep', 'replace']) === 'keep';
  const emitter = new BridgeEmitter({
    packageName: '@logferry/bridge-console',
    options: bridge,
    // Exporters log to the console, also long after the record that made them work.
    guardsLaterWork: true,
  });
  const methods = METHODS.filter((method) => typeof target[method] === 'function').map((method) => {
    const original = target[method] as Print;
    return { method, original, bridged: bridgedMethod(method, original) };
  });
  let isActive = true;
  // Some methods print through others: console.trace through console.error.
  let isPrinting = false;
  for (const { method, bridged } of methods) target[method] = bridged;

  return {
    restore() {
      isActive = false;
      for (const { method, original, bridged } of methods) if (target[method] === bridged) target[method] = original;
    },
    stats: () => emitter.stats(),
  };

  function bridgedMethod(method: Method, original: Print): Print {
    const { severityNumber, severityText } = LEVELS[method];
    const bridged: Print = (...args) => {
      if (!isActive || isPrinting) {
        original.apply(target, args);
        return;
      }
      const isBehindOfficial = target[method].name === OFFICIAL_FUNCTION;
      if (isBehindOfficial) stepBefore();
      // The official one, in front of ours until now, has emitted this call already.
      if (!isBehindOfficial || !emitter.receivesApiLogs()) {
        const stack = method === 'trace' ? callerStack(bridged) : undefined;
        // The second argument of console.dir is how to print it.
        const logged = method === 'dir' ? args.slice(0, 1) : args;
        const outcome = emitter.emit(name, severityNumber, () =>
          argumentsEntry(logged, severityText, ARGUMENTS, stack),
        );
        if (!keeps && (outcome === 'emitted' || outcome === 'disabled')) return;
      } else if (!keeps) return;
      isPrinting = true;
      try {
        printing(method, original).apply(target, args);
      } finally {
        isPrinting = false;
      }
    };
    return Object.defineProperty(bridged, 'name', { value: method });
  }

  /** What prints: the original, or, where that is the official one, what it prints with. */
  function printing(method: Method, original: Print): Print {
    if (original.name !== OFFICIAL_FUNCTION || !emitter.isGlobal()) return original;
    emitter.warnOnce(OFFICIAL_IS_LEFT_OUT);
    return NodeConsole.prototype[method] as Print;
  }

  /** Puts ours in front of the official methods, which were put in front of ours. Their end restores ours. */
  function stepBefore(): void {
    if (!emitter.isGlobal()) return;
    emitter.warnOnce(OFFICIAL_IS_LEFT_OUT);
    for (const { method, bridged } of methods) {
      if (target[method].name === OFFICIAL_FUNCTION) target[method] = bridged;
    }
  }
}

/** Where console.trace was called. */
function callerStack(below: Print): Readonly<Record<string, unknown>> {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, below);
  // Its first line is the holder's name.
  return { 'code.stacktrace': holder.stack?.slice(holder.stack.indexOf('\n') + 1) };
}
